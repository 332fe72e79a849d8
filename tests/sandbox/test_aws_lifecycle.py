"""Resources are really made on the AWS API, found there, and gone after their deletion."""

import json

import pytest
from botocore.exceptions import ClientError

ASSUME = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
READ_BUCKETS = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
    }
)


@pytest.fixture(scope="module")
def vpc(account):
    return account.create(
        "aws:ec2/vpc:Vpc", "net", cidrBlock="10.0.0.0/16", enableDnsHostnames=True
    )


@pytest.fixture(scope="module")
def subnets(account, vpc):
    return [
        account.create(
            "aws:ec2/subnet:Subnet",
            f"net-{zone}",
            vpcId=vpc.id,
            cidrBlock=f"10.0.{position}.0/24",
            availabilityZone=f"us-east-1{zone}",
        ).id
        for position, zone in enumerate("ab")
    ]


@pytest.fixture(scope="module")
def bucket(account):
    return account.create("aws:s3/bucket:Bucket", "files").id


@pytest.fixture(scope="module")
def role(account):
    return account.create("aws:iam/role:Role", "task", assumeRolePolicy=ASSUME).id


@pytest.fixture(scope="module")
def key(account):
    return account.create("aws:kms/key:Key", "data", enableKeyRotation=True).id


@pytest.fixture(scope="module")
def secret(account):
    return account.create("aws:secretsmanager/secret:Secret", "token", recoveryWindowInDays=0).id


@pytest.fixture(scope="module")
def topic(account):
    return account.create("aws:sns/topic:Topic", "alarms").id


@pytest.fixture(scope="module")
def cluster(account):
    return account.create("aws:ecs/cluster:Cluster", "main").id


@pytest.fixture(scope="module")
def balancer(account, subnets):
    return account.create("aws:lb/loadBalancer:LoadBalancer", "public", subnets=subnets).id


@pytest.fixture(scope="module")
def group(account, vpc):
    made = account.create(
        "aws:ec2/securityGroup:SecurityGroup", "api", vpcId=vpc.id, description="api"
    )
    return made.id


LIFECYCLES = {
    "aws:ec2/vpc:Vpc": lambda _: {"cidrBlock": "10.9.0.0/16"},
    "aws:ec2/subnet:Subnet": lambda known: {"vpcId": known("vpc").id, "cidrBlock": "10.0.9.0/24"},
    "aws:ec2/internetGateway:InternetGateway": lambda known: {"vpcId": known("vpc").id},
    "aws:ec2/routeTable:RouteTable": lambda known: {"vpcId": known("vpc").id},
    "aws:ec2/securityGroup:SecurityGroup": lambda known: {
        "vpcId": known("vpc").id,
        "description": "brief",
    },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": lambda known: {
        "securityGroupId": known("group"),
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
        "cidrIpv4": "10.0.0.0/16",
    },
    "aws:iam/role:Role": lambda _: {"assumeRolePolicy": ASSUME},
    "aws:iam/rolePolicy:RolePolicy": lambda known: {"role": known("role"), "policy": READ_BUCKETS},
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": lambda known: {
        "role": known("role"),
        "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
    },
    "aws:kms/key:Key": lambda _: {"deletionWindowInDays": 7},
    "aws:kms/alias:Alias": lambda known: {"name": "alias/brief", "targetKeyId": known("key")},
    "aws:cloudwatch/logGroup:LogGroup": lambda _: {"retentionInDays": 7},
    "aws:cloudwatch/metricAlarm:MetricAlarm": lambda known: {
        "comparisonOperator": "GreaterThanThreshold",
        "evaluationPeriods": 1,
        "metricName": "CPUUtilization",
        "namespace": "AWS/ECS",
        "period": 60,
        "statistic": "Average",
        "threshold": 80,
        "alarmActions": [known("topic")],
    },
    "aws:cloudwatch/dashboard:Dashboard": lambda _: {
        "dashboardName": "brief",
        "dashboardBody": '{"widgets": []}',
    },
    "aws:sns/topic:Topic": lambda _: {},
    "aws:sns/topicSubscription:TopicSubscription": lambda known: {
        "topic": known("topic"),
        "protocol": "email",
        "endpoint": "team@example.com",
    },
    "aws:s3/bucket:Bucket": lambda _: {},
    "aws:s3/bucketPolicy:BucketPolicy": lambda known: {
        "bucket": known("bucket"),
        "policy": READ_BUCKETS.replace('"*"', f'"arn:aws:s3:::{known("bucket")}/*"'),
    },
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": lambda known: {
        "bucket": known("bucket"),
        "rules": [{"id": "old", "status": "Enabled", "expiration": {"days": 30}, "filter": {}}],
    },
    "aws:s3/bucketObjectv2:BucketObjectv2": lambda known: {
        "bucket": known("bucket"),
        "key": "brief.txt",
        "content": "brief",
    },
    "aws:secretsmanager/secret:Secret": lambda _: {"recoveryWindowInDays": 7},
    "aws:rds/subnetGroup:SubnetGroup": lambda known: {
        "description": "brief",
        "subnetIds": known("subnets"),
    },
    "aws:rds/parameterGroup:ParameterGroup": lambda _: {
        "family": "postgres15",
        "description": "brief",
        "parameters": [{"name": "rds.force_ssl", "value": "1"}],
    },
    "aws:elasticache/subnetGroup:SubnetGroup": lambda known: {
        "description": "brief",
        "subnetIds": known("subnets"),
    },
    "aws:elasticache/parameterGroup:ParameterGroup": lambda _: {
        "family": "valkey7",
        "description": "brief",
        "parameters": [{"name": "maxmemory-policy", "value": "noeviction"}],
    },
    "aws:ecs/cluster:Cluster": lambda _: {},
    "aws:ecs/taskDefinition:TaskDefinition": lambda _: {
        "family": "brief",
        "cpu": "256",
        "memory": "512",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "containerDefinitions": json.dumps([{"name": "brief", "image": "brief:1"}]),
    },
    "aws:lb/loadBalancer:LoadBalancer": lambda known: {"subnets": known("subnets")},
    "aws:lb/targetGroup:TargetGroup": lambda known: {
        "vpcId": known("vpc").id,
        "port": 80,
        "protocol": "HTTP",
        "targetType": "ip",
        "deregistrationDelay": 30,
    },
    "aws:lb/listener:Listener": lambda known: {
        "loadBalancerArn": known("balancer"),
        "port": 80,
        "protocol": "HTTP",
        "defaultActions": [
            {
                "type": "fixed-response",
                "fixedResponse": {"contentType": "text/plain", "statusCode": "404"},
            }
        ],
    },
}


@pytest.mark.parametrize("type_", LIFECYCLES)
def test_is_there_until_it_is_deleted(account, request, type_):
    inputs = LIFECYCLES[type_](request.getfixturevalue)
    made = account.create(type_, "brief", **inputs)
    assert made.id
    found = made.read()
    assert found is not None
    assert inputs.items() <= found.items()
    assert "__mocked" not in made.state

    made.delete()
    assert made.read() is None
    made.delete()  # that it is gone already is no error


def test_a_network_is_as_the_inputs_say(account, vpc, subnets):
    ec2 = account.client("ec2")
    answer = ec2.describe_vpc_attribute(VpcId=vpc.id, Attribute="enableDnsHostnames")
    assert answer["EnableDnsHostnames"] == {"Value": True}
    found = ec2.describe_subnets(SubnetIds=subnets)["Subnets"]
    assert [(each["CidrBlock"], each["AvailabilityZone"]) for each in found] == [
        ("10.0.0.0/24", "us-east-1a"),
        ("10.0.1.0/24", "us-east-1b"),
    ]
    assert vpc.outputs["arn"] == f"arn:aws:ec2:us-east-1:123456789012:vpc/{vpc.id}"


def test_a_new_security_group_lets_nothing_out(account, group):
    [found] = account.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"]
    assert found["IpPermissions"] == found["IpPermissionsEgress"] == []


def test_a_rule_reaches_its_group(account, group):
    made = account.create(
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "out",
        securityGroupId=group,
        ipProtocol="tcp",
        fromPort=5432,
        toPort=5432,
        referencedSecurityGroupId=group,
        description="itself",
    )
    [found] = account.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"]
    [permission] = found["IpPermissionsEgress"]
    assert (permission["FromPort"], permission["ToPort"]) == (5432, 5432)
    assert permission["UserIdGroupPairs"][0]["GroupId"] == group
    made.delete()


def test_a_key_rotates(account, key):
    assert account.client("kms").get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]


def test_a_secret_holds_its_version(account, secret):
    version = account.create(
        "aws:secretsmanager/secretVersion:SecretVersion", secretId=secret, secretString="hush"
    )
    assert version.id == f"{secret}|{version.outputs['versionId']}"
    answer = account.client("secretsmanager").get_secret_value(SecretId=secret)
    assert answer["SecretString"] == "hush"
    assert answer["VersionId"] == version.outputs["versionId"]


def test_a_version_goes_with_its_secret(account):
    secret = account.create("aws:secretsmanager/secret:Secret", "short-lived")
    version = account.create(
        "aws:secretsmanager/secretVersion:SecretVersion", secretId=secret.id, secretString="hush"
    )
    assert version.read() is not None
    version.delete()
    secret.delete()
    assert version.read() is None


def test_an_object_is_uploaded_and_goes_with_its_bucket(account):
    made = account.create("aws:s3/bucket:Bucket", "filled")
    account.create("aws:s3/bucketVersioning:BucketVersioning", bucket=made.id,
                   versioningConfiguration={"status": "Enabled"})  # fmt: skip
    for content in ("first", "second"):
        account.create(
            "aws:s3/bucketObjectv2:BucketObjectv2", bucket=made.id, key="a.txt", content=content
        )
    s3 = account.client("s3")
    assert s3.get_object(Bucket=made.id, Key="a.txt")["Body"].read() == b"second"
    assert len(s3.list_object_versions(Bucket=made.id)["Versions"]) == 2
    made.delete()
    with pytest.raises(ClientError):
        s3.head_bucket(Bucket=made.id)


def test_log_groups_of_the_same_beginning_are_told_apart(account):
    account.create("aws:cloudwatch/logGroup:LogGroup", name="/shop/api-old")
    made = account.create("aws:cloudwatch/logGroup:LogGroup", name="/shop/api")
    made.delete()
    assert made.read() is None


def test_parameters_of_a_database_are_set(account):
    made = account.create(
        "aws:rds/parameterGroup:ParameterGroup",
        "tuned",
        family="postgres15",
        description="tuned",
        parameters=[{"name": "rds.force_ssl", "value": "1", "applyMethod": "pending-reboot"}],
    )
    answer = account.client("rds").describe_db_parameters(DBParameterGroupName=made.id)
    assert [(each["ParameterName"], each["ParameterValue"]) for each in answer["Parameters"]] == [
        ("rds.force_ssl", "1")
    ]


def test_settings_of_a_target_group_are_sent(account, vpc):
    made = account.create(
        "aws:lb/targetGroup:TargetGroup",
        "settings",
        vpcId=vpc.id,
        port=80,
        protocol="HTTP",
        targetType="ip",
        deregistrationDelay=45,
        healthCheck={"path": "/health", "interval": 20, "timeout": 5, "matcher": "200-204"},
    )
    balancing = account.client("elbv2")
    [found] = balancing.describe_target_groups(TargetGroupArns=[made.id])["TargetGroups"]
    assert (found["HealthCheckPath"], found["HealthCheckIntervalSeconds"]) == ("/health", 20)
    assert (found["HealthCheckTimeoutSeconds"], found["Matcher"]) == (5, {"HttpCode": "200-204"})
    answer = balancing.describe_target_group_attributes(TargetGroupArn=made.id)
    attributes = {each["Key"]: each["Value"] for each in answer["Attributes"]}
    assert attributes["deregistration_delay.timeout_seconds"] == "45"
    assert made.outputs["arnSuffix"].startswith("targetgroup/settings-0123456/")


def test_what_could_not_be_finished_is_removed_again(account):
    with pytest.raises(ClientError):
        account.create(
            "aws:ec2/internetGateway:InternetGateway",
            vpcId="vpc-00000000000000000",
            tags={"Name": "half"},
        )
    answer = account.client("ec2").describe_internet_gateways(
        Filters=[{"Name": "tag:Name", "Values": ["half"]}]
    )
    assert answer["InternetGateways"] == []
