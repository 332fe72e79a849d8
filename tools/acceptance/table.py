"""docs/acceptance.md: what is demanded, where it is set, which test proves it; and its gaps."""

from collections.abc import Iterator
from pathlib import Path

from tools.acceptance.demands import FILE, read_demands
from tools.acceptance.markers import read_markers
from tools.acceptance.places import exists
from tools.gendocs.markdown import GENERATED, code, table
from tools.gendocs.markdown import page as join

INTRODUCTION = """\
What the deployment guides demand, by ID. A to E are the guides' own lines, F is their rendering on
ECS, a trap is a place where a guide contradicts itself or AWS. A test names the IDs that it proves
with `@pytest.mark.acceptance("A4")`; this page is generated from those markers and from
[acceptance.yaml](acceptance.yaml)."""


def page(root: Path) -> str:
    """The text of docs/acceptance.md.

    Args:
        root: The project's folder.
    """
    proofs = read_markers(root / "tests")
    rows = [
        (
            name,
            demand.demand,
            "\n\n".join(_link(place) for place in demand.set),
            "\n\n".join(
                [*(code(test) for test in proofs.get(name, ())), demand.reason or demand.note]
            ).strip(),
        )
        for name, demand in read_demands(root).items()
    ]
    header = ("ID", "Demand", "Set in", "Proved by, or why it does not apply")
    return join("# Acceptance", GENERATED, INTRODUCTION, table(header, rows))


def problems(root: Path) -> Iterator[str]:
    """What keeps the table from being true: dead places, unknown IDs, demands that nothing proves.

    Args:
        root: The project's folder.

    Yields:
        One sentence a problem, with what to do.
    """
    demands, proofs = read_demands(root), read_markers(root / "tests")
    for name, demand in demands.items():
        for place in demand.set:
            if not exists(root, place):
                yield f"{FILE}, {name}.set: {place} does not exist; name what sets it now"
        if name not in proofs and not demand.reason:
            yield (
                f"{FILE}, {name}: no test proves it; mark one with "
                f'@pytest.mark.acceptance("{name}"), or write under reason why it does not apply'
            )
    for name, tests in proofs.items():
        if name not in demands:
            yield f'{tests[0]}: acceptance("{name}") is no ID of {FILE}; correct it or add its row'


def _link(place: str) -> str:
    file, _, key = place.partition(" ")
    return f"[{file}](../{file}) {code(key)}".strip()
