"""How one system runs in one environment: the entries of `slipway:systems` of a stack file."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from model.aws_fields import DailyWindow, WeeklyStart, WeeklyWindow
from model.container_fields import VariableName, VariableValue
from model.fields import HostName, ImageReference, Name, NamespaceName, Text
from model.part import Part


class ServiceSettings(Part):
    """How one service runs in this environment."""

    min_replicas: Annotated[int, Field(ge=1, le=1000)]
    """Fewest tasks, 1 to 1000."""
    max_replicas: Annotated[int, Field(ge=1, le=1000)]
    """Most tasks, 1 to 1000."""
    env: Mapping[VariableName, VariableValue]
    """Environment variables that override the system file's, always text. No secrets."""
    exec_enabled: bool
    """Whether `aws ecs execute-command` opens a shell in a task; on EKS the rights of who calls
    `kubectl exec` decide."""


class DatabaseSettings(Part):
    """How big and how safe the system's database is.

    Source of the limits: Amazon RDS API reference, CreateDBInstance.
    """

    instance_class: Annotated[
        str,
        Text(
            r"db\.[a-z0-9]+\.[a-z0-9]+",
            "is no instance class",
            "write a class of RDS, for example db.t4g.small",
            "db.t4g.small",
        ),
    ]
    """Class, for example `db.t4g.small`; its memory decides how many connections there can be."""
    storage_gib: Annotated[int, Field(ge=20, le=65536)]
    """Disk at first, 20 to 65536 GiB."""
    max_storage_gib: Annotated[int, Field(ge=22, le=65536)] | None
    """Disk that a full one grows to, a tenth above `storageGib` or more; `null` for no growth."""
    multi_az: bool
    """Whether a copy in another zone takes over; doubles the price."""
    backup_retention_days: Annotated[int, Field(ge=1, le=35)]
    """Days that can be gone back to, 1 to 35."""
    backup_window: DailyWindow
    """When the daily backup begins (UTC), 30 minutes or more (trap 8)."""
    maintenance_window: WeeklyWindow
    """When AWS may restart the database (UTC), 30 minutes or more, apart from the backup."""
    deletion_protection: bool
    """Whether AWS and Pulumi refuse to delete it."""
    final_snapshot: bool
    """Whether deleting it leaves a snapshot."""
    performance_insights: bool
    """Whether AWS records which queries take the time; 7 days are free."""
    monitoring_interval_seconds: Literal[0, 1, 5, 10, 15, 30, 60]
    """Seconds between measurements inside of the machine, 0 for none."""
    read_replicas: Annotated[int, Field(ge=0, le=5)]
    """Copies that answer reads, 0 to 5, each for the price of the database (E4). What binds
    `database.readerHost` gets the first, or the database itself if there is none."""


class CacheSettings(Part):
    """How big and how safe the system's cache is.

    Source of the limits: Amazon ElastiCache API reference, CreateReplicationGroup.
    """

    node_type: Annotated[
        str,
        Text(
            r"cache\.[a-z0-9]+\.[a-z0-9]+",
            "is no node type",
            "write a node type of ElastiCache, for example cache.t4g.small",
            "cache.t4g.small",
        ),
    ]
    """Node type, for example `cache.t4g.small`; data get three quarters of its memory (trap 11)."""
    replicas: Annotated[int, Field(ge=0, le=5)]
    """Copies in other zones, 0 to 5; with one or more a failed node is replaced by a copy."""
    snapshot_retention_days: Annotated[int, Field(ge=0, le=35)]
    """Days that daily snapshots are kept, 0 to 35; 0 for none."""
    snapshot_window: DailyWindow
    """When the daily snapshot begins (UTC), an hour or more."""
    maintenance_window: WeeklyWindow
    """When AWS may restart nodes (UTC), an hour or more, apart from the snapshot."""
    deletion_protection: bool
    """Whether Pulumi refuses to delete it, and leaves a snapshot when it is deleted after all; for
    sessions and queues, which cannot be computed again."""


class QueueSettings(Part):
    """How big and how safe the system's queue is.

    Source of the limits: Amazon MQ developer guide, "Amazon MQ for RabbitMQ brokers".
    """

    instance_type: Annotated[
        str,
        Text(
            r"mq\.[a-z0-9]+\.[a-z0-9]+",
            "is no instance type",
            "write a type of Amazon MQ, for example mq.m7g.medium",
            "mq.m7g.medium",
        ),
    ]
    """Type, for example `mq.m7g.medium`."""
    deployment: Literal["single-instance", "cluster"]
    """One broker, or three nodes in three zones that hold copies of each message."""
    maintenance_window: WeeklyStart
    """When the two hours begin in which AWS may restart it (UTC), for example `sun:05:00`."""
    deletion_protection: bool
    """Whether Pulumi refuses to delete it."""


class ObjectsSettings(Part):
    """How long the system's objects are kept."""

    expiration_days: Annotated[int, Field(ge=1, le=36500)] | None
    """Days after which an object is deleted, 1 or more; `null` for never."""
    noncurrent_days: Annotated[int, Field(ge=1, le=36500)]
    """Days that a replaced or deleted object can still be called back, 1 or more."""


class AssetsSettings(Part):
    """Where the system's static files are served."""

    host: HostName
    """Host name, inside of the hosted zone and unique in the environment."""
    price_class: Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"]
    """Parts of the world that hold copies: `PriceClass_100` is North America and Europe, `_200`
    adds Asia and Africa, `_All` is everywhere."""


class SystemSettings(Part):
    """How one system runs in this environment."""

    host: HostName
    """Host name, inside of the hosted zone and unique in the environment (trap 18)."""
    namespace: NamespaceName | None = None
    """Namespace of the system's objects on EKS, unique in the environment (trap 18); by default the
    system's name."""
    images: Mapping[Name, ImageReference]
    """Tag or `sha256:` digest of each service's image."""
    services: Mapping[Name, ServiceSettings]
    """Settings of each service."""
    database: DatabaseSettings | None = None
    """Settings of the database, if the system has one."""
    cache: CacheSettings | None = None
    """Settings of the cache, if the system has one."""
    queue: QueueSettings | None = None
    """Settings of the queue, if the system has one."""
    objects: ObjectsSettings | None = None
    """Settings of the bucket for objects, if the system has one."""
    assets: AssetsSettings | None = None
    """Settings of the static files, if the system has them."""
