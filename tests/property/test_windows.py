"""Backup and maintenance windows, against the plainest oracle: the set of their minutes."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from planning.windows import DAY, WEEK, Window, parse_daily, parse_weekly

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

minutes_of_day = st.integers(0, DAY - 1)
minutes_of_week = st.integers(0, WEEK - 1)


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def day_and_clock(minute: int) -> str:
    return f"{DAYS[minute // DAY]}:{clock(minute % DAY)}"


daily_texts = st.builds(
    lambda start, end: f"{clock(start)}-{clock(end)}", minutes_of_day, minutes_of_day
)
weekly_texts = st.builds(
    lambda start, end: f"{day_and_clock(start)}-{day_and_clock(end)}",
    minutes_of_week,
    minutes_of_week,
)
windows = daily_texts.map(parse_daily) | weekly_texts.map(parse_weekly)


def minutes(window: Window) -> set[int]:
    """Every minute of the week in which the window is open."""
    return {
        (window.start + again + minute) % WEEK
        for again in range(0, WEEK, window.every)
        for minute in range(window.minutes)
    }


@pytest.mark.acceptance("trap-8")
@given(windows, windows)
@example(parse_daily("23:30-00:30"), parse_weekly("mon:00:00-mon:00:15"))
@example(parse_daily("23:30-00:30"), parse_weekly("sun:23:45-mon:00:00"))
@example(parse_daily("03:00-04:00"), parse_weekly("sun:04:00-sun:05:00"))
def test_windows_overlap_when_they_share_a_minute(one: Window, other: Window) -> None:
    assert one.overlaps(other) == bool(minutes(one) & minutes(other))


@given(windows, windows)
def test_overlap_has_no_direction(one: Window, other: Window) -> None:
    assert one.overlaps(other) == other.overlaps(one)


@given(windows)
def test_a_window_overlaps_itself(window: Window) -> None:
    assert window.overlaps(window)


@given(minutes_of_day, st.integers(1, DAY))
def test_a_daily_window_has_the_length_between_its_ends(start: int, length: int) -> None:
    window = parse_daily(f"{clock(start)}-{clock((start + length) % DAY)}")

    assert window == Window(start, length, DAY)


@given(minutes_of_week, st.integers(1, WEEK))
def test_a_weekly_window_has_the_length_between_its_ends(start: int, length: int) -> None:
    window = parse_weekly(f"{day_and_clock(start)}-{day_and_clock((start + length) % WEEK)}")

    assert window == Window(start, length, WEEK)


@given(minutes_of_day, st.integers(1, DAY - 1), st.integers(1, DAY))
def test_windows_that_touch_do_not_overlap(start: int, length: int, next_length: int) -> None:
    one = Window(start, length, DAY)
    following = Window(start + length, min(next_length, DAY - length), DAY)

    assert not one.overlaps(following)
