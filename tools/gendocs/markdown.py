"""The few pieces of Markdown that the pages share."""

from collections.abc import Iterable, Sequence

GENERATED = "<!-- Written by `make docs`; edit the source that it names, not this page. -->"
INDENT = "    "


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; line breaks and bars in cells are made safe.

    Args:
        header: The columns' names.
        rows: One sequence of cells a row.
    """
    lines = [_row(header), _row(["---"] * len(header)), *(_row(row) for row in rows)]
    return "\n".join(lines)


def code(text: str) -> str:
    """Text set as code; nothing for an empty text."""
    return f"`{text}`" if text else ""


def page(*blocks: str) -> str:
    """Blocks with an empty line between them; empty blocks fall away."""
    return "\n\n".join(block for block in blocks if block) + "\n"


def prose(docstring: str) -> str:
    """A docstring as Markdown: what is indented below a line such as `Builds:` becomes a list."""
    lines: list[str] = []
    inside = False
    for line in docstring.splitlines():
        if inside and line and not line.startswith(" "):
            inside = False
        lines.append(line.removeprefix(INDENT) if inside else line)
        if line.endswith(":") and not line.startswith(" "):
            inside = True
            lines.append("")
    return "\n".join(lines)


def anchor(heading: str) -> str:
    """The fragment that GitHub gives a heading."""
    kept = (char for char in heading.lower() if char.isalnum() or char in " -_")
    return "".join(kept).replace(" ", "-")


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(text: str) -> str:
    paragraphs = [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]
    return "<br>".join(paragraphs).replace("|", "\\|")
