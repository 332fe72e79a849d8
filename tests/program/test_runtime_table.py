"""Every row of the table of runtimes against the graph: a changed field changes what its row says.

One description uses every field (`every_field`). Each field gets another value, and what differs
in the recorded graph has to be what the field's row names for that runtime: that, and nothing else.
Changes that go to different places share a recording, so that all of them take a minute.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from model.environment import Runtime
from planning.runtime_row import Rendered
from planning.runtimes import AREAS
from tests.support.every_field import Change, changed, covers, overlap, read_changes, record
from tools.recording.recorder import Recording

RUNTIMES: tuple[Runtime, ...] = ("fargate", "eks")
UNCHANGED: Mapping[str, str] = {
    "name": "the file's name too, and the beginning of every other name",
    "database.engine": "has one value",
    "queue.engine": "has one value",
    "aws:region": "moves with its zones: test_elsewhere.py",
    "slipway:runtime": "chooses the column",
    "slipway:safety": "only demands values of other fields: model/rules/guardrails.py",
    "slipway:switch.to": "chooses both columns: test_switching.py",
    "slipway:switch.percent": "is of two runtimes: test_switching.py",
}
"""Fields that cannot have another value by themselves, and why."""

ROWS: Mapping[str, Rendered] = {
    path: row for area in AREAS for row in (*area.rows, *area.same) for path in area.paths_of(row)
}
CHANGES = read_changes()


def batches(runtime: Runtime) -> Iterator[list[Change]]:
    """The changes in as few graphs as can tell them apart; those of nothing are one of them."""
    found: list[list[Change]] = []
    for change in CHANGES:
        paths = ROWS[change.field].rendered(runtime)
        for batch in found:
            others = [ROWS[each.field].rendered(runtime) for each in batch]
            apart = not any(overlap(paths, each) for each in others)
            # Beside nothing nothing else may be, or it could not be seen.
            alike = all(bool(each) is bool(paths) for each in others)
            if batch[0].base == change.base and apart and alike:
                batch.append(change)
                break
        else:
            found.append([change])
    yield from found


def differences(runtime: Runtime, batch: list[Change]) -> set[str]:
    base = batch[0].base
    values = {**json.loads(base), **{each.key: each.value for each in batch}}
    return changed(before(runtime, base), recorded(runtime, values))


@lru_cache
def before(runtime: Runtime, base: str) -> Recording:
    return recorded(runtime, json.loads(base))


def recorded(runtime: Runtime, values: Mapping[str, Any]) -> Recording:
    with TemporaryDirectory() as folder:
        return record(runtime, values, Path(folder))


def hits(paths: Iterable[str], found: Iterable[str]) -> set[str]:
    """The paths of a row that have changed."""
    return {path for path in paths if any(covers(path, each) for each in found)}


def problems(runtime: Runtime, batch: list[Change], found: set[str]) -> Iterator[str]:
    """What the rows say and the graph does not show, and the other way round."""
    named: set[str] = set()
    for change in batch:
        row = ROWS[change.field]
        own = row.fargate_into if runtime == "fargate" else row.eks_into
        named |= {*row.into, *own}
        for paths in (row.into, own):
            if paths and not hits(paths, found):
                yield f"{change.key} does not change {' or '.join(paths)}"
    for each in sorted(found):
        if not any(covers(path, each) for path in named):
            yield f"{each} changes with one of {', '.join(change.key for change in batch)}"


def test_every_field_is_changed_or_cannot_be() -> None:
    tried = {change.field for change in CHANGES}

    assert tried | set(UNCHANGED) == set(ROWS)
    assert not tried & set(UNCHANGED)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_field_changes_what_its_row_names_and_nothing_else(runtime: Runtime) -> None:
    tried = [(batch, differences(runtime, batch)) for batch in batches(runtime)]

    assert [line for batch, found in tried for line in problems(runtime, batch, found)] == []

    named = {
        (id(row), path)
        for change in CHANGES
        for row in [ROWS[change.field]]
        for path in row.rendered(runtime)
    }
    shown = {
        (id(ROWS[change.field]), path)
        for batch, found in tried
        for change in batch
        for path in hits(ROWS[change.field].rendered(runtime), found)
    }
    assert {path for _, path in named - shown} == set(), "named by a row and changed by no field"
