"""The `config` of `Pulumi.<stack>.yaml`; no defaults, so that a pull request shows the truth."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from model.aws_fields import (
    CertificateArn,
    CidrBlock,
    DailyStart,
    HostedZoneId,
    KeyArn,
    RegionName,
    Registry,
    SecretArn,
    SubnetId,
    VpcId,
)
from model.eks import Eks
from model.fields import HostName, Name, PublicImage, Text
from model.part import Part
from model.rate_limit import RateLimit
from model.settings import SystemSettings

LogRetentionDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
]  # fmt: skip
"""Days that CloudWatch Logs offers. Source: its API reference, PutRetentionPolicy."""

Runtime = Literal["fargate", "eks"]
"""What can carry services."""

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


class Subnets(Part):
    """Ranges of the subnets, one per zone and tier in the order of the zones (C2)."""

    public: tuple[CidrBlock, ...]
    """For the load balancer and the NAT gateways."""
    private: tuple[CidrBlock, ...]
    """For tasks, each of which takes an address."""
    isolated: tuple[CidrBlock, ...]
    """For data stores."""


class Network(Part):
    """The VPC that the systems share."""

    cidr_block: CidrBlock
    """Private IPv4 range of the VPC, /16 to /20. A change replaces everything."""
    availability_zones: Annotated[tuple[Zone, ...], Field(min_length=2, max_length=3)]
    """Two or three zones of the region; one may be added at the end, none moved."""
    subnets: Subnets | None
    """Ranges of the subnets; `null` cuts the VPC into equal parts with room for one more zone."""
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


class ExistingVpc(Part):
    """A VPC that the team has already; `slipway:network` then builds nothing."""

    id: VpcId
    """The VPC, `vpc-...`. Its DNS names must be on."""
    public_subnet_ids: Annotated[tuple[SubnetId, ...], Field(min_length=2)]
    """Subnets of two or more zones with a route to an internet gateway."""
    private_subnet_ids: Annotated[tuple[SubnetId, ...], Field(min_length=2)]
    """Subnets of two or more zones with a way to registry, secrets and logs."""
    isolated_subnet_ids: Annotated[tuple[SubnetId, ...], Field(min_length=2)]
    """Subnets of two or more zones for data stores; the private ones may be named again."""


class Existing(Part):
    """What the team has already and Slipway uses in place of building it; `null` builds it.

    A preview looks at each and refuses one that does not fit.
    """

    vpc: ExistingVpc | None
    """VPC with its subnets."""
    hosted_zone_id: HostedZoneId | None
    """Hosted zone, where two zones have the same name; by default it is looked up by its name."""
    certificate_arn: CertificateArn | None
    """ACM certificate in this region, issued for the hosts of all systems."""
    key_arn: KeyArn | None
    """KMS key for data, logs and secrets; its policy must let CloudWatch Logs use it."""
    registry_secret_arn: SecretArn | None
    """Secret in Secrets Manager with `username` and `password` of a private registry (trap 37),
    encrypted with AWS's own key or with `keyArn`."""


class Backup(Part):
    """Backups besides those that RDS makes itself (B12, E5, trap 42)."""

    daily_at: DailyStart
    """When the daily backup of databases and buckets begins (UTC), for example `02:00`."""
    retention_days: Annotated[int, Field(ge=1, le=3650)]
    """Days that each is kept, 1 to 3650."""
    region: RegionName | None
    """Another region that gets a copy of each backup, the databases' logs within minutes and new
    objects within a quarter of an hour; `null` for none."""


class Bootstrap(Part):
    """What prepares a database for its application, before the first migration (trap 28)."""

    image: PublicImage
    """Image with `sh` and `psql`, of the newest major version of the databases or above."""


class Encryption(Part):
    """The key and the secrets of the environment."""

    key_deletion_window_days: Annotated[int, Field(ge=7, le=30)]
    """Days in which a deleted key can be called back, 7 to 30; without it all data is lost."""
    secret_recovery_days: Annotated[int, Field(ge=0, le=30)]
    """Days in which a deleted secret can be called back, 7 to 30, or 0 to delete it at once."""


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
    content_security_policy: str | None
    """The response header `Content-Security-Policy` of all systems, for example `default-src
    'self'`; `null` for none, for a wrong one breaks pages (trap 46)."""


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


class Switch(Part):
    """A move from one runtime to the other: the services run on both (docs/switching.md)."""

    to: Runtime | None
    """The runtime that the services move to, while `slipway:runtime` is the one that they come
    from; `null` when no move is under way."""
    percent: Annotated[int, Field(ge=0, le=100)]
    """Share of the requests that go there already, 0 to 100 %; 0 when no move is under way."""


class Environment(Part):
    """One stack: runtime, sizes, safety, and which systems."""

    region: RegionName = Field(alias="aws:region")
    """Region of AWS."""
    runtime: Runtime = Field(alias="slipway:runtime")
    """What carries the services: `fargate` or `eks`. With services running, change it by the steps
    of docs/switching.md, so that none of them is away meanwhile."""
    switch: Switch = Field(alias="slipway:switch")
    """The move of all services to the other runtime."""
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
    existing: Existing = Field(alias="slipway:existing")
    """What the team has already."""
    bootstrap: Bootstrap = Field(alias="slipway:bootstrap")
    """What prepares databases."""
    backup: Backup = Field(alias="slipway:backup")
    """Backups and their other region."""
    eks: Eks = Field(alias="slipway:eks")
    """The cluster of the runtime `eks`."""
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

    @property
    def runtimes(self) -> tuple[Runtime, ...]:
        """What carries services now: the runtime, and while switching the other one too."""
        if self.switch.to is None or self.switch.to == self.runtime:
            return (self.runtime,)
        return (self.runtime, self.switch.to)
