"""How many requests one address may send; for an environment, or for a system of its own."""

from typing import Annotated, Literal

from pydantic import Field

from model.part import Part


class RateLimit(Part):
    """How many requests one address may send."""

    requests: Annotated[int, Field(ge=10, le=2_000_000_000)]
    """Requests in a window, 10 or more."""
    window_seconds: Literal[60, 120, 300, 600]
    """Seconds of the window: 60, 120, 300 or 600 (trap 17)."""
