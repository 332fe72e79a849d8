"""How many tasks run; a part of a Fargate service."""

import pulumi
import pulumi_aws as aws

SCALE_OUT_COOLDOWN_SECONDS = 60
SCALE_IN_COOLDOWN_SECONDS = 300
"""Long, because memory of Node grows with load and hardly shrinks: a count that follows it down at
once would swing (trap 23)."""


def create_scaling(
    name: str,
    *,
    cluster_name: pulumi.Input[str],
    service_name: pulumi.Input[str],
    minimum_tasks: int,
    maximum_tasks: int,
    target_cpu_percent: int | None,
    target_memory_percent: int | None,
    parent: pulumi.Resource,
) -> None:
    """Lets the count of tasks follow processor and memory; the higher wish wins.

    Args:
        name: Name of the service.
        cluster_name: Cluster of the service.
        service_name: Name of the service in AWS.
        minimum_tasks: Never fewer.
        maximum_tasks: Never more.
        target_cpu_percent: Wanted average of the processor, None to leave it out.
        target_memory_percent: Wanted average of the memory, None to leave it out.
        parent: The component.
    """
    child = pulumi.ResourceOptions(parent=parent)
    target = aws.appautoscaling.Target(
        f"{name}-scaling",
        service_namespace="ecs",
        scalable_dimension="ecs:service:DesiredCount",
        resource_id=pulumi.Output.concat("service/", cluster_name, "/", service_name),
        min_capacity=minimum_tasks,
        max_capacity=maximum_tasks,
        opts=child,
    )
    for resource, metric, percent in (
        ("cpu", "ECSServiceAverageCPUUtilization", target_cpu_percent),
        ("memory", "ECSServiceAverageMemoryUtilization", target_memory_percent),
    ):
        if percent is None:
            continue
        aws.appautoscaling.Policy(
            f"{name}-{resource}",
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            target_tracking_scaling_policy_configuration=aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs(
                target_value=percent,
                predefined_metric_specification=aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs(
                    predefined_metric_type=metric
                ),
                scale_out_cooldown=SCALE_OUT_COOLDOWN_SECONDS,
                scale_in_cooldown=SCALE_IN_COOLDOWN_SECONDS,
            ),
            opts=child,
        )
