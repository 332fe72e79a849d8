"""Databases: RDS, its replicas and its backups in another region."""

from typing import Any

from sandbox.aws.common import each_of
from sandbox.aws.kind import AwsKind, Call, Resource
from sandbox.aws.rules import matches, within
from sandbox.aws.store_groups import found, named, parameter_group, subnet_group
from sandbox.provider import Plain


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
    "replicateSourceDb": "SourceDBInstanceIdentifier",
}


def _create_instance(inputs: Plain) -> Call:
    if "replicateSourceDb" not in inputs:
        return Call(operation="CreateDBInstance", names=_INSTANCE_NAMES)
    return Call(
        operation="CreateDBInstanceReadReplica", names=_INSTANCE_NAMES, arrange=_replica_inputs
    )


def _replica_inputs(inputs: Plain) -> Plain:
    # The provider takes the primary's encryption, and sets the window on the finished replica.
    elsewhere = ("storageEncrypted", "maintenanceWindow")
    return {key: value for key, value in inputs.items() if key not in elsewhere}


def _set_window(resource: Resource) -> None:
    if resource.get("replicateSourceDb") and resource.get("maintenanceWindow"):
        resource.call(
            "ModifyDBInstance",
            DBInstanceIdentifier=resource.get("identifier"),
            PreferredMaintenanceWindow=resource.get("maintenanceWindow"),
            ApplyImmediately=True,
        )


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


KINDS = {
    "aws:rds/subnetGroup:SubnetGroup": subnet_group("rds", "DB", "DBSubnetGroupArn"),
    "aws:rds/parameterGroup:ParameterGroup": parameter_group(
        "rds", "DB", "DBParameterGroupArn", _parameters
    ),
    "aws:rds/instance:Instance": AwsKind(
        service="rds",
        create=_create_instance,
        after=_set_window,
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
        naming=named("identifier", 63),
        rules=[
            within("backupRetentionPeriod", 0, 35, "days"),
            matches("backupWindow", r"\d\d:\d\d-\d\d:\d\d", "hh:mm-hh:mm (UTC)"),
            matches(
                "maintenanceWindow", r"[a-z]{3}:\d\d:\d\d-[a-z]{3}:\d\d:\d\d", "ddd:hh:mm-ddd:hh:mm"
            ),
        ],
    ),
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": AwsKind(
        service="rds",
        create=Call(
            operation="StartDBInstanceAutomatedBackupsReplication",
            names={"retentionPeriod": "BackupRetentionPeriod"},
        ),
        record="DBInstanceAutomatedBackup",
        id="DBInstanceAutomatedBackupsArn",
        find=found(
            "DescribeDBInstanceAutomatedBackups",
            "DBInstanceAutomatedBackupsArn",
            "DBInstanceAutomatedBackups",
        ),
        delete=lambda resource: resource.call(
            "StopDBInstanceAutomatedBackupsReplication",
            SourceDBInstanceArn=resource.get("sourceDbInstanceArn"),
        ),
        tagged=None,
    ),
}
