"""What Prometheus is told: whom to ask for metrics, and when to raise an alert."""

from collections.abc import Iterable, Iterator
from typing import Any

from model.observation import Alert
from planning.status_alerts import SCRAPE_SECONDS, alert_group
from tools.doctor.finding import Difference, compare, listed
from tools.doctor.kubernetes_api import PROMETHEUS_RULE, SERVICE, SERVICE_MONITOR, Object
from tools.doctor.kubernetes_policies import selects
from tools.doctor.kubernetes_subjects import KubernetesServiceSubject, NamespaceSubject

_INTERVAL = f"{SCRAPE_SECONDS}s"


def monitor(subject: KubernetesServiceSubject) -> Iterator[Difference]:
    """Prometheus finds the metrics of the service, where there is both (trap 31)."""
    wanted, eks = subject.service.metrics, subject.description.environment.eks
    name = subject.deployed.service_name
    if wanted is None or not wanted.enabled or not eks.prometheus_operator or name is None:
        return
    yield from _monitor(
        subject.object(SERVICE, name),
        subject.objects(SERVICE_MONITOR),
        wanted.path,
        f"{wanted.interval_seconds}s",
        subject.redeploy,
    )


def status_metrics(subject: NamespaceSubject) -> Iterator[Difference]:
    """Prometheus finds the status exporter's metrics, and has the alerts on them (A16)."""
    described, published = subject.system.status_exporter, subject.outputs.status_exporter
    operator = subject.description.environment.eks.prometheus_operator
    if described is None or published is None or not operator:
        return
    where = published.namespace
    yield from _monitor(
        subject.cluster.object(SERVICE, published.name, where),
        subject.cluster.objects(SERVICE_MONITOR, where),
        "/metrics",
        _INTERVAL,
        subject.redeploy,
    )
    alerts = [each for each in subject.system.alerts if each.service is None and each.store is None]
    if alerts:
        yield from _alerts(subject, alert_group(subject.name, described), alerts)


def _monitor(
    service: Object, monitors: Iterable[Object], path: str, interval: str, remedy: str
) -> Iterator[Difference]:
    name, labels = service["metadata"]["name"], service["metadata"].get("labels", {})
    ports = [each.get("name") for each in service["spec"].get("ports", [])]
    endpoints: list[dict[str, Any]] = [
        endpoint
        for each in monitors
        if selects(each["spec"].get("selector", {}), labels)
        for endpoint in each["spec"].get("endpoints", [])
        # A port without a name, or of another one, is never scraped, and nobody says so.
        if endpoint.get("port") in ports
    ]
    if len(endpoints) != 1:
        yield Difference(
            f"one ServiceMonitor that finds a port of Service {name}", str(len(endpoints)), remedy
        )
        return
    pairs: list[tuple[str, object, object]] = [
        ("path of the ServiceMonitor", path, endpoints[0].get("path", "/metrics")),
        ("interval of the ServiceMonitor", interval, endpoints[0].get("interval")),
    ]
    for what, expected, found in pairs:
        yield from compare(what, expected, found, remedy)


def _alerts(subject: NamespaceSubject, group: str, alerts: Iterable[Alert]) -> Iterator[Difference]:
    groups: dict[str, dict[str, Any]] = {
        each["name"]: each
        for rule in subject.cluster.objects(PROMETHEUS_RULE, subject.namespace)
        for each in rule["spec"].get("groups", [])
    }
    if group not in groups:
        yield Difference(
            f"group {group} in a PrometheusRule of namespace {subject.namespace}",
            f"groups {listed(groups)}",
            subject.redeploy,
        )
        return
    yield from compare(
        f"interval of group {group}", _INTERVAL, groups[group].get("interval"), subject.redeploy
    )
    rules = {each["alert"]: each for each in groups[group].get("rules", []) if "alert" in each}
    for alert in alerts:
        if alert.name not in rules:
            yield Difference(
                f"alert {alert.name} in group {group}", f"alerts {listed(rules)}", subject.redeploy
            )
            continue
        found = rules[alert.name]
        pairs = [
            ("expression", _expression(alert), found.get("expr")),
            ("duration", f"{alert.for_minutes}m", found.get("for")),
            ("severity", alert.severity, found.get("labels", {}).get("severity")),
            ("team", alert.team, found.get("labels", {}).get("team")),
        ]
        for what, expected, value in pairs:
            yield from compare(f"{what} of alert {alert.name}", expected, value, subject.redeploy)


def _expression(alert: Alert) -> str:
    """The condition in Prometheus' language; a description has one of the three thresholds."""
    thresholds = {"==": alert.equals, ">": alert.above, "<": alert.below}
    return next(
        f"{alert.metric} {operator} {threshold:g}"
        for operator, threshold in thresholds.items()
        if threshold is not None
    )
