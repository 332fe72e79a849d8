"""What Prometheus is told, with one thing broken at a time."""

from collections.abc import Callable

import pytest

from tests.unit.doctor import RESTORE, Failures
from tests.unit.doctor.deployed import Deployed
from tests.unit.doctor.eks.cluster import Cluster, Manifest
from tests.unit.doctor.eks.deployed import METRICS, NAME

Described = Callable[..., Failures]
MONITOR, STATUS = "shop/api: monitor", "shop/namespace: status metrics"
MONITORS = "/apis/monitoring.coreos.com/v1/namespaces/shop/servicemonitors"
RULES = "/apis/monitoring.coreos.com/v1/namespaces/shop/prometheusrules"


@pytest.mark.acceptance("trap-31")
def test_metrics_that_nobody_finds(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    def rename(monitors: Manifest) -> None:
        monitors["items"][0]["spec"]["endpoints"][0]["port"] = "metrics"

    cluster.alter("ServiceMonitor", "", rename)

    assert failures() == [
        (
            MONITOR,
            "expected one ServiceMonitor that finds a port of Service shop-api-service, found 0; "
            f"{RESTORE}",
        )
    ]


@pytest.mark.acceptance("A14")
def test_metrics_that_are_asked_otherwise(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    def edit(monitor: Manifest) -> None:
        monitor["spec"]["endpoints"][0].update(path="/other", interval="5m")

    cluster.change("ServiceMonitor", "shop-api-monitor", edit)

    assert failures() == [
        (MONITOR, f"expected path of the ServiceMonitor /metrics, found /other; {RESTORE}"),
        (MONITOR, f"expected interval of the ServiceMonitor 30s, found 5m; {RESTORE}"),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"system": {"metrics: {path: /metrics}": "metrics: {path: /metrics, enabled: false}"}},
        {"system": {METRICS: METRICS.split("\n", 1)[1]}},
    ],
    ids=["switched-off", "not-described"],
)
def test_metrics_that_nobody_is_to_find(
    changes: dict[str, dict[str, str]], described: Described, deployed: Deployed, cluster: Cluster
) -> None:
    cluster.delete("ServiceMonitor", "shop-api-monitor")

    assert described(**changes)() == []


def test_a_cluster_without_the_operator(
    described: Described, deployed: Deployed, cluster: Cluster
) -> None:
    for path in (MONITORS, RULES):
        cluster.answer(path, 404, {})

    assert described(stack={"prometheusOperator: true": "prometheusOperator: false"})() == []


def test_an_operator_that_is_not_there(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    cluster.answer(MONITORS, 404, {})

    gone = f"expected kind ServiceMonitor in cluster {NAME}, found nothing; {RESTORE}"
    assert failures() == [(STATUS, gone), (MONITOR, gone)]


@pytest.mark.acceptance("A16")
def test_no_rule(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    cluster.delete("PrometheusRule", "shop-status-alerts")

    assert failures() == [
        (
            STATUS,
            "expected group shop_api_alerts in a PrometheusRule of namespace shop, found groups "
            f"none; {RESTORE}",
        )
    ]


@pytest.mark.acceptance("A16")
def test_other_alerts(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    def edit(rule: Manifest) -> None:
        group = rule["spec"]["groups"][0]
        group["interval"] = "5m"
        group["rules"][0].update(
            {"expr": "health == 1", "for": "1h", "labels": {"severity": "warning"}}
        )

    cluster.change("PrometheusRule", "shop-status-alerts", edit)

    assert failures() == [
        (STATUS, f"expected interval of group shop_api_alerts 30s, found 5m; {RESTORE}"),
        (
            STATUS,
            "expected expression of alert Unhealthy health == 0, found health == 1; " + RESTORE,
        ),
        (STATUS, f"expected duration of alert Unhealthy 2m, found 1h; {RESTORE}"),
        (STATUS, f"expected severity of alert Unhealthy critical, found warning; {RESTORE}"),
        (STATUS, f"expected team of alert Unhealthy platform, found nothing; {RESTORE}"),
    ]


def test_an_alert_that_is_gone(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    def rename(rule: Manifest) -> None:
        rule["spec"]["groups"][0]["rules"][0]["alert"] = "Other"

    cluster.change("PrometheusRule", "shop-status-alerts", rename)

    assert failures() == [
        (
            STATUS,
            f"expected alert Unhealthy in group shop_api_alerts, found alerts Other; {RESTORE}",
        )
    ]


def test_a_group_of_the_described_name(
    deployed: Deployed, described: Described, cluster: Cluster
) -> None:
    def rename(rule: Manifest) -> None:
        rule["spec"]["groups"][0]["name"] = "guide"

    cluster.change("PrometheusRule", "shop-status-alerts", rename)

    named = {"  intervalSeconds: 60": "  intervalSeconds: 60\n  alertGroup: guide"}
    assert described(system=named)() == []


@pytest.mark.parametrize(("sign", "word"), [(">", "above"), ("<", "below")])
def test_every_kind_of_threshold(
    sign: str, word: str, deployed: Deployed, described: Described, cluster: Cluster
) -> None:
    def compare(rule: Manifest) -> None:
        rule["spec"]["groups"][0]["rules"][0]["expr"] = f"health {sign} 0.5"

    cluster.change("PrometheusRule", "shop-status-alerts", compare)

    assert described(system={"equals: 0": f"{word}: 0.5"})() == []


def test_a_status_exporter_that_is_not_scraped(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    cluster.delete("ServiceMonitor", "shop-status-monitor")

    assert failures() == [
        (
            STATUS,
            f"expected one ServiceMonitor that finds a port of Service shop-status, found 0; "
            f"{RESTORE}",
        )
    ]
