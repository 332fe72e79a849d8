"""The JSON Schema that editors read."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from model.schema import stack_schema, system_schema

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("schema", [stack_schema(), system_schema()], ids=["stack", "system"])
def test_is_a_schema(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("file", ["Pulumi.staging.yaml", "Pulumi.production.yaml"])
def test_the_stack_files_keep_it(file: str) -> None:
    content = yaml.safe_load((ROOT / file).read_text())

    assert list(jsonschema.Draft202012Validator(stack_schema()).iter_errors(content)) == []


@pytest.mark.parametrize("file", sorted(path.name for path in (ROOT / "systems").glob("*.yaml")))
def test_the_system_files_keep_it(file: str) -> None:
    content = yaml.safe_load((ROOT / "systems" / file).read_text())

    assert list(jsonschema.Draft202012Validator(system_schema()).iter_errors(content)) == []


@pytest.mark.parametrize(
    ("steps", "value"),
    [
        (["services", "api", "prot"], 3333),
        (["services", "api", "port"], "3333"),
        (["services", "api", "size", "memory", "limit"], "1G"),
        (["database", "version"], "15.3"),
        (["alerts", 0, "severity"], "fatal"),
    ],
)
def test_an_editor_sees_mistakes(steps: list[Any], value: object) -> None:
    content = yaml.safe_load((ROOT / "systems/aegisx.yaml").read_text())
    around = content
    for step in steps[:-1]:
        around = around[step]
    around[steps[-1]] = value

    assert list(jsonschema.Draft202012Validator(system_schema()).iter_errors(content)) != []


def objects(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "", schema
    yield from schema["$defs"].items()


@pytest.mark.parametrize("schema", [stack_schema(), system_schema()], ids=["stack", "system"])
def test_every_key_has_its_meaning(schema: dict[str, Any]) -> None:
    silent = [
        f"{name}.{key}"
        for name, section in objects(schema)
        for key, value in section.get("properties", {}).items()
        if not value.get("description")
    ]

    assert silent == []


@pytest.mark.parametrize("schema", [stack_schema(), system_schema()], ids=["stack", "system"])
def test_every_number_has_its_range(schema: dict[str, Any]) -> None:
    unlimited = [
        f"{name}.{key}"
        for name, section in objects(schema)
        for key, value in section.get("properties", {}).items()
        if value.get("type") == "integer"
        and "enum" not in value
        and not {"minimum", "maximum"} <= value.keys()
    ]

    assert unlimited == []


def test_the_meaning_is_the_text_under_the_field() -> None:
    size = system_schema()["$defs"]["CpuSize"]["properties"]["limit"]

    assert size["description"] == (
        "Most that it may take, for example `1000m`; the Fargate size is the next one above."
    )
    assert "title" not in size
