"""A PostgreSQL database for one system."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.connection_secret import (
    create_connection_secret,
    postgres_reader_url,
    postgres_url,
)
from components.database_args import MASTER_USER, PORT, DatabaseArgs
from components.database_copies import create_replicas, replicate_backups
from components.database_logs import EXPORTED_LOGS, create_identifier, create_log_groups
from components.database_shared import Shared, create_shared

__all__ = ["Database", "DatabaseArgs"]


class Database(pulumi.ComponentResource):
    """An RDS PostgreSQL instance that only named clients reach, and only over TLS.

    Builds:
        1. The instance, encrypted, in isolated subnets, with backups, monitoring by choice, and
           a master password that AWS makes, keeps and rotates: it is in no state and no log.
        2. A parameter group that refuses connections without TLS.
        3. A security group without rules: each client adds its own way in.
        4. The application's password, and a secret with all that a client needs to connect.
        5. Log groups for the exported logs, so that these have an end.
        6. By choice: read replicas, and a copy of the automated backups in another region.

    Not built: the application's user, schema and extensions inside the database (trap 28), alarms,
    and one address for all replicas, which RDS has for clusters only.

    Cost: by instance class, twice with `multi_az`, once per replica more; 0.115 USD per GiB and
    month of disk, just as often; backups are free up to the size of the disk, in another region
    0.095 USD per GiB and month, and 0.02 USD per GiB of transfer.

    Stateful: protected and snapshotted by default. A change that would replace the instance fails,
    because the identifier is taken: nothing starts empty beside or instead of the data.

    Recovery point: RDS "uploads transaction logs for DB instances to Amazon S3 every five minutes",
    so a restore loses the last 5 minutes or so. With `backup_region` it copies "all snapshots and
    transaction logs as soon as they are ready": there it is those 5 minutes and the time of the
    copy, never real time (trap 42). How to restore, and how long it takes:
    docs/runbooks/restore.md.

    Example: `examples/database`.
    """

    identifier: pulumi.Output[str]
    """Identifier of the instance, for alarms and the aws CLI."""
    arn: pulumi.Output[str]
    """ARN of the instance, for backup plans."""
    host: pulumi.Output[str]
    """Host name; it stays the same when the standby takes over."""
    reader_host: pulumi.Output[str]
    """Host name for reads that may be seconds old: the first replica's, or `host` without any."""
    reader_identifiers: Sequence[pulumi.Output[str]]
    """Identifiers of the replicas, for alarms and the aws CLI."""
    port: pulumi.Output[int]
    """Port, 5432."""
    database_name: pulumi.Output[str]
    """The database that the application uses."""
    user_name: pulumi.Output[str]
    """The application's user."""
    secret_arn: pulumi.Output[str]
    """ARN of the application's secret: JSON with engine, host, reader_host, port, dbname, username,
    password, url and reader_url, both percent-encoded and with `sslmode=require` (trap 2)."""
    secret_version_id: pulumi.Output[str]
    """Version of that secret, so that a new password deploys its readers anew."""
    master_secret_arn: pulumi.Output[str]
    """ARN of the master user's secret, for administrators; no application may read it."""
    security_group_id: pulumi.Output[str]
    """Security group to which a client adds its way in."""

    def __init__(
        self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:Database", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)

        security_group = aws.ec2.SecurityGroup(
            f"{name}-security-group",
            description=f"Database {name}",
            vpc_id=args.vpc_id,
            tags={**args.tags, "Name": f"{name}-security-group"},
            opts=child,
        )
        shared = create_shared(name, args, security_group, child)
        instance = self._instance(name, args, shared, child)
        replicas = create_replicas(name, args, instance, shared, child)
        replicate_backups(name, args, instance, replicas, child)
        reader_host = replicas[0].address if replicas else instance.address
        password = random.RandomPassword(f"{name}-password", length=48, special=False, opts=child)
        secret = create_connection_secret(
            name,
            description=f"How the application connects to database {name}",
            fields={
                "engine": "postgres",
                "host": instance.address,
                "reader_host": reader_host,
                "port": PORT,
                "dbname": args.database_name,
                "username": args.user_name,
                "password": password.result,
            },
            url=postgres_url,
            further_urls={"reader_url": postgres_reader_url},
            kms_key_arn=args.kms_key_arn,
            recovery_days=args.secret_recovery_days,
            tags=args.tags,
            child=child,
        )

        self.identifier = instance.identifier
        self.arn = instance.arn
        self.host = instance.address
        self.reader_host = reader_host
        self.reader_identifiers = [replica.identifier for replica in replicas]
        self.port = instance.port
        self.database_name = pulumi.Output.from_input(args.database_name)
        self.user_name = pulumi.Output.from_input(args.user_name)
        self.secret_arn = secret.arn
        self.secret_version_id = secret.version_id
        self._secret_document = secret.document
        self.master_secret_arn = instance.master_user_secrets[0].secret_arn
        self.security_group_id = security_group.id
        self.register_outputs(
            {
                "identifier": self.identifier,
                "arn": self.arn,
                "host": self.host,
                "reader_host": self.reader_host,
                "reader_identifiers": self.reader_identifiers,
                "port": self.port,
                "database_name": self.database_name,
                "user_name": self.user_name,
                "secret_arn": self.secret_arn,
                "secret_version_id": self.secret_version_id,
                "master_secret_arn": self.master_secret_arn,
                "security_group_id": self.security_group_id,
            }
        )

    @property
    def secret_document(self) -> pulumi.Output[str]:
        """Text of the secret, itself secret, for a reader without Secrets Manager.

        Not among the component's outputs, which are shown.
        """
        return self._secret_document

    def _instance(
        self,
        name: str,
        args: DatabaseArgs,
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
        subnet_group = aws.rds.SubnetGroup(
            f"{name}-subnets",
            description=f"Database {name}",
            subnet_ids=args.subnet_ids,
            tags={**args.tags, "Name": f"{name}-subnets"},
            opts=child,
        )
        insights = args.performance_insights
        return aws.rds.Instance(
            f"{name}-instance",
            identifier=identifier,
            engine="postgres",
            # A major version alone means its newest minor one, and the provider takes a running
            # 15.14 for "15": an upgrade by AWS is no difference that a preview would undo.
            engine_version=args.engine_version,
            auto_minor_version_upgrade=True,
            instance_class=args.instance_class,
            db_name=args.database_name,
            username=MASTER_USER,
            manage_master_user_password=True,
            master_user_secret_kms_key_id=args.kms_key_arn,
            port=PORT,
            storage_type="gp3",
            allocated_storage=args.storage_gib,
            max_allocated_storage=args.max_storage_gib,
            storage_encrypted=True,
            kms_key_id=args.kms_key_arn,
            multi_az=args.multi_az,
            db_subnet_group_name=subnet_group.name,
            vpc_security_group_ids=[shared.security_group_id],
            publicly_accessible=False,
            parameter_group_name=shared.parameter_group_name,
            backup_retention_period=args.backup_retention_days,
            backup_window=args.backup_window,
            maintenance_window=args.maintenance_window,
            copy_tags_to_snapshot=True,
            deletion_protection=args.deletion_protection,
            skip_final_snapshot=not args.final_snapshot,
            final_snapshot_identifier=pulumi.Output.concat(identifier, "-final")
            if args.final_snapshot
            else None,
            delete_automated_backups=not args.final_snapshot,
            performance_insights_enabled=insights,
            performance_insights_kms_key_id=args.kms_key_arn if insights else None,
            performance_insights_retention_period=7 if insights else None,
            monitoring_interval=args.monitoring_interval_seconds,
            monitoring_role_arn=shared.monitoring_role_arn,
            enabled_cloudwatch_logs_exports=list(EXPORTED_LOGS),
            tags={**args.tags, "Name": f"{name}-instance"},
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=args.deletion_protection or None,
                depends_on=[*logs, *shared.permissions],
            ),
        )
