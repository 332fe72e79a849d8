"""How long CloudWatch keeps a log: it takes a fixed list of periods, not any number of days."""

from typing import Any

from components.errors import require

RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""Days. Source: CloudWatch Logs API reference, PutRetentionPolicy."""


def require_retention(args: Any, field: str) -> None:
    """Refuses a number of days that CloudWatch Logs would refuse after half of a deploy.

    Args:
        args: The args object, `self` in its `__post_init__`.
        field: Name of the field that holds the number of days.

    Raises:
        ArgumentError: The number is not in the list.
    """
    known = getattr(args, field) in RETENTION_DAYS
    require(args, field, known, f"use one of {', '.join(map(str, RETENTION_DAYS))} (days)")
