"""Queue: exact inputs, each branch, and refused arguments. Trap IDs are named."""

import json
from typing import Any

import pulumi
import pytest

from components.connection_secret import amqps_url
from components.errors import ArgumentError
from components.queue import Queue, QueueArgs, QueueDeployment
from tools.recording.recorder import Recording, record_component

KEY = "arn:aws:kms:us-east-1:111122223333:key/1"
SINGLE, CLUSTER = QueueDeployment.SINGLE_INSTANCE, QueueDeployment.CLUSTER_MULTI_AZ


def args(**changes: Any) -> QueueArgs:
    return QueueArgs(
        **{
            "vpc_id": "vpc-1",
            "subnet_ids": ["subnet-1", "subnet-2", "subnet-3"],
            "engine_version": "3.13",
            "instance_type": "mq.m7g.large",
            "deployment": CLUSTER,
            "user_name": "admin",
            "kms_key_arn": KEY,
        }
        | changes
    )


@pytest.fixture(scope="module")
def recording() -> Recording:
    """`jobs` is a cluster that must not be lost, `spare` one small node for a trial."""

    def build(options: pulumi.ResourceOptions) -> None:
        Queue("jobs", args(tags={"team": "platform"}), options)
        spare = args(
            engine_version="4.2",
            instance_type="mq.m7g.medium",
            deployment=SINGLE,
            user_name="app",
            maintenance_day="wednesday",
            maintenance_time="23:30",
            log_retention_days=7,
            deletion_protection=False,
            secret_recovery_days=0,
        )
        Queue("spare", spare, options)

    return record_component(build)


def test_builds_a_private_encrypted_cluster(recording: Recording) -> None:
    """Trap 13."""
    broker = recording.one("Broker", "jobs-broker")
    password = recording.one("RandomPassword", "jobs-password").outputs["result"]
    assert broker.inputs == {
        "engineType": "RabbitMQ",
        "engineVersion": "3.13",
        "autoMinorVersionUpgrade": True,
        "hostInstanceType": "mq.m7g.large",
        "deploymentMode": "CLUSTER_MULTI_AZ",
        "subnetIds": ["subnet-1", "subnet-2", "subnet-3"],
        "securityGroups": [recording.one("SecurityGroup", "jobs-security-group").id],
        "publiclyAccessible": False,
        "encryptionOptions": {"useAwsOwnedKey": False, "kmsKeyId": KEY},
        "users": [{"username": "admin", "password": password}],
        "logs": {"general": True},
        "maintenanceWindowStartTime": {
            "dayOfWeek": "SUNDAY",
            "timeOfDay": "05:00",
            "timeZone": "UTC",
        },
        "applyImmediately": False,
        "tags": {"team": "platform", "Name": "jobs-broker"},
    }
    assert broker.secret_inputs == {"users"}
    assert broker.protect


def test_builds_a_single_instance_in_the_first_subnet(recording: Recording) -> None:
    """Trap 13: AWS takes exactly one subnet for it."""
    broker = recording.one("Broker", "spare-broker")
    expected = {
        "engineVersion": "4.2",
        "hostInstanceType": "mq.m7g.medium",
        "deploymentMode": "SINGLE_INSTANCE",
        "subnetIds": ["subnet-1"],
        "maintenanceWindowStartTime": {
            "dayOfWeek": "WEDNESDAY",
            "timeOfDay": "23:30",
            "timeZone": "UTC",
        },
    }
    assert {name: broker.inputs[name] for name in expected} == expected
    assert not broker.protect


@pytest.mark.parametrize(
    ("name", "trigger"), [("jobs", ["3.13", "admin"]), ("spare", ["4.2", "app"])]
)
def test_another_version_or_user_makes_another_broker(
    recording: Recording, name: str, trigger: list[str]
) -> None:
    """Trap 13: AWS changes neither in place, and the provider would not say so in the preview."""
    broker = recording.one("Broker", f"{name}-broker")
    assert broker.replacement_trigger == trigger
    assert not broker.delete_before_replace


def test_its_password_is_one_that_amazon_mq_takes(recording: Recording) -> None:
    """Trap 13: 12 to 250 characters without , : and =."""
    assert recording.one("RandomPassword", "jobs-password").inputs == {
        "length": 48,
        "special": False,
    }


def test_its_security_group_lets_nobody_in_by_itself(recording: Recording) -> None:
    assert recording.one("SecurityGroup", "jobs-security-group").inputs == {
        "description": "Queue jobs",
        "vpcId": "vpc-1",
        "tags": {"team": "platform", "Name": "jobs-security-group"},
    }
    assert recording.of_type("SecurityGroupIngressRule") == []


@pytest.mark.parametrize(("name", "days"), [("jobs", 30), ("spare", 7)])
def test_a_schedule_gives_the_log_an_end(recording: Recording, name: str, days: int) -> None:
    broker = recording.one("Broker", f"{name}-broker")
    role = recording.one("Role", f"{name}-log-retention")
    schedule = recording.one("Schedule", f"{name}-log-retention")
    inputs = dict(schedule.inputs)
    target = dict(inputs.pop("target"))
    assert json.loads(target.pop("input")) == {
        "LogGroupName": f"/aws/amazonmq/broker/{broker.id}/general",
        "RetentionInDays": days,
    }
    assert target == {
        "arn": "arn:aws:scheduler:::aws-sdk:cloudwatchlogs:putRetentionPolicy",
        "roleArn": role.outputs["arn"],
    }
    assert inputs == {
        "description": f"Keeps the log of queue {name} for {days} days",
        "scheduleExpression": "rate(1 days)",
        "flexibleTimeWindow": {"mode": "OFF"},
    }
    # Otherwise its first run could come before it may do what it is for.
    assert recording.one("RolePolicy", f"{name}-log-retention").urn in schedule.dependencies


def test_the_schedule_may_do_nothing_else(recording: Recording) -> None:
    broker = recording.one("Broker", "jobs-broker")
    role = recording.one("Role", "jobs-log-retention")
    assert json.loads(role.inputs["assumeRolePolicy"])["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "scheduler.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}},
        }
    ]
    policy = recording.one("RolePolicy", "jobs-log-retention").inputs
    assert policy["role"] == role.outputs["name"]
    group = (
        f"arn:aws:logs:us-east-1:111122223333:log-group:/aws/amazonmq/broker/{broker.id}/general"
    )
    assert json.loads(policy["policy"])["Statement"] == [
        {
            "Sid": "SetRetention",
            "Effect": "Allow",
            "Action": "logs:PutRetentionPolicy",
            "Resource": [group, f"{group}:*"],
        }
    ]


def test_the_application_connects_by_one_secret(recording: Recording) -> None:
    assert recording.one("Secret", "jobs-secret").inputs == {
        "description": "How the application connects to queue jobs",
        "kmsKeyId": KEY,
        "recoveryWindowInDays": 30,
        "tags": {"team": "platform", "Name": "jobs-secret"},
    }
    assert recording.one("Secret", "spare-secret").inputs["recoveryWindowInDays"] == 0
    version = recording.one("SecretVersion", "jobs-secret-version")
    assert "secretString" in version.secret_inputs
    host = f"{recording.one('Broker', 'jobs-broker').id}.mq.us-east-1.amazonaws.com"
    password = recording.one("RandomPassword", "jobs-password").outputs["result"]
    assert json.loads(version.inputs["secretString"]) == {
        "host": host,
        "port": 5671,
        "username": "admin",
        "password": password,
        "url": f"amqps://admin:{password}@{host}:5671",
    }


def test_the_url_escapes_user_and_password() -> None:
    fields = {"host": "mq.example.com", "port": 5671, "username": "a@b", "password": "p/q#r"}
    assert amqps_url(fields) == "amqps://a%40b:p%2Fq%23r@mq.example.com:5671"


def test_gives_what_clients_and_alarms_need(recording: Recording) -> None:
    broker = recording.one("Broker", "jobs-broker")
    assert recording.outputs_of("jobs") == {
        "broker_id": broker.id,
        "broker_name": broker.outputs["brokerName"],
        "host": f"{broker.id}.mq.us-east-1.amazonaws.com",
        "port": 5671,
        "user_name": "admin",
        "secret_arn": recording.one("Secret", "jobs-secret").outputs["arn"],
        "secret_version_id": recording.one("SecretVersion", "jobs-secret-version").outputs[
            "versionId"
        ],
        "security_group_id": recording.one("SecurityGroup", "jobs-security-group").id,
    }


@pytest.mark.parametrize(
    ("changes", "field", "remedy"),
    [
        ({"subnet_ids": [], "deployment": SINGLE}, "subnet_ids", "use one subnet or more"),
        (
            {"subnet_ids": ["subnet-1"]},
            "subnet_ids",
            "use subnets of two or more zones for CLUSTER_MULTI_AZ",
        ),
        ({"engine_version": "3.13.7"}, "engine_version", "use one of 3.13, 4.2"),
        (
            {"instance_type": "m7g.large"},
            "instance_type",
            "use an instance type of Amazon MQ, for example mq.m7g.large",
        ),
        (
            {"engine_version": "4.2", "instance_type": "mq.m5.large"},
            "instance_type",
            "use a type of the family mq.m7g for RabbitMQ 4.2, for example mq.m7g.medium",
        ),
        (
            {"instance_type": "mq.t3.micro"},
            "instance_type",
            "use mq.m7g.medium or larger for CLUSTER_MULTI_AZ",
        ),
        ({"user_name": "a"}, "user_name", "use 2 to 100 letters, digits and -._~"),
        ({"user_name": "the admin"}, "user_name", "use 2 to 100 letters, digits and -._~"),
        (
            {"user_name": "guest"},
            "user_name",
            "use another name, for example admin; Amazon MQ deletes the user guest",
        ),
        (
            {"maintenance_day": "sun"},
            "maintenance_day",
            "use one of monday, tuesday, wednesday, thursday, friday, saturday, sunday",
        ),
        ({"maintenance_time": "5:00"}, "maintenance_time", "use hh:mm (UTC)"),
        ({"maintenance_time": "24:00"}, "maintenance_time", "use hh:mm (UTC)"),
        (
            {"log_retention_days": 8},
            "log_retention_days",
            "use one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, "
            "1827, 2192, 2557, 2922, 3288, 3653 (days)",
        ),
        (
            {"secret_recovery_days": 31},
            "secret_recovery_days",
            "use 0 to delete at once, or 7 to 30 (days)",
        ),
    ],
)
def test_fails_when_amazon_mq_would_refuse(
    changes: dict[str, Any], field: str, remedy: str
) -> None:
    with pytest.raises(ArgumentError) as refused:
        args(**changes)
    assert str(refused.value) == f"Queue: {field}={changes[field]!r} is not allowed; {remedy}"


def test_one_small_node_may_run_the_older_version() -> None:
    assert args(instance_type="mq.t3.micro", deployment=SINGLE, subnet_ids=["subnet-1"])
