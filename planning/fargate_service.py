"""All numbers of one service on Fargate, from its description."""

from dataclasses import dataclass

from model.description import Description
from model.service import QueueDepth
from planning.fargate import fit_task_size
from planning.rollout import plan_rollout
from planning.shutdown import stop_timeout_seconds
from planning.startup import grace_period_seconds
from planning.variables import Variables, plan_variables


@dataclass(frozen=True, kw_only=True, slots=True)
class FargatePlan:
    """What a service becomes on Fargate."""

    cpu_units: int
    """Processor of the task; 1024 are one."""
    memory_mib: int
    """Memory of the task."""
    minimum_tasks: int
    """Fewest tasks."""
    maximum_tasks: int
    """Most tasks; equal to the fewest if their number is fixed."""
    target_cpu_percent: int | None
    """What autoscaling aims at, if it looks at the processor."""
    target_memory_percent: int | None
    """What autoscaling aims at, if it looks at memory."""
    target_queue_depth: QueueDepth | None
    """What autoscaling aims at, if it looks at a queue."""
    minimum_healthy_percent: int
    """Tasks that stay healthy while a version rolls out."""
    maximum_percent: int
    """Tasks that run at most while a version rolls out."""
    health_check_grace_period_seconds: int
    """Seconds after a task's start in which failed checks do not count."""
    stop_timeout_seconds: int
    """Seconds from SIGTERM to SIGKILL."""
    variables: Variables
    """What its container is told."""


def plan_fargate_service(
    description: Description, system_name: str, service_name: str
) -> FargatePlan:
    """Works out what a service becomes.

    Args:
        description: The verified description.
        system_name: One of its systems.
        service_name: One of the system's services.

    Returns:
        The plan.
    """
    service = description.systems[system_name].services[service_name]
    own = description.environment.systems[system_name].services[service_name]
    size = fit_task_size(service.size.cpu.limit, service.size.memory.limit)
    rollout = plan_rollout(
        own.min_replicas, service.rollout.max_surge, service.rollout.max_unavailable
    )
    return FargatePlan(
        cpu_units=size.cpu_units,
        memory_mib=size.memory_mib,
        minimum_tasks=own.min_replicas,
        maximum_tasks=own.max_replicas,
        target_cpu_percent=service.replicas.target_cpu_percent,
        target_memory_percent=service.replicas.target_memory_percent,
        target_queue_depth=service.replicas.target_queue_depth,
        minimum_healthy_percent=rollout.minimum_healthy_percent,
        maximum_percent=rollout.maximum_percent,
        health_check_grace_period_seconds=grace_period_seconds(service.probes.startup),
        stop_timeout_seconds=stop_timeout_seconds(service.shutdown.drain_seconds),
        variables=plan_variables(description, system_name, service_name),
    )
