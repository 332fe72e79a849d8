"""The demands: docs/acceptance.yaml, read and checked."""

from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

FILE = Path("docs/acceptance.yaml")


class Demand(BaseModel):
    """One ID of the acceptance checklist."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    demand: str
    """What the guide asks for, in short."""
    set: tuple[str, ...] = ()
    """Where it is set: `<file>` or `<file> <key>`; see tools/acceptance/places.py for keys."""
    reason: str = ""
    """Why it applies to neither runtime, so that no test can prove it; empty where it does."""
    note: str = ""
    """What to know of a part of it; it takes no test's place."""


def read_demands(root: Path) -> Mapping[str, Demand]:
    """The demands by ID, in the order of the file.

    Args:
        root: The project's folder.

    Raises:
        pydantic.ValidationError: A row has an unknown key or lacks its demand.
    """
    raw = yaml.safe_load((root / FILE).read_text(encoding="utf-8"))
    return TypeAdapter(dict[str, Demand]).validate_python(raw)
