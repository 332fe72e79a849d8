"""When a CronJob runs: what Kubernetes refuses about its schedule and its time zone.

It reads a schedule with https://pkg.go.dev/github.com/robfig/cron/v3#ParseStandard, which differs
from the cron of Unix in that no weekday is 7 and that `?` is another `*`.
"""

import functools
import json
import re
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.kubernetes.fields import at
from sandbox.provider import Plain, Problem


@dataclass(frozen=True)
class _Field:
    """One of the five fields."""

    name: str
    least: int
    most: int
    words: str = ""
    """What stands for the numbers, from the least on."""

    def takes(self, part: str) -> bool:
        """Whether a part of the field's list is good, such as `*/5` or `mon-fri`."""
        match = _PART.fullmatch(part.lower())
        if match is None:
            return False
        if match["first"] is None:
            return True
        first = self._number(match["first"])
        last = self._number(match["last"] or match["first"])
        return self.least <= first <= last <= self.most

    def _number(self, text: str) -> int:
        words = self.words.split()
        if text in words:
            return words.index(text) + self.least
        return int(text) if text.isdigit() else -1


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
    _Field("weekday", 0, 6, "sun mon tue wed thu fri sat"),
)
_PART = re.compile(
    r"([*?]|(?P<first>[a-z]{3}|[0-9]{1,9})(-(?P<last>[a-z]{3}|[0-9]{1,9}))?)(/0*[1-9][0-9]{0,8})?"
)
_MACRO = re.compile(
    r"@(yearly|annually|monthly|weekly|daily|midnight|hourly"
    r"|every (([0-9]+(\.[0-9]+)?)(ns|us|ms|s|m|h))+)"
)
_zones = functools.cache(zoneinfo.available_timezones)


def check(cron_job: Plain) -> Iterator[Problem]:
    """Finds what is wrong with when a CronJob runs.

    Args:
        cron_job: The object; what is UNKNOWN in it is taken for good.

    Yields:
        What the API server refuses.
    """
    schedule, zone = at(cron_job, "spec", "schedule"), at(cron_job, "spec", "timeZone")
    reason = _refused(schedule) if isinstance(schedule, str) else ""
    if reason:
        yield Problem("spec.schedule", f"{json.dumps(schedule)} is refused; {reason}")
    # A machine without a database of time zones knows none; the API server then has the last word.
    if isinstance(zone, str) and _zones() and zone not in _zones():
        yield Problem("spec.timeZone", f"{json.dumps(zone)} is no time zone such as Europe/Berlin")


def _refused(schedule: str) -> str:
    if _MACRO.fullmatch(schedule):
        return ""
    fields = schedule.split()
    if len(fields) != len(_FIELDS):
        named = ", ".join(field.name for field in _FIELDS)
        return f"use the five fields {named}, or a word such as @hourly"
    for field, text in zip(_FIELDS, fields, strict=True):
        for part in text.split(","):
            if not field.takes(part):
                return (
                    f"{json.dumps(part)} is no {field.name}; use *, {field.least} to {field.most}, "
                    "or a range of these that rises, and perhaps a step such as /5"
                )
    return ""
