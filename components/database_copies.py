"""Copies of a database: read replicas, and its backups in another region.

A part of `components/database.py`.
"""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components.database_args import PORT, DatabaseArgs
from components.database_logs import EXPORTED_LOGS, create_identifier, create_log_groups
from components.database_shared import Shared


def create_replicas(
    name: str,
    args: DatabaseArgs,
    primary: "aws.rds.Instance",
    shared: Shared,
    child: pulumi.ResourceOptions,
) -> list["aws.rds.Instance"]:
    """Makes the read replicas, each like the primary and with its own log groups.

    In the primary's region a replica takes over its key, its subnets, its users and the type and
    size of its disk; RDS refuses some of them when they are given again.
    """
    return [
        _replica(f"{name}-replica-{number}", args, primary, shared, child)
        for number in range(1, args.read_replicas + 1)
    ]


def _replica(
    name: str,
    args: DatabaseArgs,
    primary: "aws.rds.Instance",
    shared: Shared,
    child: pulumi.ResourceOptions,
) -> "aws.rds.Instance":
    identifier = create_identifier(name, child)
    logs = create_log_groups(
        name,
        identifier,
        retention_days=args.log_retention_days,
        kms_key_arn=args.kms_key_arn,
        tags=args.tags,
        child=child,
    )
    insights = args.performance_insights
    return aws.rds.Instance(
        name,
        identifier=identifier,
        replicate_source_db=primary.identifier,
        # No version: RDS upgrades replicas together with their primary.
        auto_minor_version_upgrade=True,
        instance_class=args.replica_instance_class or args.instance_class,
        port=PORT,
        # A replica whose disk cannot grow with the primary's stops to follow.
        max_allocated_storage=args.max_storage_gib,
        # It is so anyway; unsaid, the provider would take it for a change and replace the replica.
        storage_encrypted=True,
        vpc_security_group_ids=[shared.security_group_id],
        publicly_accessible=False,
        parameter_group_name=shared.parameter_group_name,
        maintenance_window=args.maintenance_window,
        deletion_protection=args.deletion_protection,
        # RDS makes no final snapshot of a replica: all of its data is the primary's.
        skip_final_snapshot=True,
        performance_insights_enabled=insights,
        performance_insights_kms_key_id=args.kms_key_arn if insights else None,
        performance_insights_retention_period=7 if insights else None,
        monitoring_interval=args.monitoring_interval_seconds,
        monitoring_role_arn=shared.monitoring_role_arn,
        enabled_cloudwatch_logs_exports=list(EXPORTED_LOGS),
        tags={**args.tags, "Name": name},
        opts=pulumi.ResourceOptions(
            parent=child.parent,
            protect=args.deletion_protection or None,
            depends_on=[*logs, *shared.permissions],
        ),
    )


def replicate_backups(
    name: str,
    args: DatabaseArgs,
    primary: "aws.rds.Instance",
    replicas: Sequence["aws.rds.Instance"],
    child: pulumi.ResourceOptions,
) -> None:
    """Has RDS copy the automated backups to the backup region, where one is given."""
    if args.backup_region is None:
        return
    aws.rds.InstanceAutomatedBackupsReplication(
        f"{name}-backups",
        region=args.backup_region,
        source_db_instance_arn=primary.arn,
        kms_key_id=args.backup_region_key_arn,
        retention_period=args.backup_retention_days,
        # RDS starts it on an instance that is available, which one that is being copied is not.
        opts=pulumi.ResourceOptions(parent=child.parent, depends_on=list(replicas)),
    )
