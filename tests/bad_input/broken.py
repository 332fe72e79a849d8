"""Applies a case's changes to copies of the real files and tells what a user sees."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from model.load import load_files
from model.problems import DescriptionError
from planning.checks import verify

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "cases"
REMOVE = "(remove)"
TODAY = date(2026, 11, 21)
"""The day of every case: versions near their end are warned of, and tests do not age."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One broken description."""

    name: str
    """What is wrong, as the test is called."""
    base: str = "staging"
    """The stack whose file is taken."""
    system_name: str = "aegisx"
    """The system whose file is taken; the stack file keeps no other."""
    stack: Mapping[str, Any] = field(default_factory=dict)
    """Changes to the stack file's `config`: path with dots to the value, or `(remove)`."""
    system: Mapping[str, Any] = field(default_factory=dict)
    """Changes to the system file."""
    text: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """For each file, texts to replace in it; for what no longer is YAML."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Files besides the real ones."""
    says: tuple[str, ...] = ()
    """Every problem that is told, in order."""
    warns: tuple[str, ...] = ()
    """Every warning that is new, if there are no problems. The runtime's own are not, unless the
    runtime is all that the case changes."""
    silences: tuple[str, ...] = ()
    """Warnings that the case's changes answer."""
    hides: str = ""
    """A secret that stands in the files and in no message."""
    assume_secrets: bool = True
    """Whether provided secrets count as set; false where the case is about them."""
    today: date = TODAY
    """The day by which versions are near their end."""


def read_cases(file: str) -> list[Case]:
    """The cases of a file in `cases/`."""
    entries = yaml.safe_load((CASES / file).read_text(encoding="utf-8"))
    return [
        Case(
            **{
                **entry,
                "says": tuple(entry.get("says", ())),
                "warns": tuple(entry.get("warns", ())),
                "silences": tuple(entry.get("silences", ())),
            }
        )
        for entry in entries
    ]


def write_files(case: Case, root: Path) -> None:
    """Writes the case's files to an empty folder."""
    stack_file = f"Pulumi.{case.base}.yaml"
    system_file = f"systems/{case.system_name}.yaml"
    (root / "systems").mkdir()
    stack = (ROOT / stack_file).read_text(encoding="utf-8")
    (root / stack_file).write_text(_only(case.system_name, stack), encoding="utf-8")
    shutil.copy(ROOT / system_file, root / system_file)
    for file, changes, below in (
        (stack_file, case.stack, ["config"]),
        (system_file, case.system, []),
    ):
        if changes:
            content = yaml.safe_load((root / file).read_text(encoding="utf-8"))
            for path, value in changes.items():
                _change(content, [*below, *_steps(path)], value)
            (root / file).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    for file, text in case.files.items():
        (root / file).write_text(text, encoding="utf-8")
    for file, replacements in case.text.items():
        text = (root / file).read_text(encoding="utf-8")
        for old, new in replacements.items():
            assert old in text, f"{file} has no {old!r} any more"
            text = text.replace(old, new, 1)
        (root / file).write_text(text, encoding="utf-8")


def usual_warnings(case: Case) -> tuple[str, ...]:
    """What is warned of without the case's changes."""
    runtime = {key: value for key, value in case.stack.items() if key == "slipway:runtime"}
    alone = case.stack == runtime and not case.system
    return told(ROOT, case.base, today=case.today, overrides={} if alone else runtime)[1]


def told(
    root: Path,
    stack: str,
    *,
    assume_secrets: bool = True,
    today: date = TODAY,
    overrides: Mapping[str, str] | None = None,
) -> tuple[str, tuple[str, ...]]:
    """What a user sees: the error's text, empty if there is none, and the warnings."""
    try:
        description = load_files(root, stack, assume_secrets=assume_secrets, overrides=overrides)
        description = verify(description, today)
    except DescriptionError as error:
        return str(error), ()
    return "", tuple(str(warning) for warning in description.warnings)


def _only(system: str, stack: str) -> str:
    """The text of a stack file with one of its systems; no line above it moves."""
    above, heading, below = stack.partition("\n  slipway:systems:\n")
    entries = re.split(r"^(?=    [a-z][a-z0-9-]*:)", below, flags=re.MULTILINE)
    (kept,) = (entry for entry in entries if entry.startswith(f"    {system}:"))
    return above + heading + kept


def _steps(path: str) -> list[str | int]:
    # A secret's key has a dot of its own: slipway:aegisx.API_KEY.
    if path.startswith("slipway:") and path.rpartition(".")[2].isupper() and path.count(".") == 1:
        return [path]
    return [int(step) if step.isdecimal() else step for step in path.split(".")]


def _change(content: Any, steps: list[str | int], value: Any) -> None:
    *above, last = steps
    for step in above:
        content = content[step]
    if value == REMOVE:
        del content[last]
    else:
        content[last] = value
