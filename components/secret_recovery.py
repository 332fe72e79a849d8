"""How long a deleted secret can be restored: Secrets Manager knows at once, or 7 to 30 days."""

from typing import Any

from components.errors import require


def require_recovery(args: Any, field: str) -> None:
    """Refuses a recovery window that Secrets Manager would refuse.

    Source: docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html

    Args:
        args: The args object, `self` in its `__post_init__`.
        field: Name of the field that holds the number of days.

    Raises:
        ArgumentError: The number is neither 0 nor 7 to 30.
    """
    days: int = getattr(args, field)
    require(args, field, days == 0 or 7 <= days <= 30, "use 0 to delete at once, or 7 to 30 (days)")
