"""Until when AWS supports engines of data stores and Kubernetes without charging more for it.

Sources: Amazon RDS user guide, "Release calendars for Amazon RDS for PostgreSQL"; ElastiCache user
guide, "Engine versions and upgrading"; Amazon MQ developer guide, "RabbitMQ version support"; EKS
user guide, "Understand the Kubernetes version lifecycle on EKS". Look at them again when a version
is added.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

NOTICE = timedelta(days=183)
"""So long before its end a version is warned of: half a year, time enough for an upgrade."""

ENDS: Mapping[str, Mapping[str, date]] = {
    "postgres": {
        "14": date(2027, 2, 28),
        "15": date(2028, 2, 29),
        "16": date(2029, 2, 28),
        "17": date(2030, 2, 28),
        "18": date(2031, 2, 28),
    },
    "redis": {"6": date(2027, 1, 31)},
    "rabbitmq": {},
    "eks": {
        "1.31": date(2025, 11, 26),
        "1.32": date(2026, 3, 23),
        "1.33": date(2026, 7, 29),
        "1.34": date(2026, 12, 2),
        "1.35": date(2027, 3, 27),
        "1.36": date(2027, 8, 2),
    },
}
"""End of standard support by engine and version; a version without an end has none published."""


def end_of_support(engine: str, version: str) -> date | None:
    """The last day of a version's standard support, None where none is published."""
    return ENDS[engine].get(version)


def is_near_its_end(end: date, today: date) -> bool:
    """Whether a version's end has come, or comes within half a year."""
    return end - today <= NOTICE


def newest(engine: str) -> str:
    """The newest version whose end is published here."""
    return max(ENDS[engine], key=_order)


def is_newer(engine: str, version: str) -> bool:
    """Whether a version came out after those whose ends are published here.

    Args:
        engine: An engine that has some.
        version: Numbers with dots between them, for example `1.36`.
    """
    return _order(version) > _order(newest(engine))


def offered(engine: str, today: date) -> Sequence[str]:
    """Versions to choose today, the oldest first.

    Returns:
        Those whose end is not near; if there are none, those that are supported still.
    """
    supported = [version for version, end in ENDS[engine].items() if end >= today]
    return [
        version for version in supported if not is_near_its_end(ENDS[engine][version], today)
    ] or supported


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))
