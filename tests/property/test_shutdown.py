"""The time that a leaving task gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.shutdown import (
    LONGEST_STOP_SECONDS,
    MARGIN_SECONDS,
    deregistration_delay_seconds,
    stop_timeout_seconds,
)

LONGEST_DRAIN = LONGEST_STOP_SECONDS - MARGIN_SECONDS


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
