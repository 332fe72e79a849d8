"""How many tasks or pods of a service there may be at one time."""

from dataclasses import dataclass

from model.service import Service
from model.settings import ServiceSettings
from planning.rollout import plan_rollout, task_surge


@dataclass(frozen=True, kw_only=True, slots=True)
class Peak:
    """The largest number of a service."""

    steady: int
    """Tasks or pods under the highest load, as many as the autoscaler may ask for."""
    surge: int
    """Those that a rollout may add meanwhile."""


def peak(service: Service, settings: ServiceSettings, runtime: str) -> Peak:
    """The most that a runtime runs of a service: what connections and addresses are counted by.

    Args:
        service: What the system file says.
        settings: What the stack file says.
        runtime: `fargate` or `eks`.

    Returns:
        Steady is the stack file's maximum. On EKS it is the minimum where an autoscaler has nothing
        to aim at: waiting messages are in CloudWatch, where none of Kubernetes looks.
    """
    rollout = service.rollout
    if runtime == "eks":
        targets = (service.replicas.target_cpu_percent, service.replicas.target_memory_percent)
        scales = any(target is not None for target in targets)
        return Peak(
            steady=settings.max_replicas if scales else settings.min_replicas,
            surge=rollout.max_surge,
        )
    percents = plan_rollout(settings.min_replicas, rollout.max_surge, rollout.max_unavailable)
    return Peak(
        steady=settings.max_replicas,
        surge=task_surge(settings.max_replicas, percents.maximum_percent),
    )
