"""How many tasks ECS may run during a rollout, in its percentages.

ECS rounds the greatest number down and the least number up (ECS API reference,
DeploymentConfiguration), so a percentage that is exact on paper may leave no room at all.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Percentages:
    """The two numbers of an ECS deployment configuration."""

    minimum_healthy: int
    """Percent of the wanted tasks that must stay healthy."""
    maximum: int
    """Percent of the wanted tasks that may run at once."""


def percentages(tasks: int, max_surge: int, max_unavailable: int) -> Percentages:
    """Turns a Deployment's surge and unavailability into percentages.

    Args:
        tasks: The least number of tasks that the service runs, 1 or more: the case in which a
            percentage yields the fewest.
        max_surge: Tasks above the wanted number.
        max_unavailable: Tasks below the wanted number.

    Returns:
        Percentages that allow at least `max_surge` more tasks and never stop more than
        `max_unavailable` at that number.
    """
    healthy = max(tasks - max_unavailable, 0)
    return Percentages(
        minimum_healthy=healthy * 100 // tasks,
        maximum=-(-(tasks + max_surge) * 100 // tasks),
    )


def most_tasks(tasks: int, maximum_percent: int) -> int:
    """How many tasks may run at once while `tasks` are wanted."""
    return tasks * maximum_percent // 100
