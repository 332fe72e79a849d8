"""A Redis cache for one system."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.connection_secret import create_connection_secret, redis_url
from components.errors import require
from components.secret_recovery import require_recovery

PORT = 6379
ENGINE_VERSIONS = {"6": "6.2", "6.2": "6.2", "7": "7.1", "7.0": "7.0", "7.1": "7.1"}
MAX_MEMORY_POLICIES = (
    *("allkeys-lfu", "allkeys-lru", "allkeys-random", "noeviction"),
    *("volatile-lfu", "volatile-lru", "volatile-random", "volatile-ttl"),
)


class TransitEncryption(StrEnum):
    """Whether a client may still connect without TLS."""

    REQUIRED = "required"
    """No."""
    PREFERRED = "preferred"
    """Yes, for as long as a client that cannot speak TLS has to be moved (trap 10)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CacheArgs:
    """What a cache needs to know.

    Source of the limits: ElastiCache API reference, CreateReplicationGroup.
    """

    vpc_id: pulumi.Input[str]
    """Network of the security group. Source: Network.vpc_id."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """Subnets of two or more zones. Source: Network.isolated_subnet_ids."""
    engine_version: str
    """Version of Redis, `7` for the last of its kind or in full, for example `7.1`."""
    node_type: str
    """Size, for example `cache.t4g.small`. Memory is its only limit: there is no maxmemory to set
    (trap 11)."""
    kms_key_arn: pulumi.Input[str]
    """Key that encrypts data, snapshots and the secret. Source: EncryptionKey.key_arn."""
    replicas: int = 1
    """Copies in other zones that take over, 0 to 5; 1 by default, 0 loses what is in memory with
    the node."""
    snapshot_retention_days: int = 7
    """Days that daily snapshots are kept, 0 to 35, 0 for none; 7 by default."""
    snapshot_window: str = "02:00-03:00"
    """When the daily snapshot starts, UTC; an hour or more, outside of the maintenance window."""
    maintenance_window: str = "sun:05:30-sun:06:30"
    """When AWS installs minor versions and changes that need a restart, UTC."""
    max_memory_policy: str = "volatile-lru"
    """What Redis throws away when its memory is full; by default only what has an expiry, so that
    sessions and queues stay (trap 12). `allkeys-lru` for a cache that can be refilled."""
    transit_encryption: TransitEncryption = TransitEncryption.REQUIRED
    """Whether all clients must use TLS; required by default."""
    deletion_protection: bool = False
    """Whether Pulumi refuses to delete the cache, and AWS leaves a last snapshot behind when it is
    deleted after all; off by default, because a cache can be refilled. Turn it on for sessions and
    queues."""
    secret_recovery_days: int = 30
    """Days in which the deleted secret can be restored, 7 to 30, or 0 to delete it at once; 30 by
    default."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags besides the provider's default tags; none by default."""

    def __post_init__(self) -> None:
        require(self, "subnet_ids", len(self.subnet_ids) >= 2, "use subnets of two or more zones")
        require(
            self,
            "engine_version",
            self.engine_version in ENGINE_VERSIONS,
            f"use one of {', '.join(ENGINE_VERSIONS)}",
        )
        require(self, "replicas", 0 <= self.replicas <= 5, "use 0 to 5 (copies)")
        require(
            self,
            "snapshot_retention_days",
            0 <= self.snapshot_retention_days <= 35,
            "use 0 to 35 (days)",
        )
        require(
            self,
            "max_memory_policy",
            self.max_memory_policy in MAX_MEMORY_POLICIES,
            f"use one of {', '.join(MAX_MEMORY_POLICIES)}",
        )
        require_recovery(self, "secret_recovery_days")


class Cache(pulumi.ComponentResource):
    """An ElastiCache Redis replication group that only named clients reach, and only with a token.

    Builds:
        1. The group, one shard, encrypted at rest and on the way, with failover over zones when
           there are replicas.
        2. A parameter group with the eviction policy.
        3. A security group without rules: each client adds its own way in.
        4. The auth token, and a secret with all that a client needs to connect.

    Not built: cluster mode, which many clients do not speak (trap 10), and alarms.

    Cost: by node type, once per replica more; snapshots 0.085 USD per GiB and month.

    Stateful: see `deletion_protection`.

    Example: `examples/cache`.
    """

    replication_group_id: pulumi.Output[str]
    """Identifier of the group, for alarms and the aws CLI."""
    host: pulumi.Output[str]
    """Host name for reads and writes; it stays the same when a replica takes over."""
    port: pulumi.Output[int]
    """Port, 6379."""
    secret_arn: pulumi.Output[str]
    """ARN of the secret: JSON with host, port, auth_token and url (`rediss://`)."""
    secret_version_id: pulumi.Output[str]
    """Version of that secret, so that a new token deploys its readers anew."""
    security_group_id: pulumi.Output[str]
    """Security group to which a client adds its way in."""

    def __init__(
        self, name: str, args: CacheArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:Cache", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)

        security_group = aws.ec2.SecurityGroup(
            f"{name}-security-group",
            description=f"Cache {name}",
            vpc_id=args.vpc_id,
            tags={**args.tags, "Name": f"{name}-security-group"},
            opts=child,
        )
        # Letters and digits only: ElastiCache takes few other characters, and a URL fewer still.
        token = random.RandomPassword(f"{name}-token", length=64, special=False, opts=child)
        group = self._replication_group(name, args, security_group, token, child)
        secret = create_connection_secret(
            name,
            description=f"How the application connects to cache {name}",
            fields={
                "host": group.primary_endpoint_address,
                "port": PORT,
                "auth_token": token.result,
            },
            url=redis_url,
            kms_key_arn=args.kms_key_arn,
            recovery_days=args.secret_recovery_days,
            tags=args.tags,
            child=child,
        )

        self.replication_group_id = group.replication_group_id
        self.host = group.primary_endpoint_address
        self.port = pulumi.Output.from_input(PORT)
        self.secret_arn = secret.arn
        self.secret_version_id = secret.version_id
        self._secret_document = secret.document
        self.security_group_id = security_group.id
        self.register_outputs(
            {
                "replication_group_id": self.replication_group_id,
                "host": self.host,
                "port": self.port,
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

    def _replication_group(
        self,
        name: str,
        args: CacheArgs,
        security_group: "aws.ec2.SecurityGroup",
        token: "random.RandomPassword",
        child: pulumi.ResourceOptions,
    ) -> "aws.elasticache.ReplicationGroup":
        engine_version = ENGINE_VERSIONS[args.engine_version]
        subnet_group = aws.elasticache.SubnetGroup(
            f"{name}-subnets",
            description=f"Cache {name}",
            subnet_ids=args.subnet_ids,
            tags={**args.tags, "Name": f"{name}-subnets"},
            opts=child,
        )
        parameter_group = aws.elasticache.ParameterGroup(
            f"{name}-parameters",
            description=f"Cache {name}",
            family=f"redis{engine_version[0]}" + (".x" if engine_version[0] == "6" else ""),
            parameters=[
                aws.elasticache.ParameterGroupParameterArgs(
                    name="maxmemory-policy", value=args.max_memory_policy
                )
            ],
            tags={**args.tags, "Name": f"{name}-parameters"},
            opts=child,
        )
        return aws.elasticache.ReplicationGroup(
            f"{name}-group",
            description=f"Cache {name}",
            engine="redis",
            engine_version=engine_version,
            auto_minor_version_upgrade=True,
            node_type=args.node_type,
            port=PORT,
            num_cache_clusters=1 + args.replicas,
            automatic_failover_enabled=args.replicas > 0,
            multi_az_enabled=args.replicas > 0,
            subnet_group_name=subnet_group.name,
            security_group_ids=[security_group.id],
            parameter_group_name=parameter_group.name,
            at_rest_encryption_enabled=True,
            kms_key_id=args.kms_key_arn,
            transit_encryption_enabled=True,
            transit_encryption_mode=args.transit_encryption.value,
            auth_token=token.result,
            # A new token is taken beside the old one, which tasks that still run go on using.
            auth_token_update_strategy="ROTATE",  # noqa: S106
            snapshot_retention_limit=args.snapshot_retention_days,
            snapshot_window=args.snapshot_window,
            maintenance_window=args.maintenance_window,
            final_snapshot_identifier=self._final_snapshot(name, child)
            if args.deletion_protection
            else None,
            # What interrupts clients waits for the maintenance window.
            apply_immediately=False,
            tags={**args.tags, "Name": f"{name}-group"},
            opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection or None),
        )

    def _final_snapshot(self, name: str, child: pulumi.ResourceOptions) -> pulumi.Output[str]:
        # A name that is taken already would make the deletion fail.
        suffix = random.RandomString(
            f"{name}-suffix", length=7, upper=False, special=False, opts=child
        )
        return pulumi.Output.concat(name, "-final-", suffix.result)
