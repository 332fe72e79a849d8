"""All numbers of one service on Fargate, from its description."""

from collections.abc import Mapping
from dataclasses import dataclass

from model.description import Description
from model.service import QueueDepth, Service
from model.settings import ServiceSettings
from planning.fargate import fit_task_size
from planning.priorities import plan_priorities
from planning.rollout import plan_rollout
from planning.shutdown import deregistration_delay_seconds, stop_timeout_seconds
from planning.startup import grace_period_seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class ServicePlan:
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
    deregistration_delay_seconds: int
    """Seconds for which the load balancer keeps a leaving task's connections."""
    stop_timeout_seconds: int
    """Seconds from SIGTERM to SIGKILL."""
    image: str
    """Image with tag (`shop/api:1.0.0`) or digest (`shop/api@sha256:...`), without registry."""
    environment: Mapping[str, str]
    """Plain variables: the system file's, overridden by the stack file's, and the version."""
    bindings: Mapping[str, str]
    """Variables that a data store fills, each `<store>.<output>`."""
    secrets: Mapping[str, str]
    """Variables with secrets of the service's own, each `generated` or `provided`."""


def plan_service(description: Description, system_name: str, service_name: str) -> ServicePlan:
    """Works out what a service becomes.

    Args:
        description: The verified description.
        system_name: One of its systems.
        service_name: One of the system's services.

    Returns:
        The plan.
    """
    service = description.systems[system_name].services[service_name]
    settings = description.environment.systems[system_name]
    own = settings.services[service_name]
    variables = plan_variables(service, own, settings.images[service_name])
    size = fit_task_size(service.size.cpu.limit, service.size.memory.limit)
    rollout = plan_rollout(
        own.min_replicas, service.rollout.max_surge, service.rollout.max_unavailable
    )
    return ServicePlan(
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
        deregistration_delay_seconds=deregistration_delay_seconds(
            service.shutdown.longest_request_seconds
        ),
        stop_timeout_seconds=stop_timeout_seconds(service.shutdown.drain_seconds),
        image=variables.image,
        environment=variables.environment,
        bindings=service.bind,
        secrets=service.secrets,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Variables:
    """What a container is told, whatever runs it."""

    image: str
    """Image with tag or digest, without registry."""
    environment: Mapping[str, str]
    """Plain variables: the system file's, overridden by the stack file's, and the version."""


def plan_variables(service: Service, settings: ServiceSettings, tag_or_digest: str) -> Variables:
    """Works out image and plain variables of a service.

    Args:
        service: What the system file says.
        settings: What the stack file says.
        tag_or_digest: Of the image.
    """
    version = {service.version_variable: tag_or_digest} if service.version_variable else {}
    return Variables(
        image=image_reference(service.image, tag_or_digest),
        environment={**service.env, **settings.env, **version},
    )


def image_reference(name: str, tag_or_digest: str) -> str:
    """Joins an image's name with its tag (by a colon) or its digest (by an at sign)."""
    separator = "@" if tag_or_digest.startswith("sha256:") else ":"
    return f"{name}{separator}{tag_or_digest}"


def listener_priorities(description: Description) -> dict[tuple[str, str], int]:
    """The first listener priority of every public service, by system and service.

    See `plan_priorities`.
    """
    public = {
        name: {
            service: described.public.paths
            for service, described in system.services.items()
            if described.public is not None
        }
        for name, system in description.systems.items()
    }
    return {
        (system, service): priority
        for system, services in plan_priorities(public).items()
        for service, priority in services.items()
    }
