"""The shutdown of a task as one budget (trap 19).

ECS takes a task out of the load balancer, waits the deregistration delay, then sends SIGTERM and
waits the stop timeout: no sleep before the signal is needed.
"""

from dataclasses import dataclass

MARGIN_SECONDS = 10
"""Between the end of the application's drain and SIGKILL."""
LONGEST_STOP_SECONDS = 120
"""What Fargate allows (ECS developer guide, stopTimeout)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shutdown:
    """What ECS and the load balancer wait."""

    deregistration_delay_seconds: int
    """Seconds in which open requests may end before the task is told to stop; never AWS's 300."""
    stop_timeout_seconds: int
    """Seconds between SIGTERM and SIGKILL."""


def plan_shutdown(drain_seconds: int, longest_request_seconds: int) -> Shutdown:
    """Plans the shutdown of a task.

    Args:
        drain_seconds: Seconds that the application takes after SIGTERM.
        longest_request_seconds: Seconds that the longest request may take.

    Raises:
        ValueError: Fargate does not wait that long; the text says what to write.
    """
    stop = drain_seconds + MARGIN_SECONDS
    if stop > LONGEST_STOP_SECONDS:
        raise ValueError(f"write at most {LONGEST_STOP_SECONDS - MARGIN_SECONDS} (seconds)")
    return Shutdown(
        deregistration_delay_seconds=longest_request_seconds,
        # Fargate's least is 2 seconds; the margin alone is above it.
        stop_timeout_seconds=stop,
    )
