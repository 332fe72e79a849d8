"""Brokers and schedules: made, read, compared, deleted; and what AWS refuses about them."""

import json

import pytest
from pulumi.provider.experimental.property_value import PropertyValue

from sandbox.errors import SandboxError
from tests.support.account import unknown

BROKER = "aws:mq/broker:Broker"
SCHEDULE = "aws:scheduler/schedule:Schedule"
ROLE = "arn:aws:iam::123456789012:role/clock"


@pytest.fixture(scope="module")
def subnets(account):
    vpc = account.create("aws:ec2/vpc:Vpc", "net", cidrBlock="10.0.0.0/16")
    return [
        account.create(
            "aws:ec2/subnet:Subnet",
            f"net-{position}",
            vpcId=vpc.id,
            cidrBlock=f"10.0.{position}.0/24",
            availabilityZone=f"us-east-1{zone}",
        ).id
        for position, zone in enumerate("aab")
    ]


@pytest.fixture(scope="module")
def inputs(account, subnets):
    key = account.create("aws:kms/key:Key", "key", enableKeyRotation=True)
    return {
        "engineType": "RabbitMQ",
        "engineVersion": "3.13",
        "autoMinorVersionUpgrade": True,
        "hostInstanceType": "mq.m7g.large",
        "deploymentMode": "CLUSTER_MULTI_AZ",
        "subnetIds": [subnets[0], subnets[2]],
        "securityGroups": ["sg-1"],
        "publiclyAccessible": False,
        "encryptionOptions": {"useAwsOwnedKey": False, "kmsKeyId": key.outputs["arn"]},
        "users": [{"username": "admin", "password": "a1b2" * 12}],
        "logs": {"general": True},
        "maintenanceWindowStartTime": {
            "dayOfWeek": "SUNDAY",
            "timeOfDay": "05:00",
            "timeZone": "UTC",
        },
        "applyImmediately": False,
        "tags": {"Name": "jobs-broker"},
    }


def test_a_broker_is_as_the_inputs_say_until_it_is_deleted(account, inputs):
    made = account.create(BROKER, "jobs-broker", **inputs)
    found = account.client("mq").describe_broker(BrokerId=made.id)
    expected = {
        "BrokerName": "jobs-broker-0123456",
        "BrokerState": "RUNNING",
        "EngineType": "RABBITMQ",
        "EngineVersion": "3.13",
        "AutoMinorVersionUpgrade": True,
        "HostInstanceType": "mq.m7g.large",
        "DeploymentMode": "CLUSTER_MULTI_AZ",
        "SubnetIds": inputs["subnetIds"],
        "SecurityGroups": ["sg-1"],
        "PubliclyAccessible": False,
        "EncryptionOptions": {
            "KmsKeyId": inputs["encryptionOptions"]["kmsKeyId"],
            "UseAwsOwnedKey": False,
        },
        "Logs": {"General": True},
        "MaintenanceWindowStartTime": {
            "DayOfWeek": "SUNDAY",
            "TimeOfDay": "05:00",
            "TimeZone": "UTC",
        },
        "Tags": {"Name": "jobs-broker"},
    }
    assert {key: found[key] for key in expected} == expected
    assert [user["Username"] for user in found["Users"]] == ["admin"]
    host = f"b-{made.id}.mq.us-east-1.amazonaws.com"
    assert made.outputs["instances"] == [
        {"consoleUrl": f"https://{host}", "endpoints": [f"amqps://{host}:5671"]}
    ]
    assert made.outputs["arn"] == f"arn:aws:mq:us-east-1:123456789012:broker:{made.id}"

    assert inputs.items() <= made.read().items()
    assert made.diff(brokerName="jobs-broker-0123456", **inputs) == {}
    changed = {**inputs, "engineVersion": "4.2"}
    assert made.diff(brokerName="jobs-broker-0123456", **changed) == {"engineVersion": "UPDATE"}

    made.delete()
    assert made.read() is None
    assert account.client("mq").list_brokers()["BrokerSummaries"] == []
    made.delete()  # that it is gone already is no error


def test_two_brokers_have_two_hosts(account, inputs):
    first, second = (account.create(BROKER, name, **inputs) for name in ("one", "two"))
    assert first.outputs["instances"] != second.outputs["instances"]
    first.delete()
    assert second.read() is not None
    second.delete()


def test_a_schedule_runs_until_it_is_deleted(account):
    inputs = {
        "scheduleExpression": "rate(1 days)",
        "flexibleTimeWindow": {"mode": "OFF"},
        "description": "Keeps a log for 30 days",
        "target": {
            "arn": "arn:aws:scheduler:::aws-sdk:cloudwatchlogs:putRetentionPolicy",
            "roleArn": ROLE,
            "input": json.dumps({"LogGroupName": "/jobs", "RetentionInDays": 30}),
        },
    }
    made = account.create(SCHEDULE, "log", **inputs)
    assert made.id == "default/log-0123456"
    assert made.outputs["arn"] == (
        "arn:aws:scheduler:us-east-1:123456789012:schedule/default/log-0123456"
    )
    found = account.client("scheduler").get_schedule(Name="log-0123456")
    assert found["ScheduleExpression"] == "rate(1 days)"
    assert found["State"] == "ENABLED"
    assert found["Target"]["Input"] == inputs["target"]["input"]
    assert found["Target"]["RoleArn"] == ROLE

    assert inputs.items() <= made.read().items()
    assert made.diff(name="log-0123456", **inputs) == {}
    made.delete()
    assert made.read() is None
    assert account.client("scheduler").list_schedules()["Schedules"] == []
    made.delete()


SINGLE = {"deploymentMode": "SINGLE_INSTANCE", "subnetIds": ["subnet-1"]}
USER = {"username": "admin", "password": "a1b2" * 12}
PASSWORD = (
    "users[0].password: the value is refused by AWS; use 12 to 250 characters, 4 of them "
    "different, without , : and ="
)
NAME = "is refused by AWS; use 2 to 100 letters, digits and -._~"
REFUSALS = [
    ({"engineType": "ActiveMQ"}, "engineType: 'ActiveMQ' is refused by AWS; use one of RabbitMQ"),
    (
        {"engineVersion": "3.12"},
        "engineVersion: '3.12' is refused by AWS; use one of 3.13, 4.2",
    ),
    (
        {"engineVersion": "4.2", "hostInstanceType": "mq.m5.large"},
        "hostInstanceType: 'mq.m5.large' is refused by AWS for RabbitMQ 4; use mq.m7g",
    ),
    (
        {"hostInstanceType": "mq.t3.micro"},
        "hostInstanceType: 'mq.t3.micro' is refused by AWS for a cluster",
    ),
    (
        {"deploymentMode": "SINGLE_INSTANCE"},
        "subnetIds: has 2; AWS takes 1 for SINGLE_INSTANCE",
    ),
    ({"users": []}, "users: has 0; AWS takes 1 for RabbitMQ"),
    ({"users": [USER, USER]}, "users: has 2; AWS takes 1 for RabbitMQ"),
    (
        {"users": [{**USER, "username": "guest"}]},
        "users[0].username: 'guest' is refused by AWS; use another name",
    ),
    ({"users": [{**USER, "username": "a b"}]}, f"users[0].username: 'a b' {NAME}"),
    ({"users": [{**USER, "password": "a1b2a1b2a1b"}]}, PASSWORD),
    ({"users": [{**USER, "password": "abc" * 6}]}, PASSWORD),
    ({"users": [{**USER, "password": "a1b2" * 12 + "="}]}, PASSWORD),
    (
        {"autoMinorVersionUpgrade": False},
        "autoMinorVersionUpgrade: must be true; AWS refuses RabbitMQ without it",
    ),
    (
        {"encryptionOptions": {"kmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/1"}},
        "encryptionOptions.useAwsOwnedKey: must be false; AWS refuses a kmsKeyId beside its own "
        "key",
    ),
    (
        {"brokerName": "the jobs"},
        "brokerName: 'the jobs' is refused by AWS; use letters, digits, - and _",
    ),
]


@pytest.mark.parametrize(("changes", "refusal"), REFUSALS)
def test_refuses_a_broker_that_aws_refuses(account, inputs, changes, refusal):
    assert account.failures(BROKER, **{**inputs, **changes}) == [refusal]


def test_refuses_days_and_times_that_do_not_exist(account, inputs):
    window = {"dayOfWeek": "SUN", "timeOfDay": "5:00"}
    assert account.failures(BROKER, **{**inputs, "maintenanceWindowStartTime": window}) == [
        "maintenanceWindowStartTime.dayOfWeek: 'SUN' is not one of FRIDAY, MONDAY, SATURDAY, "
        "SUNDAY, THURSDAY, TUESDAY, WEDNESDAY",
        "maintenanceWindowStartTime.timeOfDay: '5:00' is refused by AWS; use hh:mm",
    ]


def test_takes_a_small_single_instance(account, inputs):
    assert account.failures(BROKER, **{**inputs, **SINGLE, "hostInstanceType": "mq.t3.micro"}) == []


def test_waits_for_what_is_not_known_yet(account, inputs):
    user = PropertyValue({"username": PropertyValue("admin"), "password": unknown()})
    later = {"subnetIds": unknown(), "users": PropertyValue([user]), "engineVersion": unknown()}
    assert account.failures(BROKER, **{**inputs, **later}) == []


def test_wants_each_subnet_in_another_zone(account, inputs, subnets):
    with pytest.raises(SandboxError) as refused:
        account.create(BROKER, **{**inputs, "subnetIds": subnets[:2]})
    assert str(refused.value) == "subnetIds: Amazon MQ needs each of them in another zone"
    assert account.client("mq").list_brokers()["BrokerSummaries"] == []


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        (
            {"scheduleExpression": "every day"},
            "scheduleExpression: 'every day' is refused by AWS; use at(...), cron(...) or "
            "rate(<number> minutes|hours|days)",
        ),
        (
            {"target": {"arn": "arn:aws:x", "roleArn": ROLE, "input": "[]"}},
            "target.input: is not a JSON object",
        ),
    ],
)
def test_refuses_a_schedule_that_aws_refuses(account, changes, refusal):
    target = {"arn": "arn:aws:x", "roleArn": ROLE}
    inputs = {
        "scheduleExpression": "rate(1 hours)",
        "flexibleTimeWindow": {"mode": "OFF"},
        "target": target,
    }
    assert account.failures(SCHEDULE, **inputs) == []
    assert account.failures(SCHEDULE, **{**inputs, **changes}) == [refusal]
