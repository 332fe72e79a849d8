"""How many pods run, and how many may go at once; a part of a Kubernetes service."""

from collections.abc import Mapping

import pulumi
import pulumi_kubernetes as kubernetes


def create_autoscaler(
    name: str,
    *,
    app: str,
    namespace: pulumi.Input[str],
    labels: Mapping[str, str],
    minimum_replicas: int,
    maximum_replicas: int,
    target_cpu_percent: int | None,
    target_memory_percent: int | None,
    scale_down_stabilization_seconds: int | None,
    deployment: "kubernetes.apps.v1.Deployment",
    parent: pulumi.Resource,
) -> None:
    """Lets the count of pods follow processor and memory; the higher wish wins.

    Args:
        name: Name of the component.
        app: Name of the Deployment.
        namespace: Its namespace.
        labels: Labels of the object.
        minimum_replicas: Never fewer.
        maximum_replicas: Never more.
        target_cpu_percent: Wanted average of the requested processor, None to leave it out.
        target_memory_percent: Wanted average of the requested memory, None to leave it out.
        scale_down_stabilization_seconds: How long the count must be too high before it falls;
            Kubernetes' own five minutes when None.
        deployment: What is scaled.
        parent: The component.
    """
    targets = (("cpu", target_cpu_percent), ("memory", target_memory_percent))
    behavior = None
    if scale_down_stabilization_seconds is not None:
        behavior = kubernetes.autoscaling.v2.HorizontalPodAutoscalerBehaviorArgs(
            scale_down=kubernetes.autoscaling.v2.HPAScalingRulesArgs(
                stabilization_window_seconds=scale_down_stabilization_seconds
            )
        )
    kubernetes.autoscaling.v2.HorizontalPodAutoscaler(
        f"{name}-scaling",
        metadata=kubernetes.meta.v1.ObjectMetaArgs(
            name=f"{app}-hpa", namespace=namespace, labels=labels
        ),
        spec=kubernetes.autoscaling.v2.HorizontalPodAutoscalerSpecArgs(
            scale_target_ref=kubernetes.autoscaling.v2.CrossVersionObjectReferenceArgs(
                api_version="apps/v1", kind="Deployment", name=app
            ),
            min_replicas=minimum_replicas,
            max_replicas=maximum_replicas,
            metrics=[
                _utilization(resource, percent)
                for resource, percent in targets
                if percent is not None
            ],
            behavior=behavior,
        ),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[deployment]),
    )


def create_disruption_budget(
    name: str,
    *,
    app: str,
    namespace: pulumi.Input[str],
    labels: Mapping[str, str],
    parent: pulumi.Resource,
) -> None:
    """Lets whoever empties a node take one pod of the app at a time; arguments as above.

    As a share of those that may be missing, not as a count that must stay: with one replica, or
    with a failing one, the latter would hold every node's renewal up for ever.
    """
    kubernetes.policy.v1.PodDisruptionBudget(
        f"{name}-disruption",
        metadata=kubernetes.meta.v1.ObjectMetaArgs(name=app, namespace=namespace, labels=labels),
        spec=kubernetes.policy.v1.PodDisruptionBudgetSpecArgs(
            max_unavailable=1,
            # A pod that is not well serves nobody, and must not keep its node from being renewed.
            unhealthy_pod_eviction_policy="AlwaysAllow",
            selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels={"app": app}),
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _utilization(resource: str, percent: int) -> "kubernetes.autoscaling.v2.MetricSpecArgs":
    return kubernetes.autoscaling.v2.MetricSpecArgs(
        type="Resource",
        resource=kubernetes.autoscaling.v2.ResourceMetricSourceArgs(
            name=resource,
            target=kubernetes.autoscaling.v2.MetricTargetArgs(
                type="Utilization", average_utilization=percent
            ),
        ),
    )
