"""The present time, in one place, so that tests can set it."""

from datetime import UTC, datetime


def now() -> datetime:
    """Returns the present time in UTC."""
    return datetime.now(UTC)
