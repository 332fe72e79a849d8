import re
from pathlib import Path

import pytest

from model.load import load_files
from planning.checks import verify
from tests.unit.tools.new_system_project import STACKS, contents, make_project, refused, run

SYSTEM = """\
# yaml-language-server: $schema=../docs/schema/system.schema.json
# Written by `make new-system`.
# docs/config.md explains every key. Each default and each guess says so: change it.
name: shop
description: The system shop.

services:
  api:
    description: Answers all requests.
    image: shop/api
    port: 3000
    # a default: nothing says how much it needs
    size: {cpu: {request: 250m, limit: 500m}, memory: {request: 512Mi, limit: 1Gi}}
    replicas: {min: 2, max: 4, targetCpuPercent: 70} # a default: more while processors are busy
    public:
      paths: [/]
      healthCheck: {path: /health, intervalSeconds: 10, timeoutSeconds: 5}
      deny: [/metrics] # a default: metrics are for the inside only (trap 33)
    env: {PORT: "3000"} # a default: the variable that most applications read
    bind: # a default: name the variables as the application reads them
      DATABASE_URL: database.url
      REDIS_URL: cache.url
      RABBITMQ_URL: queue.url
      BUCKET: objects.bucket
      BUCKET_REGION: objects.region

database: {engine: postgres, version: "16", name: shop, user: shop_user}
# a default: name sessions and queue if it holds them: those are kept when it is full
cache: {version: "7", holds: [cache]}
queue: {engine: rabbitmq, version: "4.2", user: admin}
objects: {}
"""

STRICT = """\
    shop: # systems/shop.yaml
      host: shop.example.com
      images: {api: "1.0.0"}
      services:
        api:
          minReplicas: 2
          maxReplicas: 4
          env: {}
          execEnabled: false
      database:
        instanceClass: db.t4g.medium
        storageGib: 50
        maxStorageGib: 500
        multiAz: true
        backupRetentionDays: 30
        backupWindow: 03:00-04:00
        maintenanceWindow: sun:04:30-sun:05:30
        deletionProtection: true
        finalSnapshot: true
        performanceInsights: true
        monitoringIntervalSeconds: 60
        readReplicas: 0
      cache:
        nodeType: cache.t4g.small
        replicas: 1
        snapshotRetentionDays: 7
        snapshotWindow: 02:00-03:00
        maintenanceWindow: sun:05:30-sun:06:30
        deletionProtection: true
      queue:
        instanceType: mq.m7g.large
        deployment: cluster
        maintenanceWindow: sun:05:00
        deletionProtection: true
      objects:
        expirationDays: null
        noncurrentDays: 30
"""

RELAXED = """\
    shop: # systems/shop.yaml
      host: shop.staging.example.com
      images: {api: "1.0.0"}
      services:
        api:
          minReplicas: 1
          maxReplicas: 2
          env: {}
          execEnabled: true
      database:
        instanceClass: db.t4g.small
        storageGib: 20
        maxStorageGib: 100
        multiAz: false
        backupRetentionDays: 7
        backupWindow: 03:00-04:00
        maintenanceWindow: sun:04:30-sun:05:30
        deletionProtection: false
        finalSnapshot: false
        performanceInsights: true
        monitoringIntervalSeconds: 60
        readReplicas: 0
      cache:
        nodeType: cache.t4g.small
        replicas: 0
        snapshotRetentionDays: 1
        snapshotWindow: 02:00-03:00
        maintenanceWindow: sun:05:30-sun:06:30
        deletionProtection: false
      queue:
        instanceType: mq.m7g.medium
        deployment: single-instance
        maintenanceWindow: sun:05:00
        deletionProtection: false
      objects:
        expirationDays: null
        noncurrentDays: 7
"""

EVERYTHING = (
    *("--name", "shop", "--image", "shop/api", "--port", "3000", "--database", "16"),
    *("--cache", "7", "--queue", "4.2", "--objects", "yes"),
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project")


def test_writes_a_system_file_and_the_settings_of_each_environment(project: Path) -> None:
    before = contents(project)

    assert run(project, *EVERYTHING) == 0

    after = contents(project)
    assert after == {
        **before,
        "systems/shop.yaml": SYSTEM,
        "Pulumi.production.yaml": f"{before['Pulumi.production.yaml']}\n{STRICT}",
        "Pulumi.staging.yaml": f"{before['Pulumi.staging.yaml']}\n{RELAXED}",
    }


def test_what_it_writes_is_a_valid_description(project: Path) -> None:
    run(project, *EVERYTHING)

    for stack in STACKS:
        description = verify(load_files(project, stack))
        assert list(description.systems) == ["aegisx", "shop"]


def test_says_what_it_wrote_and_what_is_next(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(project, "--name", "shop", "--image", "shop/api")

    assert capsys.readouterr().out == (
        "Described shop, and checked it in production and staging:\n"
        "  systems/shop.yaml\n"
        "  Pulumi.production.yaml\n"
        "  Pulumi.staging.yaml\n"
        "\n"
        "Next:\n"
        "  1. Read systems/shop.yaml: each default and each guess is marked there.\n"
        "  2. Deploy it to the sandbox, without an account: make up\n"
    )


def test_a_worker_has_no_port_and_is_not_public(project: Path) -> None:
    run(project, *("--name", "jobs", "--service", "worker", "--image", "jobs", "--port", "none"))

    worker = load_files(project, "staging").systems["jobs"].services["worker"]
    assert (worker.port, worker.public, worker.env) == (None, None, {})


def test_fails_when_the_system_is_there_and_overwrites_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(project)

    assert run(project, "--name", "aegisx", "--image", "x") == 1
    assert refused(capsys.readouterr().err) == [
        "systems/aegisx.yaml: exists already; choose another name, or remove it first",
        "Pulumi.production.yaml, slipway:systems.aegisx: is here already; choose another name, or "
        "remove the system first",
        "Pulumi.staging.yaml, slipway:systems.aegisx: is here already; choose another name, or "
        "remove the system first",
    ]
    assert contents(project) == before


def test_fails_when_a_file_of_that_name_lies_there_unused(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "systems/shop.yaml").write_text("mine", encoding="utf-8")

    assert run(project, "--name", "shop", "--image", "x") == 1
    assert refused(capsys.readouterr().err) == [
        "systems/shop.yaml: exists already; choose another name, or remove it first"
    ]
    assert (project / "systems/shop.yaml").read_text(encoding="utf-8") == "mine"


def test_fails_when_the_new_description_would_be_wrong(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(project)

    code = run(
        project, *("--name", "s", "--image", "s", "--tag", "latest", "--host", "staging=s.org")
    )

    assert code == 1
    assert refused(capsys.readouterr().err) == [
        "Pulumi.production.yaml, slipway:systems.s.images.api: 'latest' can mean another image "
        'tomorrow (safety: strict); write a full version such as "1.0.0", a commit or a sha256: '
        "digest, or set slipway:safety to relaxed",
        "Pulumi.staging.yaml, slipway:systems.s.host: 's.org' is not in the hosted zone "
        "example.com; write a host such as s.example.com",
    ]
    assert contents(project) == before


def test_fails_when_the_description_is_wrong_already(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project / "Pulumi.staging.yaml"
    file.write_text(file.read_text().replace("natGateways: single", "natGateways: none"))

    assert run(project, "--name", "shop", "--image", "x") == 1
    assert [problem.partition(": ")[0] for problem in refused(capsys.readouterr().err)] == [
        "Pulumi.staging.yaml, slipway:network.natGateways",
        "Pulumi.staging.yaml, slipway:bootstrap.image",
    ]
    assert not (project / "systems/shop.yaml").exists()


def test_fails_when_there_is_no_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "--check") == 1
    assert capsys.readouterr().err == (
        "1 problem in the description:\n"
        "  1. Pulumi.<stack>.yaml: does not exist; run this in the project's folder\n"
    )


def test_checks_the_description_alone(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(project)

    assert run(project, "--check") == 0
    assert capsys.readouterr().out.startswith(
        "production: 1 system is described without mistakes.\n"
        "staging: 1 system is described without mistakes.\n"
    )
    assert contents(project) == before


def test_the_usual_host_is_in_the_zone_where_there_is_no_other(project: Path) -> None:
    for stack in STACKS:
        file = project / f"Pulumi.{stack}.yaml"
        host = load_files(project, stack).environment.systems["aegisx"].host
        file.write_text(file.read_text().replace(f"host: {host}", "host: example.com"))

    run(project, "--name", "shop", "--image", "x")

    assert load_files(project, "staging").environment.systems["shop"].host == "shop.example.com"


def test_windows_stay_apart_from_the_backup_of_the_environment(project: Path) -> None:
    file = project / "Pulumi.staging.yaml"
    text = file.read_text()
    moved = text.replace('dailyAt: "07:00"', 'dailyAt: "02:30"')
    # The one system that is there makes room for it.
    moved = moved.replace("03:00-04:00", "12:00-13:00").replace(
        "sun:04:30-sun:05:30", "sun:14:00-sun:15:00"
    )
    file.write_text(moved)

    assert run(project, "--name", "shop", "--image", "x", "--database", "16", "--cache", "7") == 0

    shop = load_files(project, "staging").environment.systems["shop"]
    assert shop.database is not None
    assert shop.cache is not None
    assert (shop.database.backup_window, shop.database.maintenance_window) == (
        "11:00-12:00",
        "sun:12:30-sun:13:30",
    )
    assert (shop.cache.snapshot_window, shop.cache.maintenance_window) == (
        "10:00-11:00",
        "sun:13:30-sun:14:30",
    )


def test_checks_what_another_runtime_would_refuse(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project / "Pulumi.staging.yaml"
    file.write_text(re.sub(r'version: "1\.\d+"', 'version: "1.20"', file.read_text()))

    assert run(project, "--check", "--runtime", "fargate") == 0
    capsys.readouterr()
    assert run(project, "--check", "--runtime", "eks") == 1
    heading, told = capsys.readouterr().err.splitlines()
    assert heading == "1 problem in the description:"
    assert told.startswith("  1. Pulumi.staging.yaml, slipway:eks.version: '1.20' ")
