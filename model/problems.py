"""How a mistake in a description is told: place, value, reason and remedy, all of them at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from model.secrecy import is_secret_value, may_be_shown


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a description, or, as a warning, unwise."""

    file: str
    """The file to edit, relative to the project, for example `Pulumi.staging.yaml`."""
    path: str
    """The key in it, for example `slipway:network.cidrBlock`; empty for the file as a whole."""
    value: str
    """What stands there, as `shown` renders it; empty if nothing does, or if it is a secret."""
    reason: str
    """Why that is wrong."""
    remedy: str
    """What to write or to do instead, with the unit."""

    def __str__(self) -> str:
        place = f"{self.file}, {self.path}" if self.path else self.file
        said = f"{self.value} {self.reason}" if self.value else self.reason
        return f"{place}: {said}; {self.remedy}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands."""

    file: str
    path: str = ""

    def key(self, name: str | int) -> "Place":
        """The place of a key, or of a list's entry, below this one."""
        if isinstance(name, int):
            return Place(self.file, f"{self.path}[{name}]")
        text = key_text(name)
        return Place(self.file, f"{self.path}.{text}" if self.path else text)

    def keys(self, *names: str | int) -> "Place":
        """The place of a key some levels below this one."""
        place = self
        for name in names:
            place = place.key(name)
        return place

    def problem(self, value: str, reason: str, remedy: str) -> Problem:
        """A problem at this place, without what looks like a secret, whatever a rule repeats."""
        said = value if may_be_shown(value) else ""
        return Problem(self.file, self.path, said, _harmless(reason), _harmless(remedy))


class DescriptionError(Exception):
    """The description cannot be deployed; the text lists every problem, numbered."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__(*self.problems)

    def __str__(self) -> str:
        count = len(self.problems)
        heading = f"{count} problem{'' if count == 1 else 's'} in the description"
        lines = (f"  {number}. {problem}" for number, problem in enumerate(self.problems, 1))
        return "\n".join((f"{heading}; nothing was created:", *lines))


def _harmless(text: str) -> str:
    return " ".join("[secret]" if is_secret_value(word) else word for word in text.split(" "))


LONGEST_VALUE = 60
"""Characters of a value that a message repeats; more hides what the message has to say."""


def shown(value: object, *names: str) -> str:
    """Renders a value for a message; nothing if it is, or may be, a secret.

    Args:
        value: A value as JSON has it.
        names: The keys under which it stands, as far as they may be the name of a secret.
    """
    text = value if isinstance(value, str) else ""
    return _rendered(value) if may_be_shown(text, *names) else ""


def _rendered(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{cut(' '.join(value.split()))}'"
        case dict():
            return "a section"
        case list():
            return "a list"
        case _:
            return cut(str(value))


def cut(text: str) -> str:
    """As much of a text as a message repeats."""
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."


def key_text(name: str) -> str:
    """A key as a message repeats it: it may be what should have been a value."""
    return name if may_be_shown(name) else "[secret]"


def listed(names: Iterable[str], last: str = "and") -> str:
    """Joins names for a sentence: `a, b and c`."""
    *most, final = names
    return f"{', '.join(most)} {last} {final}" if most else final


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that a misspelled one was meant to be, if there is one like it."""
    # Only a mistake pays for the import.
    from difflib import get_close_matches  # noqa: PLC0415

    lowered = {candidate.lower(): candidate for candidate in known}
    found = get_close_matches(name.lower(), lowered, n=1)
    return lowered[found[0]] if found else None


def known_names(name: str, known: Iterable[str], kind: str = "keys") -> str:
    """The remedy for an unknown name: the one that was meant, or else all that there are.

    Args:
        name: The unknown name.
        known: The names that would have been right.
        kind: What the names are, in the plural.
    """
    names = list(known)
    meant = closest(name, names)
    if meant is not None:
        return f"did you mean {meant}?"
    return f"the {kind} here are {listed(names)}" if names else f"there are no {kind} here"
