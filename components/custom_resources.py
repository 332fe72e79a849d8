"""Kubernetes objects of kinds that Kubernetes itself does not know, each with a typed spec.

Sources: the custom resource definitions of EKS (`eks.amazonaws.com/v1`) and of the Prometheus
operator (`monitoring.coreos.com/v1`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_kubernetes as kubernetes

from components.errors import require, require_path, require_port

if TYPE_CHECKING:
    from pulumi_kubernetes.apiextensions import CustomResource
    from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

EKS = "eks.amazonaws.com/v1"
PROMETHEUS = "monitoring.coreos.com/v1"


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetGroupBindingSpec:
    """Which pods a target group of a load balancer holds."""

    service_name: pulumi.Input[str]
    """Service whose pods are the targets, in the binding's own namespace."""
    service_port: int
    """Port of that Service, not of its pods."""
    target_group_arn: pulumi.Input[str]
    """Target group of type `ip`. Source: PublicRoute.target_group_arns."""

    def __post_init__(self) -> None:
        require_port(self, "service_port")


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceMonitorSpec:
    """Where Prometheus finds the metrics of a service (A14)."""

    app: str
    """Label `app` of the Service: a ServiceMonitor selects Services, not pods (trap 31)."""
    port_name: str
    """Port of that Service by its name; an unnamed port is never found (trap 31)."""
    path: str
    """Where the metrics are, for example `/metrics`."""
    interval_seconds: int
    """Seconds between two scrapes, 1 or more."""

    def __post_init__(self) -> None:
        require(self, "port_name", bool(self.port_name), "name the Service's port")
        require_path(self)
        require(self, "interval_seconds", self.interval_seconds >= 1, "use 1 or more (seconds)")


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertingRule:
    """One alert of Prometheus (A16)."""

    alert: str
    """Name of the alert."""
    expr: str
    """PromQL expression; the alert is on while it has a result."""
    for_minutes: int
    """Minutes that it must hold first, 0 or more; 0 for at once."""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    """Labels for Alertmanager's routes, for example `severity` and `team`; none by default."""
    annotations: Mapping[str, str] = field(default_factory=dict[str, str])
    """Texts for people, for example `summary` and `runbook_url`; none by default."""

    def __post_init__(self) -> None:
        require(self, "alert", bool(self.alert), "name the alert")
        require(self, "expr", bool(self.expr), "write a PromQL expression")
        require(self, "for_minutes", self.for_minutes >= 0, "use 0 or more (minutes)")


@dataclass(frozen=True, kw_only=True, slots=True)
class PrometheusRuleSpec:
    """A group of alerts that Prometheus evaluates together (A16)."""

    group: str
    """Name of the group."""
    interval_seconds: int
    """Seconds between two evaluations, 1 or more."""
    rules: Sequence[AlertingRule]
    """The alerts, one or more, each with a name of its own."""

    def __post_init__(self) -> None:
        require(self, "group", bool(self.group), "name the group")
        require(self, "interval_seconds", self.interval_seconds >= 1, "use 1 or more (seconds)")
        names = [rule.alert for rule in self.rules]
        require(
            self,
            "rules",
            0 < len(names) == len(set(names)),
            "name one or more alerts, each once",
        )


def create_target_group_binding(
    name: str,
    *,
    metadata: "ObjectMetaArgs",
    spec: TargetGroupBindingSpec,
    parent: pulumi.Resource,
) -> "CustomResource":
    """Lets EKS keep a Service's pods in a target group that something else owns.

    Without `networking`: the security group rules between load balancer and pods belong to the
    cluster, and EKS adds none of its own.

    Args:
        name: Logical name.
        metadata: Name, namespace and labels of the object.
        spec: Service and target group.
        parent: The component that it belongs to.
    """
    return kubernetes.apiextensions.CustomResource(
        name,
        api_version=EKS,
        kind="TargetGroupBinding",
        metadata=metadata,
        spec={
            "serviceRef": {"name": spec.service_name, "port": spec.service_port},
            "targetGroupARN": spec.target_group_arn,
            "targetType": "ip",
        },
        opts=pulumi.ResourceOptions(
            parent=parent,
            # The cluster refuses another target group for a binding that there is, and it does so
            # in the middle of a deploy. Its name is taken, so the old one goes first.
            replace_on_changes=["spec.targetGroupARN"],
            delete_before_replace=True,
        ),
    )


def create_service_monitor(
    name: str,
    *,
    metadata: "ObjectMetaArgs",
    spec: ServiceMonitorSpec,
    parent: pulumi.Resource,
) -> "CustomResource":
    """Tells the Prometheus operator to scrape a service (A14).

    A Prometheus takes the ServiceMonitors that its own `serviceMonitorSelector` names: one of the
    chart kube-prometheus-stack asks for its own label `release` unless it is told otherwise. Which
    Prometheus that is belongs to those who run it.

    Args:
        name: Logical name.
        metadata: Name, namespace and labels of the object; it finds Services of its own namespace.
        spec: What to scrape, and how often.
        parent: The component that it belongs to.
    """
    return kubernetes.apiextensions.CustomResource(
        name,
        api_version=PROMETHEUS,
        kind="ServiceMonitor",
        metadata=metadata,
        spec={
            "selector": {"matchLabels": {"app": spec.app}},
            "endpoints": [
                {
                    "port": spec.port_name,
                    "path": spec.path,
                    "interval": f"{spec.interval_seconds}s",
                }
            ],
        },
        opts=pulumi.ResourceOptions(parent=parent),
    )


def create_prometheus_rule(
    name: str,
    *,
    metadata: "ObjectMetaArgs",
    spec: PrometheusRuleSpec,
    parent: pulumi.Resource,
) -> "CustomResource":
    """Gives Prometheus a group of alerts (A16); `ruleSelector` of a Prometheus chooses its rules.

    Args:
        name: Logical name.
        metadata: Name, namespace and labels of the object.
        spec: The alerts.
        parent: The component that it belongs to.
    """
    return kubernetes.apiextensions.CustomResource(
        name,
        api_version=PROMETHEUS,
        kind="PrometheusRule",
        metadata=metadata,
        spec={
            "groups": [
                {
                    "name": spec.group,
                    "interval": f"{spec.interval_seconds}s",
                    "rules": [_rule(each) for each in spec.rules],
                }
            ]
        },
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _rule(rule: AlertingRule) -> dict[str, object]:
    return {
        "alert": rule.alert,
        "expr": rule.expr,
        "for": f"{rule.for_minutes}m",
        **({"labels": dict(rule.labels)} if rule.labels else {}),
        **({"annotations": dict(rule.annotations)} if rule.annotations else {}),
    }
