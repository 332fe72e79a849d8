"""Data stores of a compose file become sections of the system."""

from pathlib import Path

import pytest

from tests.unit.tools.new_system_project import read
from tools.new_system.draft import CacheDraft, DatabaseDraft, QueueDraft, Remarks, SystemDraft


def store(folder: Path, entry: str) -> tuple[SystemDraft, Remarks]:
    draft, remarks = read(folder, f"services:\n  api: {{build: .}}\n  it: {entry}\n")
    remarks.left = [remark for remark in remarks.left if remark.place.startswith("it")]
    return draft, remarks


@pytest.mark.parametrize(
    ("image", "version", "extensions"),
    [
        ("postgres:16-alpine", "16", ()),
        ("docker.io/library/postgres:14.2", "14", ()),
        ("bitnami/postgresql:18.0.0", "18", ()),
        ("postgis/postgis:15-3.4", "15", ("postgis",)),
        ("pgvector/pgvector:pg17", "17", ("vector",)),
    ],
)
def test_postgres(tmp_path: Path, image: str, version: str, extensions: tuple[str, ...]) -> None:
    draft, remarks = store(
        tmp_path,
        f"{{image: '{image}', environment: {{POSTGRES_DB: App-Data, POSTGRES_USER: app}}}}",
    )

    assert draft.database == DatabaseDraft(
        version=version, name="app_data", user="app", extensions=extensions
    )
    assert [str(remark) for remark in remarks.changed] == [
        "it.environment: the database is called app_data; nothing to do: what binds database.name "
        "gets it"
    ]
    assert remarks.left == []


@pytest.mark.parametrize(
    ("image", "version", "message"),
    [
        ("postgres:11", "14", "RDS offers 14 to 18, so database.version is 14"),
        ("postgres:19beta1", "18", "RDS offers 14 to 18, so database.version is 18"),
        ("postgres", "17", "names no major version, so database.version is 17"),
        ("postgres:latest", "17", "names no major version, so database.version is 17"),
    ],
)
def test_a_version_that_rds_does_not_offer_is_told(
    tmp_path: Path, image: str, version: str, message: str
) -> None:
    draft, remarks = store(
        tmp_path, f"{{image: '{image}', environment: {{POSTGRES_DB: a, POSTGRES_USER: b}}}}"
    )

    assert draft.database is not None
    assert draft.database.version == version
    assert [str(remark) for remark in remarks.changed] == [
        f"it.image: {message}; change it there; a database that is to be moved must not be newer "
        "than it"
    ]


@pytest.mark.parametrize(
    "environment",
    ["{}", "{POSTGRES_USER: postgres, POSTGRES_DB: postgres}", "['POSTGRES_DB=${X}']"],
)
def test_the_application_gets_a_user_and_a_database_of_its_own(
    tmp_path: Path, environment: str
) -> None:
    draft, remarks = store(tmp_path, f"{{image: 'postgres:16', environment: {environment}}}")

    assert draft.database is not None
    assert (draft.database.name, draft.database.user) == ("shop", "shop_user")
    assert str(remarks.changed[0]) == (
        "it.environment: the application gets a user of its own, shop_user, that is not the master "
        "user (trap 28); nothing to do: what binds database.username gets it"
    )


def test_what_a_database_has_beside_that_is_told(tmp_path: Path) -> None:
    _, remarks = store(
        tmp_path,
        "{image: 'timescale/timescaledb:2.1-pg16', environment: {POSTGRES_DB: a, POSTGRES_USER: b, "
        "POSTGRES_PASSWORD: hunter2, PGDATA: /d}, volumes: [x], ports: [1], deploy: {}, "
        "env_file: .env, shm_size: 1g}",
    )

    assert [str(remark) for remark in remarks.left] == [
        "it.image: RDS has no TimescaleDB; partition tables with pg_partman",
        "it.environment.POSTGRES_PASSWORD: Slipway draws the password; bind database.password or "
        "database.url to read it",
        "it.environment.PGDATA: RDS has settings of its own; nothing to do if its own are good",
        "it.volumes: RDS keeps the data, and runs no scripts at the first start; move data with "
        "pg_dump, and make tables in database.migration",
        "it.ports: what is bound can be reached, and nothing else; nothing to do",
        "it.deploy: how big database is stands in the stack files; nothing to do",
        "it.env_file: is not read, for such files hold secrets; nothing to do",
        "it.shm_size: RDS runs it; nothing to do",
    ]


def test_redis_with_its_options(tmp_path: Path) -> None:
    draft, remarks = store(
        tmp_path,
        "{image: 'redis:6.2', command: redis-server --maxmemory 2gb --maxmemory-policy noeviction "
        "--appendonly yes --requirepass hunter2, volumes: [x]}",
    )

    assert draft.cache is not None
    assert (draft.cache.version, draft.cache.minimum_memory_mib) == ("6", 2048)
    assert draft.cache.max_memory_policy == "noeviction"
    assert remarks.changed == []
    assert [str(remark) for remark in remarks.left] == [
        "it.command --appendonly: ElastiCache keeps no file and has settings of its own; nothing "
        "to do for appendonly and save: snapshots are in the stack file",
        "it.command --requirepass: Slipway draws the password; bind cache.password or cache.url to "
        "read it",
        "it.volumes: ElastiCache keeps the data; nothing to do if the data may begin empty",
    ]


@pytest.mark.parametrize(
    ("command", "place"),
    [
        ("redis-server /etc/redis.conf", "it.command /etc/redis.conf"),
        ("redis-server --maxmemory lots", "it.command --maxmemory"),
        ('"redis-server \'"', "it.command"),
    ],
)
def test_a_command_of_redis_that_has_no_place_is_told(
    tmp_path: Path, command: str, place: str
) -> None:
    draft, remarks = store(tmp_path, f"{{image: 'redis:7', command: {command}}}")

    assert draft.cache is not None
    assert draft.cache.minimum_memory_mib is None
    assert [str(remark) for remark in remarks.left] == [
        f"{place}: ElastiCache keeps no file and has settings of its own; nothing to do for "
        "appendonly and save: snapshots are in the stack file"
    ]


@pytest.mark.parametrize(
    ("image", "version", "messages"),
    [
        ("redis:7.4", "7", []),
        ("redis", "7", ["names no version, so cache.version is 7"]),
        ("redis:5", "7", ["ElastiCache offers Redis 6 and 7, so cache.version is 7"]),
        ("valkey/valkey:8", "7", ["ElastiCache offers Redis 6 and 7, so cache.version is 7"]),
    ],
)
def test_a_version_of_redis(tmp_path: Path, image: str, version: str, messages: list[str]) -> None:
    draft, remarks = store(tmp_path, f"{{image: '{image}'}}")

    assert draft.cache == CacheDraft(version=version, note=draft.cache.note if draft.cache else "")
    assert [str(remark) for remark in remarks.changed] == [
        f"it.image: {message}; see that the application works with it" for message in messages
    ]


def test_what_the_cache_holds_is_guessed_from_who_reads_it(tmp_path: Path) -> None:
    draft, _ = read(
        tmp_path,
        """\
services:
  api: {build: ., environment: {SESSION_REDIS_URL: "redis://it", CELERY_BROKER_URL: "redis://it/1"}}
  it: {image: "redis:7"}
""",
    )

    assert draft.cache is not None
    assert draft.cache.holds == ("cache", "sessions", "queue")


@pytest.mark.parametrize(
    ("image", "version", "told"),
    [
        ("rabbitmq:3.13-management", "3.13", False),
        ("rabbitmq:3-management", "3.13", False),
        ("rabbitmq:3.9", "3.13", True),
        ("rabbitmq:4", "4.2", False),
        ("rabbitmq:4.0.5", "4.2", True),
        ("rabbitmq", "3.13", True),
    ],
)
def test_rabbitmq(tmp_path: Path, image: str, version: str, told: bool) -> None:
    draft, remarks = store(
        tmp_path, f"{{image: '{image}', environment: {{RABBITMQ_DEFAULT_USER: app}}}}"
    )

    assert draft.queue == QueueDraft(version=version, user="app")
    assert [str(remark) for remark in remarks.changed] == [
        f"it.image: Amazon MQ offers RabbitMQ 3.13 and 4.2, so queue.version is {version}; see "
        "that the application works with it"
    ] * told


def test_the_broker_has_no_guest(tmp_path: Path) -> None:
    draft, remarks = store(
        tmp_path,
        "{image: 'rabbitmq:3.13', environment: {RABBITMQ_DEFAULT_PASS: x, "
        "RABBITMQ_DEFAULT_VHOST: v}}",
    )

    assert draft.queue == QueueDraft(version="3.13", user="admin")
    assert [str(remark) for remark in [*remarks.changed, *remarks.left]] == [
        "it.environment: Amazon MQ has no user guest, so queue.user is admin; nothing to do: what "
        "binds queue.username gets it",
        "it.environment.RABBITMQ_DEFAULT_PASS: Slipway draws the password; bind queue.password or "
        "queue.url to read it",
        "it.environment.RABBITMQ_DEFAULT_VHOST: a broker begins with the virtual host /; let the "
        "application make another one",
    ]


def test_minio(tmp_path: Path) -> None:
    draft, remarks = store(
        tmp_path,
        "{image: minio/minio, command: server /data, "
        "environment: {MINIO_ROOT_USER: x, MINIO_DOMAIN: y}}",
    )

    assert draft.objects
    assert [str(remark) for remark in remarks.left] == [
        "it.environment.MINIO_ROOT_USER: the tasks' own role opens the bucket (trap 14); let the "
        "client take AWS's default credentials, or see staticKeys in docs/config.md",
        "it.environment.MINIO_DOMAIN: S3 has settings of its own; nothing to do if its own are "
        "good",
        "it.command: S3 runs it; nothing to do",
    ]


def test_a_second_store_of_a_kind_is_left_out(tmp_path: Path) -> None:
    draft, remarks = read(
        tmp_path,
        """\
services:
  api: {build: ., environment: {DB_URL: "postgres://other/x"}}
  first: {image: "postgres:16"}
  other: {image: "postgres:15"}
""",
    )

    assert draft.database is not None
    assert draft.database.version == "16"
    assert [str(remark) for remark in remarks.left if "other" in str(remark)] == [
        "other: a system has one database; put both into one, or make two systems",
        "api.environment.DB_URL: points at other, which is left out; give another address under "
        "env, or remove it from the application",
    ]


def test_an_image_of_ones_own_is_no_store_whatever_it_is_called(tmp_path: Path) -> None:
    draft, _ = read(tmp_path, "services: {db: {build: ./db, image: 'shop/postgres:1.0.0'}}\n")

    assert draft.database is None
    assert draft.services["db"].image == "shop/postgres"
