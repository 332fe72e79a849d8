"""maxSurge and maxUnavailable as ECS' percentages; the laws are in tests/property."""

import pytest

from planning.rollout import RolloutPercents, plan_rollout, task_surge


@pytest.mark.acceptance("A3")
@pytest.mark.parametrize(
    ("tasks", "surge", "unavailable", "healthy", "most"),
    [
        pytest.param(3, 1, 0, 100, 134, id="AegisX"),
        pytest.param(2, 1, 0, 100, 150, id="AegisX in staging"),
        pytest.param(1, 1, 0, 100, 200, id="one task"),
        pytest.param(3, 1, 1, 66, 134, id="EMPACTS"),
        pytest.param(3, 0, 1, 66, 100, id="old before new"),
        pytest.param(2, 1, 5, 0, 150, id="more unavailable than there are"),
    ],
)
def test_percentages(tasks: int, surge: int, unavailable: int, healthy: int, most: int) -> None:
    assert plan_rollout(tasks, surge, unavailable) == RolloutPercents(
        minimum_healthy_percent=healthy, maximum_percent=most
    )


@pytest.mark.acceptance("trap-27")
def test_percentages_allow_more_tasks_at_the_maximum_than_the_guide_counts() -> None:
    assert task_surge(3, 134) == 1
    assert task_surge(10, 134) == 3
