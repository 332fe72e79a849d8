"""Caches: ElastiCache."""

from collections.abc import Iterator

from sandbox.aws.common import by_id, each_of
from sandbox.aws.kind import AwsKind, Call, Resource
from sandbox.aws.rules import matches
from sandbox.aws.store_groups import found, named, parameter_group, subnet_group
from sandbox.provider import Plain, Problem


def _parameters(inputs: Plain) -> Plain:
    return {
        "parameterNameValues": each_of(
            inputs["parameters"],
            lambda each: {"parameterName": each["name"], "parameterValue": each["value"]},
        )
    }


_GROUP_NAMES = {
    "description": "ReplicationGroupDescription",
    "nodeType": "CacheNodeType",
    "subnetGroupName": "CacheSubnetGroupName",
    "parameterGroupName": "CacheParameterGroupName",
    "multiAzEnabled": "MultiAZEnabled",
    "maintenanceWindow": "PreferredMaintenanceWindow",
}


def _endpoint(resource: Resource) -> str:
    endpoint = resource.record.get("NodeGroups", [{}])[0].get("PrimaryEndpoint", {})
    if endpoint.get("Address"):
        return endpoint["Address"]
    region = resource.account.region
    return f"master.{resource.id}.sandbox.{region}.cache.amazonaws.com"


def _token_needs_tls(inputs: Plain) -> Iterator[Problem]:
    encrypted = inputs.get("transitEncryptionEnabled", False)
    if "authToken" in inputs and encrypted is False:
        yield Problem("authToken", "is refused by AWS without transitEncryptionEnabled")


KINDS = {
    "aws:elasticache/subnetGroup:SubnetGroup": subnet_group("elasticache", "Cache", "ARN"),
    "aws:elasticache/parameterGroup:ParameterGroup": parameter_group(
        "elasticache", "Cache", "ARN", _parameters
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": AwsKind(
        service="elasticache",
        create=Call(operation="CreateReplicationGroup", names=_GROUP_NAMES),
        own=["applyImmediately", "authTokenUpdateStrategy", "finalSnapshotIdentifier"],
        record="ReplicationGroup",
        id="ReplicationGroupId",
        find=found("DescribeReplicationGroups", "ReplicationGroupId", "ReplicationGroups"),
        outputs={
            "arn": "ARN",
            "primaryEndpointAddress": _endpoint,
            "readerEndpointAddress": _endpoint,
            "memberClusters": "MemberClusters",
        },
        delete=by_id("DeleteReplicationGroup", "ReplicationGroupId"),
        naming=named("replicationGroupId", 40),
        rules=[
            _token_needs_tls,
            matches(
                "authToken",
                r"[^\s/\"@]{16,128}",
                '16 to 128 printable characters without / " and @',
                secret=True,
            ),
        ],
    ),
}
