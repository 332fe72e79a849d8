"""What AWS refuses where moto takes anything: limits of inputs, and relations to what is there."""

import json

import pytest

from sandbox.errors import SandboxError

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
DATABASE = "aws:rds/instance:Instance"
GROUP_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
LISTENER = "aws:lb/listener:Listener"
RECORD = "aws:route53/record:Record"
SERVICE = "aws:ecs/service:Service"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"

NOT_FOUND = {"type": "fixed-response", "fixedResponse": {"contentType": "text/plain"}}
BASE = {
    ALARM: {
        "comparisonOperator": "GreaterThanThreshold",
        "evaluationPeriods": 1,
        "metricName": "Errors",
        "namespace": "shop",
        "period": 60,
        "statistic": "Sum",
        "threshold": 1,
    },
    CACHE: {"description": "it", "transitEncryptionEnabled": True},
    DATABASE: {"instanceClass": "db.t4g.small", "engine": "postgres", "allocatedStorage": 20},
    GROUP_RULE: {"securityGroupId": "sg-1", "ipProtocol": "tcp", "cidrIpv4": "10.0.0.0/8"},
    LISTENER: {"loadBalancerArn": "arn:aws:x", "defaultActions": [NOT_FOUND], "protocol": "HTTP"},
    RECORD: {"zoneId": "Z1", "name": "shop.example.com", "type": "A", "ttl": 60},
    SERVICE: {
        "cluster": "main",
        "launchType": "FARGATE",
        "networkConfiguration": {"subnets": ["subnet-1"]},
    },
    TASK: {
        "family": "shop",
        "cpu": "256",
        "memory": "512",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "containerDefinitions": json.dumps([{"name": "shop", "image": "shop:1", "memory": 512}]),
    },
    "aws:wafv2/webAcl:WebAcl": {"scope": "REGIONAL"},
    "aws:s3/bucketPolicy:BucketPolicy": {"bucket": "files"},
    "aws:sns/topicSubscription:TopicSubscription": {"topic": "arn:aws:sns:us-east-1:1:alarms"},
    "aws:appautoscaling/target:Target": {"minCapacity": 2},
}
BASE[RECORD]["records"] = ["192.0.2.1"]
WINDOW = "use ddd:hh:mm-ddd:hh:mm (UTC)"
REFUSALS = [
    (ALARM, {"treatMissingData": "no"}, "treatMissingData: 'no' is refused by AWS; use one of "
     "breaching, notBreaching, ignore, missing"),
    (ALARM, {"period": 45}, "period: 45 is refused by AWS; use 10, 20, 30 or n x 60"),
    (ALARM, {"period": 300, "evaluationPeriods": 289}, "evaluationPeriods: 289 periods of 300 "
     "seconds are refused by AWS; together they may have 86400 seconds"),
    (ALARM, {"datapointsToAlarm": 2}, "datapointsToAlarm: 2 is refused by AWS; use "
     "evaluationPeriods (1) or less"),
    (ALARM, {"metricQueries": [{"id": "e1", "expression": "1"}]}, "metricName: an alarm has either "
     "metricName or metricQueries"),
    (CACHE, {"authToken": "a" * 16 + "*"}, "authToken: the value is refused by AWS; use 16 to 128 "
     "letters, digits and !&#$^<>-"),
    (CACHE, {"automaticFailoverEnabled": True, "numCacheClusters": 1}, "automaticFailoverEnabled: "
     "is refused by AWS without a replica"),
    (CACHE, {"multiAzEnabled": True}, "multiAzEnabled: is refused by AWS without "
     "automaticFailoverEnabled"),
    (CACHE, {"snapshotWindow": "23:30-00:00"}, "snapshotWindow: '23:30-00:00' is 30 minutes; AWS "
     "asks for 60 or more"),
    (CACHE, {"maintenanceWindow": "05:30-06:30"}, f"maintenanceWindow: '05:30-06:30' is refused by "
     f"AWS; {WINDOW}"),
    (CACHE, {"snapshotRetentionLimit": 36}, "snapshotRetentionLimit: 36 is refused by AWS; use 0 "
     "to 35 (days)"),
    (DATABASE, {"backupWindow": "24:00-25:00"}, "backupWindow: '24:00-25:00' is refused by AWS; "
     "use hh:mm-hh:mm (UTC)"),
    (DATABASE, {"backupWindow": "03:00-03:29"}, "backupWindow: '03:00-03:29' is 29 minutes; AWS "
     "asks for 30 or more"),
    (DATABASE, {"manageMasterUserPassword": True, "password": "0123456789"}, "password: is refused "
     "by AWS together with manageMasterUserPassword; leave one out"),
    (DATABASE, {"performanceInsightsRetentionPeriod": 10}, "performanceInsightsRetentionPeriod: 10 "
     "is refused by AWS; use 7, 731 or months of 31 (days)"),
    (DATABASE, {"monitoringInterval": 7}, "monitoringInterval: 7 is refused by AWS; use one of 0, "
     "1, 5, 10, 15, 30, 60"),
    (DATABASE, {"instanceClass": "t4g.small"}, "instanceClass: 't4g.small' is refused by AWS; use "
     "a class that begins with db."),
    (DATABASE, {"allocatedStorage": 19}, "allocatedStorage: 19 is refused by AWS; use 20 to 65536 "
     "(GiB)"),
    (DATABASE, {"dbName": "my-shop"}, "dbName: 'my-shop' is refused by AWS; use a letter, then "
     "letters, digits and _"),
    (DATABASE, {"username": "admin"}, 'username: "admin" is refused by AWS; use a name that is not '
     "reserved"),
    (DATABASE, {"enabledCloudwatchLogsExports": ["error"]}, "enabledCloudwatchLogsExports: 'error' "
     "is no log of PostgreSQL; use postgresql, upgrade, iam-db-auth-error"),
    (GROUP_RULE, {"fromPort": 5, "toPort": 2}, "fromPort: 5 is above toPort (2)"),
    (GROUP_RULE, {"cidrIpv4": "10.0.0.1/8"}, 'cidrIpv4: "10.0.0.1/8" is refused by AWS; use the '
     "address of a network, with no bits set behind its mask"),
    (GROUP_RULE, {"prefixListId": "pl-1"}, ": has 2 of cidrIpv4, cidrIpv6, prefixListId, "
     "referencedSecurityGroupId; a rule has exactly one"),
    (LISTENER, {"protocol": "HTTPS"}, "certificateArn: is missing; a HTTPS listener has one"),
    (LISTENER, {"sslPolicy": "any"}, "sslPolicy: is refused by AWS on a listener without HTTPS"),
    (RECORD, {"records": ["shop"]}, "records[0]: 'shop' is no address for an A record"),
    (RECORD, {"aliases": [{"name": "a", "zoneId": "Z2", "evaluateTargetHealth": True}]},
     "records: a record has either records or an alias"),
    (RECORD, {"setIdentifier": "blue"}, "setIdentifier: the sandbox does not pass it on to "
     "ChangeResourceRecordSets yet"),
    (SERVICE, {"capacityProviderStrategies": [{"capacityProvider": "FARGATE"}]},
     "capacityProviderStrategies: is refused by AWS together with launchType; leave one out"),
    (SERVICE, {"deploymentMinimumHealthyPercent": 100, "deploymentMaximumPercent": 100},
     "deploymentMaximumPercent: 100 and deploymentMinimumHealthyPercent 100 block every "
     "deployment; raise it"),
    (TASK, {"networkMode": "bridge"}, "networkMode: must be awsvpc on Fargate"),
    (TASK, {"containerDefinitions": json.dumps([{"name": "shop", "image": "i", "memory": 513}])},
     "containerDefinitions: the containers' memory adds up to 513; the task has 512"),
    ("aws:wafv2/webAcl:WebAcl", {"rules": [{"name": "a", "priority": 1},
     {"name": "b", "priority": 1}]}, "rules[1].priority: 1 is another rule's already"),
    ("aws:s3/bucketPolicy:BucketPolicy", {"policy": json.dumps({"Statement": [
     {"Resource": "arn:aws:s3:::others/*"}]})}, "policy: the resource arn:aws:s3:::others/* is not "
     "of the bucket files"),
    ("aws:sns/topicSubscription:TopicSubscription", {"protocol": "pigeon", "endpoint": "x"},
     "protocol: 'pigeon' is refused by AWS; use one of http, https, email, email-json, sms, sqs, "
     "application, lambda, firehose"),
    ("aws:sns/topicSubscription:TopicSubscription", {"protocol": "email", "endpoint": "team"},
     "endpoint: 'team' is no mail address"),
    ("aws:appautoscaling/target:Target", {"maxCapacity": 1}, "minCapacity: 2 is above maxCapacity "
     "(1)"),
    ("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", {"vpcId": "vpc-1", "ingress": []},
     "ingress: the sandbox does not pass it on to DescribeSecurityGroups yet"),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "inputs", "message"), REFUSALS)
def test_refuses(account, type_, inputs, message):
    assert account.failures(type_, **{**BASE.get(type_, {}), **inputs}) == [message]


@pytest.mark.parametrize("type_", BASE)
def test_refuses_nothing_else(account, type_):
    assert account.failures(type_, **BASE[type_]) == []


@pytest.mark.parametrize(
    ("type_", "inputs"),
    [
        (CACHE, {"snapshotWindow": "23:30-00:30", "maintenanceWindow": "sun:23:30-mon:00:30"}),
        (CACHE, {"automaticFailoverEnabled": True, "numCacheClusters": 2, "multiAzEnabled": True}),
        (DATABASE, {"backupWindow": "23:45-00:15", "performanceInsightsRetentionPeriod": 62}),
        (ALARM, {"period": 86400, "evaluationPeriods": 7}),
        (GROUP_RULE, {"fromPort": 443, "toPort": 443}),
    ],
)
def test_accepts_what_lies_just_inside(account, type_, inputs):
    assert account.failures(type_, **{**BASE[type_], **inputs}) == []


@pytest.mark.parametrize("missing", ["cpu", "memory", "networkMode"])
def test_fargate_asks_for_sizes_and_network_mode(account, missing):
    inputs = {key: value for key, value in BASE[TASK].items() if key != missing}
    assert [each.partition(":")[0] for each in account.failures(TASK, **inputs)] == [missing]


@pytest.fixture(scope="module")
def vpc(account):
    return account.create("aws:ec2/vpc:Vpc", "limits", cidrBlock="10.7.0.0/16").id


@pytest.fixture(scope="module")
def subnets(account, vpc):
    kind = "aws:ec2/subnet:Subnet"
    return {
        key: account.create(
            kind,
            f"limits-{key}",
            vpcId=vpc,
            cidrBlock=f"10.7.{position}.0/24",
            availabilityZone=f"us-east-1{key[0]}",
        ).id
        for position, key in enumerate(("a1", "a2", "b"))
    }


@pytest.fixture(scope="module")
def behind(account, vpc):
    """A target group, a task for it and the cluster."""
    group = account.create("aws:lb/targetGroup:TargetGroup", "limits", port=80, protocol="HTTP",
                           targetType="ip", vpcId=vpc)  # fmt: skip
    cluster = account.create("aws:ecs/cluster:Cluster", "limits").id
    text = json.dumps([{"name": "shop", "image": "i", "portMappings": [{"containerPort": 80}]}])
    task = account.create(TASK, "limits", **{**BASE[TASK], "containerDefinitions": text})
    return group.id, task.outputs["arn"], cluster


def serve(account, behind, subnets, name, container="shop"):
    group, task, cluster = behind
    balancer = {"targetGroupArn": group, "containerName": container, "containerPort": 80}
    return account.create(
        SERVICE,
        name,
        name=name,
        cluster=cluster,
        taskDefinition=task,
        desiredCount=1,
        launchType="FARGATE",
        networkConfiguration={"subnets": [subnets["b"]], "securityGroups": []},
        loadBalancers=[balancer],
    )


def balance(account, subnets, name, **inputs):
    return account.create(BALANCER, name, subnets=[subnets["a1"], subnets["b"]], **inputs)


def test_a_service_waits_for_the_listener_of_its_target_group(account, behind, subnets):
    with pytest.raises(SandboxError) as refusal:
        serve(account, behind, subnets, "early")
    assert str(refusal.value) == (
        f"the target group {behind[0]} has no load balancer yet; the service must depend on the "
        "listener or the listener rule that forwards to it"
    )
    balancer = balance(account, subnets, "limits")
    forward = {"type": "forward", "targetGroupArn": behind[0]}
    account.create(
        LISTENER,
        "limits",
        loadBalancerArn=balancer.id,
        port=80,
        protocol="HTTP",
        defaultActions=[forward],
    )
    made = serve(account, behind, subnets, "late")

    with pytest.raises(SandboxError) as refusal:
        serve(account, behind, subnets, "late")
    assert str(refusal.value) == "AWS refuses a second service late in the cluster"
    made.delete()
    serve(account, behind, subnets, "late").delete()


def test_a_service_names_a_container_of_its_task(account, behind, subnets):
    with pytest.raises(SandboxError) as refusal:
        serve(account, behind, subnets, "other", container="web")
    assert str(refusal.value) == "the task definition has no container web with port 80"


def test_a_load_balancer_has_two_zones(account, subnets):
    with pytest.raises(SandboxError) as refusal:
        account.create(BALANCER, "narrow", subnets=[subnets["a1"], subnets["a2"]])
    assert str(refusal.value) == ("subnets: an application load balancer needs two zones or more")


def test_access_logs_need_a_bucket_that_takes_them(account, subnets):
    bucket = account.create("aws:s3/bucket:Bucket", "access-logs").id
    logs = {"bucket": bucket, "prefix": "edge", "enabled": True}
    with pytest.raises(SandboxError) as refusal:
        balance(account, subnets, "logging", accessLogs=logs)
    assert str(refusal.value) == (
        f"accessLogs: the policy of the bucket {bucket} does not let "
        "logdelivery.elasticloadbalancing.amazonaws.com write there; set it before, with depends_on"
    )
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/edge/AWSLogs/123456789012/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    account.create("aws:s3/bucketPolicy:BucketPolicy", "logs", bucket=bucket, policy=policy)
    balance(account, subnets, "logging", accessLogs=logs).delete()


def test_a_cache_names_groups_that_exist(account):
    with pytest.raises(SandboxError) as refusal:
        account.create(CACHE, "lost", **BASE[CACHE], parameterGroupName="nowhere")
    assert str(refusal.value) == "parameterGroupName: there is no nowhere"


def test_the_default_group_gets_the_tags(account, vpc):
    kind = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
    made = account.create(kind, "closed", vpcId=vpc, tags={"Name": "closed"})
    [group] = account.client("ec2").describe_security_groups(GroupIds=[made.id])["SecurityGroups"]
    assert group["Tags"] == [{"Key": "Name", "Value": "closed"}]
    assert made.outputs["tagsAll"] == {"Name": "closed"}


def test_an_object_keeps_its_type(account):
    bucket = account.create("aws:s3/bucket:Bucket", "typed").id
    account.create(
        "aws:s3/bucketObjectv2:BucketObjectv2",
        bucket=bucket,
        key="a.json",
        content="{}",
        contentType="application/json",
    )
    found = account.client("s3").head_object(Bucket=bucket, Key="a.json")
    assert found["ContentType"] == "application/json"
