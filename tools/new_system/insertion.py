"""Adds a system to the text of a stack file, and leaves every other character as it is."""

from collections.abc import Sequence
from typing import Any, cast

import yaml

from model.problems import Place, Problem

SECTIONS = ("slipway:systems", "systems")
"""The key, with the project's namespace and without: Pulumi takes both."""


class NoPlaceError(Exception):
    """The text has no place for another system."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def insert_system(text: str, name: str, block: str, file: str) -> str:
    """Puts a system among the others, by the alphabet if they are so.

    Args:
        text: The stack file, one that can be read.
        name: Name of the system.
        block: Its entry, indented by four spaces, ending with a line's end.
        file: Name of the stack file, for messages.

    Returns:
        The text with the entry, in the line ends that the text has.

    Raises:
        NoPlaceError: The system is there already, or the section is written in braces.
    """
    place = Place(file).key(SECTIONS[0])
    systems = _systems(text)
    if systems is None or systems.flow_style:
        raise NoPlaceError(
            place.problem(
                "",
                "is written in braces, where no line can be added",
                "write each system on lines of its own, as in the other files",
            )
        )
    entries = [(str(key.value), key, value) for key, value in systems.value]
    names = [entry[0] for entry in entries]
    if name in names:
        raise NoPlaceError(
            place.key(name).problem(
                "", "is here already", "choose another name, or remove the system first"
            )
        )
    line_end = "\r\n" if "\r\n" in text else "\n"
    rows = text.splitlines(keepends=True)
    if rows and not rows[-1].endswith("\n"):
        rows[-1] += line_end
    column: int = entries[0][1].start_mark.column
    added = [_indented(row, column) + line_end for row in block.splitlines()]
    # Only an order that is there is kept: nobody's own order is sorted away.
    is_sorted = names == sorted(names)
    after = next((entry for entry in entries if is_sorted and entry[0] > name), None)
    if after is not None:
        at = _comments_above(rows, after[1].start_mark.line, column)
        return "".join([*rows[:at], *added, line_end, *rows[at:]])
    at = _end(rows, _last_line(entries[-1][2]) + 1, column)
    return "".join([*rows[:at], line_end, *added, *rows[at:]])


def _systems(text: str) -> Any:
    """The node of the section; its places are exact, where a search for words would guess."""
    root = cast("Any", yaml.compose(text, Loader=yaml.SafeLoader))
    config = _value(root, ("config",))
    return _value(config, SECTIONS) if config is not None else None


def _value(node: Any, keys: Sequence[str]) -> Any:
    for key, value in node.value:
        if key.value in keys and isinstance(value, yaml.MappingNode):
            return value
    return None


def _indented(row: str, column: int) -> str:
    return " " * column + row[4:] if row.strip() else row


def _comments_above(rows: Sequence[str], line: int, column: int) -> int:
    """The first of the comments that stand directly above a key: they are the key's own."""
    while line > 0 and rows[line - 1].startswith(" " * column + "#"):
        line -= 1
    return line


def _last_line(node: Any) -> int:
    """The line of the last value in a node; a node's own end lies behind blank lines."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style or not node.value:
        return node.end_mark.line if node.end_mark.column else node.end_mark.line - 1
    last = node.value[-1]
    return _last_line(last[1] if isinstance(last, tuple) else last)


def _end(rows: Sequence[str], line: int, column: int) -> int:
    """The line after a system's last one, behind the comments that are indented below it."""
    while line < len(rows) and rows[line].startswith(" " * (column + 1)):
        if not rows[line].lstrip().startswith("#"):
            break
        line += 1
    return line
