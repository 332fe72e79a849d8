"""What AWS refuses because of other resources, where moto does not look.

Each of these failures on AWS is a missing `depends_on` or a wrong reference in the program.
"""

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase

from botocore.exceptions import ClientError

from sandbox.aws.kind import Made, Resource
from sandbox.aws.limits import as_list
from sandbox.errors import SandboxError
from sandbox.provider import Plain

_LOG_DELIVERY = "logdelivery.elasticloadbalancing.amazonaws.com"


def _service(resource: Resource) -> None:
    cluster, name = resource.get("cluster"), resource.get("name")
    found = resource.call("DescribeServices", cluster=cluster, services=[name])["services"]
    if any(each["status"] == "ACTIVE" for each in found):
        raise SandboxError(f"AWS refuses a second service {name} in the cluster")
    task = resource.call("DescribeTaskDefinition", taskDefinition=resource.get("taskDefinition"))
    containers = {
        each["name"]: {port["containerPort"] for port in each.get("portMappings", [])}
        for each in task["taskDefinition"]["containerDefinitions"]
    }
    for balancer in resource.get("loadBalancers", []):
        container, port = balancer["containerName"], balancer["containerPort"]
        if port not in containers.get(container, ()):
            raise SandboxError(f"the task definition has no container {container} with port {port}")
        arn = balancer["targetGroupArn"]
        [group] = resource.call("DescribeTargetGroups", "elbv2", TargetGroupArns=[arn])[
            "TargetGroups"
        ]
        if not group["LoadBalancerArns"]:
            raise SandboxError(
                f"the target group {arn} has no load balancer yet; the service must depend on the "
                "listener or the listener rule that forwards to it"
            )


def _balancer(resource: Resource) -> None:
    if resource.get("loadBalancerType", "application") == "application":
        subnets = resource.call("DescribeSubnets", "ec2", SubnetIds=resource.get("subnets"))
        if len({each["AvailabilityZone"] for each in subnets["Subnets"]}) < 2:
            raise SandboxError("subnets: an application load balancer needs two zones or more")
    logs = resource.get("accessLogs", {})
    if logs.get("enabled") and not _may_deliver(resource, logs["bucket"], logs.get("prefix", "")):
        raise SandboxError(
            f"accessLogs: the policy of the bucket {logs['bucket']} does not let {_LOG_DELIVERY} "
            "write there; set it before, with depends_on"
        )


def _may_deliver(resource: Resource, bucket: str, prefix: str) -> bool:
    try:
        policy = json.loads(resource.call("GetBucketPolicy", "s3", Bucket=bucket)["Policy"])
    except ClientError:
        return False
    account = resource.account.account_id
    key = "/".join(part for part in (prefix, "AWSLogs", account, "test") if part)
    return any(
        statement["Effect"] == "Allow"
        and _LOG_DELIVERY in _services(statement)
        and any(fnmatchcase("s3:PutObject", each) for each in as_list(statement.get("Action")))
        and any(
            fnmatchcase(f"arn:aws:s3:::{bucket}/{key}", each)
            for each in as_list(statement.get("Resource"))
        )
        for statement in policy["Statement"]
    )


def _services(statement: Plain) -> list[str]:
    principal = statement.get("Principal")
    return as_list(principal.get("Service")) if isinstance(principal, dict) else []


def _cache(resource: Resource) -> None:
    for key, operation, argument, result in (
        (
            *("subnetGroupName", "DescribeCacheSubnetGroups"),
            *("CacheSubnetGroupName", "CacheSubnetGroups"),
        ),
        (
            *("parameterGroupName", "DescribeCacheParameterGroups"),
            *("CacheParameterGroupName", "CacheParameterGroups"),
        ),
    ):
        name = resource.get(key)
        if name and not name.startswith("default."):
            found = resource.call(operation, **{argument: name})[result]
            if not found:
                raise SandboxError(f"{key}: there is no {name}")


RELATIONS: Mapping[str, Made] = {
    "aws:ecs/service:Service": _service,
    "aws:lb/loadBalancer:LoadBalancer": _balancer,
    "aws:elasticache/replicationGroup:ReplicationGroup": _cache,
}
"""What is looked at before a resource of a type is created."""
