"""Windows; the laws are in tests/property."""

import pytest

from planning.windows import DAY, WEEK, Window, day_and_time, parse_daily, parse_weekly


def test_reads_a_daily_window() -> None:
    assert parse_daily("03:00-04:30") == Window(180, 90, DAY)
    assert parse_daily("23:30-00:30") == Window(23 * 60 + 30, 60, DAY)


def test_reads_a_weekly_window() -> None:
    assert parse_weekly("mon:00:00-mon:01:00") == Window(0, 60, WEEK)
    assert parse_weekly("sun:23:30-mon:00:30") == Window(6 * DAY + 23 * 60 + 30, 60, WEEK)


@pytest.mark.parametrize(
    ("text", "day", "time"),
    [("mon:00:00", "monday", "00:00"), ("sun:05:00", "sunday", "05:00")],
)
def test_reads_a_start_with_the_days_whole_name(text: str, day: str, time: str) -> None:
    assert day_and_time(text) == (day, time)


@pytest.mark.acceptance("trap-8")
@pytest.mark.parametrize(
    ("daily", "weekly", "overlap"),
    [
        pytest.param("03:00-04:00", "sun:04:00-sun:05:00", False, id="REST: they touch"),
        pytest.param("03:00-04:01", "sun:04:00-sun:05:00", True, id="a minute"),
        pytest.param("04:15-04:45", "sun:04:00-sun:05:00", True, id="inside"),
        pytest.param("23:30-00:30", "sun:23:00-mon:00:00", True, id="over midnight"),
        pytest.param("00:00-00:30", "sun:23:45-mon:00:15", True, id="over the end of the week"),
        pytest.param("00:30-01:00", "sun:23:45-mon:00:15", False, id="after the end of the week"),
    ],
)
def test_windows_overlap_if_they_share_a_minute(daily: str, weekly: str, overlap: bool) -> None:
    assert parse_daily(daily).overlaps(parse_weekly(weekly)) is overlap
    assert parse_weekly(weekly).overlaps(parse_daily(daily)) is overlap
