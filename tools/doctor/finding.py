"""What the doctor says: one finding per check, or per difference that a check found."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report."""

    check: str
    """What was looked at, `<subject>: <check>`, for example `aegisx/api: rollout`."""
    ok: bool
    """False when what runs differs from what was asked for, or could not be read."""
    detail: str
    """What was confirmed; on failure what was expected, what was found and what to do."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which the account differs from the description."""

    expected: str
    found: str
    remedy: str
    """What the reader should do, as an imperative."""
    warning: bool = False
    """True for what a person should know but what does not make the deploy wrong."""

    def __str__(self) -> str:
        sentence = f"expected {self.expected}, found {self.found}; {self.remedy}"
        return f"warning: {sentence}" if self.warning else sentence


class Skipped(Exception):  # noqa: N818 (the word that the report uses)
    """A check cannot be made here; the text says why, and the report shows it."""


class Missing(Exception):  # noqa: N818 (the word that the messages use)
    """Something that the outputs name does not exist; the text names it in AWS's words."""


def compare(what: str, expected: object, found: object, remedy: str) -> Iterator[Difference]:
    """Yields a difference unless both values are equal.

    Args:
        what: Name of the property in AWS's words, with its unit.
        expected: The value that the description leads to.
        found: The value that AWS answered; None reads as "nothing".
        remedy: What to do about it.
    """
    if expected != found:
        yield Difference(f"{what} {_shown(expected)}", _shown(found), remedy)


def listed(names: Iterable[str]) -> str:
    """Joins names for a message, sorted so that two runs read the same; "none" when empty."""
    return ", ".join(sorted(names)) or "none"


def _shown(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case True:
            return "on"
        case False:
            return "off"
        case _:
            return str(value)
