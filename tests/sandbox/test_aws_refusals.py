"""What AWS would refuse is refused in the preview already, with the reason in the message."""

import json

import pytest
from pulumi.provider.experimental.property_value import PropertyValue

from tests.support.account import unknown

TASK = "aws:ecs/taskDefinition:TaskDefinition"
GROUP = "aws:lb/targetGroup:TargetGroup"
RULE = "aws:lb/listenerRule:ListenerRule"
DATABASE = "aws:rds/instance:Instance"
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
LOGS = "aws:cloudwatch/logGroup:LogGroup"
SECRET = "aws:secretsmanager/secret:Secret"
KEY = "aws:kms/key:Key"
FIREWALL = "aws:wafv2/webAcl:WebAcl"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
SUBNETS = "aws:rds/subnetGroup:SubnetGroup"
HOST_IS = {
    "byteMatchStatement": {
        "searchString": "shop.example.com",
        "positionalConstraint": "EXACTLY",
        "fieldToMatch": {"singleHeader": {"name": "host"}},
        "textTransformations": [{"priority": 0, "type": "LOWERCASE"}],
    }
}
TOKEN = "abcdefghijklmnopqrstuvwxyz"


def task(**changes):
    return {
        "family": "shop",
        "cpu": "1024",
        "memory": "2048",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "containerDefinitions": json.dumps([{"name": "shop", "image": "shop:1"}]),
        **changes,
    }


def firewall(**rate):
    visibility = {"metricName": "all", "cloudwatchMetricsEnabled": True}
    visibility["sampledRequestsEnabled"] = True
    rule = {
        "name": "rate",
        "priority": 0,
        "action": {"block": {}},
        "statement": {"rateBasedStatement": {"aggregateKeyType": "IP", "limit": 100, **rate}},
        "visibilityConfig": visibility,
    }
    return {
        "scope": "REGIONAL",
        "defaultAction": {"allow": {}},
        "visibilityConfig": visibility,
        "rules": [rule],
    }


def rule(*paths):
    return {
        "listenerArn": "arn:aws:elasticloadbalancing:us-east-1:1:listener/app/shop/1/2",
        "priority": 1,
        "actions": [{"type": "fixed-response", "fixedResponse": {"contentType": "text/plain"}}],
        "conditions": [
            {"hostHeader": {"values": ["shop.example.com"]}},
            {"pathPattern": {"values": list(paths)}},
        ],
    }


def containers(**container):
    return json.dumps([{"name": "shop", "image": "shop:1", **container}])


REFUSALS = {
    "an input that nobody takes": (
        KEY,
        {"descripton": "typed in haste"},
        "descripton: the sandbox knows no such input of kms:CreateKey",
    ),
    "a nested input that nobody takes": (
        GROUP,
        {"healthCheck": {"paht": "/"}},
        "healthCheck.paht: the sandbox knows no such input of elbv2:CreateTargetGroup",
    ),
    "no size of Fargate": (
        TASK,
        task(cpu="256", memory="4096"),
        "memory: 4096 MiB with 256 CPU units is no size of Fargate",
    ),
    "a stop timeout that Fargate has not": (
        TASK,
        task(containerDefinitions=containers(stopTimeout=121)),
        "containerDefinitions: stopTimeout 121 is refused by AWS; use 2 to 120 (seconds) on "
        "Fargate",
    ),
    "containers that are no JSON": (
        TASK,
        task(containerDefinitions="["),
        "containerDefinitions: is not JSON: Expecting value: line 1 column 2 (char 1)",
    ),
    "a check that outlives its interval": (
        GROUP,
        {"healthCheck": {"timeout": 10, "interval": 10}},
        "healthCheck.timeout: 10 is refused by AWS; use less than the interval of 10 (seconds)",
    ),
    "a deregistration of more than an hour": (
        GROUP,
        {"deregistrationDelay": 3601},
        "deregistrationDelay: 3601 is refused by AWS; use 0 to 3600 (seconds)",
    ),
    "one value too many in a rule": (
        RULE,
        rule("/a", "/b", "/c", "/d", "/e"),
        "conditions: 6 values are refused by AWS; a rule holds 5",
    ),
    "a backup window without minutes": (
        DATABASE,
        {"instanceClass": "db.t4g.small", "backupWindow": "3-4"},
        "backupWindow: '3-4' is refused by AWS; use hh:mm-hh:mm (UTC)",
    ),
    "a maintenance window without a day": (
        DATABASE,
        {"instanceClass": "db.t4g.small", "maintenanceWindow": "04:30-05:30"},
        "maintenanceWindow: '04:30-05:30' is refused by AWS; use ddd:hh:mm-ddd:hh:mm",
    ),
    "backups for longer than AWS keeps them": (
        DATABASE,
        {"instanceClass": "db.t4g.small", "backupRetentionPeriod": 36},
        "backupRetentionPeriod: 36 is refused by AWS; use 0 to 35 (days)",
    ),
    "a password for a cache without encryption": (
        CACHE,
        {"description": "it", "authToken": TOKEN},
        "authToken: is refused by AWS without transitEncryptionEnabled",
    ),
    "a password with a forbidden character": (
        CACHE,
        {"description": "it", "authToken": f"{TOKEN}@", "transitEncryptionEnabled": True},
        "authToken: the value is refused by AWS; use 16 to 128 printable characters without "
        '/ " and @',
    ),
    "logs for eight days": (
        LOGS,
        {"retentionInDays": 8},
        "retentionInDays: 8 is refused by AWS; use one of 0, 1, 3, 5, 7, 14, 30, 60, 90, 120, "
        "150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653",
    ),
    "a secret that can be had back for three days": (
        SECRET,
        {"recoveryWindowInDays": 3},
        "recoveryWindowInDays: 3 is refused by AWS; use 0 or 7 to 30 (days)",
    ),
    "a key that is gone after three days": (
        KEY,
        {"deletionWindowInDays": 3},
        "deletionWindowInDays: 3 is refused by AWS; use 7 to 30 (days)",
    ),
    "too low a rate": (
        FIREWALL,
        firewall(limit=5),
        "rules[0].statement.rateBasedStatement.limit: 5 is not 10 to 2000000000",
    ),
    "a window that WAF has not": (
        FIREWALL,
        firewall(evaluationWindowSec=90),
        "rules[0].statement.rateBasedStatement.evaluationWindowSec: 90 is refused by AWS; use "
        "one of 60, 120, 300, 600 (seconds)",
    ),
    "a choice between one": (
        FIREWALL,
        firewall(
            scopeDownStatement={
                "notStatement": {"statement": {"orStatement": {"statements": [HOST_IS]}}}
            }
        ),
        "rules[0].statement.rateBasedStatement.scopeDownStatement.notStatement.statement."
        "orStatement.statements: 1 statement is refused by AWS; use two or more",
    ),
    "a text that is too long to search for": (
        FIREWALL,
        firewall(
            scopeDownStatement={
                "byteMatchStatement": {**HOST_IS["byteMatchStatement"], "searchString": "a" * 201}
            }
        ),
        "rules[0].statement.rateBasedStatement.scopeDownStatement.byteMatchStatement."
        "searchString: 201 bytes are refused by AWS; use 200 or fewer",
    ),
    "none of AWS's choices": (
        GROUP,
        {"targetType": "container"},
        "targetType: 'container' is not one of alb, instance, ip, lambda",
    ),
    "a policy that is no JSON": (
        ROLE,
        {"assumeRolePolicy": "{'Version'"},
        "assumeRolePolicy: is not JSON: Expecting property name enclosed in double quotes: "
        "line 1 column 2 (char 1)",
    ),
    "a policy that is no object": (
        ROLE_POLICY,
        {"role": "shop", "policy": "[]"},
        "policy: is not a JSON object",
    ),
    "a text for a number": (
        GROUP,
        {"port": "http"},
        "port: 'http' is not a whole number",
    ),
    "a tag that AWS keeps to itself": (
        KEY,
        {"tags": {"aws:owner": "me"}},
        "tags.aws:owner: use a key of 1 to 128 characters without aws: in front",
    ),
}


@pytest.mark.parametrize(("type_", "inputs", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refuses(account, type_, inputs, message):
    assert account.failures(type_, **inputs) == [message]


ACCEPTED = {
    "the largest size of Fargate": (TASK, task(cpu="16384", memory="122880")),
    "the longest stop": (TASK, task(containerDefinitions=containers(stopTimeout=120))),
    "EC2 takes any size": (TASK, task(memory="2000", requiresCompatibilities=["EC2"])),
    "a check shorter than its interval": (
        GROUP,
        {"healthCheck": {"timeout": 9, "interval": 10}, "deregistrationDelay": 3600},
    ),
    "five values in a rule": (RULE, rule("/a", "/b", "/c", "/d")),
    "a password for an encrypted cache": (
        CACHE,
        {"description": "it", "authToken": TOKEN, "transitEncryptionEnabled": True},
    ),
    "logs for a week": (LOGS, {"retentionInDays": 7}),
    "a secret that is gone at once": (SECRET, {"recoveryWindowInDays": 0}),
    "the shortest wait of a key": (KEY, {"deletionWindowInDays": 7}),
    "hosts with a rate of their own": (
        FIREWALL,
        firewall(
            scopeDownStatement={
                "notStatement": {"statement": {"orStatement": {"statements": [HOST_IS, HOST_IS]}}}
            }
        ),
    ),
    "the lowest rate": (FIREWALL, firewall(limit=10, evaluationWindowSec=60)),
    "a policy": (ROLE, {"assumeRolePolicy": "{}"}),
}


@pytest.mark.parametrize(("type_", "inputs"), ACCEPTED.values(), ids=ACCEPTED.keys())
def test_accepts(account, type_, inputs):
    assert account.failures(type_, **inputs) == []


def test_a_refused_secret_is_not_repeated(account):
    secret = PropertyValue(f"{TOKEN}/", is_secret=True)
    [message] = account.failures(
        CACHE, description="it", authToken=secret, transitEncryptionEnabled=True
    )
    assert TOKEN not in message


def test_shows_all_that_is_wrong_at_once(account):
    found = account.failures(GROUP, deregistrationDelay=-1, targetType="pod", colour="red")
    assert [message.partition(":")[0] for message in found] == [
        "colour",
        "deregistrationDelay",
        "targetType",
    ]


def test_refuses_a_type_that_it_does_not_serve(account):
    assert account.failures("aws:sqs/queue:Queue") == [
        ": the sandbox serves no aws:sqs/queue:Queue yet; see sandbox/README.md"
    ]


PENDING = {
    KEY: {"description": unknown(), "policy": unknown(), "deletionWindowInDays": unknown()},
    TASK: task(cpu=unknown(), containerDefinitions=unknown(), executionRoleArn=unknown()),
    GROUP: {"vpcId": unknown(), "healthCheck": unknown(), "deregistrationDelay": unknown()},
    RULE: {**rule("/"), "listenerArn": unknown(), "priority": unknown()},
    DATABASE: {"instanceClass": unknown(), "backupWindow": unknown(), "port": unknown()},
    CACHE: {"description": "it", "authToken": unknown(), "transitEncryptionEnabled": True},
    LOGS: {"retentionInDays": unknown(), "kmsKeyId": unknown()},
    FIREWALL: {**firewall(), "rules": unknown()},
    SUBNETS: {"subnetIds": PropertyValue([unknown(), PropertyValue("subnet-1")])},
    "aws:route53/record:Record": {
        "zoneId": unknown(),
        "name": unknown(),
        "type": "CNAME",
        "ttl": 60,
        "records": PropertyValue([unknown()]),
    },
    "aws:s3/bucketPolicy:BucketPolicy": {"bucket": unknown(), "policy": unknown()},
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
        "comparisonOperator": "GreaterThanThreshold",
        "evaluationPeriods": 1,
        "metricName": "Errors",
        "alarmActions": PropertyValue([unknown()]),
        "dimensions": PropertyValue({"LoadBalancer": unknown()}),
    },
}


@pytest.mark.parametrize("type_", PENDING)
def test_values_that_are_not_known_yet_pass_in_a_preview(account, type_):
    made = account.create(type_, preview=True, **PENDING[type_])
    assert made.id == ""
    assert made.outputs.keys() >= PENDING[type_].keys()
    assert "unknown" in str(made.outputs)


def test_an_unknown_value_hides_no_other_mistake(account):
    found = account.failures(KEY, description=unknown(), deletionWindowInDays=3, colour="red")
    assert found == [
        "colour: the sandbox knows no such input of kms:CreateKey",
        "deletionWindowInDays: 3 is refused by AWS; use 7 to 30 (days)",
    ]
