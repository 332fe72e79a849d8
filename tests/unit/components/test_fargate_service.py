"""FargateService: what runs, how it is rolled out and scaled; each branch with exact inputs."""

import json

import pytest

from tests.unit.components import fargate_cases
from tests.unit.components.fargate_cases import DATABASE, KEY
from tools.recording.recorder import Recording, Resource


@pytest.fixture
def recording() -> Recording:
    return fargate_cases.recorded()


def of(recording: Recording, kind: str, prefix: str) -> list[Resource]:
    # By name: registrations run side by side, so their order says nothing.
    found = [each for each in recording.of_type(kind) if each.name.startswith(f"{prefix}-")]
    return sorted(found, key=lambda each: each.name)


@pytest.mark.acceptance("F-aegisx", "A4")
def test_builds_the_task_definition(recording: Recording) -> None:
    task = dict(recording.one("TaskDefinition", "api-task").inputs)
    container = json.loads(task.pop("containerDefinitions"))
    assert task == {
        "family": "test-api",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "1024",
        "memory": "2048",
        "runtimePlatform": {"operatingSystemFamily": "LINUX", "cpuArchitecture": "X86_64"},
        "executionRoleArn": recording.one("Role", "api-execution").outputs["arn"],
        "taskRoleArn": recording.one("Role", "api-task").outputs["arn"],
        "tags": {"team": "platform", "Name": "api-task"},
    }
    assert container == [
        {
            "name": "main",
            "image": "registry/app:1",
            "essential": True,
            "command": ["node", "main.js"],
            "portMappings": [
                {"name": "http", "containerPort": 3333, "hostPort": 3333, "protocol": "tcp"}
            ],
            "environment": [{"name": "LOG_LEVEL", "value": "info"}],
            "secrets": [
                {"name": "DATABASE_URL", "valueFrom": f"{DATABASE}:url::v1"},
                {"name": "DB_PASSWORD", "valueFrom": f"{DATABASE}:password::v1"},
            ],
            "healthCheck": {
                "command": ["CMD", "true"],
                "interval": 30,
                "timeout": 5,
                "retries": 3,
                "startPeriod": 0,
            },
            "stopTimeout": 40,
            "readonlyRootFilesystem": False,
            "linuxParameters": {"initProcessEnabled": True},
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": recording.one("LogGroup", "api-logs").outputs["name"],
                    "awslogs-region": "us-east-1",
                    "awslogs-stream-prefix": "main",
                    "mode": "non-blocking",
                    "max-buffer-size": "25m",
                },
            },
        }
    ]


def test_logs_to_its_own_encrypted_group(recording: Recording) -> None:
    assert recording.one("LogGroup", "api-logs").inputs == {
        "retentionInDays": 30,
        "kmsKeyId": KEY,
        "tags": {"team": "platform", "Name": "api-logs"},
    }
    assert recording.one("LogGroup", "shell-logs").inputs["retentionInDays"] == 7


@pytest.mark.acceptance("F-aegisx", "A9")
def test_builds_the_service(recording: Recording) -> None:
    service = recording.one("Service", "api-service")
    assert service.inputs == {
        "cluster": "arn:cluster",
        "taskDefinition": recording.one("TaskDefinition", "api-task").outputs["arn"],
        "desiredCount": 3,
        "launchType": "FARGATE",
        "platformVersion": "LATEST",
        "networkConfiguration": {
            "subnets": ["subnet-1", "subnet-2"],
            "securityGroups": [recording.one("SecurityGroup", "api-security-group").id],
            "assignPublicIp": False,
        },
        "loadBalancers": [
            {
                "targetGroupArn": recording.one("TargetGroup", "api-route-tg").outputs["arn"],
                "containerName": "main",
                "containerPort": 3333,
            }
        ],
        "healthCheckGracePeriodSeconds": 150,
        "deploymentMinimumHealthyPercent": 100,
        "deploymentMaximumPercent": 134,
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "availabilityZoneRebalancing": "ENABLED",
        "enableExecuteCommand": False,
        "propagateTags": "SERVICE",
        "enableEcsManagedTags": True,
        "waitForSteadyState": True,
        "tags": {"team": "platform", "Name": "api-service"},
    }
    assert service.ignore_changes == ("desiredCount",)


def test_waits_for_all_that_a_first_task_needs(recording: Recording) -> None:
    """ECS refuses a target group that no listener knows; the rest would roll the deploy back."""
    needed = {
        recording.one("RolePolicy", "api-execution").urn,
        recording.one("SecurityGroupEgressRule", "api-to-https").urn,
        recording.one("SecurityGroupEgressRule", "api-to-database").urn,
        recording.one("SecurityGroupIngressRule", "api-into-tasks").urn,
        recording.one("ListenerRule", "api-route-forward-1").urn,
    }
    assert needed <= recording.one("Service", "api-service").dependencies
    shell = recording.one("Service", "shell-service").dependencies
    assert recording.one("RolePolicy", "shell-task").urn in shell


def test_builds_a_worker_without_load_balancer_and_autoscaling(recording: Recording) -> None:
    service = recording.one("Service", "worker-service")
    assert service.inputs["desiredCount"] == 1
    assert service.inputs["loadBalancers"] == []
    assert "healthCheckGracePeriodSeconds" not in service.inputs
    assert service.ignore_changes == ()
    built = {
        each.type.rpartition(":")[2]
        for each in recording.resources
        if each.name.startswith("worker-")
    }
    assert built == {
        *("LogGroup", "Role", "RolePolicy", "TaskDefinition", "Service"),
        *("SecurityGroup", "SecurityGroupEgressRule"),
    }


def test_takes_other_settings(recording: Recording) -> None:
    service = recording.one("Service", "shell-service").inputs
    assert service["enableExecuteCommand"] is True
    assert service["deploymentMaximumPercent"] == 100
    # ECS refuses to move tasks between zones without room for one more.
    assert service["availabilityZoneRebalancing"] == "DISABLED"
    task = recording.one("TaskDefinition", "shell-task").inputs
    assert task["runtimePlatform"]["cpuArchitecture"] == "ARM64"


@pytest.mark.acceptance("A9", "F-aegisx")
def test_scales_on_processor_and_memory(recording: Recording) -> None:
    service = recording.one("Service", "api-service").outputs["name"]
    assert recording.one("Target", "api-scaling").inputs == {
        "serviceNamespace": "ecs",
        "scalableDimension": "ecs:service:DesiredCount",
        "resourceId": f"service/apps/{service}",
        "minCapacity": 3,
        "maxCapacity": 10,
    }
    for resource, metric, percent in (
        ("cpu", "ECSServiceAverageCPUUtilization", 70),
        ("memory", "ECSServiceAverageMemoryUtilization", 80),
    ):
        assert recording.one("Policy", f"api-{resource}").inputs == {
            "policyType": "TargetTrackingScaling",
            "serviceNamespace": "ecs",
            "scalableDimension": "ecs:service:DesiredCount",
            "resourceId": f"service/apps/{service}",
            "targetTrackingScalingPolicyConfiguration": {
                "targetValue": percent,
                "predefinedMetricSpecification": {"predefinedMetricType": metric},
                "scaleOutCooldown": 60,
                "scaleInCooldown": 300,
            },
        }


def test_scales_on_one_of_them(recording: Recording) -> None:
    assert [policy.name for policy in of(recording, "Policy", "shell")] == ["shell-memory"]
    assert recording.one("Service", "shell-service").ignore_changes == ("desiredCount",)


def test_gives_what_others_need(recording: Recording) -> None:
    service = recording.one("Service", "api-service").outputs
    assert recording.outputs_of("api") == {
        "service_name": service["name"],
        "service_arn": service["arn"],
        "task_definition_arn": recording.one("TaskDefinition", "api-task").outputs["arn"],
        "task_role_arn": recording.one("Role", "api-task").outputs["arn"],
        "execution_role_arn": recording.one("Role", "api-execution").outputs["arn"],
        "security_group_id": recording.one("SecurityGroup", "api-security-group").id,
        "log_group_name": recording.one("LogGroup", "api-logs").outputs["name"],
    }
