"""How long a task may take to start before failed checks count."""

from typing import Protocol

DEFAULT_GRACE_SECONDS = 60
"""Where nothing is said of the start (table F)."""


class StartupProbe(Protocol):
    """The part of a startup probe that counts."""

    @property
    def initial_delay_seconds(self) -> int: ...  # noqa: D102
    @property
    def period_seconds(self) -> int: ...  # noqa: D102
    @property
    def failure_threshold(self) -> int: ...  # noqa: D102


def grace_period_seconds(probe: StartupProbe | None) -> int:
    """Seconds after a task's start in which ECS ignores failed checks.

    Args:
        probe: The startup probe, if there is one.

    Returns:
        The time that Kubernetes would give: delay, and period times failures (A7: 150).
    """
    if probe is None:
        return DEFAULT_GRACE_SECONDS
    return probe.initial_delay_seconds + probe.period_seconds * probe.failure_threshold
