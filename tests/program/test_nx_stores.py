"""What Nx keeps, prepares, backs up and shows; IDs are those of docs/acceptance.md."""

import json

import pytest

from tests.program.conftest import (
    container,
    policy_statements,
    reference,
    secrets,
    variables,
    waits_for,
)
from tests.program.nx import SERVICES, broker, database, objects, service
from tools.recording.recorder import Recording

WITH_DATABASE = ("api-gateway", "file-service", "worker-service")


@pytest.mark.acceptance("B5", "trap-28")
def test_bootstrap_then_migration_then_services(graph: Recording) -> None:
    bootstrap = graph.one("Invocation", "nx-bootstrap-run")
    migration = graph.one("Invocation", "nx-migration-run")
    assert "nx-database-instance" in waits_for(graph, bootstrap)
    assert "nx-bootstrap-run" in waits_for(graph, migration)
    for name in WITH_DATABASE:
        assert {"nx-bootstrap-run", "nx-migration-run"} <= waits_for(graph, service(graph, name))
    assert "nx-migration-run" not in waits_for(graph, service(graph, "web-portal"))


@pytest.mark.acceptance("B5", "trap-28")
def test_the_bootstrap_prepares_what_the_guide_asks_for(graph: Recording) -> None:
    assert variables(graph, "nx-bootstrap") == {
        "PGHOST": database(graph).outputs["address"],
        "PGPORT": "5432",
        "PGDATABASE": "nx_production",
        "PGSSLMODE": "require",
        "APP_USER": "nx_user",
        "APP_EXTENSIONS": "uuid-ossp,pg_stat_statements",
    }
    master = database(graph).outputs["masterUserSecrets"][0]["secretArn"]
    assert secrets(graph, "nx-bootstrap") == {
        "PGUSER": f"{master}:username::",
        "PGPASSWORD": f"{master}:password::",
        "APP_PASSWORD": reference(graph, "nx-database", "password"),
    }


@pytest.mark.acceptance("trap-28")
def test_nothing_but_the_bootstrap_reads_the_master_users_secret(graph: Recording) -> None:
    master = database(graph).outputs["masterUserSecrets"][0]["secretArn"]
    readers = {
        each.name for each in graph.resources if each.custom and master in json.dumps(each.inputs)
    }
    assert readers == {"nx-bootstrap-task", "nx-bootstrap-execution"}
    assert database(graph).inputs["username"] != "nx_user"


@pytest.mark.acceptance("B5")
def test_the_migration_runs_the_gateways_image_with_its_environment(graph: Recording) -> None:
    main, gateway = container(graph, "nx-migration"), container(graph, "nx-api-gateway")
    assert main["image"] == gateway["image"]
    assert main["command"] == ["node", "dist/apps/api-gateway/migrate.js"]
    # What it is told of services it could not reach: they are deployed after it.
    assert variables(graph, "nx-migration") == {
        name: value
        for name, value in variables(graph, "nx-api-gateway").items()
        if name != "FILE_SERVICE_ADDRESS"
    }
    assert secrets(graph, "nx-migration") == secrets(graph, "nx-api-gateway")


@pytest.mark.acceptance("B4", "B5", "trap-6", "trap-7")
def test_database(production: Recording, staging: Recording) -> None:
    for graph, instance_class in ((production, "db.m7g.large"), (staging, "db.t4g.small")):
        inputs = database(graph).inputs
        assert (inputs["engine"], inputs["engineVersion"]) == ("postgres", "16")
        assert inputs["autoMinorVersionUpgrade"] is True
        assert inputs["instanceClass"] == instance_class
        assert inputs["dbName"] == "nx_production"
        assert (inputs["allocatedStorage"], inputs["maxAllocatedStorage"]) == (100, 500)
        parameters = graph.one(
            "aws:rds/parameterGroup:ParameterGroup", "nx-database-parameters"
        ).inputs
        assert parameters["family"] == "postgres16"
        [forced] = [each for each in parameters["parameters"] if each["name"] == "rds.force_ssl"]
        assert forced["value"] == "1"


@pytest.mark.acceptance("B6", "trap-10", "trap-11", "trap-12")
def test_cache(production: Recording, staging: Recording) -> None:
    for graph, nodes, days in ((production, 2, 7), (staging, 1, 1)):
        group = graph.one("ReplicationGroup", "nx-cache-group")
        assert (group.inputs["engine"], group.inputs["engineVersion"]) == ("redis", "7.1")
        assert group.inputs["nodeType"] == "cache.t4g.medium"
        assert group.inputs["port"] == 6379
        assert group.inputs["numCacheClusters"] == nodes
        assert group.inputs["automaticFailoverEnabled"] is (nodes > 1)
        assert group.inputs["transitEncryptionMode"] == "required"
        assert "authToken" in group.secret_inputs
        assert group.inputs["snapshotRetentionLimit"] == days
        assert group.inputs["snapshotWindow"] == "03:00-04:00"
        parameters = graph.one(
            "aws:elasticache/parameterGroup:ParameterGroup", "nx-cache-parameters"
        ).inputs
        assert parameters["parameters"] == [{"name": "maxmemory-policy", "value": "allkeys-lru"}]


@pytest.mark.acceptance("B7", "trap-13")
def test_queue(production: Recording, staging: Recording) -> None:
    for graph, mode, instance, subnets in (
        (production, "CLUSTER_MULTI_AZ", "mq.m7g.large", 3),
        (staging, "SINGLE_INSTANCE", "mq.t3.micro", 1),
    ):
        queue = broker(graph)
        assert (queue.inputs["engineType"], queue.inputs["engineVersion"]) == ("RabbitMQ", "3.13")
        assert queue.inputs["deploymentMode"] == mode
        assert queue.inputs["hostInstanceType"] == instance
        assert len(queue.inputs["subnetIds"]) == subnets
        assert queue.inputs["publiclyAccessible"] is False
        assert queue.protect is (graph is production)
        [user] = queue.inputs["users"]
        assert user["username"] == "admin"
        assert "users" in queue.secret_inputs
        stored = graph.one("SecretVersion", "nx-queue-secret-version")
        assert "secretString" in stored.secret_inputs
        known = json.loads(stored.inputs["secretString"])
        assert known["port"] == 5671
        assert known["url"] == f"amqps://admin:{user['password']}@{known['host']}:5671"


@pytest.mark.acceptance("B8", "B10", "trap-14")
def test_objects_are_reached_by_the_file_services_role_only(production: Recording) -> None:
    bucket = objects(production).outputs["arn"]
    statements = policy_statements(production, "nx-file-service-task")
    assert {each["Sid"]: each["Resource"] for each in statements} == {
        "Objects": f"{bucket}/*",
        "Bucket": bucket,
        "Key": production.one("aws:kms/key:Key", "platform-key-key").outputs["arn"],
    }
    allowed = {action for each in statements if each["Sid"] != "Key" for action in each["Action"]}
    assert {"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"} <= allowed
    assert all(action.startswith("s3:") and "*" not in action for action in allowed)
    for name in ("web-portal", "api-gateway", "worker-service"):
        assert policy_statements(production, f"nx-{name}-task") == []


@pytest.mark.acceptance("B8", "trap-14")
def test_there_is_no_access_key_that_does_not_end(graph: Recording) -> None:
    assert graph.of_type("AccessKey") == []
    assert graph.of_type("aws:iam/user:User") == []


@pytest.mark.acceptance("B8")
def test_objects_are_durable_and_not_public(graph: Recording) -> None:
    name = objects(graph).outputs["bucket"]
    block = dict(graph.one("BucketPublicAccessBlock", "nx-objects-public-access").inputs)
    assert block.pop("bucket", name) == name
    assert set(block.values()) == {True}
    versioning = graph.one("BucketVersioning", "nx-objects-versioning").inputs
    assert versioning["versioningConfiguration"]["status"] == "Enabled"
    [rule] = graph.one("BucketServerSideEncryptionConfiguration", "nx-objects-encryption").inputs[
        "rules"
    ]
    assert rule["applyServerSideEncryptionByDefault"]["sseAlgorithm"] == "aws:kms"


@pytest.mark.acceptance("B12", "trap-7", "trap-8")
def test_backups(production: Recording, staging: Recording) -> None:
    for graph, days in ((production, 30), (staging, 7)):
        inputs = database(graph).inputs
        assert (inputs["backupWindow"], inputs["backupRetentionPeriod"]) == ("02:00-03:00", days)
        assert inputs["maintenanceWindow"] == "sun:04:30-sun:05:30"
        [rule] = graph.one("Plan", "platform-backup-plan").inputs["rules"]
        assert rule["schedule"] == "cron(0 7 * * ? *)"
        assert rule["lifecycle"] == {"deleteAfter": days}
        kept = graph.one("Selection", "platform-backup-selection").inputs["resources"]
        assert {database(graph).outputs["arn"], objects(graph).outputs["arn"]} <= set(kept)


@pytest.mark.acceptance("B13")
def test_dashboard(graph: Recording) -> None:
    body = json.loads(graph.one("Dashboard", "nx-monitoring-dashboard").inputs["dashboardBody"])
    shown = {each["properties"]["title"] for each in body["widgets"]}
    for name in ("web-portal", "api-gateway"):
        assert {
            f"{name}: requests a second",
            f"{name}: response time",
            f"{name}: error rate",
        } <= shown
    for name in SERVICES:
        assert {f"{name}: processor and memory", f"{name}: tasks"} <= shown
    assert {"Database: load", "Database: latency", "Database: free storage"} <= shown
    assert {"Cache", "Queue: messages", "Queue: messages a second"} <= shown


@pytest.mark.acceptance("B13")
def test_response_times_of_the_dashboard_are_the_services_own(graph: Recording) -> None:
    body = json.loads(graph.one("Dashboard", "nx-monitoring-dashboard").inputs["dashboardBody"])
    [widget] = [
        each
        for each in body["widgets"]
        if each["properties"]["title"].startswith("api-gateway: res")
    ]
    group = graph.one("TargetGroup", "nx-api-gateway-route-tg").outputs["arnSuffix"]
    assert {(metric[1], metric[5]) for metric in widget["properties"]["metrics"]} == {
        ("TargetResponseTime", group)
    }
    assert [metric[6]["stat"] for metric in widget["properties"]["metrics"]] == [
        "p50",
        "p95",
        "p99",
    ]
