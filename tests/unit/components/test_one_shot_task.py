"""OneShotTask: exact inputs, each branch, and refused arguments."""

import json
from typing import Any

import pulumi
import pytest

from components.errors import ArgumentError
from components.one_shot_task import OneShotTask, OneShotTaskArgs
from components.reach import Destination
from components.secret_reference import SecretReference
from components.task_definition import CpuArchitecture
from tools.recording.recorder import Recording, Resource, record_component

ACCOUNT = "111122223333"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1"
CLUSTER = f"arn:aws:ecs:us-east-1:{ACCOUNT}:cluster/production-apps-1234567"
DATABASE = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:database-AbCdEf"
LONG_NAME = "system-of-sixteen-migration"


def args(**changes: Any) -> OneShotTaskArgs:
    return OneShotTaskArgs(
        **{
            "cluster_arn": CLUSTER,
            "runner_function_name": "runner-1",
            "runner_role_name": "runner-role-1",
            "vpc_id": "vpc-1",
            "subnet_ids": ["subnet-1", "subnet-2"],
            "region": "us-east-1",
            "account_id": ACCOUNT,
            "image": "registry/app:1",
            "command": ["npm", "run", "migrate"],
            "kms_key_arn": KEY,
        }
        | changes
    )


@pytest.fixture(scope="module")
def recording() -> Recording:
    """`migrate` uses all arguments and runs after `first`, which has the least."""

    def build(options: pulumi.ResourceOptions) -> None:
        first = OneShotTask("first", args(), options)
        migrate = args(
            environment={"PGHOST": "db.example.com", "NODE_ENV": "production"},
            secrets={
                "PGPASSWORD": SecretReference(
                    secret_arn=DATABASE, json_key="password", version_id="v1"
                )
            },
            cpu_units=512,
            memory_mib=1024,
            reaches={"database": Destination(security_group_id="sg-database", port=5432)},
            log_retention_days=7,
            timeout_seconds=300,
            registry_secret_arn="arn:registry",
            repository_arns=["arn:repository"],
            cpu_architecture=CpuArchitecture.ARM64,
            after=[first],
            tags={"team": "platform"},
        )
        OneShotTask("migrate", migrate, options)
        OneShotTask(LONG_NAME, args(), options)

    return record_component(build)


def statements(recording: Recording, policy: str) -> dict[str, dict[str, Any]]:
    document = json.loads(recording.one("RolePolicy", policy).inputs["policy"])
    assert {each["Effect"] for each in document["Statement"]} == {"Allow"}
    return {
        each["Sid"]: {k: v for k, v in each.items() if k not in ("Sid", "Effect")}
        for each in document["Statement"]
    }


@pytest.mark.acceptance("B5")
def test_runs_the_task_in_the_deploy(recording: Recording) -> None:
    run = recording.one("Invocation", "migrate-run")
    task = recording.one("TaskDefinition", "migrate-task").outputs["arn"]
    inputs = dict(run.inputs)
    assert json.loads(inputs.pop("input")) == {
        "cluster": CLUSTER,
        "taskDefinition": task,
        "subnets": ["subnet-1", "subnet-2"],
        "securityGroups": [recording.one("SecurityGroup", "migrate-security-group").id],
        "container": "main",
        "logGroup": recording.one("LogGroup", "migrate-logs").outputs["name"],
        "timeoutSeconds": 300,
    }
    assert inputs == {
        "functionName": "runner-1",
        "lifecycleScope": "CREATE_ONLY",
        "triggers": {"taskDefinition": task},
    }
    assert run.secret_inputs == frozenset()


def test_runs_only_when_it_may_and_can(recording: Recording) -> None:
    run = recording.one("Invocation", "migrate-run")
    needed = {
        recording.one("RolePolicy", "migrate-runner").urn,
        recording.one("RolePolicy", "migrate-execution").urn,
        recording.one("SecurityGroupEgressRule", "migrate-to-https").urn,
        recording.one("SecurityGroupEgressRule", "migrate-to-database").urn,
        # Whoever comes after a task waits for its run, which ends when the task does.
        recording.one("Invocation", "first-run").urn,
    }
    assert needed <= run.dependencies


def test_defines_the_task(recording: Recording) -> None:
    inputs = dict(recording.one("TaskDefinition", "migrate-task").inputs)
    [container] = json.loads(inputs.pop("containerDefinitions"))
    assert inputs == {
        "family": "test-migrate",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "512",
        "memory": "1024",
        "runtimePlatform": {"operatingSystemFamily": "LINUX", "cpuArchitecture": "ARM64"},
        "executionRoleArn": recording.one("Role", "migrate-execution").outputs["arn"],
        "taskRoleArn": recording.one("Role", "migrate-task").outputs["arn"],
        "tags": {"team": "platform", "Name": "migrate-task"},
    }
    log = container.pop("logConfiguration")
    assert log["logDriver"] == "awslogs"
    assert (
        log["options"]["awslogs-group"]
        == (recording.one("LogGroup", "migrate-logs").outputs["name"])
    )
    # The runner reads the stream `main/main/<task>`.
    assert log["options"]["awslogs-stream-prefix"] == "main"
    expected = {
        "name": "main",
        "image": "registry/app:1",
        "essential": True,
        "command": ["npm", "run", "migrate"],
        "environment": [
            {"name": "NODE_ENV", "value": "production"},
            {"name": "PGHOST", "value": "db.example.com"},
        ],
        "secrets": [{"name": "PGPASSWORD", "valueFrom": f"{DATABASE}:password::v1"}],
        "repositoryCredentials": {"credentialsParameter": "arn:registry"},
        "stopTimeout": 30,
    }
    assert {name: container[name] for name in expected} == expected
    assert "portMappings" not in container


def test_is_small_by_default(recording: Recording) -> None:
    inputs = recording.one("TaskDefinition", "first-task").inputs
    assert (inputs["cpu"], inputs["memory"]) == ("256", "512")
    assert inputs["runtimePlatform"]["cpuArchitecture"] == "X86_64"
    run = json.loads(recording.one("Invocation", "first-run").inputs["input"])
    assert run["timeoutSeconds"] == 600


def test_logs_encrypted_and_for_a_while(recording: Recording) -> None:
    assert recording.one("LogGroup", "migrate-logs").inputs == {
        "retentionInDays": 7,
        "kmsKeyId": KEY,
        "tags": {"team": "platform", "Name": "migrate-logs"},
    }


def test_opens_exactly_what_is_needed(recording: Recording) -> None:
    group = recording.one("SecurityGroup", "migrate-security-group")
    assert group.inputs == {
        "description": "One-shot task migrate",
        "vpcId": "vpc-1",
        "tags": {"team": "platform", "Name": "migrate-security-group"},
    }

    def shown(rule: Resource) -> tuple[Any, ...]:
        inputs = rule.inputs
        peer = inputs.get("referencedSecurityGroupId") or inputs["cidrIpv4"]
        return (rule.name, inputs["securityGroupId"], peer, inputs["fromPort"], inputs["toPort"])

    def rules(kind: str) -> list[tuple[Any, ...]]:
        of_task = [each for each in recording.of_type(kind) if each.name.startswith("migrate-")]
        return sorted(shown(each) for each in of_task)

    assert rules("SecurityGroupEgressRule") == [
        ("migrate-to-database", group.id, "sg-database", 5432, 5432),
        ("migrate-to-https", group.id, "0.0.0.0/0", 443, 443),
    ]
    assert rules("SecurityGroupIngressRule") == [
        ("migrate-into-database", "sg-database", group.id, 5432, 5432),
    ]


def test_the_runner_may_run_this_task_and_no_other(recording: Recording) -> None:
    policy = recording.one("RolePolicy", "migrate-runner")
    assert policy.inputs["role"] == "runner-role-1"
    roles = [
        recording.one("Role", f"migrate-{kind}").outputs["arn"] for kind in ("execution", "task")
    ]
    assert statements(recording, "migrate-runner") == {
        "Run": {
            "Action": ["ecs:RunTask", "ecs:DescribeTasks", "ecs:StopTask"],
            "Resource": [
                f"arn:aws:ecs:us-east-1:{ACCOUNT}:task-definition/test-migrate:*",
                f"arn:aws:ecs:us-east-1:{ACCOUNT}:task/production-apps-1234567/*",
            ],
            "Condition": {"ArnEquals": {"ecs:cluster": CLUSTER}},
        },
        "GiveRoles": {
            "Action": "iam:PassRole",
            "Resource": roles,
            "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        },
        "ReadLog": {
            "Action": "logs:GetLogEvents",
            "Resource": f"{recording.one('LogGroup', 'migrate-logs').outputs['arn']}:*",
        },
    }


def test_one_runner_has_room_for_ten_tasks(recording: Recording) -> None:
    """IAM counts the characters of a role's own policies without white space, 10240 in all."""
    policy = recording.one("RolePolicy", f"{LONG_NAME}-runner").inputs["policy"]
    of_runner = 400  # the policy that it begins with
    assert len("".join(policy.split())) * 10 + of_runner <= 10240


@pytest.mark.acceptance("trap-1", "trap-37")
def test_ecs_may_pull_log_and_read_exactly_the_named_secrets(recording: Recording) -> None:
    allowed = statements(recording, "migrate-execution")
    assert allowed["PullImage"]["Resource"] == ["arn:repository"]
    assert allowed["ReadOwnSecrets"]["Resource"] == [DATABASE, "arn:registry"]
    assert allowed["WriteOwnLog"]["Resource"] == (
        f"{recording.one('LogGroup', 'migrate-logs').outputs['arn']}:*"
    )


def test_the_application_may_do_nothing_in_aws(recording: Recording) -> None:
    assert recording.one("Role", "migrate-task").inputs["description"] == (
        "What the application migrate may do"
    )
    assert [p.name for p in recording.of_type("RolePolicy") if p.name == "migrate-task"] == []


def test_gives_what_was_run(recording: Recording) -> None:
    assert recording.outputs_of("migrate") == {
        "task_definition_arn": recording.one("TaskDefinition", "migrate-task").outputs["arn"],
        "log_group_name": recording.one("LogGroup", "migrate-logs").outputs["name"],
        "security_group_id": recording.one("SecurityGroup", "migrate-security-group").id,
        "result": recording.one("Invocation", "migrate-run").outputs["result"],
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"subnet_ids": []}, "subnet_ids=[] is not allowed; use one private subnet or more"),
        ({"command": []}, "command=[] is not allowed; name the program to run"),
        (
            {"cpu_units": 300},
            "cpu_units=300 is not allowed; use one of 256, 512, 1024, 2048, 4096, 8192, 16384",
        ),
        (
            {"memory_mib": 4096},
            "memory_mib=4096 is not allowed; use one of 512, 1024, 2048 (MiB) with 256 CPU units",
        ),
        ({"timeout_seconds": 59}, "timeout_seconds=59 is not allowed; use 60 to 780 (seconds)"),
        ({"timeout_seconds": 781}, "timeout_seconds=781 is not allowed; use 60 to 780 (seconds)"),
        (
            {"environment": {"A": "1"}, "secrets": {"A": SecretReference(secret_arn="arn:a")}},
            "secrets=['A'] is not allowed; a variable has one value: leave these out of "
            "environment or of secrets",
        ),
        (
            {"log_retention_days": 31},
            "log_retention_days=31 is not allowed; use one of 1, 3, 5, 7, 14, 30, 60, 90, 120, "
            "150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 (days)",
        ),
    ],
)
def test_fails_when_aws_would_refuse(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        args(**changes)
    assert str(refused.value) == f"OneShotTask: {message}"


@pytest.mark.parametrize("seconds", [60, 780])
def test_takes_the_limits_themselves(seconds: int) -> None:
    assert args(timeout_seconds=seconds).timeout_seconds == seconds
