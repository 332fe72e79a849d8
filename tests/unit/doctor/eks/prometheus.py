"""What Prometheus is told of the shop."""

from typing import Any

Manifest = dict[str, Any]


def monitor(app: str, port: str) -> Manifest:
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "ServiceMonitor",
        "metadata": {"name": f"{app}-monitor"},
        "spec": {
            "selector": {"matchLabels": {"app": app}},
            "endpoints": [{"port": port, "path": "/metrics", "interval": "30s"}],
        },
    }


def alerts() -> Manifest:
    """The alerts on what the status exporter measures."""
    unhealthy = {
        "alert": "Unhealthy",
        "expr": "health == 0",
        "for": "2m",
        "labels": {"severity": "critical", "team": "platform"},
    }
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "shop-status-alerts"},
        "spec": {"groups": [{"name": "shop_api_alerts", "interval": "30s", "rules": [unhealthy]}]},
    }
