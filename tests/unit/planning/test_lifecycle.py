"""Until when versions are supported, and what is said when the end comes near."""

import dataclasses
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from model.description import Description
from model.load import load_files
from model.stores import Cache, Queue
from planning.checks import verify
from planning.lifecycle import (
    ENDS,
    NOTICE,
    end_of_support,
    is_near_its_end,
    is_newer,
    newest,
    offered,
)

ROOT = Path(__file__).parents[3]
END = date(2027, 2, 28)
"""Of PostgreSQL 14."""


def described(**versions: str) -> Description:
    """AegisX with other versions of its stores."""
    description = load_files(ROOT, "production", assume_secrets=True)
    aegisx = description.systems["aegisx"]
    stores: dict[str, Any] = {
        store: getattr(aegisx, store).model_copy(update={"version": version})
        for store, version in versions.items()
    }
    changed = aegisx.model_copy(update=stores)
    return dataclasses.replace(description, systems={**description.systems, "aegisx": changed})


def warned(description: Description, today: date) -> list[str]:
    warnings = verify(description, today).warnings
    return [f"{warning.path} {warning.reason}" for warning in warnings if "support" in str(warning)]


@pytest.mark.acceptance("trap-6")
@pytest.mark.parametrize(
    ("today", "words"),
    [
        pytest.param(END - NOTICE, "leaves", id="half a year before"),
        pytest.param(END, "leaves", id="on its last day"),
        pytest.param(END + timedelta(days=1), "has left", id="a day too late"),
    ],
)
def test_a_version_is_warned_of_when_its_end_is_near(today: date, words: str) -> None:
    assert warned(described(database="14"), today) == [
        f"database.version {words} AWS's standard support on 2027-02-28, and extended support is "
        "charged for"
    ]


@pytest.mark.acceptance("trap-6")
def test_a_version_is_not_warned_of_before() -> None:
    assert warned(described(database="14"), END - NOTICE - timedelta(days=1)) == []


def test_each_store_is_looked_at() -> None:
    assert [line.split()[0] for line in warned(described(database="14", cache="6"), END)] == [
        "database.version",
        "cache.version",
    ]


def test_a_version_without_an_end_is_never_warned_of() -> None:
    assert end_of_support("redis", "7") is None
    assert end_of_support("rabbitmq", "3.13") is None
    assert warned(described(database="18", cache="7"), date(2026, 11, 21)) == []


def test_the_table_names_only_versions_that_a_system_or_cluster_can_have() -> None:
    redis = get_args(Cache.model_fields["version"].annotation)
    rabbitmq = get_args(Queue.model_fields["version"].annotation)

    assert set(ENDS) == {"postgres", "redis", "rabbitmq", "eks"}
    assert set(ENDS["postgres"]) == {"14", "15", "16", "17", "18"}
    assert set(ENDS["redis"]) <= set(redis)
    assert set(ENDS["rabbitmq"]) <= set(rabbitmq)
    assert all(re.fullmatch(r"1\.\d\d", version) for version in ENDS["eks"])


def test_an_end_is_near_for_half_a_year_and_ever_after() -> None:
    assert not is_near_its_end(END, END - NOTICE - timedelta(days=1))
    assert is_near_its_end(END, END - NOTICE)
    assert is_near_its_end(END, END + timedelta(days=1000))


def test_a_version_is_newer_by_its_numbers() -> None:
    assert newest("eks") == "1.36"
    assert is_newer("eks", "1.37")
    assert is_newer("eks", "1.100")
    assert not is_newer("eks", "1.36")
    assert not is_newer("eks", "1.9")


@pytest.mark.parametrize(
    ("today", "versions"),
    [
        pytest.param(date(2026, 3, 1), ["1.34", "1.35", "1.36"], id="without those near an end"),
        pytest.param(date(2026, 11, 21), ["1.36"], id="with one left"),
        pytest.param(date(2027, 2, 1), ["1.35", "1.36"], id="when all are near their ends"),
        pytest.param(date(2027, 8, 3), [], id="when all have ended"),
    ],
)
def test_versions_are_offered_that_last(today: date, versions: list[str]) -> None:
    assert offered("eks", today) == versions
