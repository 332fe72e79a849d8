"""Network and data stores of REST API, whose guide is Terraform; IDs as in docs/acceptance.md."""

import ipaddress
import json

import pytest

from tests.program.conftest import variables, waits_for
from tests.program.rest_api import TASK, cache, database, service
from tools.recording.recorder import Recording


@pytest.mark.acceptance("C2", "trap-9")
def test_network_of_the_guide(staging: Recording) -> None:
    vpc = staging.one("Vpc").inputs
    assert vpc["cidrBlock"] == "10.0.0.0/16"
    assert (vpc["enableDnsHostnames"], vpc["enableDnsSupport"]) == (True, True)
    assert {each.inputs["availabilityZone"] for each in staging.of_type("Subnet")} == {
        "us-east-1a",
        "us-east-1b",
    }
    assert len(staging.of_type("InternetGateway")) == 1


@pytest.mark.acceptance("trap-9")
def test_private_subnets_have_room_and_a_way_out(graph: Recording) -> None:
    subnets = [each for each in graph.of_type("Subnet") if "-private-" in each.name]
    assert len(subnets) >= 2
    for subnet in subnets:
        assert ipaddress.ip_network(subnet.inputs["cidrBlock"]).prefixlen <= 20
        table = graph.one("RouteTable", subnet.name)
        assert graph.one("RouteTableAssociation", f"{subnet.name}-subnet").inputs == {
            "subnetId": subnet.id,
            "routeTableId": table.id,
        }
        way_out = graph.one("Route", f"{subnet.name}-internet").inputs
        assert way_out["destinationCidrBlock"] == "0.0.0.0/0"
        assert way_out["natGatewayId"] in {each.id for each in graph.of_type("NatGateway")}


@pytest.mark.acceptance("trap-9")
def test_nothing_that_the_terraform_files_name_is_undefined(graph: Recording) -> None:
    groups = {each.id: each.name for each in graph.of_type("SecurityGroup")}
    stored = database(graph).inputs
    assert [groups[each] for each in stored["vpcSecurityGroupIds"]] == [
        "rest-api-database-security-group"
    ]
    isolated = {each.id for each in graph.of_type("Subnet") if "-isolated-" in each.name}
    subnets = graph.one("aws:rds/subnetGroup:SubnetGroup", "rest-api-database-subnets")
    assert stored["dbSubnetGroupName"] == subnets.outputs["name"]
    assert set(subnets.inputs["subnetIds"]) == isolated
    kept = graph.one("aws:elasticache/subnetGroup:SubnetGroup", "rest-api-cache-subnets")
    assert set(kept.inputs["subnetIds"]) == isolated
    rule = graph.one("ListenerRule", f"{TASK}-route-forward-1").inputs
    assert rule["listenerArn"] == graph.one("Listener", "platform-edge-https").outputs["arn"]
    assert (
        rule["actions"][0]["targetGroupArn"]
        == (graph.one("TargetGroup", f"{TASK}-route-tg").outputs["arn"])
    )


@pytest.mark.acceptance("C3")
def test_cluster_with_container_insights(graph: Recording) -> None:
    cluster = graph.one("aws:ecs/cluster:Cluster")
    assert cluster.inputs["settings"] == [{"name": "containerInsights", "value": "enabled"}]
    assert service(graph).inputs["cluster"] == cluster.outputs["arn"]


@pytest.mark.acceptance("C4", "trap-5", "trap-6", "trap-8")
def test_database(graph: Recording) -> None:
    stored = database(graph).inputs
    assert (stored["engine"], stored["engineVersion"]) == ("postgres", "15")
    assert stored["autoMinorVersionUpgrade"] is True
    assert (stored["allocatedStorage"], stored["maxAllocatedStorage"]) == (20, 100)
    assert stored["dbName"] == "rest_api_db"
    assert stored["publiclyAccessible"] is False
    assert (stored["backupWindow"], stored["maintenanceWindow"]) == (
        "03:00-04:00",
        "sun:04:00-sun:05:00",
    )
    parameters = graph.one(
        "aws:rds/parameterGroup:ParameterGroup", "rest-api-database-parameters"
    ).inputs
    assert parameters["family"] == "postgres15"


@pytest.mark.acceptance("C4", "trap-7")
def test_what_the_guide_risks_production_does_not(
    production: Recording, staging: Recording
) -> None:
    kept, cheap = database(production), database(staging)
    assert (kept.inputs["instanceClass"], cheap.inputs["instanceClass"]) == (
        "db.t4g.medium",
        "db.t4g.micro",
    )
    assert (kept.protect, cheap.protect) == (True, False)
    for instance, safe, days in ((kept, True, 30), (cheap, False, 7)):
        assert instance.inputs["skipFinalSnapshot"] is not safe
        assert instance.inputs["deletionProtection"] is safe
        assert instance.inputs["multiAz"] is safe
        assert instance.inputs["backupRetentionPeriod"] == days
        assert instance.inputs["storageType"] == "gp3"
        assert instance.inputs["storageEncrypted"] is True


@pytest.mark.acceptance("trap-5")
def test_no_data_store_runs_in_a_container(graph: Recording) -> None:
    """The bootstraps run a PostgreSQL client that ends; what serves is RDS's."""
    stores = ("postgres", "redis", "rabbitmq", "minio")
    running = {
        task.name: json.loads(task.inputs["containerDefinitions"])[0]["image"]
        for task in graph.of_type("TaskDefinition")
        if not task.name.endswith("-bootstrap-task")
    }
    assert f"{TASK}-task" in running
    assert [name for name, image in running.items() if any(each in image for each in stores)] == []
    assert variables(graph, TASK)["DB_HOST"] == database(graph).outputs["address"]


@pytest.mark.acceptance("C5", "trap-10", "trap-12")
def test_cache_that_is_a_queue_too(production: Recording, staging: Recording) -> None:
    for graph, node, copies in (
        (production, "cache.t4g.small", 1),
        (staging, "cache.t4g.micro", 0),
    ):
        group = cache(graph)
        assert group.inputs["engineVersion"] == "7.1"
        assert (group.inputs["nodeType"], group.inputs["port"]) == (node, 6379)
        assert group.inputs["numCacheClusters"] == copies + 1
        assert group.inputs["automaticFailoverEnabled"] is bool(copies)
        assert group.inputs["transitEncryptionMode"] == "required"
        assert "authToken" in group.secret_inputs
        assert group.protect is (graph is production)
        parameters = graph.one(
            "aws:elasticache/parameterGroup:ParameterGroup", "rest-api-cache-parameters"
        ).inputs
        assert parameters["family"] == "redis7"
        assert parameters["parameters"] == [{"name": "maxmemory-policy", "value": "volatile-lru"}]


@pytest.mark.acceptance("C5")
def test_load_balancer_is_public_and_only_productions_is_protected(
    production: Recording, staging: Recording
) -> None:
    for graph, protected in ((production, True), (staging, False)):
        balancer = graph.one("aws:lb/loadBalancer:LoadBalancer").inputs
        assert balancer["internal"] is False
        assert balancer["enableDeletionProtection"] is protected


@pytest.mark.acceptance("trap-28")
def test_the_application_is_not_the_master_user(graph: Recording) -> None:
    assert database(graph).inputs["username"] != "rest_api_user"
    assert variables(graph, "rest-api-bootstrap")["APP_USER"] == "rest_api_user"
    assert "rest-api-bootstrap-run" in waits_for(graph, service(graph))
    master = database(graph).outputs["masterUserSecrets"][0]["secretArn"]
    readers = {
        each.name for each in graph.resources if each.custom and master in json.dumps(each.inputs)
    }
    assert readers == {"rest-api-bootstrap-task", "rest-api-bootstrap-execution"}
