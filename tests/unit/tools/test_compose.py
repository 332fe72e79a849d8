"""A compose file becomes a system, and nothing in it is dropped in silence."""

from pathlib import Path

import pytest

from model.load import load_files
from model.problems import DescriptionError
from planning.checks import verify
from tests.unit.tools.new_system_project import (
    STACKS,
    compose_file,
    contents,
    make_project,
    read,
    run,
)

SHOP = """\
name: shop
services:
  web:
    build: .
    ports: ["80:3000"]
    healthcheck: {test: [CMD, curl, -f, "http://localhost:3000/ok"], start_period: 90s}
    environment:
      API_ADDR: api:50051
      LOG_LEVEL: info
      SESSION_SECRET: correct-horse
  api:
    image: shop/api:2.0.1
    command: node api.js --verbose
    user: "1000"
    environment:
      - DATABASE_URL=postgres://u:hunter2@db:5432/shop
      - SMTP_PASSWORD=battery-staple
    deploy:
      replicas: 3
      resources: {limits: {cpus: "1", memory: 1g}}
    volumes: [./data:/data]
  db:
    image: postgres:16
    environment: {POSTGRES_DB: shop, POSTGRES_USER: shop, POSTGRES_PASSWORD: hunter2}
"""

SYSTEM = """\
# yaml-language-server: $schema=../docs/schema/system.schema.json
# Made from docker-compose.yml by `make new-system`.
# docs/config.md explains every key. Each default and each guess says so: change it.
name: shop
description: The system shop.

services:
  web:
    description: The service web of the compose file. # say what it does
    image: shop/web
    port: 3000
    # a default: nothing says how much it needs
    size: {cpu: {request: 250m, limit: 500m}, memory: {request: 512Mi, limit: 1Gi}}
    replicas: {min: 2, max: 4, targetCpuPercent: 70} # a default: more while processors are busy
    probes: {startup: {path: /ok, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 18}}
    containerHealthCheck:
      path: /ok
      intervalSeconds: 30
      timeoutSeconds: 5
      retries: 3
      startPeriodSeconds: 90
      command: curl
    public:
      paths: [/]
      healthCheck: {path: /ok, intervalSeconds: 10, timeoutSeconds: 5}
      deny: [/metrics] # a default: metrics are for the inside only (trap 33)
    env: {LOG_LEVEL: info}
    bind:
      API_ADDR: services.api.address
    secrets:
      SESSION_SECRET: generated

  api:
    description: The service api of the compose file. # say what it does
    image: shop/api
    command: [node, api.js, "--verbose"]
    port: 50051
    user: "1000"
    size: {cpu: {request: "1", limit: "1"}, memory: {request: 1Gi, limit: 1Gi}}
    replicas: {min: 3, max: 3}
    internal: {protocol: grpc} # a guess: http, http2, grpc or tcp
    bind:
      DATABASE_URL: database.url
    secrets:
      SMTP_PASSWORD: provided

database: {engine: postgres, version: "16", name: shop, user: shop}
"""

PRINTED = """\
Described shop, and checked it in production and staging:
  systems/shop.yaml
  Pulumi.production.yaml
  Pulumi.staging.yaml

Not carried over (4):
  db.environment.POSTGRES_PASSWORD: Slipway draws the password; bind database.password or database.url to read it
  web.build: Slipway runs images and builds none; build it and push it to the registry as shop/web
  api.volumes: a task's disk ends with it; keep files in the system's bucket (objects) and code in the image
  api.image: tasks pull from the registry of the stack file only; push shop/api there

Next:
  1. Read systems/shop.yaml: each default and each guess is marked there.
  2. Set the secrets that only you know, in each stack; each command asks for one:
       pulumi config set --secret slipway:shop.SMTP_PASSWORD --stack production
       pulumi config set --secret slipway:shop.SMTP_PASSWORD --stack staging
  3. Deploy it to the sandbox, without an account: make up
"""  # noqa: E501 (the lines as they are printed)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project")


def test_a_whole_file_becomes_a_whole_system(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(project, "--compose", compose_file(project, SHOP)) == 0

    assert capsys.readouterr().out == PRINTED
    assert contents(project)["systems/shop.yaml"] == SYSTEM
    for stack in STACKS:
        verify(load_files(project, stack, assume_secrets=True))


def test_the_settings_take_tags_and_numbers_from_the_file(project: Path) -> None:
    run(project, "--compose", compose_file(project, SHOP))

    strict = load_files(project, "production", assume_secrets=True).environment.systems["shop"]
    relaxed = load_files(project, "staging", assume_secrets=True).environment.systems["shop"]
    assert strict.images == relaxed.images == {"web": "1.0.0", "api": "2.0.1"}
    assert (strict.services["api"].min_replicas, strict.services["api"].max_replicas) == (3, 3)
    assert (relaxed.services["api"].min_replicas, relaxed.services["api"].max_replicas) == (1, 1)


def test_no_secret_of_the_file_is_written_or_printed(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secrets = ("hunter2", "battery-staple", "correct-horse", "AKIAABCDEFGHIJKLMNOP")
    text = SHOP.replace("--verbose", "--verbose https://me:hunter2@example.com").replace(
        "LOG_LEVEL: info", "FEED: https://me:battery-staple@example.com\n      ID: " + secrets[3]
    )
    (project / "shop").mkdir()
    path = compose_file(project, text)

    assert run(project, "--compose", path) == 0

    printed = capsys.readouterr()
    written = [content for file, content in contents(project).items()]
    for secret in secrets:
        assert secret in text
        assert not any(secret in each for each in (printed.out, printed.err, *written))
    services = load_files(project, "staging", assume_secrets=True).systems["shop"].services
    assert services["web"].secrets == {
        "FEED": "provided",
        "ID": "provided",
        "SESSION_SECRET": "generated",
    }
    assert services["api"].command == ()


def test_the_name_comes_from_the_option_the_file_or_the_folder(tmp_path: Path) -> None:
    text = "services: {api: {image: x}}\n"

    assert read(tmp_path, text)[0].name == "shop"
    assert read(tmp_path, f"name: 2_Big.Shop\n{text}")[0].name == "big-shop"
    assert read(tmp_path, text, "other")[0].name == "other"


def test_fails_when_the_name_is_none(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(project, "--compose", compose_file(project, SHOP), "--name", "Shop") == 1
    assert capsys.readouterr().err == (
        "1 problem in the description; nothing was written:\n"
        "  1. answers, name: 'Shop' is no name; write up to 20 lower-case letters, digits and "
        "hyphens, a letter first\n"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "services: [",
            "docker-compose.yml, line 1: is not a compose file that stands alone (expected the "
            "node content, but found '<stream end>'); correct it, or give what `docker compose "
            "config` prints",
        ),
        (
            "services:\n  a:\n    ports: !reset []\n",
            "docker-compose.yml, line 3: is not a compose file that stands alone (it has a tag "
            "such as !reset, which needs the other files that compose would read); correct it, or "
            "give what `docker compose config` prints",
        ),
        (
            "services: {a: {image: x, image: y}}\n",
            "docker-compose.yml, line 1: is not a compose file that stands alone (the key image "
            "stands twice); correct it, or give what `docker compose config` prints",
        ),
        (
            "web: {image: x}\n",
            "docker-compose.yml: describes no services; name a compose file with a section "
            "services; an old one without it has version 1",
        ),
        (
            "services: {web: }\n",
            "docker-compose.yml, services.web: is no section; write its image below it",
        ),
        (
            "services: {db: {image: 'postgres:16'}}\n",
            "docker-compose.yml, services: has no service of your own; name a compose file with "
            "one: data stores and tools alone make no system",
        ),
    ],
)
def test_fails_when_the_file_is_no_compose_file(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DescriptionError) as error:
        read(tmp_path, text)

    assert [str(problem) for problem in error.value.problems] == [message]


def test_fails_when_the_file_does_not_exist(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(project, "--compose", "nowhere.yml") == 1
    assert capsys.readouterr().err == (
        "1 problem in the description; nothing was written:\n"
        "  1. nowhere.yml: does not exist; name the compose file with --compose\n"
    )


def test_fails_when_the_file_cannot_be_read(tmp_path: Path) -> None:
    path = Path(compose_file(tmp_path, ""))
    path.write_bytes(b"\xff\xfe\xff")

    with pytest.raises(DescriptionError, match="cannot be read; make it a readable file in UTF-8"):
        read_path(path)


def read_path(path: Path) -> None:
    from tools.new_system.compose.convert import convert

    convert(path, None)
