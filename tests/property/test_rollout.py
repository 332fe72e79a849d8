"""Rollout percentages, read back with ECS's own rounding to whole tasks."""

from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from planning.rollout import plan_rollout, task_surge

tasks = st.integers(1, 1000)
surges = st.integers(0, 100)
grown_by = st.integers(0, 1000)
"""Tasks that autoscaling adds to the smallest number, for which the percentages were made."""


def most(wanted: int, percent: int) -> int:
    """ECS rounds the maximum down (ECS API reference, DeploymentConfiguration)."""
    return wanted * percent // 100


def least(wanted: int, percent: int) -> int:
    """ECS rounds the minimum up."""
    return ceil(wanted * percent / 100)


@given(tasks, surges, surges, grown_by)
def test_leaves_room_for_the_surge_at_every_number_of_tasks(
    smallest: int, surge: int, unavailable: int, grown: int
) -> None:
    percents = plan_rollout(smallest, surge, unavailable)
    wanted = smallest + grown

    assert most(wanted, percents.maximum_percent) >= wanted + surge


@given(tasks, surges, surges, grown_by)
def test_never_keeps_tasks_that_may_be_unavailable(
    smallest: int, surge: int, unavailable: int, grown: int
) -> None:
    percents = plan_rollout(smallest, surge, unavailable)
    wanted = smallest + grown

    assert least(wanted, percents.minimum_healthy_percent) <= max(wanted - unavailable, 0)


@given(st.integers(1, 100), surges, surges)
def test_is_exact_at_the_smallest_number_up_to_a_hundred_tasks(
    smallest: int, surge: int, unavailable: int
) -> None:
    percents = plan_rollout(smallest, surge, unavailable)

    assert most(smallest, percents.maximum_percent) == smallest + surge
    assert least(smallest, percents.minimum_healthy_percent) == max(smallest - unavailable, 0)


@given(st.integers(101, 1000), surges, surges)
def test_is_off_by_less_than_a_percent_above_a_hundred_tasks(
    smallest: int, surge: int, unavailable: int
) -> None:
    percents = plan_rollout(smallest, surge, unavailable)
    healthy = max(smallest - unavailable, 0)

    assert 0 <= most(smallest, percents.maximum_percent) - smallest - surge < smallest / 100
    assert 0 <= healthy - least(smallest, percents.minimum_healthy_percent) < smallest / 100


@given(tasks, surges, grown_by)
def test_a_service_that_must_stay_whole_stays_whole(smallest: int, surge: int, grown: int) -> None:
    percents = plan_rollout(smallest, surge, 0)

    assert percents.minimum_healthy_percent == 100
    assert least(smallest + grown, percents.minimum_healthy_percent) == smallest + grown


@given(tasks, surges, surges)
def test_the_percentages_are_ones_that_ecs_takes(
    smallest: int, surge: int, unavailable: int
) -> None:
    percents = plan_rollout(smallest, surge, unavailable)

    assert 0 <= percents.minimum_healthy_percent <= 100 <= percents.maximum_percent


@given(tasks, surges, surges, grown_by)
def test_task_surge_is_what_ecs_adds(
    smallest: int, surge: int, unavailable: int, grown: int
) -> None:
    percent = plan_rollout(smallest, surge, unavailable).maximum_percent
    wanted = smallest + grown

    assert wanted + task_surge(wanted, percent) == most(wanted, percent)
