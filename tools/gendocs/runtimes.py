"""docs/runtimes.md: what every field becomes on Fargate and on EKS, and what differs besides."""

from planning import runtime_differences
from planning.runtime_row import Area, Loss, Row, Same
from planning.runtimes import AREAS
from tools.gendocs.markdown import GENERATED, code, page, table

INTRODUCTION = """\
`slipway:runtime` of a stack file says what carries the services: `fargate` or `eks`. The system
files do not change; what each of their fields becomes stands here. A preview warns where a system
asks for what its runtime cannot do; what a runtime merely does not need is left out in silence.
[Switching](switching.md) says how to move an environment from one to the other.
[A test](../tests/program/test_runtime_table.py) gives each field another value and looks whether
what is built changes where its row says so, and nowhere else."""


def runtimes_page() -> str:
    """The text of docs/runtimes.md."""
    blocks: list[str] = []
    for area in AREAS:
        blocks += _area(area)
    return page(
        "# Runtimes",
        GENERATED,
        INTRODUCTION,
        "## What behaves differently",
        _source(runtime_differences.__name__),
        table(
            ("What", "Fargate", "EKS"),
            [(each.what, each.fargate, each.eks) for each in runtime_differences.DIFFERENCES],
        ),
        *blocks,
    )


def _area(area: Area) -> list[str]:
    heading = f"## {area.title}"
    section = f"Keys of `{area.section.replace('*', '<name>')}`. " if area.section else ""
    rows = [(_keys(row), _told(row, "fargate"), _told(row, "eks")) for row in area.rows]
    same = "\n".join(f"- {_keys(each)} ({each.why})" for each in area.same)
    return [
        heading,
        section + _source(area.module),
        table(("Key", "Fargate", "EKS"), rows),
        "The same on both:" if same else "",
        same,
    ]


def _source(module: str) -> str:
    file = f"{module.replace('.', '/')}.py"
    return f"Source: [{file}](../{file})."


def _keys(row: Row | Same) -> str:
    part = row.part.replace("*", "<name>")
    keys = [key.replace("*", "<name>") for key in row.keys]
    if len(keys) == 1 or not part:
        return ", ".join(code(f"{part}.{key}".removeprefix(".")) for key in keys)
    return f"{code(part)}: {', '.join(code(key) for key in keys)}"


def _told(row: Row, runtime: str) -> str:
    losses: list[Loss] = [loss for loss in row.losses if loss.runtime == runtime]
    said = row.fargate if runtime == "fargate" else row.eks
    return ". ".join([said, *(f"**A preview warns {loss.when}**" for loss in losses)])
