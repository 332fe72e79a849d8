"""Data stores: RDS and ElastiCache."""

from collections.abc import Iterator
from typing import Any

from sandbox.aws.common import by_id, each_of
from sandbox.aws.kind import AwsKind, Call, Made, Resource
from sandbox.aws.naming import Naming
from sandbox.aws.rules import matches, within
from sandbox.provider import Plain, Problem

_IDENTIFIER = r"[a-z](-?[a-z0-9])*"
_WORDS = "lower-case letters, digits and single hyphens, a letter first"


def _named(property: str, limit: int) -> Naming:
    return Naming(property=property, limit=limit, pattern=_IDENTIFIER, words=_WORDS, lower=True)


def _parameters(inputs: Plain) -> Plain:
    return {
        "parameters": each_of(
            inputs["parameters"],
            lambda each: {
                "parameterName": each["name"],
                "parameterValue": each["value"],
                "applyMethod": each.get("applyMethod", "immediate"),
            },
        )
    }


def _cache_parameters(inputs: Plain) -> Plain:
    return {
        "parameterNameValues": each_of(
            inputs["parameters"],
            lambda each: {"parameterName": each["name"], "parameterValue": each["value"]},
        )
    }


def _found(operation: str, argument: str, result: str) -> Made:
    return lambda resource: resource.call(operation, **{argument: resource.id})[result]


_INSTANCE_NAMES = {
    "identifier": "DBInstanceIdentifier",
    "instanceClass": "DBInstanceClass",
    "dbSubnetGroupName": "DBSubnetGroupName",
    "parameterGroupName": "DBParameterGroupName",
    "username": "MasterUsername",
    "password": "MasterUserPassword",
    "dbName": "DBName",
    "backupWindow": "PreferredBackupWindow",
    "maintenanceWindow": "PreferredMaintenanceWindow",
    "performanceInsightsEnabled": "EnablePerformanceInsights",
    "performanceInsightsKmsKeyId": "PerformanceInsightsKMSKeyId",
    "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
    "manageMasterUserPassword": "ManageMasterUserPassword",
    "multiAz": "MultiAZ",
    "caCertIdentifier": "CACertificateIdentifier",
}


def _delete_instance(resource: Resource) -> None:
    if resource.get("deletionProtection"):
        resource.call(
            "ModifyDBInstance",
            DBInstanceIdentifier=resource.get("identifier"),
            DeletionProtection=False,
            ApplyImmediately=True,
        )
    resource.call(
        "DeleteDBInstance",
        DBInstanceIdentifier=resource.get("identifier"),
        SkipFinalSnapshot=True,
        DeleteAutomatedBackups=True,
    )


def _find_instance(resource: Resource) -> Any:
    name = resource.get("identifier")
    return resource.call("DescribeDBInstances", DBInstanceIdentifier=name)["DBInstances"]


def _master_secret(resource: Resource) -> list[Plain] | None:
    secret = resource.record.get("MasterUserSecret")
    if not secret:
        return None
    return [
        {
            "secretArn": secret["SecretArn"],
            "secretStatus": secret.get("SecretStatus", "active"),
            "kmsKeyId": secret.get("KmsKeyId", ""),
        }
    ]


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
    "aws:rds/subnetGroup:SubnetGroup": AwsKind(
        service="rds",
        create=Call(
            operation="CreateDBSubnetGroup",
            names={"name": "DBSubnetGroupName", "description": "DBSubnetGroupDescription"},
        ),
        record="DBSubnetGroup",
        id="DBSubnetGroupName",
        find=_found("DescribeDBSubnetGroups", "DBSubnetGroupName", "DBSubnetGroups"),
        outputs={"arn": "DBSubnetGroupArn"},
        delete=by_id("DeleteDBSubnetGroup", "DBSubnetGroupName"),
        naming=_named("name", 255),
    ),
    "aws:rds/parameterGroup:ParameterGroup": AwsKind(
        service="rds",
        create=Call(
            operation="CreateDBParameterGroup",
            names={"name": "DBParameterGroupName", "family": "DBParameterGroupFamily"},
        ),
        then=[
            Call(
                operation="ModifyDBParameterGroup",
                takes=["parameters"],
                arrange=_parameters,
                adds=lambda resource: {"DBParameterGroupName": resource.id},
            )
        ],
        record="DBParameterGroup",
        id="DBParameterGroupName",
        find=_found("DescribeDBParameterGroups", "DBParameterGroupName", "DBParameterGroups"),
        outputs={"arn": "DBParameterGroupArn"},
        delete=by_id("DeleteDBParameterGroup", "DBParameterGroupName"),
        naming=_named("name", 255),
    ),
    "aws:rds/instance:Instance": AwsKind(
        service="rds",
        create=Call(operation="CreateDBInstance", names=_INSTANCE_NAMES),
        own=[
            "skipFinalSnapshot",
            "finalSnapshotIdentifier",
            "deleteAutomatedBackups",
            "applyImmediately",
        ],
        record="DBInstance",
        id="DbiResourceId",
        find=_find_instance,
        find_after_create=True,
        outputs={
            "arn": "DBInstanceArn",
            "address": "Endpoint.Address",
            "port": "Endpoint.Port",
            "endpoint": lambda resource: "{Address}:{Port}".format(**resource.record["Endpoint"]),
            "resourceId": "DbiResourceId",
            "status": "DBInstanceStatus",
            "engineVersionActual": "EngineVersion",
            "masterUserSecrets": _master_secret,
        },
        delete=_delete_instance,
        naming=_named("identifier", 63),
        rules=[
            within("backupRetentionPeriod", 0, 35, "days"),
            matches("backupWindow", r"\d\d:\d\d-\d\d:\d\d", "hh:mm-hh:mm (UTC)"),
            matches(
                "maintenanceWindow", r"[a-z]{3}:\d\d:\d\d-[a-z]{3}:\d\d:\d\d", "ddd:hh:mm-ddd:hh:mm"
            ),
        ],
    ),
    "aws:elasticache/subnetGroup:SubnetGroup": AwsKind(
        service="elasticache",
        create=Call(
            operation="CreateCacheSubnetGroup",
            names={"name": "CacheSubnetGroupName", "description": "CacheSubnetGroupDescription"},
        ),
        record="CacheSubnetGroup",
        id="CacheSubnetGroupName",
        find=_found("DescribeCacheSubnetGroups", "CacheSubnetGroupName", "CacheSubnetGroups"),
        outputs={"arn": "ARN"},
        delete=by_id("DeleteCacheSubnetGroup", "CacheSubnetGroupName"),
        naming=_named("name", 255),
    ),
    "aws:elasticache/parameterGroup:ParameterGroup": AwsKind(
        service="elasticache",
        create=Call(
            operation="CreateCacheParameterGroup",
            names={"name": "CacheParameterGroupName", "family": "CacheParameterGroupFamily"},
        ),
        then=[
            Call(
                operation="ModifyCacheParameterGroup",
                takes=["parameters"],
                arrange=_cache_parameters,
                adds=lambda resource: {"CacheParameterGroupName": resource.id},
            )
        ],
        record="CacheParameterGroup",
        id="CacheParameterGroupName",
        find=_found(
            "DescribeCacheParameterGroups", "CacheParameterGroupName", "CacheParameterGroups"
        ),
        outputs={"arn": "ARN"},
        delete=by_id("DeleteCacheParameterGroup", "CacheParameterGroupName"),
        naming=_named("name", 255),
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": AwsKind(
        service="elasticache",
        create=Call(operation="CreateReplicationGroup", names=_GROUP_NAMES),
        own=["applyImmediately", "authTokenUpdateStrategy", "finalSnapshotIdentifier"],
        record="ReplicationGroup",
        id="ReplicationGroupId",
        find=_found("DescribeReplicationGroups", "ReplicationGroupId", "ReplicationGroups"),
        outputs={
            "arn": "ARN",
            "primaryEndpointAddress": _endpoint,
            "readerEndpointAddress": _endpoint,
            "memberClusters": "MemberClusters",
        },
        delete=by_id("DeleteReplicationGroup", "ReplicationGroupId"),
        naming=_named("replicationGroupId", 40),
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
