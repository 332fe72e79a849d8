"""How long a task or pod may take to start, and what follows from it."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.startup import grace_period_seconds, progress_deadline_seconds, startup_seconds


@dataclass(frozen=True)
class Probe:
    initial_delay_seconds: int
    period_seconds: int
    failure_threshold: int


def probe(delay: int = 0, period: int = 5, failures: int = 30) -> Probe:
    return Probe(delay, period, failures)


@pytest.mark.parametrize(
    ("asked", "deadline"),
    [
        pytest.param(None, 600, id="nothing is said of the start"),
        pytest.param(probe(), 600, id="150 seconds"),
        pytest.param(probe(failures=60), 600, id="300 seconds, and 300 before"),
        pytest.param(probe(delay=1, failures=60), 601, id="a second more"),
        pytest.param(probe(period=60), 2100, id="half an hour"),
    ],
)
def test_a_rollout_waits_for_the_longest_start(asked: Probe | None, deadline: int) -> None:
    assert progress_deadline_seconds(asked) == deadline


@given(st.integers(0, 3600), st.integers(1, 300), st.integers(1, 100))
def test_a_pod_that_may_still_start_has_not_failed(delay: int, period: int, failures: int) -> None:
    asked = probe(delay, period, failures)
    assert progress_deadline_seconds(asked) > startup_seconds(asked) == grace_period_seconds(asked)
