"""Daily and weekly windows, in minutes of the week."""

from dataclasses import dataclass

DAY = 24 * 60
WEEK = 7 * DAY
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time that comes back; it may run over midnight, and over the end of the week."""

    start: int
    """Minute of the week, 0 is Monday 00:00 UTC; for a daily window, minute of the day."""
    minutes: int
    """Length."""
    every: int
    """Minutes until it comes back: a day or a week."""

    def overlaps(self, other: "Window") -> bool:
        """Whether the two ever run at the same time. Windows that touch do not."""
        # Both come back at least once a week, so a week shows every meeting.
        return any(
            (theirs - ours) % WEEK < self.minutes or (ours - theirs) % WEEK < other.minutes
            for ours in range(self.start, self.start + WEEK, self.every)
            for theirs in range(other.start, other.start + WEEK, other.every)
        )


def parse_daily(text: str) -> Window:
    """Reads `03:00-04:00`. One that ends when it starts lasts a day.

    Args:
        text: Of the right form; the model has looked.
    """
    start, end = (_clock(part) for part in text.split("-"))
    return Window(start, (end - start) % DAY or DAY, DAY)


def parse_weekly(text: str) -> Window:
    """Reads `sun:04:30-sun:05:30`. One that ends when it starts lasts a week.

    Args:
        text: Of the right form; the model has looked.
    """
    start, end = (_day_and_clock(part) for part in text.split("-"))
    return Window(start, (end - start) % WEEK or WEEK, WEEK)


def _clock(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _day_and_clock(text: str) -> int:
    day, clock = text.split(":", 1)
    return _DAYS.index(day) * DAY + _clock(clock)


def day_and_time(text: str) -> tuple[str, str]:
    """Reads `sun:05:00` as the day's whole name and the time: `sunday`, `05:00`.

    Args:
        text: Of the right form; the model has looked.
    """
    day, clock = text.split(":", 1)
    return _DAY_NAMES[_DAYS.index(day)], clock
