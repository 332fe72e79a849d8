"""What Nx's own files say against what its guide demands; IDs are those of docs/acceptance.md."""

from pathlib import Path

import pytest

from model.description import Description
from model.load import load_files
from planning.checks import verify
from planning.fargate_service import plan_fargate_service

ROOT = Path(__file__).parents[3]
production = load_files(ROOT, "production", assume_secrets=True)
staging = load_files(ROOT, "staging", assume_secrets=True)
nx = production.systems["nx"]
portal = nx.services["web-portal"]
gateway = nx.services["api-gateway"]
files = nx.services["file-service"]
worker = nx.services["worker-service"]
settings = production.environment.systems["nx"]

POOL = {
    "DATABASE_POOL_MAX": "20",
    "DATABASE_POOL_MIN": "5",
    "DATABASE_POOL_IDLE_MILLISECONDS": "30000",
    "DATABASE_CONNECT_TIMEOUT_MILLISECONDS": "2000",
}
DATABASE = {
    "DATABASE_HOST": "database.host",
    "DATABASE_PORT": "database.port",
    "DATABASE_NAME": "database.name",
    "DATABASE_USER": "database.username",
    "DATABASE_PASSWORD": "database.password",
}
RABBITMQ = {
    "RABBITMQ_HOST": "queue.host",
    "RABBITMQ_PORT": "queue.port",
    "RABBITMQ_PROTOCOL": "queue.protocol",
    "RABBITMQ_USER": "queue.username",
    "RABBITMQ_PASSWORD": "queue.password",
    "RABBITMQ_URL": "queue.url",
}


@pytest.mark.acceptance("B1", "trap-29")
def test_two_services_are_public_and_two_are_not() -> None:
    assert {name: service.port for name, service in nx.services.items()} == {
        "web-portal": 3000,
        "api-gateway": 3000,
        "file-service": 3001,
        "worker-service": None,
    }
    assert {
        name: service.public.paths
        for name, service in nx.services.items()
        if service.public is not None
    } == {"web-portal": ("/",), "api-gateway": ("/api",)}
    assert {
        name: service.internal.protocol
        for name, service in nx.services.items()
        if service.internal is not None
    } == {"file-service": "grpc"}


@pytest.mark.acceptance("B1", "trap-29")
def test_every_arrow_of_the_guide_is_a_binding_and_there_are_no_others() -> None:
    """The gateway's arrow to the database is not drawn, but its health check needs it."""
    assert {
        name: {source.rpartition(".")[0] for source in service.bind.values()}
        for name, service in nx.services.items()
    } == {
        "web-portal": set(),
        "api-gateway": {"database", "cache", "queue", "services.file-service"},
        "file-service": {"database", "objects"},
        "worker-service": {"database", "queue"},
    }


@pytest.mark.acceptance("B2", "trap-26")
def test_processes_of_the_guide_are_tasks() -> None:
    assert {
        name: (service.replicas.min, service.replicas.max) for name, service in nx.services.items()
    } == {
        "web-portal": (2, 2),
        "api-gateway": (3, 4),  # three replicas on Kubernetes, four processes of PM2
        "file-service": (2, 2),
        "worker-service": (2, 6),
    }
    for name, service in nx.services.items():
        own = settings.services[name]
        assert (own.min_replicas, own.max_replicas) == (service.replicas.min, service.replicas.max)


@pytest.mark.acceptance("B2")
def test_requests_and_limits_of_the_gateway() -> None:
    assert (gateway.size.cpu.request, gateway.size.memory.request) == (500, 512)
    assert (gateway.size.cpu.limit, gateway.size.memory.limit) == (1000, 1024)


@pytest.mark.acceptance("B3", "trap-20", "trap-22")
def test_probes_keep_the_guides_numbers_and_liveness_asks_no_data_store() -> None:
    readiness, liveness = gateway.probes.readiness, gateway.probes.liveness

    assert readiness is not None
    assert readiness.path == "/health/ready"
    assert (readiness.initial_delay_seconds, readiness.period_seconds) == (10, 5)
    assert liveness is not None
    assert liveness.path == "/health/live"
    assert (liveness.initial_delay_seconds, liveness.period_seconds) == (30, 10)
    assert gateway.public is not None
    assert gateway.public.deny == ("/api/metrics",)


@pytest.mark.acceptance("B4")
def test_the_platform_is_no_smaller_than_the_guides_server() -> None:
    plans = [plan_fargate_service(production, "nx", name) for name in nx.services]

    assert sum(plan.minimum_tasks * plan.cpu_units for plan in plans) >= 4 * 1024
    assert sum(plan.minimum_tasks * plan.memory_mib for plan in plans) >= 8 * 1024
    assert settings.database is not None
    assert (settings.database.storage_gib, settings.database.max_storage_gib) == (100, 500)


@pytest.mark.acceptance("B4")
def test_images_and_heap() -> None:
    assert {name: service.image for name, service in nx.services.items()} == {
        "web-portal": "nx-web",
        "api-gateway": "nx-api",
        "file-service": "nx-file",
        "worker-service": "nx-worker",
    }
    # The guide's 4096 is four times the limit (trap 24).
    assert gateway.env["NODE_OPTIONS"] == "--max-old-space-size=768"
    assert staging.environment.systems["nx"].images == settings.images


@pytest.mark.acceptance("B9", "trap-2")
def test_environment_contract_of_the_gateway() -> None:
    assert gateway.env == {
        "NODE_ENV": "production",
        "PORT": "3000",
        "JWT_EXPIRES_IN": "7d",
        "LOG_LEVEL": "info",
        "NODE_OPTIONS": "--max-old-space-size=768",
        **POOL,
    }
    assert gateway.bind == {
        **DATABASE,
        "REDIS_HOST": "cache.host",
        "REDIS_PORT": "cache.port",
        "REDIS_PASSWORD": "cache.password",
        "REDIS_TLS": "cache.tls",
        **RABBITMQ,
        "FILE_SERVICE_ADDRESS": "services.file-service.address",
    }


@pytest.mark.acceptance("B9", "trap-2")
def test_the_worker_is_told_of_database_and_queue_like_the_gateway() -> None:
    assert worker.bind == {**DATABASE, **RABBITMQ}
    assert worker.env == {"NODE_ENV": "production", "LOG_LEVEL": "info", **POOL}


@pytest.mark.acceptance("B9")
def test_no_service_sends_its_logs_to_a_loki_that_is_not_there() -> None:
    assert [name for name, service in nx.services.items() if "LOKI_URL" in service.env] == []


@pytest.mark.acceptance("B10", "trap-1")
def test_secrets() -> None:
    assert {name: dict(service.secrets) for name, service in nx.services.items()} == {
        "web-portal": {},
        "api-gateway": {"JWT_SECRET": "generated"},
        "file-service": {},
        "worker-service": {},
    }


@pytest.mark.acceptance("B9", "trap-3")
def test_every_service_names_what_it_does_not_start_without() -> None:
    assert {name: service.requires for name, service in nx.services.items()} == {
        "web-portal": ("NODE_ENV", "PORT"),
        "api-gateway": (
            "NODE_ENV", "PORT", "DATABASE_HOST", "DATABASE_PASSWORD", "REDIS_HOST",
            "RABBITMQ_URL", "JWT_SECRET",
        ),
        "file-service": (
            "NODE_ENV", "PORT", "DATABASE_HOST", "DATABASE_PASSWORD", "MINIO_ENDPOINT",
            "MINIO_BUCKET",
        ),
        "worker-service": ("NODE_ENV", "DATABASE_HOST", "DATABASE_PASSWORD", "RABBITMQ_URL"),
    }  # fmt: skip


@pytest.mark.acceptance("B11", "trap-18")
def test_host() -> None:
    assert settings.host == "nx.example.com"
    assert staging.environment.systems["nx"].host == "nx.staging.example.com"


@pytest.mark.acceptance("F-nx-web-portal", "F-nx-api-gateway")
def test_checks_of_the_load_balancer() -> None:
    assert {
        name: (
            service.public.health_check.path,
            service.public.health_check.interval_seconds,
            service.public.health_check.timeout_seconds,
            service.public.health_check.healthy_threshold,
            service.public.health_check.unhealthy_threshold,
        )
        for name, service in nx.services.items()
        if service.public is not None
    } == {"web-portal": ("/", 15, 5, 2, 3), "api-gateway": ("/health/ready", 10, 5, 2, 3)}


@pytest.mark.acceptance("F-nx-file-service", "F-nx-worker-service", "trap-20", "trap-29")
def test_checks_inside_of_the_containers() -> None:
    assert portal.container_health_check is None
    assert gateway.container_health_check is None
    asked = files.container_health_check
    assert asked is not None
    assert asked.path == "/health/live"
    assert (asked.interval_seconds, asked.timeout_seconds, asked.retries) == (30, 5, 3)
    beating = worker.container_health_check
    assert beating is not None
    assert beating.path is None
    assert beating.heartbeat is not None
    assert (beating.heartbeat.file, beating.heartbeat.max_age_seconds) == ("/tmp/heartbeat", 60)  # noqa: S108 (the container's own)


@pytest.mark.acceptance(
    "F-nx-web-portal",
    "F-nx-api-gateway",
    "F-nx-file-service",
    "F-nx-worker-service",
    "trap-19",
    "trap-22",
    "trap-25",
)
@pytest.mark.parametrize(
    ("name", "size", "stop"),
    [
        ("web-portal", (512, 1024), 40),
        ("api-gateway", (1024, 2048), 40),
        ("file-service", (512, 1024), 40),
        ("worker-service", (512, 1024), 120),
    ],
)
def test_plans_for_fargate(name: str, size: tuple[int, int], stop: int) -> None:
    plan = plan_fargate_service(production, "nx", name)

    assert (plan.cpu_units, plan.memory_mib) == size
    assert plan.stop_timeout_seconds == stop
    # Without a startup probe there is the minute that a new task has in any case.
    assert nx.services[name].probes.startup is None
    assert plan.health_check_grace_period_seconds == 60


@pytest.mark.acceptance("F-nx-worker-service", "trap-29")
def test_the_worker_follows_its_queue() -> None:
    depth = worker.replicas.target_queue_depth

    assert depth is not None
    assert (depth.queue, depth.messages_per_task) == ("jobs", 100)
    assert worker.replicas.target_cpu_percent is None
    assert worker.replicas.target_memory_percent is None


@pytest.mark.parametrize("description", [staging, production])
def test_all_that_is_warned_of(description: Description) -> None:
    warnings = [
        str(each) for each in verify(description).warnings if each.file == "systems/nx.yaml"
    ]

    assert warnings == [
        "systems/nx.yaml, services.api-gateway.env.JWT_EXPIRES_IN: '7d' is how long a stolen token "
        "works: nothing can call it back (trap 41); write 24h or less, or issue refresh tokens and "
        "name their secret under tokens.refreshSecret",
        "systems/nx.yaml, services.api-gateway.metrics.path: '/metrics' is scraped by nobody on "
        "fargate, where nothing looks for tasks; alert on what the load balancer and ECS count "
        "(docs/metrics.md), or write metrics.enabled: false here",
    ]
