"""The time that a leaving task gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.shutdown import (
    LONGEST_STOP_SECONDS,
    MARGIN_SECONDS,
    deregistration_delay_seconds,
    plan_pod_shutdown,
    stop_timeout_seconds,
)

LONGEST_DRAIN = LONGEST_STOP_SECONDS - MARGIN_SECONDS
drains = st.integers(0, LONGEST_DRAIN)


@pytest.mark.acceptance("trap-19")
@given(st.integers(0, LONGEST_DRAIN))
def test_a_drain_that_fits_has_ten_seconds_to_spare(drain: int) -> None:
    assert stop_timeout_seconds(drain) == drain + 10


@given(st.integers(0, 10_000))
def test_fargate_takes_every_stop_timeout(drain: int) -> None:
    assert 2 <= stop_timeout_seconds(drain) <= 120


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_longer_drain_never_gets_less_time(one: int, other: int) -> None:
    assert stop_timeout_seconds(min(one, other)) <= stop_timeout_seconds(max(one, other))


@pytest.mark.acceptance("trap-19")
@given(st.integers(0, 3600))
def test_open_requests_get_the_longest_request_and_no_more(longest: int) -> None:
    assert deregistration_delay_seconds(longest) == longest


@pytest.mark.acceptance("trap-19")
@given(drains, st.none() | st.integers(0, 110), st.booleans())
def test_a_pod_has_ten_seconds_to_spare_after_its_wait_and_its_drain(
    drain: int, wait: int | None, has_port: bool
) -> None:
    plan = plan_pod_shutdown(drain, pre_stop_seconds=wait, has_port=has_port)
    needed = plan.pre_stop_seconds + drain + MARGIN_SECONDS
    assert needed <= plan.termination_grace_period_seconds < needed + 10
    assert plan.termination_grace_period_seconds % 10 == 0


@given(drains, st.none() | st.integers(0, 110))
def test_a_pod_that_nobody_sends_to_waits_only_where_that_is_written(
    drain: int, wait: int | None
) -> None:
    plan = plan_pod_shutdown(drain, pre_stop_seconds=wait, has_port=False)
    assert plan.pre_stop_seconds == (wait or 0)


@given(drains, st.booleans())
def test_no_pod_is_killed_sooner_than_a_task(drain: int, has_port: bool) -> None:
    """What the process gets between SIGTERM and SIGKILL, whatever runs it."""
    plan = plan_pod_shutdown(drain, pre_stop_seconds=None, has_port=has_port)
    after_term = plan.termination_grace_period_seconds - plan.pre_stop_seconds
    assert after_term >= stop_timeout_seconds(drain)


@given(drains, st.none() | st.integers(0, 110), st.booleans())
def test_exact_numbers_are_those_that_are_written(
    drain: int, wait: int | None, has_port: bool
) -> None:
    plan = plan_pod_shutdown(drain, pre_stop_seconds=wait, has_port=has_port, parity="exact")
    assert plan.pre_stop_seconds == (wait or 0)
    assert plan.termination_grace_period_seconds == max(plan.pre_stop_seconds + drain, 1)


@pytest.mark.acceptance("D3", "trap-19")
def test_the_guides_numbers() -> None:
    nessen = plan_pod_shutdown(30, pre_stop_seconds=15, has_port=True)
    exact = plan_pod_shutdown(30, pre_stop_seconds=15, has_port=True, parity="exact")
    others = plan_pod_shutdown(30, pre_stop_seconds=None, has_port=True)
    worker = plan_pod_shutdown(110, pre_stop_seconds=None, has_port=False)
    ends = (nessen, exact, others, worker)
    assert [(end.pre_stop_seconds, end.termination_grace_period_seconds) for end in ends] == [
        (15, 60),
        (15, 45),
        (10, 50),
        (0, 120),
    ]
