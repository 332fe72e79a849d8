"""How many tasks run; a part of a Fargate service."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.errors import require

SCALE_OUT_COOLDOWN_SECONDS = 60
SCALE_IN_COOLDOWN_SECONDS = 300
"""Long, because memory of Node grows with load and hardly shrinks: a count that follows it down at
once would swing (trap 23)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueDepthArgs:
    """How many messages may wait for each task of a worker (trap 29).

    The count of running tasks comes from Container Insights, which the cluster must have on. No
    scaling while the broker reports nothing: an unknown queue is not an empty one.
    """

    broker_name: pulumi.Input[str]
    """Broker of the queue, RabbitMQ on Amazon MQ. Source: Queue.broker_name."""
    queue: str
    """Name of the queue that the worker reads."""
    messages_per_task: int
    """Waiting messages per running task that the count of tasks keeps, from 1: what a task works
    off in the time that a message may wait."""
    virtual_host: str = "/"
    """Virtual host of the queue; RabbitMQ's own `/` by default."""

    def __post_init__(self) -> None:
        require(self, "queue", bool(self.queue), "name the queue that the worker reads")
        require(self, "messages_per_task", self.messages_per_task >= 1, "use 1 or more (messages)")


def create_scaling(
    name: str,
    *,
    cluster_name: pulumi.Input[str],
    service_name: pulumi.Input[str],
    minimum_tasks: int,
    maximum_tasks: int,
    target_cpu_percent: int | None,
    target_memory_percent: int | None,
    queue_depth: QueueDepthArgs | None,
    parent: pulumi.Resource,
) -> None:
    """Lets the count of tasks follow processor, memory and queue; the highest wish wins.

    Args:
        name: Name of the service.
        cluster_name: Cluster of the service.
        service_name: Name of the service in AWS.
        minimum_tasks: Never fewer.
        maximum_tasks: Never more.
        target_cpu_percent: Wanted average of the processor, None to leave it out.
        target_memory_percent: Wanted average of the memory, None to leave it out.
        queue_depth: Queue whose waiting messages count, None to leave it out.
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
    if queue_depth is not None:
        _follow_queue(
            name,
            queue_depth,
            target=target,
            cluster_name=cluster_name,
            service_name=service_name,
            child=child,
        )


def _follow_queue(
    name: str,
    queue_depth: QueueDepthArgs,
    *,
    target: "aws.appautoscaling.Target",
    cluster_name: pulumi.Input[str],
    service_name: pulumi.Input[str],
    child: pulumi.ResourceOptions,
) -> None:
    """Source: Application Auto Scaling guide, "Create a target tracking policy", metric math."""
    queue: dict[str, pulumi.Input[str]] = {
        "Broker": queue_depth.broker_name,
        "VirtualHost": queue_depth.virtual_host,
        "Queue": queue_depth.queue,
    }
    service: dict[str, pulumi.Input[str]] = {
        "ClusterName": cluster_name,
        "ServiceName": service_name,
    }
    metrics = (
        ("ready", "AWS/AmazonMQ", "MessageReadyCount", queue),
        ("running", "ECS/ContainerInsights", "RunningTaskCount", service),
    )
    # A division by zero, or by a count that is missing, has no result, and without a result the
    # first task would never start.
    expressions = (
        ("tasks", "FILL(running, 0)"),
        ("waiting", "ready / IF(tasks < 1, 1, tasks)"),
    )
    aws.appautoscaling.Policy(
        f"{name}-queue",
        policy_type="TargetTrackingScaling",
        service_namespace=target.service_namespace,
        scalable_dimension=target.scalable_dimension,
        resource_id=target.resource_id,
        target_tracking_scaling_policy_configuration=aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs(
            target_value=queue_depth.messages_per_task,
            customized_metric_specification=aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationArgs(
                metrics=[
                    *(
                        aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArgs(
                            id=id_,
                            metric_stat=aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatArgs(
                                metric=aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricArgs(
                                    namespace=namespace,
                                    metric_name=metric,
                                    dimensions=[
                                        aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricDimensionArgs(
                                            name=dimension, value=value
                                        )
                                        for dimension, value in dimensions.items()
                                    ],
                                ),
                                stat="Average",
                            ),
                            return_data=False,
                        )
                        for id_, namespace, metric, dimensions in metrics
                    ),
                    *(
                        aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArgs(
                            id=id_, expression=expression, return_data=id_ == "waiting"
                        )
                        for id_, expression in expressions
                    ),
                ]
            ),
            scale_out_cooldown=SCALE_OUT_COOLDOWN_SECONDS,
            scale_in_cooldown=SCALE_IN_COOLDOWN_SECONDS,
        ),
        opts=child,
    )
