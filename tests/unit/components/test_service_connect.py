"""Services that call each other, and workers that nobody calls; each branch with exact inputs."""

import json
from typing import Any

import pytest

from components.errors import ArgumentError
from components.service_connect import AppProtocol, ServiceConnectArgs
from components.task_scaling import QueueDepthArgs
from tests.unit.components import fargate_cases
from tests.unit.components.fargate_cases import NAMESPACE
from tools.recording.recorder import Recording


@pytest.fixture
def recording() -> Recording:
    return fargate_cases.connected()


def log(recording: Recording, service: str) -> dict[str, Any]:
    return {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": recording.one("LogGroup", f"{service}-logs").outputs["name"],
            "awslogs-region": "us-east-1",
            "awslogs-stream-prefix": "service-connect",
        },
    }


def configuration(recording: Recording, service: str) -> dict[str, Any]:
    return recording.one("Service", f"{service}-service").inputs["serviceConnectConfiguration"]


def container(recording: Recording, service: str) -> dict[str, Any]:
    task = recording.one("TaskDefinition", f"{service}-task").inputs
    [found] = json.loads(task["containerDefinitions"])
    return found


@pytest.mark.acceptance("B1", "trap-29")
def test_a_server_has_a_name_in_the_namespace(recording: Recording) -> None:
    assert configuration(recording, "files") == {
        "enabled": True,
        "namespace": NAMESPACE,
        "services": [
            {
                "portName": "grpc",
                "discoveryName": "files",
                "clientAlias": [{"dnsName": "shop-files", "port": 3001}],
            }
        ],
        "logConfiguration": log(recording, "files"),
    }
    assert container(recording, "files")["portMappings"] == [
        {
            "name": "grpc",
            "containerPort": 3001,
            "hostPort": 3001,
            "protocol": "tcp",
            "appProtocol": "grpc",
        }
    ]


@pytest.mark.acceptance("B1")
def test_a_client_has_none(recording: Recording) -> None:
    assert configuration(recording, "gateway") == {
        "enabled": True,
        "namespace": NAMESPACE,
        "logConfiguration": log(recording, "gateway"),
    }
    [port] = container(recording, "gateway")["portMappings"]
    assert (port["name"], "appProtocol" in port) == ("http", False)


def test_a_service_that_calls_nobody_has_no_proxy(recording: Recording) -> None:
    inputs = recording.one("Service", "jobs-service").inputs
    assert "serviceConnectConfiguration" not in inputs


def test_tcp_has_neither_protocol_nor_timeout(recording: Recording) -> None:
    assert configuration(recording, "raw")["services"] == [
        {
            "portName": "raw",
            "discoveryName": "raw",
            "clientAlias": [{"dnsName": "raw", "port": 9000}],
        }
    ]
    [port] = container(recording, "raw")["portMappings"]
    assert (port["name"], "appProtocol" in port) == ("raw", False)


def test_a_timeout_does_not_turn_the_other_one_off(recording: Recording) -> None:
    [server] = configuration(recording, "slow")["services"]
    assert server["timeout"] == {"idleTimeoutSeconds": 300, "perRequestTimeoutSeconds": 0}


def test_only_a_server_is_deleted_before_its_successor(recording: Recording) -> None:
    """Its name in the namespace is free only then."""
    replaced = {
        service: recording.one("Service", f"{service}-service").delete_before_replace
        for service in ("files", "raw", "gateway", "jobs")
    }
    assert replaced == {"files": True, "raw": True, "gateway": False, "jobs": False}


@pytest.mark.acceptance("B1", "trap-29")
def test_a_client_waits_for_its_server(recording: Recording) -> None:
    """Proxies know the servers that were there when they started, and no later ones."""
    server = recording.one("Service", "files-service").urn
    assert server in recording.one("Service", "gateway-service").dependencies
    assert server not in recording.one("Service", "jobs-service").dependencies


@pytest.mark.acceptance("B1")
def test_only_its_client_gets_in_to_a_private_service(recording: Recording) -> None:
    group = recording.one("SecurityGroup", "files-security-group").id
    entering = [
        (rule.name, rule.inputs["referencedSecurityGroupId"], rule.inputs["fromPort"])
        for rule in recording.of_type("SecurityGroupIngressRule")
        if rule.inputs["securityGroupId"] == group
    ]
    client = recording.one("SecurityGroup", "gateway-security-group").id
    assert entering == [("gateway-into-files", client, 3001)]


@pytest.mark.acceptance("B1")
@pytest.mark.parametrize("service", ["files", "jobs"])
def test_a_private_service_is_not_on_the_load_balancer(recording: Recording, service: str) -> None:
    built = {
        each.type.rpartition(":")[2]
        for each in recording.resources
        if each.name.startswith(f"{service}-")
    }
    assert not built & {"TargetGroup", "ListenerRule", "SecurityGroupIngressRule"}
    assert recording.one("Service", f"{service}-service").inputs["loadBalancers"] == []


@pytest.mark.acceptance("B1", "trap-29")
def test_a_worker_without_a_port_is_checked_and_stopped_in_peace(recording: Recording) -> None:
    worker = container(recording, "jobs")
    assert "portMappings" not in worker
    assert worker["healthCheck"]["command"][0] == "CMD-SHELL"
    assert "/tmp/heartbeat" in worker["healthCheck"]["command"][1]  # noqa: S108
    assert worker["stopTimeout"] == 120
    assert worker["systemControls"] == [{"namespace": "net.core.somaxconn", "value": "4096"}]


@pytest.mark.acceptance("trap-29")
def test_a_worker_follows_its_queue(recording: Recording) -> None:
    service = recording.one("Service", "jobs-service")
    assert service.ignore_changes == ("desiredCount",)
    target = recording.one("Target", "jobs-scaling").inputs
    assert (target["minCapacity"], target["maxCapacity"]) == (2, 8)

    def metric(id_: str, namespace: str, name: str, **dimensions: str) -> dict[str, Any]:
        return {
            "id": id_,
            "metricStat": {
                "metric": {
                    "namespace": namespace,
                    "metricName": name,
                    "dimensions": [
                        {"name": dimension, "value": value}
                        for dimension, value in dimensions.items()
                    ],
                },
                "stat": "Average",
            },
            "returnData": False,
        }

    assert [each.name for each in recording.of_type("Policy")] == ["jobs-queue"]
    assert recording.one("Policy", "jobs-queue").inputs == {
        "policyType": "TargetTrackingScaling",
        "serviceNamespace": "ecs",
        "scalableDimension": "ecs:service:DesiredCount",
        "resourceId": f"service/apps/{service.outputs['name']}",
        "targetTrackingScalingPolicyConfiguration": {
            "targetValue": 100,
            "customizedMetricSpecification": {
                "metrics": [
                    metric(
                        "ready",
                        "AWS/AmazonMQ",
                        "MessageReadyCount",
                        Broker="shop-queue",
                        VirtualHost="/",
                        Queue="jobs",
                    ),
                    metric(
                        "running",
                        "ECS/ContainerInsights",
                        "RunningTaskCount",
                        ClusterName="apps",
                        ServiceName=service.outputs["name"],
                    ),
                    {"id": "tasks", "expression": "FILL(running, 0)", "returnData": False},
                    {
                        "id": "waiting",
                        "expression": "ready / IF(tasks < 1, 1, tasks)",
                        "returnData": True,
                    },
                ]
            },
            "scaleOutCooldown": 60,
            "scaleInCooldown": 300,
        },
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"protocol": None},
            "dns_name='files' is not allowed; set protocol too: without it the service is a "
            "client only",
        ),
        (
            {"protocol": None, "dns_name": None, "port_name": "grpc"},
            "port_name='grpc' is not allowed; set protocol too: without it the service is a "
            "client only",
        ),
        (
            {"protocol": None, "dns_name": None, "request_timeout_seconds": 5},
            "request_timeout_seconds=5 is not allowed; set protocol too: without it the service "
            "is a client only",
        ),
        (
            {"port_name": "-grpc"},
            "port_name='-grpc' is not allowed; use up to 64 lower-case letters, digits, _ and -, "
            "none of them a leading -",
        ),
        (
            {"dns_name": None},
            "dns_name=None is not allowed; use 1 to 127 lower-case letters, digits, _, - and ., "
            "none of them a leading - or .",
        ),
        (
            {"dns_name": "Files"},
            "dns_name='Files' is not allowed; use 1 to 127 lower-case letters, digits, _, - and "
            "., none of them a leading - or .",
        ),
        (
            {"request_timeout_seconds": -1},
            "request_timeout_seconds=-1 is not allowed; use 0 to 2147483647 (seconds)",
        ),
        (
            {"protocol": AppProtocol.TCP, "request_timeout_seconds": 5},
            "request_timeout_seconds=5 is not allowed; leave it out: ECS refuses it with tcp",
        ),
    ],
)
def test_fails_when_ecs_would_refuse(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        ServiceConnectArgs(
            **{"namespace_arn": NAMESPACE, "protocol": AppProtocol.GRPC, "dns_name": "files"}
            | changes
        )
    assert str(refused.value) == f"ServiceConnect: {message}"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"queue": ""}, "queue='' is not allowed; name the queue that the worker reads"),
        (
            {"messages_per_task": 0},
            "messages_per_task=0 is not allowed; use 1 or more (messages)",
        ),
    ],
)
def test_fails_when_no_count_could_follow(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        QueueDepthArgs(
            **{"broker_name": "shop-queue", "queue": "jobs", "messages_per_task": 100} | changes
        )
    assert str(refused.value) == f"QueueDepth: {message}"
