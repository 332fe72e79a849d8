"""The status of a system on EKS: asked for by a pod, which Prometheus may read (A15, A16)."""

import pulumi

from components.custom_resources import AlertingRule, PrometheusRuleSpec
from components.monitoring import MetricArgs
from components.status_exporter import StatusExporter, StatusExporterArgs
from components.status_exporter_args import ANSWERED_METRIC
from model.observation import StatusExporter as Described
from planning.status_alerts import SCRAPE_SECONDS, alert_group
from stacks.eks_platform import EksPlatform
from stacks.runbooks import runbook_url
from stacks.scope import Scope
from stacks.status import METRIC_NAMESPACE, status_metrics
from stacks.watched import Status


def build(
    scope: Scope,
    described: Described,
    address: str,
    platform: EksPlatform,
    namespace: pulumi.Output[str],
) -> Status:
    """Builds what asks.

    Args:
        scope: The system.
        described: What it is to measure.
        address: Where it asks.
        platform: The cluster.
        namespace: The system's namespace.
    """
    eks = scope.environment.eks
    rules = _rules(scope, described) if eks.prometheus_operator else None
    exporter = StatusExporter(
        f"{scope.name}-status",
        StatusExporterArgs(
            cluster_name=platform.cluster.cluster_name,
            account_id=scope.platform.account_id,
            region=scope.environment.region,
            namespace=namespace,
            part_of=scope.name,
            app=f"{scope.name}-status",
            url=address,
            metrics=status_metrics(described),
            metric_namespace=METRIC_NAMESPACE,
            dimensions={"System": scope.name},
            interval_seconds=described.interval_seconds,
            tools_image=eks.tools_image,
            scrape_namespace=eks.scrape_namespace if eks.prometheus_operator else None,
            scrape_interval_seconds=SCRAPE_SECONDS,
            rules=rules,
        ),
        platform.options,
    )
    return Status(
        metric_namespace=exporter.metric_namespace,
        answered=MetricArgs(
            namespace=exporter.metric_namespace,
            name=ANSWERED_METRIC,
            dimensions={"System": scope.name},
        ),
        outputs={
            "statusExporter": {
                "namespace": namespace,
                "kind": exporter.workload_kind,
                "name": exporter.workload_name,
            }
        },
    )


def _rules(scope: Scope, described: Described) -> PrometheusRuleSpec | None:
    """The alerts on the application's own numbers, which Prometheus reads too (A16)."""
    rules = [
        AlertingRule(
            alert=alert.name,
            expr=f"{alert.metric} {operator} {threshold:.15g}",
            for_minutes=alert.for_minutes,
            labels={"severity": alert.severity, "team": alert.team},
            annotations={
                "summary": _literal(alert.summary),
                "runbook_url": _literal(runbook_url(scope.description, alert.slug)),
            },
        )
        for alert in scope.system.alerts
        if alert.service is None and alert.store is None
        for operator, threshold in (
            ("==", alert.equals),
            (">", alert.above),
            ("<", alert.below),
        )
        if threshold is not None
    ]
    if not rules:
        return None
    return PrometheusRuleSpec(
        group=alert_group(scope.name, described), interval_seconds=SCRAPE_SECONDS, rules=rules
    )


def _literal(text: str) -> str:
    """A text as Prometheus shows it: it takes annotations for templates of Go."""
    return text.replace("{{", '{{"{{"}}')
