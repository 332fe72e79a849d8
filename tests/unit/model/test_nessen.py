"""The files say of Nessen what its guide demands; IDs are those of docs/acceptance.md."""

from pathlib import Path

import pytest

from model.load import load_files
from tests.support.probes import figures

ROOT = Path(__file__).parents[3]
production = load_files(ROOT, "production", assume_secrets=True)
staging = load_files(ROOT, "staging", assume_secrets=True)
nessen = production.systems["nessen"]
runtime = nessen.services["runtime"]
settings = production.environment.systems["nessen"]


def test_nothing_is_refused_in_either_stack() -> None:
    assert production.problems == staging.problems == ()


@pytest.mark.acceptance("D1", "trap-36")
def test_image_user_and_command() -> None:
    assert (runtime.image, settings.images["runtime"]) == ("nessen-runtime", "1.1.0")
    # Of the guide's two versions both environments run the same one.
    assert staging.environment.systems["nessen"].images == settings.images
    assert (runtime.port, runtime.user) == (3000, "1001")
    assert runtime.command == ("node", "dist/server.js")


@pytest.mark.acceptance("D2", "trap-35")
def test_container_check() -> None:
    check = runtime.container_health_check

    assert check is not None
    assert (check.path, check.command) == ("/health", "node")
    assert (check.interval_seconds, check.timeout_seconds) == (30, 5)
    assert (check.retries, check.start_period_seconds) == (3, 10)


@pytest.mark.acceptance("D3", "trap-25")
def test_requests_and_limits() -> None:
    assert (runtime.size.cpu.request, runtime.size.memory.request) == (250, 256)
    assert (runtime.size.cpu.limit, runtime.size.memory.limit) == (500, 512)


@pytest.mark.acceptance("D3", "trap-22")
def test_probes() -> None:
    assert figures(runtime) == {
        "liveness": ("/health", 10, 10, 3, 3),
        "readiness": ("/ready", 5, 5, 3, 2),
        # Table F's 30 s; the guide has none.
        "startup": ("/health", 0, 5, 3, 6),
    }


@pytest.mark.acceptance("D3", "D11", "trap-40")
def test_rollout_takes_nothing_away() -> None:
    assert (runtime.rollout.max_surge, runtime.rollout.max_unavailable) == (1, 0)


@pytest.mark.acceptance("D3", "D5", "trap-19")
def test_drain_and_longest_request() -> None:
    assert (runtime.shutdown.drain_seconds, runtime.shutdown.longest_request_seconds) == (30, 30)


@pytest.mark.acceptance("D4")
def test_autoscaling() -> None:
    own = settings.services["runtime"]

    assert (own.min_replicas, own.max_replicas) == (3, 10)
    assert (runtime.replicas.min, runtime.replicas.max) == (3, 10)
    assert (runtime.replicas.target_cpu_percent, runtime.replicas.target_memory_percent) == (70, 80)


@pytest.mark.acceptance("D5", "trap-17")
def test_a_hundred_requests_a_second() -> None:
    limit = nessen.rate_limit

    assert limit is not None
    assert (limit.requests, limit.window_seconds) == (30000, 300)
    assert limit.requests / limit.window_seconds == 100


@pytest.mark.acceptance("D5", "trap-18")
def test_its_host_is_its_own() -> None:
    hosts = [each.host for each in production.environment.systems.values()]

    assert settings.host == "nessen.example.com"
    assert staging.environment.systems["nessen"].host == "nessen.staging.example.com"
    # api.example.com, which this guide wants too, is AegisX's.
    assert len(hosts) == len(set(hosts))


@pytest.mark.acceptance("F-nessen")
def test_check_of_the_load_balancer() -> None:
    assert runtime.public is not None
    check = runtime.public.health_check

    assert (check.path, check.success_codes) == ("/ready", "200-299")
    assert (check.interval_seconds, check.timeout_seconds) == (5, 3)
    assert (check.healthy_threshold, check.unhealthy_threshold) == (2, 2)


@pytest.mark.acceptance("D6", "trap-24")
def test_environment() -> None:
    assert runtime.env == {
        "NODE_ENV": "production",
        "PORT": "3000",
        "MAX_BODY_SIZE": "1048576",
        "REQUEST_TIMEOUT": "30000",
        "MAX_HEADER_SIZE": "16384",
        "MAX_URL_LENGTH": "8192",
        # One line, with three quarters of the 512 MiB that the guide gives to the heap alone.
        "NODE_OPTIONS": "--max-old-space-size=384",
        "LOG_LEVEL": "info",
        "UV_THREADPOOL_SIZE": "16",
    }
    assert settings.services["runtime"].env == {"LOG_LEVEL": "info"}


@pytest.mark.acceptance("D6", "trap-44")
def test_open_files_and_kernel_parameters() -> None:
    assert runtime.open_files == 65536
    assert runtime.system_controls == {
        "net.core.somaxconn": "4096",
        "net.ipv4.tcp_max_syn_backlog": "4096",
        "net.ipv4.ip_local_port_range": "1024 65535",
    }


@pytest.mark.acceptance("D7")
def test_secrets() -> None:
    assert runtime.secrets == {"JWT_SECRET": "generated", "API_KEY": "generated"}


@pytest.mark.acceptance("D8", "D11", "trap-30")
def test_it_keeps_nothing_and_reaches_nothing() -> None:
    assert runtime.bind == {}
    assert (nessen.database, nessen.cache, nessen.queue, nessen.objects) == (None,) * 4
    assert (settings.database, settings.cache, settings.queue, settings.objects) == (None,) * 4


@pytest.mark.acceptance("D9", "trap-33")
def test_metrics_are_for_the_inside() -> None:
    assert runtime.public is not None
    assert runtime.public.deny == ("/metrics",)


@pytest.mark.acceptance("D10", "trap-32")
def test_alerts() -> None:
    assert [
        (alert.name, alert.service, alert.metric, alert.above, alert.for_minutes, alert.severity)
        for alert in nessen.alerts
    ] == [
        ("HighErrorRate", "runtime", "errorRatePercent", 1, 5, "critical"),
        ("HighResponseTime", "runtime", "responseTimeP95Milliseconds", 100, 5, "warning"),
        ("HighMemory", "runtime", "memoryPercent", 80, 5, "warning"),
        ("HighCpu", "runtime", "cpuPercent", 90, 5, "warning"),
        ("MissingTasks", "runtime", "missingTasks", 0, 5, "critical"),
        ("FailedHealthChecks", "runtime", "unhealthyTasks", 0, 2, "critical"),
    ]
    # Nothing rests on the application's own metrics, which have no status (trap 32).
    assert nessen.status_exporter is None
