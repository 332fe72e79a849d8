"""The end of a run: what was built, where it answers, what the doctor found, what it took."""

from collections.abc import Iterable

from pydantic import JsonValue
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sandbox.state import STACK_TYPE, Resource
from sandbox.summary import SummaryFile


def show(
    console: Console,
    summary: SummaryFile,
    resources: Iterable[Resource],
    errors: Iterable[str],
    notes: Iterable[str] = (),
) -> None:
    """Prints the tables of a finished run.

    Args:
        console: Where to.
        summary: The run's summary; its secrets are masked already.
        resources: What was registered, for the table by component.
        errors: What went wrong, already fit to be shown.
        notes: What else there is to know, one line each.
    """
    components = _by_component(list(resources))
    if components:
        _table(console, "Built", ("component", "resources"), components)
    _table(console, "Outputs", ("output", "value"), list(_flat("", dict(summary.outputs))))
    if summary.mocked:
        rows = [(entry.type, entry.name, entry.reason) for entry in summary.mocked]
        _table(console, "Mocked, because moto cannot do it", ("type", "name", "why"), rows)
    if summary.doctor:
        findings = [
            ("ok" if finding.ok else "NOT OK", finding.check, finding.detail)
            for finding in sorted(summary.doctor, key=lambda finding: finding.ok)
        ]
        _table(console, "Doctor", ("", "check", "detail"), findings)
    if summary.second_run_changes:
        changes = [
            (change.kind, change.type, change.name, "\n".join(change.inputs))
            for change in summary.second_run_changes
        ]
        _table(console, "A second run would change", ("", "type", "name", "inputs"), changes)
    elif "secondRun" in summary.seconds:
        console.print("A second run would change nothing.")
    seconds = [(phase, f"{value:.1f} s") for phase, value in summary.seconds.items()]
    _table(console, "Time", ("phase", "wall clock"), seconds)
    for note in notes:
        console.print(Text(note), soft_wrap=True)
    for error in errors:
        console.print(Text(error, style="bold red"), soft_wrap=True)
    if summary.ok:
        console.print(f"{summary.stack}: ok", style="bold green")
    else:
        console.print(f"{summary.stack}: NOT ok", style="bold red")


def _table(
    console: Console, title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]
) -> None:
    if not rows:
        return
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _by_component(resources: list[Resource]) -> list[tuple[str, ...]]:
    """Counts what was created under each component, in the order of registration."""
    known = {resource.urn: resource for resource in resources}
    counts: dict[str, int] = {
        resource.urn: 0
        for resource in resources
        if not resource.custom and resource.type != STACK_TYPE
    }
    alone = 0
    for resource in resources:
        if not resource.is_deployed:
            continue
        owner = resource.parent
        while owner and owner not in counts:
            owner = known[owner].parent if owner in known else ""
        if owner:
            counts[owner] += 1
        else:
            alone += 1
    rows: list[tuple[str, ...]] = []
    for urn, count in counts.items():
        component = known[urn]
        depth = urn.split("::")[2].count("$")
        rows.append(
            (f"{'  ' * depth}{component.type.rpartition(':')[2]} {component.name}", str(count))
        )
    if alone:
        rows.append(("(no component)", str(alone)))
    return rows


def _flat(prefix: str, value: JsonValue) -> Iterable[tuple[str, ...]]:
    """One row per leaf: a nested output is easier to read by its path."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(f"{prefix}.{key}" if prefix else key, item)
    elif isinstance(value, list):
        yield prefix, ", ".join(str(item) for item in value)
    else:
        yield prefix, str(value)
