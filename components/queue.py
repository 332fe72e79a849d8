"""A RabbitMQ broker for one system."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.connection_secret import amqps_url, create_connection_secret
from components.errors import require
from components.log_retention import require_retention
from components.queue_log import create_log_retention
from components.secret_recovery import require_recovery

PORT = 5671
ENGINE_VERSIONS = ("3.13", "4.2")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class QueueDeployment(StrEnum):
    """How many nodes there are."""

    SINGLE_INSTANCE = "SINGLE_INSTANCE"
    """One, in one zone; it is away while AWS restarts or moves it."""
    CLUSTER_MULTI_AZ = "CLUSTER_MULTI_AZ"
    """Three in different zones behind one address; two of them carry on without the third."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueArgs:
    """What a queue needs to know.

    Source of the limits: Amazon MQ API reference, Brokers; Amazon MQ developer guide, "RabbitMQ 4"
    and "Amazon MQ for RabbitMQ broker users".
    """

    vpc_id: pulumi.Input[str]
    """Network of the security group. Source: Network.vpc_id."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """Subnets through which clients reach the broker, each of another zone: two or more for a
    cluster. A single instance lies in the first one. Source: Network.isolated_subnet_ids."""
    engine_version: str
    """Version of RabbitMQ, `3.13` or `4.2`; AWS installs patches by itself. Another version makes
    another broker, which begins empty (trap 13)."""
    instance_type: str
    """Size of each node, for example `mq.m7g.large`. 4.2 runs on the family mq.m7g only, and
    mq.t3.micro forms no cluster (trap 13)."""
    deployment: QueueDeployment
    """One node, or a cluster of three."""
    user_name: str
    """User of the application, an administrator, 2 to 100 letters, digits and -._~; not `guest`,
    which Amazon MQ deletes. Another name makes another broker."""
    kms_key_arn: pulumi.Input[str]
    """Key that encrypts messages and the secret. Source: EncryptionKey.key_arn."""
    maintenance_day: str = "sunday"
    """Day of the week on which AWS may install patches and restart nodes, in lower case; Sunday by
    default."""
    maintenance_time: str = "05:00"
    """When that begins, hh:mm, UTC; it takes up to two hours. 05:00 by default."""
    log_retention_days: int = 30
    """Days that the log is kept, one of CloudWatch's periods; 30 by default."""
    deletion_protection: bool = True
    """Whether Pulumi refuses to delete or replace the broker; on by default, because messages that
    nobody has taken yet are nowhere else: Amazon MQ makes no backups of RabbitMQ."""
    secret_recovery_days: int = 30
    """Days in which the deleted secret can be restored, 7 to 30, or 0 to delete it at once; 30 by
    default."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags besides the provider's default tags; none by default."""

    def __post_init__(self) -> None:
        cluster = self.deployment is QueueDeployment.CLUSTER_MULTI_AZ
        require(self, "subnet_ids", len(self.subnet_ids) >= 1, "use one subnet or more")
        require(
            self,
            "subnet_ids",
            not cluster or len(self.subnet_ids) >= 2,
            "use subnets of two or more zones for CLUSTER_MULTI_AZ",
        )
        require(
            self,
            "engine_version",
            self.engine_version in ENGINE_VERSIONS,
            f"use one of {', '.join(ENGINE_VERSIONS)}",
        )
        require(
            self,
            "instance_type",
            re.fullmatch(r"mq\.[a-z0-9]+\.[a-z0-9]+", self.instance_type) is not None,
            "use an instance type of Amazon MQ, for example mq.m7g.large",
        )
        require(
            self,
            "instance_type",
            self.engine_version != "4.2" or self.instance_type.startswith("mq.m7g."),
            "use a type of the family mq.m7g for RabbitMQ 4.2, for example mq.m7g.medium",
        )
        require(
            self,
            "instance_type",
            not cluster or self.instance_type != "mq.t3.micro",
            "use mq.m7g.medium or larger for CLUSTER_MULTI_AZ",
        )
        require(
            self,
            "user_name",
            re.fullmatch(r"[A-Za-z0-9._~-]{2,100}", self.user_name) is not None,
            "use 2 to 100 letters, digits and -._~",
        )
        require(
            self,
            "user_name",
            self.user_name != "guest",
            "use another name, for example admin; Amazon MQ deletes the user guest",
        )
        require(
            self, "maintenance_day", self.maintenance_day in DAYS, f"use one of {', '.join(DAYS)}"
        )
        require(
            self,
            "maintenance_time",
            re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", self.maintenance_time) is not None,
            "use hh:mm (UTC)",
        )
        require_retention(self, "log_retention_days")
        require_recovery(self, "secret_recovery_days")


class Queue(pulumi.ComponentResource):
    """An Amazon MQ broker for RabbitMQ that only named clients reach, and only by TLS.

    Builds:
        1. The broker, private, encrypted, with its general log in CloudWatch; RabbitMQ has no
           other log.
        2. A daily schedule that sets the retention of that log's group, because Amazon MQ makes
           the group itself: `/aws/amazonmq/broker/<id>/general`.
        3. A security group without rules: each client adds its own way in.
        4. The password, and a secret with all that a client needs to connect.

    Not built: virtual hosts, exchanges, queues and further users, which the application makes, and
    alarms.

    Cost: by instance type, three times in a cluster; storage 0.10 USD per GiB and month.

    Stateful: see `deletion_protection`.

    Example: `examples/queue`.
    """

    broker_id: pulumi.Output[str]
    """Identifier of the broker, for the aws CLI."""
    broker_name: pulumi.Output[str]
    """Name of the broker, by which CloudWatch lists its metrics."""
    host: pulumi.Output[str]
    """Host name, the same for all nodes."""
    port: pulumi.Output[int]
    """Port, 5671, AMQP by TLS only (trap 13)."""
    user_name: pulumi.Output[str]
    """User of the application."""
    secret_arn: pulumi.Output[str]
    """ARN of the secret: JSON with host, port, username, password and url (`amqps://`)."""
    secret_version_id: pulumi.Output[str]
    """Version of that secret, so that a new password deploys its readers anew."""
    security_group_id: pulumi.Output[str]
    """Security group to which a client adds its way in."""

    def __init__(
        self, name: str, args: QueueArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:Queue", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)

        security_group = aws.ec2.SecurityGroup(
            f"{name}-security-group",
            description=f"Queue {name}",
            vpc_id=args.vpc_id,
            tags={**args.tags, "Name": f"{name}-security-group"},
            opts=child,
        )
        # Letters and digits only: Amazon MQ refuses , : and =, and a URL refuses more.
        password = random.RandomPassword(f"{name}-password", length=48, special=False, opts=child)
        broker = self._broker(name, args, security_group, password)
        create_log_retention(
            name, broker, retention_days=args.log_retention_days, tags=args.tags, child=child
        )
        host = broker.instances.apply(_host)
        secret = create_connection_secret(
            name,
            description=f"How the application connects to queue {name}",
            fields={
                "host": host,
                "port": PORT,
                "username": args.user_name,
                "password": password.result,
            },
            url=amqps_url,
            kms_key_arn=args.kms_key_arn,
            recovery_days=args.secret_recovery_days,
            tags=args.tags,
            child=child,
        )

        self.broker_id = broker.id
        self.broker_name = broker.broker_name
        self.host = host
        self.port = pulumi.Output.from_input(PORT)
        self.user_name = pulumi.Output.from_input(args.user_name)
        self.secret_arn = secret.arn
        self.secret_version_id = secret.version_id
        self._secret_document = secret.document
        self.security_group_id = security_group.id
        self.register_outputs(
            {
                "broker_id": self.broker_id,
                "broker_name": self.broker_name,
                "host": self.host,
                "port": self.port,
                "user_name": self.user_name,
                "secret_arn": self.secret_arn,
                "secret_version_id": self.secret_version_id,
                "security_group_id": self.security_group_id,
            }
        )

    @property
    def secret_document(self) -> pulumi.Output[str]:
        """Text of the secret, itself secret, for a reader without Secrets Manager.

        Not among the component's outputs, which are shown.
        """
        return self._secret_document

    def _broker(
        self,
        name: str,
        args: QueueArgs,
        security_group: "aws.ec2.SecurityGroup",
        password: "random.RandomPassword",
    ) -> "aws.mq.Broker":
        single = args.deployment is QueueDeployment.SINGLE_INSTANCE
        return aws.mq.Broker(
            f"{name}-broker",
            engine_type="RabbitMQ",
            engine_version=args.engine_version,
            # Amazon MQ refuses to turn it off from 3.13 on.
            auto_minor_version_upgrade=True,
            host_instance_type=args.instance_type,
            deployment_mode=args.deployment.value,
            # A single instance takes exactly one. The first one is chosen here and not by the
            # caller, so that staging and production pass the same subnets; a network adds zones
            # only at the end, so that the first one stays the first.
            subnet_ids=args.subnet_ids[:1] if single else args.subnet_ids,
            security_groups=[security_group.id],
            publicly_accessible=False,
            encryption_options=aws.mq.BrokerEncryptionOptionsArgs(
                use_aws_owned_key=False, kms_key_id=args.kms_key_arn
            ),
            users=[aws.mq.BrokerUserArgs(username=args.user_name, password=password.result)],
            logs=aws.mq.BrokerLogsArgs(general=True),
            maintenance_window_start_time=aws.mq.BrokerMaintenanceWindowStartTimeArgs(
                day_of_week=args.maintenance_day.upper(),
                time_of_day=args.maintenance_time,
                time_zone="UTC",
            ),
            # What restarts nodes waits for the maintenance window.
            apply_immediately=False,
            tags={**args.tags, "Name": f"{name}-broker"},
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=args.deletion_protection or None,
                # AWS changes neither in place, and the provider does not know: it would fail at the
                # version in the middle of a deploy, and would change the user in the state alone.
                # So the preview shows a new broker, and the protection refuses it.
                replacement_trigger=[args.engine_version, args.user_name],
            ),
        )


def _host(instances: Sequence["aws.mq.outputs.BrokerInstance"]) -> str:
    """The nodes of a cluster share one address: `amqps://<host>:5671`."""
    endpoint, *_ = instances[0].endpoints or []
    return endpoint.removeprefix("amqps://").rpartition(":")[0]
