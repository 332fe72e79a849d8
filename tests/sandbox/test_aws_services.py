"""Services that call each other and workers that follow a queue, as AWS has them afterwards."""

import json

import pytest

TYPE = "aws:ecs/service:Service"
NAMESPACE = "aws:servicediscovery/httpNamespace:HttpNamespace"
TARGET = {
    "serviceNamespace": "ecs",
    "scalableDimension": "ecs:service:DesiredCount",
}


@pytest.fixture(scope="module")
def cluster(account):
    return account.create("aws:ecs/cluster:Cluster", "main").outputs["name"]


@pytest.fixture(scope="module")
def namespace(account):
    return account.create(NAMESPACE, "main", description="services", tags={"team": "platform"})


@pytest.fixture(scope="module")
def task(account):
    port = {"name": "grpc", "containerPort": 3001, "protocol": "tcp", "appProtocol": "grpc"}
    container = {
        "name": "main",
        "image": "files:1",
        "portMappings": [port],
        "systemControls": [{"namespace": "net.core.somaxconn", "value": "4096"}],
    }
    return account.create(
        "aws:ecs/taskDefinition:TaskDefinition",
        "files",
        family="files",
        cpu="256",
        memory="512",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        containerDefinitions=json.dumps([container]),
    ).outputs["arn"]


@pytest.fixture(scope="module")
def network(account):
    vpc = account.create("aws:ec2/vpc:Vpc", "net", cidrBlock="10.0.0.0/16").id
    subnet = account.create("aws:ec2/subnet:Subnet", "net", vpcId=vpc, cidrBlock="10.0.0.0/24")
    group = account.create(
        "aws:ec2/securityGroup:SecurityGroup", "tasks", vpcId=vpc, description="tasks"
    )
    return {"subnets": [subnet.id], "securityGroups": [group.id]}


@pytest.fixture
def service(account, cluster, task, network):
    made = []

    def create(**inputs):
        made.append(
            account.create(
                TYPE,
                "files",
                cluster=cluster,
                taskDefinition=task,
                desiredCount=2,
                launchType="FARGATE",
                networkConfiguration=network,
                **inputs,
            )
        )
        return made[-1]

    yield create
    for each in made:
        each.delete()


def connect(namespace, **changes):
    server = {
        "portName": "grpc",
        "discoveryName": "files",
        "clientAlias": [{"dnsName": "files", "port": 3001}],
        "timeout": {"idleTimeoutSeconds": 300, "perRequestTimeoutSeconds": 0},
    }
    return {
        "enabled": True,
        "namespace": namespace.outputs["arn"],
        "services": [server],
        "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "files"}},
        **changes,
    }


def test_a_namespace_is_there_until_it_is_deleted(account):
    made = account.create(NAMESPACE, "brief", description="brief")
    cloud_map = account.client("servicediscovery")
    found = cloud_map.get_namespace(Id=made.id)["Namespace"]
    assert made.outputs["arn"] == found["Arn"]
    assert made.outputs["httpName"] == found["Name"] == made.outputs["name"]
    assert made.outputs["name"].startswith("brief-")
    assert found["Type"] == "HTTP"
    assert made.read() is not None

    made.delete()
    assert made.read() is None
    made.delete()  # that it is gone already is no error


def test_a_namespace_has_its_tags(account, namespace):
    answer = account.client("servicediscovery").list_tags_for_resource(
        ResourceARN=namespace.outputs["arn"]
    )
    assert {"Key": "team", "Value": "platform"} in answer["Tags"]


def test_a_name_with_blanks_is_refused(account):
    [refusal] = account.failures(NAMESPACE, name="my services")
    assert refusal.startswith("name: ")


@pytest.mark.acceptance("trap-29")
def test_a_server_is_in_its_namespace(account, cluster, namespace, service):
    made = service(serviceConnectConfiguration=connect(namespace))
    ecs = account.client("ecs")
    [found] = ecs.describe_services(cluster=cluster, services=[made.id])["services"]
    assert found["deployments"][0]["serviceConnectConfiguration"] == {
        "enabled": True,
        "namespace": namespace.outputs["arn"],
        "services": [
            {
                "portName": "grpc",
                "discoveryName": "files",
                "clientAliases": [{"port": 3001, "dnsName": "files"}],
                "timeout": {"idleTimeoutSeconds": 300, "perRequestTimeoutSeconds": 0},
            }
        ],
        "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "files"}},
    }
    assert made.read() is not None


def test_a_service_without_it_is_in_none(account, cluster, service):
    made = service()
    ecs = account.client("ecs")
    [found] = ecs.describe_services(cluster=cluster, services=[made.id])["services"]
    assert "serviceConnectConfiguration" not in found["deployments"][0]


def test_ecs_checks_the_names(account, cluster, task, network, namespace):
    configuration = connect(namespace)
    configuration["services"][0]["clientAlias"][0]["port"] = 70_000
    refusals = account.failures(
        TYPE,
        cluster=cluster,
        taskDefinition=task,
        launchType="FARGATE",
        networkConfiguration=network,
        serviceConnectConfiguration=configuration,
    )
    assert refusals == [
        "serviceConnectConfiguration.services[0].clientAlias[0].port: 70000 is not 0 to 65535"
    ]


def test_a_task_keeps_protocol_and_kernel_parameters(account, task):
    answer = account.client("ecs").describe_task_definition(taskDefinition=task)
    [container] = answer["taskDefinition"]["containerDefinitions"]
    assert container["portMappings"][0]["appProtocol"] == "grpc"
    assert container["systemControls"] == [{"namespace": "net.core.somaxconn", "value": "4096"}]


@pytest.mark.acceptance("trap-29")
def test_a_worker_follows_its_queue(account, cluster, service):
    made = service()
    resource_id = f"service/{cluster}/{made.outputs['name']}"
    target = account.create(
        "aws:appautoscaling/target:Target",
        **TARGET,
        resourceId=resource_id,
        minCapacity=1,
        maxCapacity=5,
    )
    metrics = [
        {
            "id": "ready",
            "metricStat": {
                "metric": {
                    "namespace": "AWS/AmazonMQ",
                    "metricName": "MessageReadyCount",
                    "dimensions": [{"name": "Queue", "value": "jobs"}],
                },
                "stat": "Average",
            },
            "returnData": False,
        },
        {"id": "waiting", "expression": "ready / 1", "returnData": True},
    ]
    policy = account.create(
        "aws:appautoscaling/policy:Policy",
        "queue",
        policyType="TargetTrackingScaling",
        **TARGET,
        resourceId=resource_id,
        targetTrackingScalingPolicyConfiguration={
            "targetValue": 100,
            "customizedMetricSpecification": {"metrics": metrics},
            "scaleInCooldown": 300,
        },
    )
    scaling = account.client("application-autoscaling")
    [found] = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    assert found["TargetTrackingScalingPolicyConfiguration"] == {
        "TargetValue": 100.0,
        "CustomizedMetricSpecification": {
            "Metrics": [
                {
                    "Id": "ready",
                    "MetricStat": {
                        "Metric": {
                            "Namespace": "AWS/AmazonMQ",
                            "MetricName": "MessageReadyCount",
                            "Dimensions": [{"Name": "Queue", "Value": "jobs"}],
                        },
                        "Stat": "Average",
                    },
                    "ReturnData": False,
                },
                {"Id": "waiting", "Expression": "ready / 1", "ReturnData": True},
            ]
        },
        "ScaleInCooldown": 300,
    }

    for each in (policy, target):
        each.delete()
        assert each.read() is None
    assert account.client("cloudwatch").describe_alarms()["MetricAlarms"] == []
