"""Environment variables of a compose file: bindings, secrets, plain values, and what is told."""

from pathlib import Path

import pytest

from tests.unit.tools.new_system_project import read
from tools.new_system.draft import Remark, ServiceDraft

STORES = """\
  db:
    image: postgres:16
    environment: {POSTGRES_DB: shop, POSTGRES_USER: shop}
    container_name: pg
  cache: {image: "redis:7"}
  mq: {image: "rabbitmq:3.13", environment: {RABBITMQ_DEFAULT_USER: app}}
  files: {image: minio/minio}
  old: {image: mysql}
  auth: {image: "auth:1.0.0", expose: ["4000"]}
"""


def variables(folder: Path, *entries: str, stores: str = STORES) -> tuple[ServiceDraft, list[str]]:
    """The service `api` with these variables, and what is told of them."""
    lines = "".join(f"      {entry}\n" for entry in entries)
    text = f"services:\n  api:\n    image: shop/api:1.0.0\n    environment:\n{lines}{stores}"
    draft, remarks = read(folder, text)
    told: list[Remark] = [*remarks.left, *remarks.look]
    return draft.services["api"], [str(each) for each in told if each.place.startswith("api.env")]


@pytest.mark.parametrize(
    ("entry", "source"),
    [
        ("DB_HOST: db", "database.host"),
        ("PGHOST: pg", "database.host"),
        ("DATABASE_URL: postgres://u:p@db:5432/shop", "database.url"),
        ("DSN_URL: postgresql://u:p@db/shop", "database.url"),
        ("DATABASE_URL: ${DATABASE_URL}", "database.url"),
        ("POSTGRES_PASSWORD: ${DB_PASSWORD}", "database.password"),
        ("DB_NAME: db", "database.name"),
        ("REDIS_URL: redis://:p@cache:6379", "cache.url"),
        ("CACHE_SERVER: cache", "cache.host"),
        ("REDIS_TLS: 'false'", "cache.tls"),
        ("RABBITMQ_URL: amqp://guest:guest@mq:5672/", "queue.url"),
        ("AMQP_HOST: mq", "queue.host"),
        ("RABBITMQ_DEFAULT_PASS: x", "queue.password"),
        ("MINIO_ENDPOINT: files", "objects.endpoint"),
        ("S3_BUCKET: uploads", "objects.bucket"),
        ("MINIO_USE_SSL: 'false'", "objects.ssl"),
        ("AUTH_URL: http://auth:4000", "services.auth.url"),
        ("AUTH_ADDR: auth:4000", "services.auth.address"),
        ("AUTH_HOST: auth", "services.auth.host"),
    ],
)
def test_an_address_of_the_file_is_bound(tmp_path: Path, entry: str, source: str) -> None:
    service, _ = variables(tmp_path, entry)

    assert list(service.bind.values()) == [source]
    assert (service.env, service.secrets) == ({}, {})


def test_what_stands_beside_a_bound_host_is_bound_too(tmp_path: Path) -> None:
    service, told = variables(
        tmp_path,
        "CATALOG_DB_PORT: 5432",
        "CATALOG_DB_HOST: db",
        "CATALOG_DB_USER: shop",
        "CATALOG_DB_PASSWORD: hunter2",
        "CATALOG_DB_NAME: shop",
        "CATALOG_DB_SCHEMA: public",
    )

    assert service.bind == {
        "CATALOG_DB_PORT": "database.port",
        "CATALOG_DB_HOST": "database.host",
        "CATALOG_DB_USER": "database.username",
        "CATALOG_DB_PASSWORD": "database.password",
        "CATALOG_DB_NAME": "database.name",
    }
    assert service.env == {"CATALOG_DB_SCHEMA": "public"}
    assert told == []


def test_what_stands_beside_the_host_of_a_stranger_is_not(tmp_path: Path) -> None:
    service, _ = variables(
        tmp_path, "DB_HOST: db.example.com", "DB_PORT: 5432", "DB_PASSWORD: hunter2"
    )

    assert service.bind == {}
    assert service.env == {"DB_HOST": "db.example.com", "DB_PORT": "5432"}
    assert service.secrets == {"DB_PASSWORD": "provided"}


def test_nothing_is_bound_to_a_store_that_is_not_there(tmp_path: Path) -> None:
    service, _ = variables(tmp_path, "REDIS_PORT: 6379", "DB_NAME: shop", stores="")

    assert (service.bind, service.env) == ({}, {"REDIS_PORT": "6379", "DB_NAME": "shop"})


def test_random_secrets_are_generated_and_others_provided(tmp_path: Path) -> None:
    service, _ = variables(
        tmp_path,
        *("JWT_SECRET: a", "REFRESH_TOKEN_SECRET: b", "SECRET_KEY_BASE: c", "ENCRYPTION_KEY: d"),
        *("STRIPE_SECRET_KEY: e", "SENTRY_DSN: f", "GITHUB_TOKEN: ${GITHUB_TOKEN}", "API_KEY:"),
        *("FEED: https://u:p@example.com", "EMPTY_TOKEN: ''", "USE_TOKEN: 'true'"),
    )

    assert service.secrets == {
        "JWT_SECRET": "generated",
        "REFRESH_TOKEN_SECRET": "generated",
        "SECRET_KEY_BASE": "generated",
        "ENCRYPTION_KEY": "generated-32",
        "STRIPE_SECRET_KEY": "provided",
        "SENTRY_DSN": "provided",
        "GITHUB_TOKEN": "provided",
        "API_KEY": "provided",
        "FEED": "provided",
    }
    assert service.env == {"EMPTY_TOKEN": "", "USE_TOKEN": "true"}


def test_the_pool_of_a_service_that_binds_the_database_is_counted(tmp_path: Path) -> None:
    service, _ = variables(tmp_path, "DATABASE_URL: postgres://db", "DB_POOL_MAX: 15")
    assert service.pool_variable == "DB_POOL_MAX"

    service, _ = variables(tmp_path, "REDIS_POOL_MAX: 5", "DB_POOL_MAX: 15")
    assert service.pool_variable is None

    service, _ = variables(tmp_path, "DATABASE_URL: postgres://db", "REDIS_POOL_MAX: 5")
    assert service.pool_variable is None


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            "JDBC: jdbc:postgresql://db:5432/shop",
            "no output begins with jdbc:postgresql://; bind the outputs of database that "
            "docs/config.md lists under bind, and put them together in the application",
        ),
        (
            "REDIS: cache:6379",
            "no output holds host and port together; bind cache.host and cache.port to variables "
            "of their own",
        ),
        (
            "DATABASE_URL: postgresql+asyncpg://db/shop",
            "database.url begins with postgresql://, without +asyncpg; let the application add its "
            "driver",
        ),
        (
            "DATABASE_URL: postgres://db/other",
            "database.url names the database shop and asks for TLS, and has no other options; let "
            "the application add what it needs",
        ),
        (
            "REDIS_URL: redis://cache:6379/3",
            "the path and the options behind the address are not in cache.url; let the application "
            "add what it needs",
        ),
        (
            "S3_ENDPOINT: http://files:9000",
            "was a URL, and objects.endpoint is the host name of S3 alone; remove it if the client "
            "wants a URL: AWS's clients find S3 by themselves",
        ),
        (
            "S3_SECRET_KEY: minioadmin",
            "the tasks' own role opens the bucket (trap 14); let the client take AWS's default "
            "credentials, or see staticKeys in docs/config.md",
        ),
        (
            "AWS_ACCESS_KEY_ID: minioadmin",
            "the tasks' own role opens the bucket (trap 14); let the client take AWS's default "
            "credentials, or see staticKeys in docs/config.md",
        ),
        (
            "OLD_HOST: old",
            "points at old, which is left out; give another address under env, or remove it from "
            "the application",
        ),
        (
            "SELF: http://api:80",
            "is the service itself; write localhost and its port under env",
        ),
        (
            "AUTH: ftp://auth:4000",
            "no output begins with ftp://; bind services.auth.host and services.auth.port",
        ),
        (
            "AUTH: http://auth:9",
            "service auth has the port 4000; correct the one of the two; a service has one port",
        ),
        (
            "AUTH: http://auth:4000/v1",
            "the path behind the address is not in services.auth.url; let the application add it",
        ),
        (
            "BROKERS: cache:1,auth:2",
            "holds the address of cache in a form that no output has; bind host and port to "
            "variables of their own, and put them together",
        ),
        (
            "FROM_SHELL:",
            "its value comes from the shell or from .env; write it under env, or under env of the "
            "service in each stack file",
        ),
        (
            "SITE: https://${A}.${B}/",
            "its value comes from the shell or from .env (A and B); write it under env, or under "
            "env of the service in each stack file",
        ),
        ("my-var: x", "is no name of a variable; write letters, digits and underscores"),
        (
            "NODE_ENV: development",
            "is development in every environment; write production, as it runs there",
        ),
        (
            "SITE_URL: http://localhost:8080",
            "names localhost, which is the task itself on AWS; write the address that the Internet "
            "sees into each stack file's env",
        ),
        (
            "UPSTREAM: auth",
            "is the name of service auth too; bind services.auth.host if it is meant as an address",
        ),
    ],
)
def test_tells_what_does_not_fit(tmp_path: Path, entry: str, message: str) -> None:
    _, told = variables(tmp_path, entry)

    assert told == [f"api.environment.{entry.partition(':')[0]}: {message}"]


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (
            ("REDIS_HOST: cache", "REDIS_PASSWORD: x"),
            "the cache answers over TLS and with a password only (trap 10); bind cache.tls and "
            "cache.password as the application reads them, or cache.url",
        ),
        (
            ("MQ_HOST: mq",),
            "the queue speaks AMQPS on port 5671 only (trap 13); bind queue.protocol as the "
            "application reads it, or queue.url",
        ),
        (
            ("DB_HOST: db",),
            "the database wants a password; bind database.password as the application reads it, or "
            "database.url",
        ),
    ],
)
def test_tells_what_a_host_alone_is_not_enough_for(
    tmp_path: Path, entries: tuple[str, ...], message: str
) -> None:
    _, told = variables(tmp_path, *entries)

    assert told == [f"api.environment: {message}"]


def test_names_of_a_network_lead_to_the_service(tmp_path: Path) -> None:
    draft, _ = read(
        tmp_path,
        """\
services:
  api:
    image: api:1.0.0
    links: ["db:linked"]
    environment: {A_HOST: linked, B_HOST: alias, C_HOST: host, D_URL: "http://auth-alias:80"}
  db: {image: "postgres:16", hostname: host, networks: {back: {aliases: [alias]}}}
  auth: {image: "auth:1.0.0", networks: {back: {aliases: [auth-alias]}}}
""",
    )

    assert draft.services["api"].bind == {
        "A_HOST": "database.host",
        "B_HOST": "database.host",
        "C_HOST": "database.host",
        "D_URL": "services.auth.url",
    }
    assert draft.services["auth"].port == 80
