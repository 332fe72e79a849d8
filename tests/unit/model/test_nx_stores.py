"""What Nx's own files say of what it keeps; IDs are those of docs/acceptance.md."""

from pathlib import Path

import pytest

from model.load import load_files
from model.service import Service
from planning.capacity import usable_cache_mib

ROOT = Path(__file__).parents[3]
production = load_files(ROOT, "production", assume_secrets=True)
staging = load_files(ROOT, "staging", assume_secrets=True)
nx = production.systems["nx"]
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


@pytest.mark.acceptance("B5", "trap-6", "trap-28")
def test_database() -> None:
    database = nx.database

    assert database is not None
    assert (database.engine, database.version) == ("postgres", "16")
    assert (database.name, database.user) == ("nx_production", "nx_user")
    assert database.extensions == ("uuid-ossp", "pg_stat_statements")
    assert database.migration is not None
    assert database.migration.service == "api-gateway"


@pytest.mark.acceptance("B5", "trap-27")
@pytest.mark.parametrize("service", [gateway, files, worker])
def test_every_service_with_the_database_has_the_guides_pool(service: Service) -> None:
    assert {name: service.env[name] for name in POOL} == POOL
    assert service.database_pool is not None
    assert service.database_pool.maximum_variable == "DATABASE_POOL_MAX"


@pytest.mark.acceptance("B6", "trap-11", "trap-12")
def test_cache() -> None:
    assert nx.cache is not None
    assert nx.cache.version == "7"
    assert nx.cache.holds == ("cache",)
    assert nx.cache.max_memory_policy is None  # follows from what it holds: allkeys-lru
    assert nx.cache.minimum_memory == 2048
    for stack in (staging, production):
        own = stack.environment.systems["nx"].cache
        assert own is not None
        assert usable_cache_mib(own.node_type) >= 2048
        assert own.snapshot_retention_days >= 1


@pytest.mark.acceptance("B7", "trap-13")
def test_queue() -> None:
    assert nx.queue is not None
    assert (nx.queue.engine, nx.queue.version, nx.queue.user) == ("rabbitmq", "3.13", "admin")
    single = staging.environment.systems["nx"].queue
    assert single is not None
    assert single.deployment == "single-instance"
    assert settings.queue is not None
    assert settings.queue.deployment == "cluster"
    assert settings.queue.deletion_protection


@pytest.mark.acceptance("B8", "trap-14")
def test_objects_need_no_static_keys() -> None:
    assert nx.objects is not None
    assert not nx.objects.static_keys
    given = {name for service in nx.services.values() for name in (*service.bind, *service.secrets)}
    assert given.isdisjoint({"MINIO_ACCESS_KEY", "MINIO_SECRET_KEY"})
    assert {name: source for name, source in files.bind.items() if name.startswith("MINIO_")} == {
        "MINIO_ENDPOINT": "objects.endpoint",
        "MINIO_PORT": "objects.port",
        "MINIO_USE_SSL": "objects.ssl",
        "MINIO_BUCKET": "objects.bucket",
        "MINIO_REGION": "objects.region",
    }


@pytest.mark.acceptance("B12", "trap-7", "trap-8")
def test_backups_at_two_for_thirty_days() -> None:
    kept = [stack.environment.systems["nx"].database for stack in (staging, production)]

    assert [database.backup_window for database in kept if database] == ["02:00-03:00"] * 2
    assert [database.backup_retention_days for database in kept if database] == [7, 30]
    assert production.environment.backup.retention_days == 30
    assert gateway.public is not None
    assert gateway.public.load_balancing == "leastOutstandingRequests"
