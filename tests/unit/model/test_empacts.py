"""The files say of EMPACTS what its guide demands; IDs are those of docs/acceptance.md."""

from pathlib import Path

import pytest

from model.load import load_files

ROOT = Path(__file__).parents[3]
production = load_files(ROOT, "production", assume_secrets=True)
staging = load_files(ROOT, "staging", assume_secrets=True)
empacts = production.systems["empacts"]
api = empacts.services["api"]
settings = production.environment.systems["empacts"]
rehearsal = staging.environment.systems["empacts"]


@pytest.mark.acceptance("E1", "trap-18")
def test_two_environments_with_hosts_and_stores_of_their_own() -> None:
    assert (settings.host, rehearsal.host) == ("empacts.example.com", "empacts.staging.example.com")
    assert api.replicas.min == api.replicas.max == 3
    own = settings.services["api"]
    assert (own.min_replicas, own.max_replicas) == (3, 3)
    for each in (settings, rehearsal):
        assert each.database is not None
        assert each.cache is not None


@pytest.mark.acceptance("E2", "E6", "trap-36", "trap-38")
def test_image_and_port() -> None:
    assert (api.image, api.port) == ("empacts/api", 3000)
    # A version, not the guide's "latest", and in production the one that staging has tried.
    assert settings.images == rehearsal.images == {"api": "1.0.0"}


@pytest.mark.acceptance("E2", "trap-20")
def test_liveness_asks_the_port_only() -> None:
    readiness, liveness = api.probes.readiness, api.probes.liveness

    assert readiness is not None
    assert liveness is not None
    assert (readiness.path, liveness.path) == ("/health", None)
    assert (readiness.initial_delay_seconds, readiness.period_seconds) == (5, 5)
    assert (liveness.initial_delay_seconds, liveness.period_seconds) == (30, 10)


@pytest.mark.acceptance("E2", "trap-40")
def test_one_task_may_be_missing_while_a_version_rolls_out() -> None:
    assert (api.rollout.max_surge, api.rollout.max_unavailable) == (1, 1)


@pytest.mark.acceptance("F-empacts")
def test_check_of_the_load_balancer() -> None:
    assert api.public is not None
    check = api.public.health_check

    assert (check.path, check.success_codes) == ("/health", "200-299")
    assert (check.interval_seconds, check.timeout_seconds) == (10, 5)
    assert (check.healthy_threshold, check.unhealthy_threshold) == (2, 3)
    assert (api.shutdown.drain_seconds, api.shutdown.longest_request_seconds) == (30, 30)


@pytest.mark.acceptance("E3", "trap-2")
def test_environment() -> None:
    assert api.env == {
        "NODE_ENV": "production",
        "PORT": "3000",
        "JWT_EXPIRES_IN": "24h",
        "LOG_LEVEL": "info",
    }
    assert api.version_variable == "APP_VERSION"
    assert api.bind == {
        "DATABASE_URL": "database.url",
        "DATABASE_READER_URL": "database.readerUrl",
        "REDIS_URL": "cache.url",
        "ASSETS_URL": "assets.url",
    }


@pytest.mark.acceptance("E3")
def test_what_others_issue_is_provided_and_what_is_ours_is_drawn() -> None:
    assert api.secrets == {
        "JWT_SECRET": "generated",
        "EMAIL_SERVICE_API_KEY": "provided",
        "SMS_SERVICE_API_KEY": "provided",
        "PAYMENT_GATEWAY_KEY": "provided",
        "SENTRY_DSN": "provided",
    }


@pytest.mark.acceptance("E3", "trap-41")
def test_a_token_for_a_day_is_no_reason_to_warn() -> None:
    warned = [str(warning) for warning in production.warnings]

    assert api.tokens is not None
    assert (api.tokens.lifetime_variable, api.tokens.refresh_secret) == ("JWT_EXPIRES_IN", None)
    assert not [text for text in warned if text.startswith("systems/empacts.yaml")]
    # Nx's seven days are one.
    assert [text for text in warned if "trap 41" in text and "systems/nx.yaml" in text]


@pytest.mark.acceptance("E1", "E4")
def test_a_read_replica_in_production_only() -> None:
    assert settings.database is not None
    assert rehearsal.database is not None
    assert (settings.database.read_replicas, rehearsal.database.read_replicas) == (1, 0)
    assert (settings.database.multi_az, rehearsal.database.multi_az) == (True, False)
    assert settings.cache is not None
    assert settings.cache.replicas == 1


@pytest.mark.acceptance("E4", "trap-12")
def test_the_cache_holds_sessions() -> None:
    assert empacts.cache is not None
    assert set(empacts.cache.holds) == {"cache", "sessions"}
    # What the sessions need follows from that; a policy that is written down could contradict it.
    assert empacts.cache.max_memory_policy is None
    assert settings.cache is not None
    assert settings.cache.deletion_protection is True


@pytest.mark.acceptance("E4")
def test_static_files_have_a_host_of_their_own() -> None:
    assert settings.assets is not None
    assert settings.assets.host == "assets.empacts.example.com"
    assert rehearsal.assets is not None
    assert rehearsal.assets.host == "assets.empacts.staging.example.com"


@pytest.mark.acceptance("E5", "trap-42")
def test_backups_are_kept_for_thirty_days_and_copied_to_another_region() -> None:
    backup = production.environment.backup

    assert settings.database is not None
    assert settings.database.backup_retention_days == backup.retention_days == 30
    assert (production.environment.region, backup.region) == ("us-east-1", "us-west-2")
    assert staging.environment.backup.region is None


@pytest.mark.acceptance("E7", "trap-32")
def test_alerts() -> None:
    assert [
        (alert.name, alert.service, alert.metric, alert.above, alert.for_minutes, alert.severity)
        for alert in empacts.alerts
    ] == [
        # The guide's expression counts errors a second, its text says percent: both are watched.
        ("HighErrorRate", "api", "errorsPerSecond", 0.1, 2, "critical"),
        ("HighErrorRatio", "api", "errorRatePercent", 10, 2, "critical"),
        ("HighResponseTime", "api", "responseTimeP95Milliseconds", 2000, 5, "warning"),
    ]


@pytest.mark.acceptance("trap-33")
def test_metrics_are_for_the_inside() -> None:
    assert api.public is not None
    assert api.public.deny == ("/metrics",)
