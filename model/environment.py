"""The `config` of `Pulumi.<stack>.yaml`; no defaults, so that a pull request shows the truth."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from model.fields import (
    DailyWindow,
    HostName,
    ImageReference,
    Name,
    Registry,
    Text,
    VariableName,
    WeeklyWindow,
)
from model.part import Part

LogRetentionDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
]  # fmt: skip
"""Days that CloudWatch Logs offers. Source: its API reference, PutRetentionPolicy."""

Zone = Annotated[
    str,
    Text(
        r"[a-z]{2}(?:-[a-z]+)+-\d[a-z]",
        "is no availability zone",
        "write a region with a letter, for example us-east-1a",
        "us-east-1a",
    ),
]

Endpoint = Annotated[
    str,
    Text(
        r"[a-z0-9-]+(?:\.[a-z0-9-]+)*",
        "is no AWS service with an endpoint",
        "write the service as AWS names it, for example ecr.api",
        "ecr.api",
    ),
]


class Network(Part):
    """The VPC that the systems share."""

    cidr_block: Annotated[
        str,
        Text(
            r"\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}",
            "is no CIDR block",
            "write a private IPv4 range, for example 10.0.0.0/16",
            "10.0.0.0/16",
        ),
    ]
    """Private IPv4 range of the VPC, /16 to /20. A change replaces everything."""
    availability_zones: Annotated[tuple[Zone, ...], Field(min_length=2, max_length=3)]
    """Two or three zones of the region; one may be added at the end, none moved."""
    nat_gateways: Literal["none", "single", "per-zone"]
    """How private subnets reach the Internet: `none`, one gateway for all zones (33 USD a month, a
    lost zone takes all with it), or one in each."""
    interface_endpoints: tuple[Endpoint, ...]
    """AWS services that are reached without NAT, for example `ecr.api`; 7 USD a month each and
    zone. S3 has its endpoint always, free of charge."""
    flow_log_retention_days: LogRetentionDays
    """Days that the record of connections is kept, one of CloudWatch's periods."""


class Domain(Part):
    """Names outside of the account's own."""

    hosted_zone: HostName
    """Public Route 53 zone that exists already; all hosts lie in it."""
    registry: Registry
    """Where images come from: `ecr` for this account's own, or a registry's host name (trap 37)."""


class Encryption(Part):
    """The key and the secrets of the environment."""

    key_deletion_window_days: Annotated[int, Field(ge=7, le=30)]
    """Days in which a deleted key can be called back, 7 to 30; without it all data is lost."""
    secret_recovery_days: Annotated[int, Field(ge=0, le=30)]
    """Days in which a deleted secret can be called back, 7 to 30, or 0 to delete it at once."""


class RateLimit(Part):
    """How many requests one address may send."""

    requests: Annotated[int, Field(ge=10, le=2_000_000_000)]
    """Requests in a window, 10 or more."""
    window_seconds: Literal[60, 120, 300, 600]
    """Seconds of the window: 60, 120, 300 or 600 (trap 17)."""


class LoadBalancer(Part):
    """The edge that the systems share."""

    deletion_protection: bool
    """Whether AWS refuses to delete it."""
    idle_timeout_seconds: Annotated[int, Field(ge=1, le=4000)]
    """Seconds without a byte after which a connection ends, 1 to 4000."""
    access_log_retention_days: Annotated[int, Field(ge=1, le=3650)]
    """Days that the record of requests is kept in S3, 1 to 3650."""
    rate_limit: RateLimit
    """Requests that one address may send; more get 403 (A18)."""
    allowed_countries: tuple[
        Annotated[
            str,
            Text(r"[A-Z]{2}", "is no country code", "write two capital letters, ISO 3166", "DE"),
        ],
        ...,
    ]
    """Countries that may send requests, as ISO 3166 codes; `[]` is all of them (A18)."""


class MonitoringSettings(Part):
    """Logs and alarms."""

    log_retention_days: LogRetentionDays
    """Days that logs are kept, one of CloudWatch's periods."""
    alarm_emails: tuple[
        Annotated[
            str,
            Text(
                r"[^@\s]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}",
                "is no email address",
                "write an address such as team@example.com",
                "team@example.com",
            ),
        ],
        ...,
    ]
    """Who gets alarms; each address must confirm once. `[]` is nobody."""
    runbook_base_url: Annotated[
        str,
        Text(
            r"https://[^\s/@]+(?:/\S*)?",
            "is no https address",
            "write where docs/runbooks is read, beginning with https://",
            "https://example.com/runbooks",
        ),
    ]
    """Where the runbooks are read; an alarm links to `<this>/<alarm>.md`."""


class ServiceSettings(Part):
    """How one service runs in this environment."""

    min_replicas: Annotated[int, Field(ge=1, le=1000)]
    """Fewest tasks, 1 to 1000."""
    max_replicas: Annotated[int, Field(ge=1, le=1000)]
    """Most tasks, 1 to 1000."""
    env: Mapping[VariableName, str]
    """Environment variables that override the system file's, always text. No secrets."""
    exec_enabled: bool
    """Whether `aws ecs execute-command` opens a shell in a task."""


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


class SystemSettings(Part):
    """How one system runs in this environment."""

    host: HostName
    """Host name, inside of the hosted zone and unique in the environment (trap 18)."""
    images: Mapping[Name, ImageReference]
    """Tag or `sha256:` digest of each service's image."""
    services: Mapping[Name, ServiceSettings]
    """Settings of each service."""
    database: DatabaseSettings | None = None
    """Settings of the database, if the system has one."""
    cache: CacheSettings | None = None
    """Settings of the cache, if the system has one."""


class Environment(Part):
    """One stack: runtime, sizes, safety, and which systems."""

    region: Annotated[
        str,
        Text(
            r"[a-z]{2}(?:-[a-z]+)+-\d",
            "is no region",
            "write a region of AWS, for example us-east-1",
            "us-east-1",
        ),
    ] = Field(alias="aws:region")
    """Region of AWS."""
    runtime: Literal["fargate"] = Field(alias="slipway:runtime")
    """What carries the services."""
    safety: Literal["relaxed", "strict"] = Field(alias="slipway:safety")
    """`strict` turns guardrails on: Multi-AZ, backups, protection, replicas, immutable images."""
    tags: Annotated[
        Mapping[
            Annotated[
                str,
                Text(
                    r"(?!(?i:aws:)|slipway:)[A-Za-z0-9 _.:/=+@-]{1,128}",
                    "is no tag key that you may choose",
                    "write up to 128 letters, digits, spaces and _.:/=+@- that begin with neither "
                    "aws: nor slipway:",
                    "owner",
                ),
            ],
            Annotated[
                str,
                Text(
                    r"[A-Za-z0-9 _.:/=+@-]{0,256}",
                    "is no tag value",
                    "write up to 256 letters, digits, spaces and _.:/=+@-",
                    "platform-team",
                ),
            ],
        ],
        Field(max_length=40),
    ] = Field(alias="slipway:tags")
    """Tags of every resource, up to 40."""
    network: Network = Field(alias="slipway:network")
    """The VPC that the systems share."""
    domain: Domain = Field(alias="slipway:domain")
    """Hosted zone and registry."""
    encryption: Encryption = Field(alias="slipway:encryption")
    """The key and the secrets of the environment."""
    load_balancer: LoadBalancer = Field(alias="slipway:loadBalancer")
    """The edge that the systems share."""
    monitoring: MonitoringSettings = Field(alias="slipway:monitoring")
    """Logs and alarms."""
    systems: Annotated[Mapping[Name, SystemSettings], Field(min_length=1)] = Field(
        alias="slipway:systems"
    )
    """The systems that run here, each described in `systems/<name>.yaml`."""
