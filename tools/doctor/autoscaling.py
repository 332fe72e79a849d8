"""Application Auto Scaling: the bounds and targets of the description."""

from collections.abc import Iterator

from tools.doctor.finding import Difference, compare
from tools.doctor.subjects import FargateServiceSubject

_CPU = "ECSServiceAverageCPUUtilization"
_MEMORY = "ECSServiceAverageMemoryUtilization"
_QUEUE = "the queue's depth"


def scaling(subject: FargateServiceSubject) -> Iterator[Difference]:
    """The service scales between the described bounds on the described targets, or not at all."""
    resource = f"service/{subject.platform.cluster_name}/{subject.deployed.service_name}"
    targets = subject.account.read(
        "application-autoscaling",
        "describe_scalable_targets",
        ServiceNamespace="ecs",
        ResourceIds=[resource],
    )["ScalableTargets"]
    wanted = {
        metric: float(percent)
        for metric, percent in (
            (_CPU, subject.plan.target_cpu_percent),
            (_MEMORY, subject.plan.target_memory_percent),
        )
        if percent is not None
    }
    depth = subject.plan.target_queue_depth
    if depth is not None:
        wanted[_QUEUE] = float(depth.messages_per_task)
    if not wanted:
        if targets:
            yield Difference("no autoscaling", f"a scalable target {resource}", subject.redeploy)
        return
    if not targets:
        yield Difference(f"a scalable target {resource}", "none", subject.redeploy)
        return
    remedy = subject.redeploy
    yield from compare(
        "minimum capacity (tasks)", subject.plan.minimum_tasks, targets[0]["MinCapacity"], remedy
    )
    yield from compare(
        "maximum capacity (tasks)", subject.plan.maximum_tasks, targets[0]["MaxCapacity"], remedy
    )
    found = _targets(subject, resource)
    for metric in sorted(wanted.keys() | found.keys()):
        unit = "messages a task" if metric == _QUEUE else "percent"
        yield from compare(
            f"target ({unit}) of {metric}", wanted.get(metric), found.get(metric), remedy
        )


def _targets(subject: FargateServiceSubject, resource: str) -> dict[str, float]:
    policies = subject.account.read(
        "application-autoscaling",
        "describe_scaling_policies",
        ServiceNamespace="ecs",
        ResourceId=resource,
    )["ScalingPolicies"]
    configurations = [
        policy["TargetTrackingScalingPolicyConfiguration"]
        for policy in policies
        if policy["PolicyType"] == "TargetTrackingScaling"
    ]
    return {
        configuration["PredefinedMetricSpecification"]["PredefinedMetricType"]
        if "PredefinedMetricSpecification" in configuration
        else _QUEUE: float(configuration["TargetValue"])
        for configuration in configurations
    }
