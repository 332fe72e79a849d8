"""FargateService: who reaches it, what it reaches, and what it may do in AWS."""

import json
from typing import Any

import pytest

from tests.unit.components import fargate_cases
from tests.unit.components.fargate_cases import ACCOUNT, DATABASE, KEY
from tools.recording.recorder import Recording, Resource


@pytest.fixture
def recording() -> Recording:
    return fargate_cases.recorded()


def of(recording: Recording, kind: str, prefix: str) -> list[Resource]:
    # By name: registrations run side by side, so their order says nothing.
    found = [each for each in recording.of_type(kind) if each.name.startswith(f"{prefix}-")]
    return sorted(found, key=lambda each: each.name)


def statements(recording: Recording, policy: str) -> dict[str, dict[str, Any]]:
    document = json.loads(recording.one("RolePolicy", policy).inputs["policy"])
    assert {each["Effect"] for each in document["Statement"]} == {"Allow"}
    return {
        each.get("Sid", "own"): {k: v for k, v in each.items() if k not in ("Sid", "Effect")}
        for each in document["Statement"]
    }


def test_opens_exactly_what_is_needed(recording: Recording) -> None:
    group = recording.one("SecurityGroup", "api-security-group")
    assert not {"ingress", "egress"} & set(group.inputs)

    def shown(rule: Resource) -> tuple[Any, ...]:
        peer = rule.inputs.get("referencedSecurityGroupId") or rule.inputs["cidrIpv4"]
        inputs = rule.inputs
        return (
            *(rule.name, inputs["securityGroupId"], peer, inputs["ipProtocol"]),
            *(inputs["fromPort"], inputs["toPort"]),
        )

    assert [shown(rule) for rule in of(recording, "SecurityGroupIngressRule", "api")] == [
        ("api-into-database", "sg-database", group.id, "tcp", 5432, 5432),
        ("api-into-tasks", group.id, "sg-edge", "tcp", 3333, 3333),
    ]
    assert [shown(rule) for rule in of(recording, "SecurityGroupEgressRule", "api")] == [
        ("api-from-load-balancer", "sg-edge", group.id, "tcp", 3333, 3333),
        ("api-to-database", group.id, "sg-database", "tcp", 5432, 5432),
        ("api-to-https", group.id, "0.0.0.0/0", "tcp", 443, 443),
    ]


@pytest.mark.parametrize("role", ["api-execution", "api-task"])
def test_only_tasks_of_the_account_assume_the_roles(recording: Recording, role: str) -> None:
    assert json.loads(recording.one("Role", role).inputs["assumeRolePolicy"])["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        }
    ]


@pytest.mark.acceptance("A11", "trap-1", "trap-37")
def test_ecs_may_pull_log_and_read_exactly_the_named_secrets(recording: Recording) -> None:
    log_group = recording.one("LogGroup", "api-logs").outputs["arn"]
    assert statements(recording, "api-execution") == {
        "SignInToRegistry": {"Action": "ecr:GetAuthorizationToken", "Resource": "*"},
        "PullImage": {
            "Action": [
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            ],
            "Resource": f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/*",
        },
        "WriteOwnLog": {
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": f"{log_group}:*",
        },
        "ReadOwnSecrets": {"Action": "secretsmanager:GetSecretValue", "Resource": [DATABASE]},
        "DecryptSecrets": {
            "Action": "kms:Decrypt",
            "Resource": KEY,
            "Condition": {
                "StringEquals": {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}
            },
        },
    }
    assert set(statements(recording, "worker-execution")) == {
        "SignInToRegistry",
        "PullImage",
        "WriteOwnLog",
    }


@pytest.mark.acceptance("trap-37")
def test_pulls_from_named_repositories_and_private_registries(recording: Recording) -> None:
    allowed = statements(recording, "shell-execution")
    assert allowed["PullImage"]["Resource"] == ["arn:repository"]
    assert allowed["ReadOwnSecrets"]["Resource"] == ["arn:registry"]
    task = recording.one("TaskDefinition", "shell-task").inputs
    container = json.loads(task["containerDefinitions"])[0]
    assert container["repositoryCredentials"] == {"credentialsParameter": "arn:registry"}


def test_the_application_may_do_nothing_by_default(recording: Recording) -> None:
    assert [p.name for p in recording.of_type("RolePolicy") if p.name == "api-task"] == []


def test_the_application_may_do_what_it_is_given_and_open_sessions(recording: Recording) -> None:
    assert statements(recording, "shell-task") == {
        "own": {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::files/*"},
        "OpenSession": {
            "Action": [
                "ssmmessages:CreateControlChannel",
                "ssmmessages:CreateDataChannel",
                "ssmmessages:OpenControlChannel",
                "ssmmessages:OpenDataChannel",
            ],
            "Resource": "*",
        },
        "EncryptSession": {"Action": "kms:Decrypt", "Resource": KEY},
        "FindSessionLog": {"Action": "logs:DescribeLogGroups", "Resource": "*"},
        "WriteSessionLog": {
            "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            "Resource": "arn:exec-log:*",
        },
    }
