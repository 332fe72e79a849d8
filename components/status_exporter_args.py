"""What a status exporter needs to know, checked; a part of `status_exporter`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from components.custom_resources import PrometheusRuleSpec
from components.errors import require
from components.kubernetes_labels import require_dns_label
from components.status_metric import StatusMetric

ANSWERED_METRIC = "SuccessPercent"
"""The exporter's own metric, named as the canary's: 100 when there was an answer, 0 when not."""

CRON_JOB_NAME_LENGTH = 52
"""Source: kubernetes.io/docs/concepts/workloads/controllers/cron-jobs."""
_METRIC_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusExporterArgs:
    """What a status exporter needs to know."""

    cluster_name: pulumi.Input[str]
    """Cluster that it runs in. Source: EksCluster.cluster_name."""
    account_id: pulumi.Input[str]
    """Account of the cluster, twelve digits."""
    region: pulumi.Input[str]
    """Region whose CloudWatch gets the metrics."""
    namespace: pulumi.Input[str]
    """Namespace that it runs in. Source: KubernetesNamespace.namespace."""
    part_of: str
    """System that it belongs to, for the labels."""
    app: str
    """Label `app` of its pods and name of its objects, for example `shop-status`, at most 52
    characters without `scrape_namespace`. No other app of the namespace may have it."""
    url: pulumi.Input[str]
    """Public address of the status, https only."""
    metrics: Mapping[str, StatusMetric]
    """The metrics by name: letters, digits and underscores, because Prometheus reads them too."""
    metric_namespace: str
    """Namespace of the metrics in CloudWatch, not one that starts with `AWS/`."""
    dimensions: Mapping[str, str] = field(default_factory=dict[str, str])
    """What the metrics are about, for example `{"System": "shop"}`; nothing by default."""
    interval_seconds: int = 60
    """Seconds from one question to the next, 60 to 3600 in steps of 60; 60 by default. Without
    `scrape_namespace` a part of an hour, such as 600: a CronJob's minutes begin anew with each."""
    tools_image: pulumi.Input[str]
    """Image with `python3` and boto3, for example `public.ecr.aws/lambda/python:3.13`, by a tag
    that never moves or a digest (trap 36)."""
    scrape_namespace: str | None = None
    """Namespace of the Prometheus that reads the metrics too, from a pod that stays; none by
    default, and a CronJob asks then."""
    scrape_interval_seconds: int = 30
    """Seconds between two scrapes, 1 or more; 30 by default."""
    rules: PrometheusRuleSpec | None = None
    """Alerts on the metrics, for that Prometheus (A16); none by default. CloudWatch's alarms on
    them are `Monitoring`'s."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags of the role besides the provider's default tags; none by default."""

    def __post_init__(self) -> None:
        require_dns_label(self, "app")
        require(
            self,
            "app",
            self.scrape_namespace is not None or len(self.app) <= CRON_JOB_NAME_LENGTH,
            "use at most 52 characters: Kubernetes appends 11 to the name of a CronJob",
        )
        require(
            self,
            "url",
            not isinstance(self.url, str) or self.url.startswith("https://"),
            "use an address that starts with https://",
        )
        require(self, "metrics", bool(self.metrics), "name one or more metrics")
        require(
            self,
            "metrics",
            all(_METRIC_NAME.fullmatch(name) for name in self.metrics),
            "name them with letters, digits and underscores, no digit first",
        )
        require(
            self,
            "metrics",
            ANSWERED_METRIC not in self.metrics,
            f"use another name: {ANSWERED_METRIC} is the exporter's own",
        )
        require(
            self,
            "metric_namespace",
            bool(self.metric_namespace) and not self.metric_namespace.startswith("AWS/"),
            "use a name of your own: AWS/ belongs to AWS",
        )
        require(
            self,
            "interval_seconds",
            60 <= self.interval_seconds <= 3600 and self.interval_seconds % 60 == 0,
            "use 60 to 3600 in steps of 60 (seconds)",
        )
        require(
            self,
            "interval_seconds",
            self.scrape_namespace is not None or 3600 % self.interval_seconds == 0,
            "use a part of an hour, such as 300 or 600, or name scrape_namespace too (seconds)",
        )
        require(
            self,
            "rules",
            self.rules is None or self.scrape_namespace is not None,
            "name scrape_namespace too: without a Prometheus nobody evaluates them",
        )
