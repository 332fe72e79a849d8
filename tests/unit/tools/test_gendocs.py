from pathlib import Path
from typing import Any

import pytest

from tools.gendocs import components, config, files, markdown
from tools.gendocs.sources import Class, Field, reachable, read_classes

COMPONENT = '''\
"""A thing."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
import pulumi

class Mode(StrEnum):
    """How."""
    FAST = "fast"
    """At once."""

@dataclass(frozen=True)
class Part:
    """A piece."""
    size_gib: int
    """GiB, from 1."""

@dataclass(frozen=True)
class ThingArgs:
    """What a thing needs."""
    parts: "Sequence[Part]" = ()
    """Its pieces."""
    mode: Mode = Mode.FAST
    """How it works."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags
    on it."""
    secret: str | None = field(default=None, repr=False)

class Thing(pulumi.ComponentResource):
    """A thing.

    Builds:
        1. A component.

    Cost: none.
    """
    arn: pulumi.Output[str]
    """Its ARN."""

    def __init__(self, name: str, args: ThingArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:index:Thing", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        inner = pulumi.ComponentResource("slipway:index:Inner", f"{name}-inner", {}, child)
        pulumi.ComponentResource(
            "x:y:Z", f"{name}-z", {}, pulumi.ResourceOptions(parent=inner)
        )

class _Hidden:
    pass
'''
EXAMPLE = """\
import runpy
from pathlib import Path

thing = runpy.run_path(str(Path(__file__).parents[2] / "components/thing.py"))
thing["Thing"]("example", thing["ThingArgs"](parts=()))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "components").mkdir()
    (tmp_path / "components/thing.py").write_text(COMPONENT, encoding="utf-8")
    (tmp_path / "examples/thing").mkdir(parents=True)
    (tmp_path / "examples/thing/__main__.py").write_text(EXAMPLE, encoding="utf-8")
    return tmp_path


def test_classes_are_read_with_their_fields(project: Path) -> None:
    path = project / "components/thing.py"

    found = read_classes(project / "components")

    assert list(found) == ["Mode", "Part", "ThingArgs", "Thing"]
    assert found["Part"] == Class(
        name="Part",
        path=path,
        kind="dataclass",
        doc="A piece.",
        fields=(Field(name="size_gib", type="int", default=None, doc="GiB, from 1."),),
    )
    assert found["Mode"].fields == (Field(name="FAST", type="", default="'fast'", doc="At once."),)
    assert found["Thing"].fields == (
        Field(name="arn", type="pulumi.Output[str]", default=None, doc="Its ARN."),
    )
    assert [(field.name, field.type, field.default) for field in found["ThingArgs"].fields] == [
        ("parts", "Sequence[Part]", "()"),
        ("mode", "Mode", "Mode.FAST"),
        ("tags", "Mapping[str, str]", "{}"),
        ("secret", "str | None", "None"),
    ]


def test_classes_that_annotations_name_are_reachable(project: Path) -> None:
    found = read_classes(project / "components")

    assert [each.name for each in reachable(found["ThingArgs"], found)] == ["Part", "Mode"]


def test_a_field_without_docstring_is_named(project: Path) -> None:
    assert components.undocumented(project) == ["components/thing.py: ThingArgs.secret"]


def test_a_component_page_shows_arguments_outputs_and_resources(project: Path) -> None:
    text = components.pages(project)[Path("docs/components/thing.md")]

    assert "| `parts` | `Sequence[Part]` | `()` | Its pieces. |" in text
    assert "| `tags` | `Mapping[str, str]` | `{}` | Tags on it. |" in text
    assert "| `secret` | `str \\| None` | `None` |  |" in text
    assert "### Part\n\nA piece.\n\n| Name" in text
    assert "| `'fast'` | At once. |" in text
    assert "| `arn` | `pulumi.Output[str]` | Its ARN. |" in text
    assert "Builds:\n\n1. A component.\n\nCost: none." in text
    assert "creates, 2 resources:" in text
    assert "| `slipway:index:Inner` | `example-inner` |\n| `x:y:Z` | `example-z` |" in text


def test_fails_when_a_component_has_no_example(project: Path) -> None:
    (project / "examples/thing/__main__.py").unlink()

    with pytest.raises(LookupError) as error:
        components.pages(project)

    assert str(error.value) == (
        "components/thing.py: Thing has no example; write examples/thing/__main__.py"
    )


SCHEMA: dict[str, Any] = {
    "description": "A file.",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "maxLength": 20, "description": "Its name."},
        "services": {
            "type": "object",
            "additionalProperties": {"$ref": "#/$defs/Service"},
            "default": {},
            "description": "By name.",
        },
        "env": {
            "type": "object",
            "patternProperties": {"^[A-Z]+$": {"type": "string"}},
            "description": "Variables.",
        },
        "spare": {"$ref": "#/$defs/Service", "default": {"ports": [1]}, "description": "Spare."},
        "mode": {"$ref": "#/$defs/Mode", "default": "on", "description": "How."},
        "days": {
            "anyOf": [{"type": "integer", "minimum": 1, "maximum": 35}, {"type": "null"}],
            "default": None,
            "description": "Days.",
        },
    },
    "$defs": {
        "Mode": {"type": "string", "enum": ["on", "off"]},
        "Service": {
            "type": "object",
            "description": "One service.",
            "properties": {
                "ports": {"type": "array", "items": {"type": "integer"}, "minItems": 1},
            },
        },
    },
}


def test_the_config_page_shows_type_default_and_range_of_every_key() -> None:
    text = config.config_page({"properties": {}}, SCHEMA)

    assert "| `name` | string | required | 20 or fewer characters | Its name. |" in text
    assert "| [`services`](#servicesname) | name to section | `{}` |  | By name. |" in text
    assert '| `mode` | `on` or `off` | `"on"` |  | How. |' in text
    assert "| `days` | integer | none | at least 1; at most 35 | Days. |" in text
    assert "| [`spare`](#servicesname) | section | its defaults |  | Spare. |" in text
    assert text.count("| `ports` |") == 1
    assert "| `env` | name to string | none |  | Variables. |" in text
    assert "### `services.<name>`\n\nOne service." in text
    assert "| `ports` | list of integer | none | 1 or more entries |  |" in text


def test_a_key_without_description_is_named() -> None:
    assert config.undocumented("system schema", SCHEMA) == ["system schema, services.<name>.ports"]


def test_anchors_are_those_of_github() -> None:
    assert markdown.anchor("slipway:systems.<name>.minReplicas") == "slipwaysystemsnameminreplicas"
    assert markdown.anchor("Deploy to AWS") == "deploy-to-aws"


def test_check_names_stale_and_left_over_files(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "docs/components").mkdir(parents=True)
    (project / "docs/components/gone.md").write_text("x", encoding="utf-8")
    (project / "docs/config.md").write_text("old", encoding="utf-8")
    written = {Path("docs/config.md"): "new", Path("docs/acceptance.md"): "new"}

    assert files.check(project, written) == 1
    assert capsys.readouterr().err.splitlines() == [
        "Stale, run `make docs`:",
        "  docs/config.md",
        "  docs/acceptance.md",
        "  docs/components/gone.md",
    ]

    assert files.write(project, written) == 0
    assert files.check(project, written) == 0
    assert not (project / "docs/components/gone.md").exists()
