"""How long a task or pod may take to start."""

from typing import Protocol

DEFAULT_GRACE_SECONDS = 60
"""Where nothing is said of the start (table F)."""

SHORTEST_DEADLINE_SECONDS = 600
"""Kubernetes' own. Source: Kubernetes documentation, "Deployments", progress deadline."""

BEFORE_THE_START_SECONDS = 300
"""What may pass before a container starts: a new node, its image, a volume."""

ROLLOUT_SECONDS = 3600
"""How long a deploy waits for a rollout on Kubernetes: every pod may need a start of its own."""

LONGEST_START_SECONDS = ROLLOUT_SECONDS - BEFORE_THE_START_SECONDS
"""With a longer one even the first pod of a rollout could come too late."""


class StartupProbe(Protocol):
    """The part of a startup probe that counts."""

    @property
    def initial_delay_seconds(self) -> int: ...  # noqa: D102
    @property
    def period_seconds(self) -> int: ...  # noqa: D102
    @property
    def failure_threshold(self) -> int: ...  # noqa: D102


def startup_seconds(probe: StartupProbe) -> int:
    """Seconds that a startup probe gives: its delay, and period times failures (A7: 150)."""
    return probe.initial_delay_seconds + probe.period_seconds * probe.failure_threshold


def grace_period_seconds(probe: StartupProbe | None) -> int:
    """Seconds after a task's start in which ECS ignores failed checks.

    Args:
        probe: The startup probe, if there is one.

    Returns:
        The time that Kubernetes would give.
    """
    return DEFAULT_GRACE_SECONDS if probe is None else startup_seconds(probe)


def progress_deadline_seconds(probe: StartupProbe | None) -> int:
    """Seconds without progress after which Kubernetes calls a rollout failed.

    Args:
        probe: The startup probe, if there is one.

    Returns:
        Ten minutes, or what a pod may take at the longest until it is ready.
    """
    if probe is None:
        return SHORTEST_DEADLINE_SECONDS
    return max(SHORTEST_DEADLINE_SECONDS, startup_seconds(probe) + BEFORE_THE_START_SECONDS)
