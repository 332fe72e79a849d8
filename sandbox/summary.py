"""`build/<stack>/summary.json`: what `make up` built and found, for people, CI and tests."""

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue
from pydantic.alias_generators import to_camel


class _Part(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
    )


class CreatedResources(_Part):
    """What the providers created; components and the providers themselves are not counted."""

    created: int
    """Number of resources."""
    by_type: dict[str, int]
    """Number by type token, such as `aws:ec2/vpc:Vpc`; sorted by token."""


class MockedResource(_Part):
    """A resource of which moto cannot do all: a part of its answer was invented."""

    type: str
    """Type token."""
    name: str
    """Logical name in the program."""
    reason: str
    """What was invented, and why."""


class SecondRunChange(_Part):
    """Something that a second run of the same program would do; there should be none."""

    kind: Literal["new", "changed", "replaced", "missing"]
    """`new`: created; `changed`: updated; `replaced`: made anew; `missing`: deleted."""
    type: str
    """Type token."""
    name: str
    """Logical name in the program."""
    inputs: list[str]
    """The inputs that differ, as `name: old -> new`; secrets are masked."""


class DoctorFinding(_Part):
    """One check of the doctor on what runs."""

    check: str
    """What was checked."""
    ok: bool
    """Whether it is as the description asks for."""
    detail: str
    """What was expected, what was found and, if not ok, what to do."""


class SummaryFile(_Part):
    """The summary of one `make up`."""

    stack: str
    """The stack that was deployed."""
    resources: CreatedResources
    """What was created."""
    mocked: list[MockedResource]
    """What was only pretended, because moto cannot create it."""
    second_run_changes: list[SecondRunChange]
    """What a second run would change; empty if the program is stable."""
    doctor: list[DoctorFinding]
    """The doctor's findings; empty if the doctor was not run."""
    outputs: dict[str, JsonValue]
    """The stack's outputs; secrets are `[secret]`."""
    seconds: dict[str, float]
    """Wall-clock seconds by phase, in the order of the phases."""
    cpu_seconds: dict[str, float]
    """Processor seconds by phase, of the program and of the sandbox's AWS, which share a process;
    Pulumi's own engine runs in others and is not counted."""
    ok: bool
    """Whether everything was created, nothing would change and every finding is ok."""


def write(summary: SummaryFile, folder: Path) -> None:
    """Writes `summary.json`, and `outputs.json` for a doctor that is run by hand.

    Args:
        summary: What to write.
        folder: `build/<stack>`; made if it is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = summary.model_dump_json(by_alias=True, indent=2)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")
    outputs = json.dumps(summary.outputs, indent=2, ensure_ascii=False)
    (folder / "outputs.json").write_text(outputs + "\n", encoding="utf-8")


def remove(folder: Path) -> None:
    """Removes what an earlier run wrote, so that a run that is interrupted leaves no old truth."""
    for name in ("summary.json", "outputs.json"):
        (folder / name).unlink(missing_ok=True)
