"""No message repeats a secret, wherever in the files it stands: as a value, or as a key."""

import copy
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from tests.bad_input.broken import Case, told, write_files

SYSTEMS = ("aegisx", "nx", "rest-api")
SECRETS = (
    "postgres://app:geheim4711@db.example.com/app",
    "/x://app:geheim4711@db",
    "SMTP_PASSWORD=geheim4711",
    "AKIAGEHEIM4711GEHEIM",
    "ghp_geheim4711geheim4711geheim4711geheim",
)
Path_ = tuple[str | int, ...]


def documents(system: str) -> dict[str, Any]:
    """The files of a project with one system, by name."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_files(Case(name="whole", system_name=system), root)
        return {
            str(path.relative_to(root)): yaml.safe_load(path.read_text())
            for path in sorted(root.rglob("*.yaml"))
        }


def places(content: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Every key and every entry of a list, with the keys that lead there."""
    if path not in ((), ("config",)):
        yield path
    steps: list[Any] = [*content] if isinstance(content, dict) else []
    if isinstance(content, list):
        steps = [*range(len(cast("list[Any]", content)))]
    for step in steps:
        yield from places(content[step], (*path, step))


PROJECTS = {system: documents(system) for system in SYSTEMS}
PLACES = [
    (system, file, path)
    for system, files in PROJECTS.items()
    for file, content in files.items()
    for path in places(content)
]


def all_told(files: dict[str, Any]) -> str:
    """Everything that a user sees of a project."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "systems").mkdir()
        for file, content in files.items():
            # JSON is YAML too, and written ten times as fast.
            (root / file).write_text(json.dumps(content))
        error, warnings = told(root, "staging")
    return "\n".join((error, *warnings))


def planted(place: tuple[str, str, Path_], secret: str, *, as_key: bool) -> dict[str, Any]:
    """A project with a secret in place of a value, or of the key that leads to it."""
    system, file, (*above, last) = place
    files = copy.deepcopy(PROJECTS[system])
    around = files[file]
    for step in above:
        around = around[step]
    if as_key and isinstance(around, dict):
        around[secret] = around.pop(last)
    else:
        around[last] = secret
    return files


@pytest.mark.acceptance("trap-1")
@given(st.sampled_from(PLACES), st.sampled_from(SECRETS), st.booleans())
@example(("aegisx", "systems/aegisx.yaml", ("services", "api", "requires", 0)), SECRETS[3], False)
@example(
    ("aegisx", "systems/aegisx.yaml", ("statusExporter", "metrics", "api_health_status")),
    SECRETS[3],
    True,
)
@example(
    ("aegisx", "systems/aegisx.yaml", ("services", "api", "public", "deny", 0)), SECRETS[1], False
)
def test_what_looks_like_a_secret_is_in_no_message(
    place: tuple[str, str, Path_],
    secret: str,
    as_key: bool,
) -> None:
    assert "geheim4711" not in all_told(planted(place, secret, as_key=as_key)).lower()


READERS: dict[str, dict[str, Any]] = {
    "tokens": {"tokens": {"lifetimeVariable": "SMTP_PASSWORD"}},
    "databasePool": {"databasePool": {"maximumVariable": "SMTP_PASSWORD"}},
    "strictValues": {"strictValues": {"SMTP_PASSWORD": "other-4712"}},
    "probes": {"probes": {"readiness": {"path": "/a", "applicationTimeouts": ["SMTP_PASSWORD"]}}},
    "nothing": {},
}
"""Fields of a service that read a variable."""


@given(
    st.sampled_from(sorted(READERS)),
    st.sampled_from(("env", "bind", "strictValues")),
    st.sampled_from(("relaxed", "strict")),
    st.from_regex(r"geheim4711[a-z0-9/:. ]{0,70}", fullmatch=True) | st.just("47114711"),
)
def test_what_has_the_name_of_a_secret_is_in_no_message(
    reader: str, section: str, safety: str, secret: str
) -> None:
    files = copy.deepcopy(PROJECTS["aegisx"])
    service = files["systems/aegisx.yaml"]["services"]["api"]
    service.update(copy.deepcopy(READERS[reader]))
    service.setdefault(section, {})["SMTP_PASSWORD"] = secret
    files["Pulumi.staging.yaml"]["config"]["slipway:safety"] = safety

    # Of a long value a message would repeat the beginning.
    assert "4711" not in all_told(files)
