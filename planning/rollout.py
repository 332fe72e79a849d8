"""Kubernetes' maxSurge and maxUnavailable, which are tasks, as the percentages that ECS takes.

ECS rounds the minimum up and the maximum down to whole tasks. Source: Amazon ECS API reference,
DeploymentConfiguration.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class RolloutPercents:
    """How far the number of tasks may leave the wanted one while a version rolls out."""

    minimum_healthy_percent: int
    """Healthy tasks that stay."""
    maximum_percent: int
    """Tasks that run at most."""


def plan_rollout(tasks: int, max_surge: int, max_unavailable: int) -> RolloutPercents:
    """Turns tasks into percentages that are exact at the smallest number of tasks.

    Percentages grow with the service: 134 %, one more than 3 tasks, are 13 at 10 tasks. Sums that
    must hold at the largest number ask `task_surge`, not the guide's "1".

    Args:
        tasks: The smallest wanted number, 1 or more.
        max_surge: Tasks above it.
        max_unavailable: Tasks below it; more than there are means all.

    Returns:
        The percentages.
    """
    healthy = max(tasks - max_unavailable, 0)
    return RolloutPercents(
        minimum_healthy_percent=100 * healthy // tasks,
        # Rounded up, for ECS rounds the tasks down: 133 % of 3 would leave no room for a new one.
        maximum_percent=-(-100 * (tasks + max_surge) // tasks),
    )


def task_surge(tasks: int, maximum_percent: int) -> int:
    """How many tasks ECS runs above a wanted number while a version rolls out.

    Args:
        tasks: The wanted number.
        maximum_percent: As from `plan_rollout`.
    """
    return tasks * maximum_percent // 100 - tasks
