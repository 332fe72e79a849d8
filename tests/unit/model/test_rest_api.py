"""What REST API's own files say against what its guide demands; IDs as in docs/acceptance.md."""

from pathlib import Path

import pytest

from model.load import load_files
from model.settings import SystemSettings
from planning.checks import verify
from planning.fargate_service import plan_fargate_service

ROOT = Path(__file__).parents[3]
production = load_files(ROOT, "production", assume_secrets=True)
staging = load_files(ROOT, "staging", assume_secrets=True)
rest = production.systems["rest-api"]
api = rest.services["api"]
settings = production.environment.systems["rest-api"]
cheap = staging.environment.systems["rest-api"]


@pytest.mark.acceptance("C1", "trap-15")
def test_one_public_service_with_its_data_stores() -> None:
    assert list(rest.services) == ["api"]
    assert api.public is not None
    assert api.public.paths == ("/",)
    assert rest.database is not None
    assert rest.cache is not None
    assert rest.cache.holds == ("cache", "queue")  # the message queue is Redis
    assert rest.queue is None


@pytest.mark.acceptance("C2", "trap-9")
def test_region_and_range_of_the_guide() -> None:
    assert staging.environment.region == production.environment.region == "us-east-1"
    assert staging.environment.network.cidr_block == "10.0.0.0/16"
    assert staging.environment.network.availability_zones == ("us-east-1a", "us-east-1b")
    assert len(production.environment.network.availability_zones) == 3


@pytest.mark.acceptance("C4", "trap-5", "trap-6", "trap-28")
def test_database_with_a_major_version_and_a_user_of_its_own() -> None:
    assert rest.database is not None
    assert (rest.database.engine, rest.database.version) == ("postgres", "15")
    assert (rest.database.name, rest.database.user) == ("rest_api_db", "rest_api_user")


@pytest.mark.acceptance("C4", "trap-7", "trap-8")
def test_sizes_and_windows_of_the_database() -> None:
    for database in (cheap.database, settings.database):
        assert database is not None
        assert (database.storage_gib, database.max_storage_gib) == (20, 100)
        assert database.backup_window == "03:00-04:00"
        assert database.maintenance_window == "sun:04:00-sun:05:00"


@pytest.mark.acceptance("C4", "trap-7")
def test_staging_keeps_what_the_guide_risks_and_production_does_not() -> None:
    assert cheap.database is not None
    assert settings.database is not None
    assert cheap.database.instance_class == "db.t4g.micro"
    assert [
        (
            database.final_snapshot,
            database.deletion_protection,
            database.multi_az,
            database.backup_retention_days,
        )
        for database in (cheap.database, settings.database)
    ] == [(False, False, False, 7), (True, True, True, 30)]
    assert settings.database.instance_class == "db.t4g.medium"


@pytest.mark.acceptance("C5", "trap-12")
def test_cache() -> None:
    assert rest.cache is not None
    assert rest.cache.version == "7"
    assert cheap.cache is not None
    assert settings.cache is not None
    assert (cheap.cache.node_type, cheap.cache.replicas) == ("cache.t4g.micro", 0)
    assert (settings.cache.node_type, settings.cache.replicas) == ("cache.t4g.small", 1)
    # A queue cannot be computed again.
    assert settings.cache.deletion_protection


@pytest.mark.acceptance("C6", "F-rest-api")
def test_container_and_its_own_check() -> None:
    assert api.image == "rest-api"
    assert api.command == ("node", "dist/app.js")
    assert (api.port, api.user) == (3000, "1001:1001")
    check = api.container_health_check
    assert check is not None
    assert check.path == "/health"
    assert (check.interval_seconds, check.timeout_seconds) == (30, 3)
    assert (check.retries, check.start_period_seconds) == (3, 5)
    assert check.command == "node"  # the guide's curl is not in the image (trap 35)


@pytest.mark.acceptance("C7", "trap-22")
def test_replicas_sizes_and_probes_of_the_deployment() -> None:
    assert (api.replicas.min, api.replicas.max) == (3, 3)
    assert not api.replicas.scales
    own = settings.services["api"]
    assert (own.min_replicas, own.max_replicas) == (3, 3)
    assert (api.size.cpu.request, api.size.memory.request) == (250, 256)
    assert (api.size.cpu.limit, api.size.memory.limit) == (500, 512)
    readiness, liveness = api.probes.readiness, api.probes.liveness
    assert readiness is not None
    assert (readiness.path, readiness.initial_delay_seconds, readiness.period_seconds) == (
        "/health/ready",
        5,
        5,
    )
    assert liveness is not None
    assert (liveness.path, liveness.initial_delay_seconds, liveness.period_seconds) == (
        "/health",
        30,
        10,
    )


@pytest.mark.acceptance("C8", "trap-2", "trap-4", "trap-14", "trap-17")
def test_configuration() -> None:
    assert api.env == {
        "NODE_ENV": "production",
        "PORT": "3000",
        "API_VERSION": "v1",
        "JWT_EXPIRES_IN": "15m",
        "JWT_ISSUER": "rest-api",
        "JWT_AUDIENCE": "api-users",
        "EMAIL_SERVICE_URL": "https://api.mailgun.net/v3",
        "LOG_LEVEL": "info",
        "ENABLE_REQUEST_LOGGING": "true",
        "RATE_LIMIT_WINDOW_MS": "900000",
        "RATE_LIMIT_MAX_REQUESTS": "100",
        "AUTH_RATE_LIMIT_MAX": "10",
        "MAX_FILE_SIZE": "10485760",
        "UPLOAD_DIRECTORY": "./uploads",
        "BCRYPT_SALT_ROUNDS": "12",
        "SESSION_TIMEOUT": "86400",
    }
    assert api.bind == {
        "DB_HOST": "database.host",
        "DB_PORT": "database.port",
        "DB_NAME": "database.name",
        "DB_USERNAME": "database.username",
        "DB_PASSWORD": "database.password",
        "REDIS_HOST": "cache.host",
        "REDIS_PORT": "cache.port",
        "REDIS_PASSWORD": "cache.password",
        "REDIS_TLS": "cache.tls",
        "UPLOAD_BUCKET": "objects.bucket",
        "UPLOAD_REGION": "objects.region",
    }


@pytest.mark.acceptance("C8")
@pytest.mark.parametrize(
    ("own", "origin"),
    [(cheap, "https://rest.staging.example.com"), (settings, "https://rest.example.com")],
)
def test_origins_are_the_environments_own_host(own: SystemSettings, origin: str) -> None:
    assert own.services["api"].env["ALLOWED_ORIGINS"] == origin == f"https://{own.host}"


@pytest.mark.acceptance("C9", "trap-1")
def test_secrets() -> None:
    assert api.secrets == {
        "JWT_SECRET": "generated",
        "JWT_REFRESH_SECRET": "generated",
        "ENCRYPTION_KEY": "generated-32",
        "EMAIL_API_KEY": "provided",
        "SENTRY_DSN": "provided",
    }


@pytest.mark.acceptance("C8", "C9", "trap-3", "trap-4")
def test_what_the_application_does_not_start_without() -> None:
    assert set(api.requires) == {
        "NODE_ENV", "PORT", "DB_HOST", "DB_PORT", "DB_NAME", "DB_USERNAME", "DB_PASSWORD",
        "REDIS_HOST", "REDIS_PORT", "REDIS_PASSWORD", "JWT_SECRET", "JWT_REFRESH_SECRET",
        "ENCRYPTION_KEY", "ALLOWED_ORIGINS",
    }  # fmt: skip


@pytest.mark.acceptance("C10", "F-rest-api", "trap-20")
def test_endpoints() -> None:
    assert api.public is not None
    check = api.public.health_check
    assert check.path == "/health/ready"
    assert (check.interval_seconds, check.timeout_seconds) == (10, 5)
    assert (check.healthy_threshold, check.unhealthy_threshold) == (2, 3)
    assert check.success_codes == "200-299"  # 503 takes a task out of traffic
    assert api.public.deny == ("/health/metrics",)


@pytest.mark.acceptance("C11", "trap-18")
def test_both_environments_take_the_same_image_on_hosts_of_their_own() -> None:
    assert cheap.images == settings.images == {"api": "1.0.0"}
    assert (cheap.host, settings.host) == ("rest.staging.example.com", "rest.example.com")


@pytest.mark.acceptance("F-rest-api", "trap-19", "trap-22", "trap-25")
def test_plan_for_fargate() -> None:
    plan = plan_fargate_service(production, "rest-api", "api")

    assert (plan.cpu_units, plan.memory_mib) == (512, 1024)
    assert (plan.minimum_tasks, plan.maximum_tasks) == (3, 3)
    assert plan.health_check_grace_period_seconds == 60
    assert plan.stop_timeout_seconds == 40


@pytest.mark.acceptance("trap-17")
def test_the_firewalls_limit_is_looser_than_the_applications() -> None:
    limit = rest.rate_limit

    assert limit is not None
    assert (limit.requests, limit.window_seconds) == (2000, 600)
    own = int(api.env["RATE_LIMIT_MAX_REQUESTS"]) / int(api.env["RATE_LIMIT_WINDOW_MS"])
    assert limit.requests / (limit.window_seconds * 1000) > own


@pytest.mark.acceptance("trap-23")
def test_who_scales_by_memory_is_warned_and_nobody_else() -> None:
    warned = {each.file for each in verify(production).warnings if "(trap 23)" in str(each)}

    assert warned == {
        f"systems/{name}.yaml"
        for name, system in production.systems.items()
        for service in system.services.values()
        if service.replicas.target_memory_percent is not None
    }
    assert "systems/aegisx.yaml" in warned
    assert warned.isdisjoint({"systems/nx.yaml", "systems/rest-api.yaml"})


def test_nothing_is_warned_of() -> None:
    for stack in (staging, production):
        assert [
            each for each in verify(stack).warnings if each.file == "systems/rest-api.yaml"
        ] == []
