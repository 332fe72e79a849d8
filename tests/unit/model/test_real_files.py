"""The real files say what the guide demands and what DESIGN.md promises of stack files."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from model.load import load_files
from model.observation import Alert, Metric
from tests.support.probes import figures

ROOT = Path(__file__).parents[3]
production = load_files(ROOT, "production", assume_secrets=True)
staging = load_files(ROOT, "staging", assume_secrets=True)
aegisx = production.systems["aegisx"]
api = aegisx.services["api"]
settings = production.environment.systems["aegisx"]


def keys(content: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for key, value in content.items():
        yield f"{above}.{key}"
        # Tags and environment variables are values that have names, not keys.
        if isinstance(value, dict) and key not in ("env", "slipway:tags"):
            yield from keys(cast("dict[str, Any]", value), f"{above}.{key}")


def test_both_stack_files_have_the_same_keys_in_the_same_order() -> None:
    one, other = (
        list(keys(yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]))
        for stack in ("staging", "production")
    )

    assert one == other


@pytest.mark.acceptance("A1")
def test_versions_and_least_size() -> None:
    assert aegisx.database is not None
    assert aegisx.cache is not None
    assert int(aegisx.database.version) >= 15
    assert int(aegisx.cache.version) >= 6
    assert api.size.cpu.limit >= 1000
    assert api.size.memory.request >= 512


@pytest.mark.acceptance("A2")
def test_image_command_and_port() -> None:
    assert (api.image, settings.images["api"]) == ("aegisx/api", "1.0.0")
    assert api.command == ("node", "main.js")
    assert api.port == 3333


@pytest.mark.acceptance("A3")
def test_replicas_and_rollout() -> None:
    assert api.replicas.min == settings.services["api"].min_replicas == 3
    assert (api.rollout.max_surge, api.rollout.max_unavailable) == (1, 0)


@pytest.mark.acceptance("A4")
def test_requests_and_limits() -> None:
    assert (api.size.cpu.request, api.size.memory.request) == (250, 512)
    assert (api.size.cpu.limit, api.size.memory.limit) == (1000, 1024)


@pytest.mark.acceptance("A5", "A6", "A7", "trap-20")
def test_probes() -> None:
    assert figures(api) == {
        "liveness": ("/api/health", 30, 10, 5, 3),
        "readiness": ("/api/status", 5, 5, 3, 2),
        "startup": ("/api/health", 0, 5, 3, 30),
    }


@pytest.mark.acceptance("A8", "trap-35")
def test_container_check() -> None:
    check = api.container_health_check

    assert check is not None
    assert check.path == "/api/health"
    assert (check.interval_seconds, check.timeout_seconds) == (30, 5)
    assert (check.retries, check.start_period_seconds) == (3, 40)
    assert check.command == "node"


@pytest.mark.acceptance("A9")
def test_autoscaling() -> None:
    own = settings.services["api"]

    assert (own.min_replicas, own.max_replicas) == (api.replicas.min, api.replicas.max) == (3, 10)
    assert (api.replicas.target_cpu_percent, api.replicas.target_memory_percent) == (70, 80)


@pytest.mark.acceptance("A10", "A11", "trap-2")
def test_environment_contract() -> None:
    assert api.env == {
        "NODE_ENV": "production",
        "API_HOST": "0.0.0.0",  # noqa: S104 (the guide's value)
        "API_PORT": "3333",
        "DB_POOL_MIN": "2",
        "DB_POOL_MAX": "10",
        "REDIS_DB": "0",
        "LOG_LEVEL": "info",
        "ENABLE_API_KEY_DEMO": "false",
        "HEALTH_CHECK_MEMORY_THRESHOLD": "90",
        "HEALTH_CHECK_DB_TIMEOUT": "2000",
        "HEALTH_CHECK_REDIS_TIMEOUT": "2000",
    }
    assert api.bind == {
        "DB_HOST": "database.host",
        "DB_PORT": "database.port",
        "DB_NAME": "database.name",
        "DB_USER": "database.username",
        "DB_PASSWORD": "database.password",
        "REDIS_HOST": "cache.host",
        "REDIS_PORT": "cache.port",
        "REDIS_PASSWORD": "cache.password",
        "REDIS_TLS": "cache.tls",
    }
    assert aegisx.database is not None
    assert (aegisx.database.name, aegisx.database.user) == ("aegisx_production", "aegisx_user")
    assert api.strict_values == {"ENABLE_API_KEY_DEMO": "false"}


@pytest.mark.acceptance("trap-3")
def test_what_the_guide_calls_required() -> None:
    assert set(api.requires) == {
        "NODE_ENV", "API_PORT", "API_HOST", "DB_HOST", "DB_PORT", "DB_NAME", "DB_USER",
        "DB_PASSWORD", "DB_POOL_MIN", "DB_POOL_MAX",
    }  # fmt: skip


@pytest.mark.acceptance("A12", "trap-18")
def test_hosts() -> None:
    assert settings.host == "api.example.com"
    assert staging.environment.systems["aegisx"].host == "api.staging.example.com"
    assert production.environment.load_balancer.idle_timeout_seconds == 60
    assert api.public is not None
    assert api.public.paths == ("/",)


@pytest.mark.acceptance("A13", "trap-21")
def test_load_balancer_check() -> None:
    assert api.public is not None
    check = api.public.health_check

    assert check.path == "/api/health"
    assert (check.interval_seconds, check.timeout_seconds) == (5, 3)
    assert (check.healthy_threshold, check.unhealthy_threshold) == (2, 3)
    assert check.success_codes == "200-299"
    assert api.public.load_balancing == "leastOutstandingRequests"


@pytest.mark.acceptance("A15")
def test_status_exporter() -> None:
    exporter = aegisx.status_exporter

    assert exporter is not None
    assert (exporter.service, exporter.path, exporter.interval_seconds) == (
        "api",
        "/api/status",
        60,
    )
    assert exporter.metrics == {
        "api_health_status": Metric(
            field="data.status",
            values={"healthy": 1, "degraded": 0.5, "unhealthy": 0},
            otherwise=-1,
        ),
        "api_memory_usage_percent": Metric(field="data.memory.percentage"),
        "api_database_response_ms": Metric(field="data.services.database.responseTime"),
        "api_redis_response_ms": Metric(field="data.services.redis.responseTime", otherwise=0),
    }


def condition(alert: Alert) -> tuple[float | None, float | None, float | None]:
    return alert.equals, alert.above, alert.below


@pytest.mark.acceptance("A16")
def test_alerts() -> None:
    assert [
        (alert.name, alert.metric, condition(alert), alert.for_minutes, alert.severity, alert.team)
        for alert in aegisx.alerts
    ] == [
        ("APIUnhealthy", "api_health_status", (0, None, None), 2, "critical", "platform"),
        ("APIDegraded", "api_health_status", (0.5, None, None), 5, "warning", "platform"),
        ("APIHighMemory", "api_memory_usage_percent", (None, 80, None), 10, "warning", "platform"),
        (
            "APISlowDatabase",
            "api_database_response_ms",
            (None, 500, None),
            5,
            "warning",
            "platform",
        ),
    ]


def test_every_alert_has_its_runbook() -> None:
    slugs = {alert.slug for system in production.systems.values() for alert in system.alerts}

    assert "api-unhealthy" in slugs
    assert [slug for slug in slugs if not (ROOT / f"docs/runbooks/{slug}.md").is_file()] == []


@pytest.mark.acceptance("A17")
def test_checks_after_a_deploy() -> None:
    assert [
        (check.path, check.max_latency_milliseconds, check.expect)
        for check in aegisx.post_deploy_checks
    ] == [("/api/health", 50, "ok"), ("/api/status", 200, "healthy"), ("/api/ping", 10, "ok")]


@pytest.mark.acceptance("A18", "trap-17")
def test_edge_protection() -> None:
    edge = production.environment.load_balancer

    assert edge.rate_limit.requests == 2000
    assert edge.rate_limit.window_seconds in (60, 120, 300, 600)
    assert edge.access_log_retention_days == 365


@pytest.mark.acceptance("trap-7")
def test_backups() -> None:
    kept = [stack.environment.systems["aegisx"].database for stack in (staging, production)]

    assert [database.backup_retention_days for database in kept if database] == [7, 30]
    assert production.environment.safety == "strict"


@pytest.mark.acceptance("trap-33")
def test_metrics_are_for_the_inside() -> None:
    assert api.public is not None
    assert api.public.deny == ("/api/metrics",)


@pytest.mark.acceptance("trap-36")
def test_the_same_image_goes_through_staging() -> None:
    assert staging.environment.systems["aegisx"].images == settings.images == {"api": "1.0.0"}
