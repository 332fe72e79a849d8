"""A small deployed environment, made with boto3 alone: what the doctor must call healthy.

It stands beside `project/`, the description that it was "deployed" from. Values are written out
here and not planned, so that a wrong plan shows.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

ACCOUNT = "123456789012"
REGION = "us-east-1"
HOST = "shop.staging.example.com"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/shop/api:1.0.0"
WORKER_IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/shop/worker:1.0.0"

Clients = Callable[[str], Any]


@dataclass
class Deployed:
    """Ids of what was built, so that a test can break one of them."""

    client: Clients
    endpoint: str
    ids: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.ids[name]


def build(client: Clients, endpoint: str, certificate: tuple[bytes, bytes]) -> Deployed:
    deployed = Deployed(client, endpoint)
    ids = deployed.ids
    build_shared(client, ids, certificate)
    build_fargate(client, ids)
    platform, system = fargate_outputs(ids)
    deployed.outputs = shared_outputs(ids, platform=platform, system=system)
    return deployed


def build_fargate(client: Clients, ids: dict[str, str]) -> None:
    """Builds what Fargate has for itself."""
    for group in (ids["api-group"], ids["worker-group"]):
        allow(client, ids["database-group"], 5432, group=group)
    allow(client, ids["cache-group"], 6379, group=ids["api-group"])
    _secrets(client, ids)
    client("ecs").create_cluster(clusterName="cluster")
    _namespace(client, ids)
    _api(client, ids)
    _worker(client, ids)


def build_shared(client: Clients, ids: dict[str, str], certificate: tuple[bytes, bytes]) -> None:
    """Builds what a stack has whatever carries its services; no data store lets anyone in."""
    _network(client, ids)
    _groups(client, ids)
    ids["key"] = client("kms").create_key(Policy=key_policy())["KeyMetadata"]["Arn"]
    _edge(client, ids, certificate)
    _stores(client, ids)
    _backup(client, ids)
    for name in ("platform", "shop"):
        _alarms(client, ids, name)


def key_policy(*, alarms: bool = True, account: bool = True) -> str:
    statements: list[dict[str, Any]] = []
    if account:
        principal = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
        statements.append(
            {"Effect": "Allow", "Principal": principal, "Action": "kms:*", "Resource": "*"}
        )
    if alarms:
        statements.append(
            {
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            }
        )
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def execution_policy(ids: dict[str, str]) -> str:
    """What the execution roles of both services may do."""
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "secretsmanager:GetSecretValue",
                    "Resource": [ids["database-secret"], ids["cache-secret"], ids["api-secret"]],
                },
                {
                    "Effect": "Allow",
                    "Action": "kms:Decrypt",
                    "Resource": ids["key"],
                    "Condition": {
                        "StringEquals": {"kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com"}
                    },
                },
            ],
        }
    )


def container(ids: dict[str, str], **changes: Any) -> dict[str, Any]:
    """The api's container, with changes."""
    return {
        "name": "api",
        "image": IMAGE,
        "essential": True,
        "portMappings": [{"containerPort": 3000}],
        "stopTimeout": 40,
        "environment": [
            {"name": "NODE_ENV", "value": "production"},
            {"name": "DB_HOST", "value": "db.example"},
            {"name": "LOG_LEVEL", "value": "debug"},
        ],
        "secrets": [
            {
                "name": "DB_PASSWORD",
                "valueFrom": f"{ids['database-secret']}:password::{ids['database-version']}",
            },
            {"name": "REDIS_PASSWORD", "valueFrom": f"{ids['cache-secret']}:auth_token::"},
            {"name": "API_KEY", "valueFrom": ids["api-secret"]},
        ],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {"awslogs-group": "/shop/api", "awslogs-region": REGION},
        },
        **changes,
    }


def register(client: Clients, ids: dict[str, str], **changes: Any) -> str:
    """Registers a revision of the api's task definition and returns its ARN."""
    definition = {
        "family": "shop-api",
        "cpu": "1024",
        "memory": "2048",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "executionRoleArn": ids["role"],
        "containerDefinitions": [container(ids)],
        **changes,
    }
    given = {name: value for name, value in definition.items() if value is not None}
    answer = client("ecs").register_task_definition(**given)
    return answer["taskDefinition"]["taskDefinitionArn"]


def create_api(client: Clients, ids: dict[str, str], **changes: Any) -> None:
    """Creates the api's ECS service, with changes."""
    client("ecs").create_service(
        **{
            "cluster": "cluster",
            "serviceName": "shop-api",
            "taskDefinition": ids["api-task"],
            "desiredCount": 2,
            "launchType": "FARGATE",
            "networkConfiguration": network(ids),
            "loadBalancers": [
                {
                    "targetGroupArn": ids["target-group"],
                    "containerName": "api",
                    "containerPort": 3000,
                }
            ],
            "deploymentConfiguration": deployment(150),
            "healthCheckGracePeriodSeconds": 150,
            "enableExecuteCommand": True,
            "serviceConnectConfiguration": {"enabled": True, "namespace": ids["namespace"]},
            **changes,
        }
    )


def network(ids: dict[str, str], **changes: Any) -> dict[str, Any]:
    configuration = {
        "subnets": [ids["private"]],
        "securityGroups": [ids["api-group"]],
        "assignPublicIp": "DISABLED",
    }
    return {"awsvpcConfiguration": {**configuration, **changes}}


def deployment(maximum: int, *, enable: bool = True, rollback: bool = True) -> dict[str, Any]:
    return {
        "deploymentCircuitBreaker": {"enable": enable, "rollback": rollback},
        "minimumHealthyPercent": 100,
        "maximumPercent": maximum,
    }


def _network(client: Clients, ids: dict[str, str]) -> None:
    ec2 = client("ec2")
    vpc = ids["vpc"] = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ids["gateway"] = gateway
    for number, tier in enumerate(("public", "public-b", "private", "isolated", "isolated-b")):
        subnet = ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=f"10.0.{number}.0/24",
            AvailabilityZone=f"{REGION}{'b' if tier.endswith('-b') else 'a'}",
        )["Subnet"]["SubnetId"]
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        ids[tier], ids[f"{tier}-routes"] = subnet, table
        if tier.startswith("public"):
            ec2.create_route(
                RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway
            )
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=ids["public"], AllocationId=address)
    ids["nat"] = nat["NatGateway"]["NatGatewayId"]
    ec2.create_route(
        RouteTableId=ids["private-routes"],
        DestinationCidrBlock="0.0.0.0/0",
        NatGatewayId=ids["nat"],
    )


def _groups(client: Clients, ids: dict[str, str]) -> None:
    ec2 = client("ec2")
    for name in ("edge", "api", "worker", "database", "cache"):
        group = ec2.create_security_group(GroupName=name, Description=name, VpcId=ids["vpc"])
        ids[f"{name}-group"] = group["GroupId"]
    for port in (80, 443):
        allow(client, ids["edge-group"], port, cidr="0.0.0.0/0")
    allow(client, ids["api-group"], 3000, group=ids["edge-group"])


def allow(
    client: Clients, group_id: str, port: int, *, group: str | None = None, cidr: str | None = None
) -> str:
    """Opens a port of a security group and returns the rule's id."""
    source: dict[str, Any] = (
        {"UserIdGroupPairs": [{"GroupId": group}]} if group else {"IpRanges": [{"CidrIp": cidr}]}
    )
    answer = client("ec2").authorize_security_group_ingress(
        GroupId=group_id,
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **source}],
    )
    return answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]


def _edge(client: Clients, ids: dict[str, str], certificate: tuple[bytes, bytes]) -> None:
    elb = client("elbv2")
    load_balancer = elb.create_load_balancer(
        Name="edge",
        Subnets=[ids["public"], ids["public-b"]],
        SecurityGroups=[ids["edge-group"]],
        Scheme="internet-facing",
    )["LoadBalancers"][0]
    ids["edge"] = load_balancer["LoadBalancerArn"]
    public, private = certificate
    ids["certificate"] = client("acm").import_certificate(Certificate=public, PrivateKey=private)[
        "CertificateArn"
    ]
    ids["https"] = elb.create_listener(
        LoadBalancerArn=ids["edge"],
        Protocol="HTTPS",
        Port=443,
        SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06",
        Certificates=[{"CertificateArn": ids["certificate"]}],
        DefaultActions=[fixed_response("404")],
    )["Listeners"][0]["ListenerArn"]
    ids["http"] = elb.create_listener(
        LoadBalancerArn=ids["edge"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[
            {
                "Type": "redirect",
                "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
            }
        ],
    )["Listeners"][0]["ListenerArn"]
    ids["target-group"] = create_target_group(client, ids, "shop-api")
    ids["deny-rule"] = rule(client, ids, 10, ["/metrics", "/metrics/*"], fixed_response("403"))
    forward = {"Type": "forward", "TargetGroupArn": ids["target-group"]}
    ids["forward-rule"] = rule(client, ids, 20, ["/*"], forward)
    web_acl = client("wafv2").create_web_acl(
        Name="edge",
        Scope="REGIONAL",
        DefaultAction={"Allow": {}},
        VisibilityConfig=_visible("edge"),
        Rules=[
            {
                "Name": "rate",
                "Priority": 0,
                "Action": {"Block": {}},
                "Statement": {"RateBasedStatement": {"Limit": 2000, "AggregateKeyType": "IP"}},
                "VisibilityConfig": _visible("rate"),
            }
        ],
    )["Summary"]
    client("wafv2").associate_web_acl(WebACLArn=web_acl["ARN"], ResourceArn=ids["edge"])


def create_target_group(client: Clients, ids: dict[str, str], name: str) -> str:
    """Creates a target group as the api is to have it, and returns its ARN."""
    elb = client("elbv2")
    arn = elb.create_target_group(
        Name=name,
        Protocol="HTTP",
        Port=80,
        VpcId=ids["vpc"],
        TargetType="ip",
        HealthCheckProtocol="HTTP",
        HealthCheckPort="traffic-port",
        HealthCheckPath="/health",
        HealthCheckIntervalSeconds=5,
        HealthCheckTimeoutSeconds=3,
        HealthyThresholdCount=2,
        UnhealthyThresholdCount=3,
        Matcher={"HttpCode": "200-299"},
    )["TargetGroups"][0]["TargetGroupArn"]
    elb.modify_target_group_attributes(
        TargetGroupArn=arn,
        Attributes=[
            {"Key": "deregistration_delay.timeout_seconds", "Value": "60"},
            {"Key": "load_balancing.algorithm.type", "Value": "least_outstanding_requests"},
        ],
    )
    return arn


def fixed_response(status: str) -> dict[str, Any]:
    return {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": status}}


def rule(
    client: Clients, ids: dict[str, str], priority: int, paths: list[str], action: dict[str, Any]
) -> str:
    """Adds a listener rule for the host and the paths and returns its ARN."""
    conditions = [
        {"Field": "host-header", "HostHeaderConfig": {"Values": [HOST]}},
        {"Field": "path-pattern", "PathPatternConfig": {"Values": paths}},
    ]
    answer = client("elbv2").create_rule(
        ListenerArn=ids["https"], Priority=priority, Conditions=conditions, Actions=[action]
    )
    return answer["Rules"][0]["RuleArn"]


def _visible(name: str) -> dict[str, Any]:
    return {
        "SampledRequestsEnabled": True,
        "CloudWatchMetricsEnabled": True,
        "MetricName": name,
    }


def _stores(client: Clients, ids: dict[str, str]) -> None:
    subnets = [ids["isolated"], ids["isolated-b"]]
    client("rds").create_db_subnet_group(
        DBSubnetGroupName="database", DBSubnetGroupDescription="isolated", SubnetIds=subnets
    )
    create_database(client, ids)
    client("elasticache").create_cache_subnet_group(
        CacheSubnetGroupName="cache", CacheSubnetGroupDescription="isolated", SubnetIds=subnets
    )
    create_cache(client, ids, "shop-cache")


def create_database(client: Clients, ids: dict[str, str], **changes: Any) -> None:
    """Creates the database, with changes."""
    client("rds").create_db_instance(
        **{
            "DBInstanceIdentifier": "shop-database",
            "DBInstanceClass": "db.t4g.small",
            "Engine": "postgres",
            "EngineVersion": "15",
            "AllocatedStorage": 20,
            "MasterUsername": "master",
            "MasterUserPassword": "not-a-real-one",
            "DBSubnetGroupName": "database",
            "VpcSecurityGroupIds": [ids["database-group"]],
            "PubliclyAccessible": False,
            "StorageEncrypted": True,
            "MultiAZ": False,
            "BackupRetentionPeriod": 7,
            "DeletionProtection": False,
            **changes,
        }
    )


def create_cache(client: Clients, ids: dict[str, str], name: str, **changes: Any) -> None:
    """Creates the cache, with changes."""
    client("elasticache").create_replication_group(
        **{
            "ReplicationGroupId": name,
            "ReplicationGroupDescription": "cache",
            "Engine": "redis",
            "CacheNodeType": "cache.t4g.small",
            "NumCacheClusters": 1,
            "AutomaticFailoverEnabled": False,
            "CacheSubnetGroupName": "cache",
            "SecurityGroupIds": [ids["cache-group"]],
            "TransitEncryptionEnabled": True,
            "AtRestEncryptionEnabled": True,
            "AuthToken": "not-a-real-token-0",
            "SnapshotRetentionLimit": 1,
            **changes,
        }
    )


def _secrets(client: Clients, ids: dict[str, str]) -> None:
    values = {
        "database": json.dumps({"password": "hidden-1", "url": "hidden-2"}),
        "cache": json.dumps({"auth_token": "hidden-3"}),
        "api": "hidden-4",
    }
    for name, value in values.items():
        answer = client("secretsmanager").create_secret(
            Name=f"shop-{name}", SecretString=value, KmsKeyId=ids["key"]
        )
        ids[f"{name}-secret"], ids[f"{name}-version"] = answer["ARN"], answer["VersionId"]
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    ids["role"] = client("iam").create_role(
        RoleName="execution",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    client("iam").put_role_policy(
        RoleName="execution", PolicyName="secrets", PolicyDocument=execution_policy(ids)
    )


def _backup(client: Clients, ids: dict[str, str]) -> None:
    client("backup").create_backup_vault(BackupVaultName="nightly", EncryptionKeyArn=ids["key"])
    ids["backup"] = create_backup_plan(client, "nightly")
    select_for_backup(client, ids["backup"])


def create_backup_plan(client: Clients, name: str, **changes: Any) -> str:
    """Creates a backup plan, its rule with changes, and returns the plan's id."""
    rule = {
        "RuleName": "daily",
        "TargetBackupVaultName": "nightly",
        "ScheduleExpression": "cron(0 7 * * ? *)",
        "Lifecycle": {"DeleteAfterDays": 30},
        **changes,
    }
    plan = {"BackupPlanName": name, "Rules": [rule]}
    return client("backup").create_backup_plan(BackupPlan=plan)["BackupPlanId"]


def select_for_backup(client: Clients, plan: str) -> str:
    """Selects the database for a backup plan and returns the selection's id."""
    selection = {
        "SelectionName": "everything",
        "IamRoleArn": f"arn:aws:iam::{ACCOUNT}:role/backup",
        "Resources": [f"arn:aws:rds:{REGION}:{ACCOUNT}:db:shop-database"],
    }
    answer = client("backup").create_backup_selection(BackupPlanId=plan, BackupSelection=selection)
    return answer["SelectionId"]


def _alarms(client: Clients, ids: dict[str, str], name: str) -> None:
    topic = client("sns").create_topic(Name=name, Attributes={"KmsMasterKeyId": ids["key"]})
    ids[f"{name}-topic"] = topic["TopicArn"]
    client("sns").subscribe(
        TopicArn=topic["TopicArn"], Protocol="email", Endpoint="team@example.com"
    )
    put_alarm(client, f"{name}-Unhealthy", [topic["TopicArn"]])


def put_alarm(client: Clients, name: str, actions: list[str], *, enabled: bool = True) -> None:
    """Writes an alarm."""
    client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="Slipway",
        MetricName="health",
        Statistic="Minimum",
        Period=60,
        EvaluationPeriods=2,
        Threshold=1,
        ComparisonOperator="LessThanThreshold",
        AlarmActions=actions,
        ActionsEnabled=enabled,
    )


def _namespace(client: Clients, ids: dict[str, str]) -> None:
    cloud_map = client("servicediscovery")
    made = cloud_map.create_http_namespace(Name="cluster")
    operation = cloud_map.get_operation(OperationId=made["OperationId"])["Operation"]
    namespace = cloud_map.get_namespace(Id=operation["Targets"]["NAMESPACE"])["Namespace"]
    ids["namespace"] = namespace["Arn"]


def _api(client: Clients, ids: dict[str, str]) -> None:
    client("logs").create_log_group(logGroupName="/shop/api")
    client("logs").put_retention_policy(logGroupName="/shop/api", retentionInDays=30)
    ids["api-task"] = register(client, ids)
    create_api(client, ids)
    scaling = client("application-autoscaling")
    target = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/cluster/shop-api",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    scaling.register_scalable_target(**target, MinCapacity=2, MaxCapacity=4)
    for metric, percent in (("CPU", 70), ("Memory", 80)):
        predefined = f"ECSServiceAverage{metric}Utilization"
        scaling.put_scaling_policy(
            **target,
            PolicyName=metric,
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": percent,
                "PredefinedMetricSpecification": {"PredefinedMetricType": predefined},
            },
        )


def _worker(client: Clients, ids: dict[str, str]) -> None:
    client("logs").create_log_group(logGroupName="/shop/worker")
    client("logs").put_retention_policy(logGroupName="/shop/worker", retentionInDays=30)
    worker = container(
        ids,
        name="worker",
        image=WORKER_IMAGE,
        portMappings=[],
        environment=[],
        secrets=[{"name": "DATABASE_URL", "valueFrom": f"{ids['database-secret']}:url::"}],
        logConfiguration={
            "logDriver": "awslogs",
            "options": {"awslogs-group": "/shop/worker", "awslogs-region": REGION},
        },
    )
    ids["worker-task"] = register(
        client, ids, family="shop-worker", cpu="512", memory="1024", containerDefinitions=[worker]
    )
    client("ecs").create_service(
        cluster="cluster",
        serviceName="shop-worker",
        taskDefinition=ids["worker-task"],
        desiredCount=2,
        launchType="FARGATE",
        networkConfiguration=network(ids, securityGroups=[ids["worker-group"]]),
        deploymentConfiguration=deployment(150),
    )


def fargate_outputs(ids: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the outputs of the platform and of the system say of Fargate alone."""

    def service(name: str, target_group: str | None) -> dict[str, Any]:
        return {
            "serviceName": f"shop-{name}",
            "taskDefinitionArn": ids[f"{name}-task"],
            "targetGroupArn": target_group,
            "securityGroupId": ids[f"{name}-group"],
            "logGroupName": f"/shop/{name}",
            "serviceConnect": name == "api",
        }

    platform = {"clusterName": "cluster", "serviceConnectNamespaceArn": ids["namespace"]}
    services = {"api": service("api", ids["target-group"]), "worker": service("worker", None)}
    return platform, {"services": services}


def shared_outputs(
    ids: dict[str, str], *, platform: dict[str, Any], system: dict[str, Any]
) -> dict[str, Any]:
    """The stack's outputs, whatever carries its services, with what the runtime adds."""
    return {
        "urls": {"shop": f"https://{HOST}"},
        "platform": {
            "vpcId": ids["vpc"],
            "loadBalancerArn": ids["edge"],
            "listenerArn": ids["https"],
            "topicArn": ids["platform-topic"],
            "alarmNames": ["platform-Unhealthy"],
            "backup": {"vaultName": "nightly", "planId": ids["backup"]},
            **platform,
        },
        "systems": {
            "shop": {
                "database": {
                    "identifier": "shop-database",
                    "securityGroupId": ids["database-group"],
                },
                "cache": {
                    "replicationGroupId": "shop-cache",
                    "securityGroupId": ids["cache-group"],
                },
                "alarmNames": ["shop-Unhealthy"],
                "topicArn": ids["shop-topic"],
                **system,
            }
        },
    }
