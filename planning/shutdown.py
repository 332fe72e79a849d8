"""How long a task that leaves is left alone."""

MARGIN_SECONDS = 10
"""Between the end of the drain and the kill: just in time is in time (trap 19)."""

LONGEST_STOP_SECONDS = 120
"""Fargate's limit. Source: Amazon ECS API reference, ContainerDefinition.stopTimeout."""


def stop_timeout_seconds(drain_seconds: int) -> int:
    """Seconds from SIGTERM to SIGKILL.

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
