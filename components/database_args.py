"""What a database needs to know, and the values that RDS would refuse.

A part of `components/database.py`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.errors import require
from components.log_retention import require_retention
from components.secret_recovery import require_recovery

PORT = 5432
MASTER_USER = "slipway_admin"
MONITORING_INTERVALS = (0, 1, 5, 10, 15, 30, 60)
POSTGRES_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseArgs:
    """What a database needs to know.

    Source of the limits: Amazon RDS API reference, CreateDBInstance.
    """

    vpc_id: pulumi.Input[str]
    """Network of the security group. Source: Network.vpc_id."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """Subnets of two or more zones. Source: Network.isolated_subnet_ids."""
    engine_version: str
    """Major version, for example `15`; AWS installs minor versions and withdraws them (trap 6)."""
    instance_class: str
    """Size, for example `db.t4g.small`. A change restarts the database."""
    database_name: str
    """Database that is created at first. A change replaces the database, data and all."""
    user_name: str
    """User of the application, never the master user (trap 28). Its password is drawn and kept in
    the secret; the user itself is created inside the database by who prepares its schema."""
    kms_key_arn: pulumi.Input[str]
    """Key that encrypts data, backups, logs and secrets. Source: EncryptionKey.key_arn."""
    storage_gib: int = 20
    """Size of the disk, 20 to 65536 GiB; 20 by default, the least of gp3."""
    max_storage_gib: int | None = 100
    """Size in GiB up to which AWS grows a full disk, a tenth above `storage_gib` or more; 100 by
    default, None turns growing off. A disk never shrinks again."""
    multi_az: bool = True
    """Whether a standby in another zone takes over; on by default, at twice the price."""
    read_replicas: int = 0
    """Copies that answer reads, 0 to 5; none by default, each costs as much as an instance. They
    follow within seconds as a rule, and hold no data of their own. They take over nothing: for
    that is `multi_az`."""
    replica_instance_class: str | None = None
    """Size of each replica; as `instance_class` by default. Much smaller ones fall behind."""
    backup_retention_days: int = 7
    """Days that one can go back to, to the minute, 1 to 35; 7 by default (E5, B12: 30)."""
    backup_window: str = "03:00-04:00"
    """When the daily snapshot starts, UTC; 30 minutes or more, outside of the maintenance window
    (trap 8)."""
    backup_region: str | None = None
    """Another region to which RDS copies the backups, for example `us-west-2`; none by default. The
    copies are kept for `backup_retention_days`, and outlive the instance."""
    backup_region_key_arn: pulumi.Input[str] | None = None
    """Key of that region, which encrypts the copies. Source: EncryptionKey.key_arn with the same
    `region`."""
    maintenance_window: str = "sun:04:30-sun:05:30"
    """When AWS installs minor versions and changes that need a restart, UTC."""
    deletion_protection: bool = True
    """Whether AWS and Pulumi both refuse to delete the database; on by default."""
    final_snapshot: bool = True
    """Whether deleting it leaves a last snapshot and its backups behind; on by default."""
    performance_insights: bool = True
    """Whether the load by query of the last 7 days is kept; on by default, free of charge."""
    monitoring_interval_seconds: int = 60
    """Seconds between measurements of the operating system: 1, 5, 10, 15, 30 or 60, 0 for none;
    60 by default."""
    log_retention_days: int = 30
    """Days that the database's logs are kept; 30 by default."""
    secret_recovery_days: int = 30
    """Days in which the deleted secret can be restored, 7 to 30, or 0 to delete it at once; 30 by
    default."""
    partition: str = "aws"
    """First part of the account's ARNs; `aws-cn` or `aws-us-gov` outside of the commercial one."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags besides the provider's default tags; none by default."""

    def __post_init__(self) -> None:
        self._check_names()
        self._check_storage()
        require(
            self,
            "backup_retention_days",
            1 <= self.backup_retention_days <= 35,
            "use 1 to 35 (days); without backups a mistake cannot be undone",
        )
        require(self, "read_replicas", 0 <= self.read_replicas <= 5, "use 0 to 5 (copies)")
        require(
            self,
            "backup_region",
            (self.backup_region is None) == (self.backup_region_key_arn is None),
            "use it together with backup_region_key_arn, a key of that region, or use neither",
        )
        require(
            self,
            "monitoring_interval_seconds",
            self.monitoring_interval_seconds in MONITORING_INTERVALS,
            f"use one of {', '.join(map(str, MONITORING_INTERVALS))} (seconds)",
        )
        require_retention(self, "log_retention_days")
        require_recovery(self, "secret_recovery_days")

    def _check_names(self) -> None:
        require(
            self,
            "engine_version",
            self.engine_version.isdecimal(),
            "use the major version alone, for example 15",
        )
        for name in ("database_name", "user_name"):
            require(
                self,
                name,
                POSTGRES_NAME.fullmatch(getattr(self, name)) is not None,
                "use up to 63 letters, digits and underscores, no digit first",
            )
        require(
            self,
            "user_name",
            self.user_name != MASTER_USER,
            "use a user of the application's own; this one is the master user",
        )

    def _check_storage(self) -> None:
        zones = len(self.subnet_ids)
        require(self, "subnet_ids", zones >= 2, "use subnets of two or more zones")
        require(self, "storage_gib", 20 <= self.storage_gib <= 65536, "use 20 to 65536 (GiB)")
        require(
            self,
            "max_storage_gib",
            self.max_storage_gib is None or self.max_storage_gib * 10 >= self.storage_gib * 11,
            "use a tenth more than storage_gib or above (GiB), or None to keep the disk's size",
        )
