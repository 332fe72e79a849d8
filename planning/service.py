"""One service in one environment: every number that ECS wants, worked out."""

from collections.abc import Mapping
from dataclasses import dataclass

from model.description import Description
from model.service import Service
from planning.fargate import fit_task_size
from planning.rollout import most_tasks, percentages
from planning.shutdown import plan_shutdown


@dataclass(frozen=True, kw_only=True, slots=True)
class ServicePlan:
    """What a service becomes on Fargate."""

    image: str
    """Repository with tag or digest, without registry."""
    cpu_units: int
    """1,024 units are one processor."""
    memory_mib: int
    """Memory of a task in MiB."""
    minimum_tasks: int
    """Least number of tasks."""
    maximum_tasks: int
    """Greatest number of tasks; the autoscaler's upper bound."""
    target_cpu_percent: int | None
    """Processor use that the autoscaler holds; None without."""
    target_memory_percent: int | None
    """Memory use that the autoscaler holds; None without."""
    minimum_healthy_percent: int
    """Percent of the wanted tasks that stay healthy during a rollout."""
    maximum_percent: int
    """Percent of the wanted tasks that may run at once."""
    health_check_grace_period_seconds: int
    """Seconds in which a failing health check does not replace a new task."""
    deregistration_delay_seconds: int
    """Seconds that open requests get before a task is stopped."""
    stop_timeout_seconds: int
    """Seconds between SIGTERM and SIGKILL."""
    environment: Mapping[str, str]
    """Plain variables: the system file's, overridden by the stack file's."""
    bindings: Mapping[str, str]
    """Variable to an output of a data store, `database.host`."""
    secrets: Mapping[str, str]
    """Variable to `generated` or `provided`."""

    @property
    def most_tasks_at_once(self) -> int:
        """Tasks that may run at once in a rollout at the upper bound."""
        return most_tasks(self.maximum_tasks, self.maximum_percent)


def plan_service(description: Description, system_name: str, service_name: str) -> ServicePlan:
    """Works out what a service becomes.

    Args:
        description: A verified description.
        system_name: Which system.
        service_name: Which of its services.

    Raises:
        ValueError: A number is impossible; `planning.checks` finds these before.
    """
    service = description.systems[system_name].services[service_name]
    settings = description.environment.systems[system_name]
    numbers = settings.services[service_name]
    size = fit_task_size(service.size.cpu.limit.millicores, service.size.memory.limit.mebibytes)
    percent = percentages(
        numbers.min_replicas, service.rollout.max_surge, service.rollout.max_unavailable
    )
    shutdown = plan_shutdown(
        service.shutdown.drain_seconds, service.shutdown.longest_request_seconds
    )
    return ServicePlan(
        image=image_reference(service.image, settings.images[service_name]),
        cpu_units=size.cpu_units,
        memory_mib=size.memory_mib,
        minimum_tasks=numbers.min_replicas,
        maximum_tasks=numbers.max_replicas,
        target_cpu_percent=service.replicas.target_cpu_percent,
        target_memory_percent=service.replicas.target_memory_percent,
        minimum_healthy_percent=percent.minimum_healthy,
        maximum_percent=percent.maximum,
        health_check_grace_period_seconds=startup_budget_seconds(service),
        deregistration_delay_seconds=shutdown.deregistration_delay_seconds,
        stop_timeout_seconds=shutdown.stop_timeout_seconds,
        environment={**service.env, **numbers.env},
        bindings=service.bind,
        secrets=service.secrets,
    )


def image_reference(repository: str, version: str) -> str:
    """Joins a repository with a tag, `team/api:1.0.0`, or with a digest, `team/api@sha256:...`."""
    return f"{repository}{'@' if version.startswith('sha256:') else ':'}{version}"


DEFAULT_STARTUP_SECONDS = 60
"""Time to start for a service that states no startup probe (table F)."""


def startup_budget_seconds(service: Service) -> int:
    """How long a task may take to start: its startup probe's period times its failures."""
    if service.probes is None:
        return DEFAULT_STARTUP_SECONDS
    startup = service.probes.startup
    return startup.initial_delay_seconds + startup.period_seconds * startup.failure_threshold


def listener_priorities(description: Description) -> Mapping[tuple[str, str], int]:
    """The first listener-rule priority of every public service.

    Each gets a hundred numbers of its own, in the order of the stack file's systems; a load
    balancer allows priorities up to 50,000 and a hundred rules.

    Returns:
        System and service to priority.
    """
    public = [
        (name, service)
        for name, system in description.systems.items()
        for service, wanted in system.services.items()
        if wanted.public is not None
    ]
    return {key: 100 * index for index, key in enumerate(public, 1)}
