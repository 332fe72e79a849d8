"""Backup and maintenance windows: how long they are and whether they overlap (trap 8)."""

from dataclasses import dataclass

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = 24 * 60
_WEEK = 7 * _DAY


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A time of the day or of the week, in minutes from its start."""

    begin: int
    """Minute at which it begins, counted from midnight or from Monday."""
    minutes: int
    """How long it is."""
    daily: bool
    """Whether it comes every day, and not once a week."""

    def overlaps(self, other: "Window") -> bool:
        """Whether there is a minute in both."""
        return any(
            (theirs - ours) % _WEEK < self.minutes or (ours - theirs) % _WEEK < other.minutes
            for ours in self._begins()
            for theirs in other._begins()
        )

    def _begins(self) -> list[int]:
        return [self.begin + day * _DAY for day in range(7)] if self.daily else [self.begin]


def daily(text: str) -> Window:
    """Reads `03:00-04:00`; an end before the begin is on the next day."""
    begin, end = (_minute(part) for part in text.split("-"))
    return Window(begin=begin, minutes=(end - begin) % _DAY or _DAY, daily=True)


def weekly(text: str) -> Window:
    """Reads `sun:04:30-sun:05:30`; an end before the begin is in the next week."""
    begin, end = (_DAYS.index(part[:3]) * _DAY + _minute(part[4:]) for part in text.split("-"))
    return Window(begin=begin, minutes=(end - begin) % _WEEK or _WEEK, daily=False)


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
