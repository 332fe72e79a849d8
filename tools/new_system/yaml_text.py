"""Writes YAML as people write it here: short sections in braces, comments, quotes where needed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import yaml

WIDTH = 120
"""Characters of a line."""

Node: TypeAlias = "str | int | Sequence[Node] | Mapping[str, Node] | Noted | None"


@dataclass(frozen=True, slots=True)
class Noted:
    """A value with a comment."""

    value: Node
    note: str


class Block(dict[str, Node]):
    """A section with a line for each key, however short it is."""


# What every reader of YAML takes for text: not 1e3, not 012, not 12:30, not `no`.
_PLAIN = re.compile(
    r"[A-Za-z/._][A-Za-z0-9/._@+=:~ -]*"
    r"|\d+(?:m|h|d|s|Mi|Gi)"
    r"|\d\d:\d\d-\d\d:\d\d"
)
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def scalar(value: str | int | None) -> str:
    """Writes one value.

    Args:
        value: Text gets quotes if a reader of YAML would take it for something else.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    plain = _PLAIN.fullmatch(value) is not None and value.lower() not in _WORDS
    # Braces and brackets read a colon before a comma in their own way, so both ways are tried.
    if plain and _reads_as(value, value) and _reads_as(f"[{value}]", [value]):
        return value
    quoted = yaml.safe_dump(value, default_style='"', allow_unicode=True, width=1_000_000)
    return quoted.rstrip("\n")


def lines(content: Mapping[str, Node], indent: int = 0) -> list[str]:
    """Writes a section.

    Args:
        content: Keys and values in their order.
        indent: Spaces before each line.

    Returns:
        The lines, without ends.
    """
    return [line for key, node in content.items() for line in _entry(key, node, indent)]


def _entry(key: str, node: Node, indent: int) -> list[str]:
    value, note = (node.value, node.note) if isinstance(node, Noted) else (node, "")
    start = f"{' ' * indent}{scalar(key)}:"
    if _is_short(value):
        line = f"{start} {_flow(value)}"
        if len(line) <= WIDTH or not isinstance(value, Mapping | list | tuple):
            return _commented(line, note, indent)
    if isinstance(value, Mapping):
        return [*_commented(start, note, indent), *lines(value, indent + 2)]
    assert isinstance(value, list | tuple)  # noqa: S101 (narrows the type: all else is short)
    space = " " * (indent + 2)
    return [*_commented(start, note, indent), *(f"{space}- {_flow(each)}" for each in value)]


def _commented(line: str, note: str, indent: int) -> list[str]:
    if not note:
        return [line]
    whole = f"{line} # {note}"
    return [whole] if len(whole) <= WIDTH else [f"{' ' * indent}# {note}", line]


def _is_short(value: Node) -> bool:
    """Whether a value may stand on the line of its key."""
    if isinstance(value, Mapping):
        own_lines = isinstance(value, Block) and bool(value)
        return not own_lines and all(_is_short(each) for each in value.values())
    if isinstance(value, list | tuple):
        return all(_is_short(each) for each in value)
    return not isinstance(value, Noted)


def _flow(value: Node) -> str:
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{scalar(key)}: {_flow(each)}' for key, each in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_flow, value))}]"
    assert value is None or isinstance(value, str | int)  # noqa: S101 (narrows the type)
    return scalar(value)


def _reads_as(text: str, wanted: object) -> bool:
    try:
        return yaml.safe_load(text) == wanted
    except yaml.YAMLError:
        return False
