"""The doctor's clock, which stands still in all other tests of the runtime eks."""

from datetime import UTC, datetime

from tests.unit.doctor.eks.exporter import NOW
from tools.doctor import clock
from tools.doctor.clock import now


def test_it_shows_the_present_time_in_utc() -> None:
    before = datetime.now(UTC)

    shown = now()

    assert before <= shown <= datetime.now(UTC)
    assert shown.tzinfo is UTC


def test_it_stands_still_here() -> None:
    assert clock.now() == NOW
