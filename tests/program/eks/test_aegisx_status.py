"""What AegisX tells of itself on EKS, and the alerts on it; IDs as in docs/acceptance.md."""

import json

import pytest

from tests.program.eks.conftest import section
from tests.program.eks.manifests import container, manifest, of_kind
from tools.recording.recorder import Recording


@pytest.mark.acceptance("A15", "trap-33")
def test_status_exporter(graph: Recording, stack: str) -> None:
    """A CronJob asks what users ask, not a localhost that is gone; a script of ours does it."""
    found = manifest(graph, "CronJob", "aegisx", "aegisx-status")["spec"]
    assert (found["schedule"], found["concurrencyPolicy"]) == ("* * * * *", "Forbid")
    main = container(graph, "aegisx", "aegisx-status")
    assert main["image"] == section(stack, "slipway:eks")["toolsImage"]
    assert main["command"] == ["python3", "/etc/slipway/status_exporter.py"]
    assert "ports" not in main
    settings = manifest(graph, "ConfigMap", "aegisx", "aegisx-status-config")["data"]
    host = {"production": "api.example.com", "staging": "api.staging.example.com"}[stack]
    assert settings["STATUS_URL"] == f"https://{host}/api/status"
    assert json.loads(settings["METRICS"]) == {
        "api_health_status": {
            "field": "data.status",
            "values": {"healthy": 1, "degraded": 0.5, "unhealthy": 0},
            "otherwise": -1,
        },
        "api_memory_usage_percent": {"field": "data.memory.percentage"},
        "api_database_response_ms": {"field": "data.services.database.responseTime"},
        "api_redis_response_ms": {
            "field": "data.services.redis.responseTime",
            "otherwise": 0,
        },
    }
    assert (settings["METRIC_NAMESPACE"], json.loads(settings["METRIC_DIMENSIONS"])) == (
        "Slipway",
        {"System": "aegisx"},
    )
    assert graph.of_type("aws:synthetics/canary:Canary") == []


@pytest.mark.acceptance("A15", "A16")
def test_the_alarms_watch_what_the_exporter_measures(production: Recording) -> None:
    asked = [
        metric
        for alarm in production.of_type("MetricAlarm")
        # An alarm on one value asks by a query, on a limit by its own fields.
        for metric in (
            alarm.inputs,
            *(each.get("metric", {}) for each in alarm.inputs.get("metricQueries", [])),
        )
        if metric.get("namespace") == "Slipway"
    ]
    assert {each["metricName"] for each in asked} == {
        "api_health_status",
        "api_memory_usage_percent",
        "api_database_response_ms",
        "SuccessPercent",
    }
    assert all(each["dimensions"] == {"System": "aegisx"} for each in asked)


@pytest.mark.acceptance("A15", "A16")
def test_prometheus_scrapes_the_exporter(scraped: Recording) -> None:
    """A CronJob's pod would be gone before anybody asks it, so that one stays here."""
    found = manifest(scraped, "Deployment", "aegisx", "aegisx-status")["spec"]
    assert (found["replicas"], found["strategy"]) == (1, {"type": "Recreate"})
    main = container(scraped, "aegisx", "aegisx-status")
    assert main["ports"] == [{"name": "metrics", "containerPort": 9101, "protocol": "TCP"}]
    settings = manifest(scraped, "ConfigMap", "aegisx", "aegisx-status-config")["data"]
    assert settings["INTERVAL_SECONDS"] == "60"
    service = manifest(scraped, "Service", "aegisx", "aegisx-status")["spec"]
    assert service["selector"] == {"app": "aegisx-status"}
    assert service["ports"] == [
        {"name": "metrics", "port": 9101, "targetPort": "metrics", "protocol": "TCP"}
    ]
    assert manifest(scraped, "ServiceMonitor", "aegisx", "aegisx-status-monitor")["spec"] == {
        "selector": {"matchLabels": {"app": "aegisx-status"}},
        "endpoints": [{"port": "metrics", "path": "/metrics", "interval": "30s"}],
    }


@pytest.mark.acceptance("A16")
def test_prometheus_rule(scraped: Recording) -> None:
    [found] = of_kind(scraped, "PrometheusRule")
    [group] = found["spec"]["groups"]
    assert (group["name"], group["interval"]) == ("aegisx_api_alerts", "30s")
    rules = group["rules"]
    assert [
        (each["alert"], each["expr"], each["for"], each["labels"], each["annotations"]["summary"])
        for each in rules
    ] == [
        (name, expr, minutes, {"severity": severity, "team": "platform"}, summary)
        for name, expr, minutes, severity, summary in (
            ("APIUnhealthy", "api_health_status == 0", "2m", "critical", "API is UNHEALTHY"),
            ("APIDegraded", "api_health_status == 0.5", "5m", "warning", "API is DEGRADED"),
            (
                "APIHighMemory",
                "api_memory_usage_percent > 80",
                "10m",
                "warning",
                "API memory usage is high",
            ),
            (
                "APISlowDatabase",
                "api_database_response_ms > 500",
                "5m",
                "warning",
                "Database response time is slow",
            ),
        )
    ]
