"""How long a task or pod that leaves is left alone: one budget, whatever runs it (trap 19).

The load balancer stops sending, the requests under way end, the process gets SIGTERM and drains,
and only then may it be killed. ECS keeps that order by itself. Kubernetes starts all of it at the
same moment, so that a pod waits before SIGTERM until the load balancer knows.
"""

from dataclasses import dataclass
from typing import Literal

MARGIN_SECONDS = 10
"""Between the end of the drain and the kill: just in time is in time (trap 19)."""

PRE_STOP_SECONDS = 10
"""What a pod with a port waits before SIGTERM: so long the load balancer may take to stop sending
to it."""

LONGEST_STOP_SECONDS = 120
"""Fargate's limit. Source: Amazon ECS API reference, ContainerDefinition.stopTimeout."""

Parity = Literal["safe", "exact"]
"""Whether numbers are put right or taken as they are; see `model.system.System.parity`."""


def stop_timeout_seconds(drain_seconds: int) -> int:
    """Seconds from SIGTERM to SIGKILL on Fargate.

    ECS takes the task out of the load balancer before SIGTERM, so that no pre-stop wait is needed.

    Args:
        drain_seconds: What the process needs after SIGTERM.

    Returns:
        Ten seconds more, 120 at most.
    """
    return min(drain_seconds + MARGIN_SECONDS, LONGEST_STOP_SECONDS)


def deregistration_delay_seconds(longest_request_seconds: int) -> int:
    """Seconds for which the load balancer keeps open the connections of a task that leaves.

    The longest request and no more: the default of 300 makes every rollout five minutes longer.

    Args:
        longest_request_seconds: What the longest request takes, 0 to 3600.
    """
    return longest_request_seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class PodShutdown:
    """The end of a pod."""

    pre_stop_seconds: int
    """From the decision to SIGTERM."""
    termination_grace_period_seconds: int
    """From the decision to SIGKILL; the wait before SIGTERM counts."""


def plan_pod_shutdown(
    drain_seconds: int,
    *,
    pre_stop_seconds: int | None,
    has_port: bool,
    parity: Parity = "safe",
) -> PodShutdown:
    """Works out the end of a pod.

    Args:
        drain_seconds: What the process needs after SIGTERM.
        pre_stop_seconds: What the system file says of the wait before; None if nothing.
        has_port: Whether anybody sends to it; a worker need not wait for a load balancer.
        parity: With `exact` nothing is derived: no wait that is not written, and no margin (D3's
            45 seconds).

    Returns:
        The wait, and a grace period of wait, drain and ten seconds, rounded up to whole tens: 60
        for D3's 15 and 30, 50 where nothing is written.
    """
    if parity == "exact":
        wait = pre_stop_seconds or 0
        return PodShutdown(
            pre_stop_seconds=wait, termination_grace_period_seconds=max(wait + drain_seconds, 1)
        )
    wait = pre_stop_seconds if pre_stop_seconds is not None else PRE_STOP_SECONDS * has_port
    needed = wait + drain_seconds + MARGIN_SECONDS
    return PodShutdown(
        pre_stop_seconds=wait, termination_grace_period_seconds=-(-needed // 10) * 10
    )
