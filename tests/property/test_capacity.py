"""Connections and cache memory: more costs more, and no class promises what it has not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning import capacity
from planning.rollout import plan_rollout, task_surge

SIZES = [
    "micro", "small", "medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge",
    "16xlarge", "24xlarge",
]  # fmt: skip

classes = st.sampled_from(capacity.instance_classes())
node_types = st.sampled_from(capacity.node_types())
counts = st.integers(0, 1000)


def family(name: str) -> str:
    return name.rpartition(".")[0]


def size(name: str) -> int:
    return SIZES.index(name.rpartition(".")[2])


def neighbours(names: tuple[str, ...]) -> st.SearchStrategy[tuple[str, str]]:
    """Two of one family, the smaller first."""
    return st.sampled_from(
        [
            (one, other)
            for one in names
            for other in names
            if family(one) == family(other) and size(one) < size(other)
        ]
    )


@given(neighbours(capacity.instance_classes()))
def test_a_larger_class_takes_no_fewer_connections(pair: tuple[str, str]) -> None:
    smaller, larger = pair

    assert capacity.usable_connections(smaller) <= capacity.usable_connections(larger)


@given(classes)
def test_every_class_takes_some_connections_and_none_more_than_rds(instance_class: str) -> None:
    assert 0 < capacity.usable_connections(instance_class) < 5000


@given(neighbours(capacity.node_types()))
def test_a_larger_node_holds_more(pair: tuple[str, str]) -> None:
    smaller, larger = pair

    assert capacity.usable_cache_mib(smaller) < capacity.usable_cache_mib(larger)


@given(node_types)
def test_every_node_holds_some_data(node_type: str) -> None:
    assert capacity.usable_cache_mib(node_type) > 0


@given(counts, counts, counts)
def test_more_tasks_or_a_larger_pool_never_need_fewer_connections(
    pool: int, tasks: int, more: int
) -> None:
    needed = capacity.pooled_connections(pool, tasks)

    assert needed <= capacity.pooled_connections(pool + more, tasks)
    assert needed <= capacity.pooled_connections(pool, tasks + more)


@pytest.mark.acceptance("trap-27")
@given(st.integers(1, 100), st.integers(1, 100), counts, st.integers(0, 10), st.integers(0, 10))
def test_connections_cover_every_task_that_ecs_may_run(
    pool: int, fewest: int, grown: int, max_surge: int, max_unavailable: int
) -> None:
    percents = plan_rollout(fewest, max_surge, max_unavailable)
    most = fewest + grown
    at_once = most * percents.maximum_percent // 100

    needed = capacity.pooled_connections(pool, most + task_surge(most, percents.maximum_percent))

    assert needed == pool * at_once >= pool * (most + max_surge)
