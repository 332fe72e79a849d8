"""What a system is: the content of `systems/<name>.yaml`. It knows nothing about environments."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from model.fields import Memory, Name, PostgresName, Sentence, Text, UrlPath
from model.part import Part
from model.service import Service

__all__ = [
    "Alert",
    "Cache",
    "Database",
    "Metric",
    "PostDeployCheck",
    "Service",
    "StatusExporter",
    "System",
]

MajorVersion = Annotated[
    str,
    Text(
        r"1[4-8]",
        "is no major version of PostgreSQL that RDS offers",
        # RDS withdraws minor versions, and a preview would want back the one written here (trap 6).
        "write 14 to 18, without a minor version: RDS chooses that and keeps it up to date",
        "15",
    ),
]

MetricName = Annotated[
    str,
    Text(
        r"[A-Za-z][A-Za-z0-9_]{0,254}",
        "is no metric name",
        "write letters, digits and underscores, a letter first",
        "api_health_status",
    ),
]


class Database(Part):
    """The system's PostgreSQL database; how big and how safe is the stack file's matter."""

    engine: Literal["postgres"]
    """Only `postgres`."""
    version: MajorVersion
    """Major version, 14 to 18, for example `"15"`. A change upgrades the database with downtime."""
    name: PostgresName
    """Database that is created at first. A change replaces the database."""
    user: PostgresName
    """User of the application, never the master user (trap 28)."""


class Cache(Part):
    """The system's Redis cache; how big and how safe is the stack file's matter."""

    version: Literal["6", "7"]
    """Major version of Redis, `"6"` or `"7"`."""
    holds: Annotated[tuple[Literal["cache", "sessions", "queue"], ...], Field(min_length=1)]
    """What it holds; decides what Redis may throw away when it is full (trap 12)."""
    minimum_memory: Memory | None = None
    """Memory for data that the node type must leave, for example `2Gi`; by default any will do."""


class Metric(Part):
    """A number taken from the status answer."""

    field: Annotated[
        str,
        Text(
            r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*",
            "is no path into a JSON answer",
            "write keys with dots between them",
            "data.status",
        ),
    ]
    """Where it stands in the JSON answer, for example `data.memory.percentage`."""
    values: Mapping[str, float] = Field(default_factory=dict)
    """The number for each text, for example `healthy: 1`; by default the field is a number."""
    otherwise: float | None = None
    """The number if the field is missing or has another text; by default nothing is measured."""


class StatusExporter(Part):
    """Turns a status answer into metrics, once an interval, through the public address (A15)."""

    service: Name
    """The public service that is asked."""
    path: UrlPath
    """Path of the JSON answer."""
    interval_seconds: Annotated[int, Field(ge=60, le=3600, multiple_of=60)] = 60
    """Seconds from one request to the next, whole minutes, 60 to 3600; 60 by default."""
    metrics: Annotated[Mapping[MetricName, Metric], Field(min_length=1)]
    """Metrics by name."""


class Alert(Part):
    """A condition that tells people; one of `equals`, `above` and `below`."""

    name: Annotated[
        str,
        Text(
            r"[A-Z][A-Za-z0-9]{1,39}",
            "is no alert name",
            "write up to 40 letters and digits, a capital first",
            "APIUnhealthy",
        ),
    ]
    """Name, for example `APIUnhealthy`; its runbook is `docs/runbooks/api-unhealthy.md`."""
    metric: MetricName
    """A metric of the status exporter."""
    equals: float | None = None
    """Fires while the metric is this."""
    above: float | None = None
    """Fires while the metric is more than this."""
    below: float | None = None
    """Fires while the metric is less than this."""
    for_minutes: Annotated[int, Field(ge=1, le=1440)]
    """Minutes that it must last before anyone is told, 1 to 1440."""
    severity: Literal["critical", "warning"]
    """`critical` wakes someone, `warning` waits for the morning."""
    summary: Sentence
    """What has happened, for who is told."""
    team: Name
    """Who is told."""

    @property
    def slug(self) -> str:
        """The name in lower case with hyphens: `api-unhealthy`."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", self.name).lower()


class PostDeployCheck(Part):
    """A request that the doctor makes after a deploy (A17)."""

    service: Name
    """The public service that is asked."""
    path: UrlPath
    """Path of the GET request."""
    max_latency_milliseconds: Annotated[int, Field(ge=1, le=60000)]
    """Milliseconds that the answer may take, 1 to 60000."""
    expect: Sentence
    """Text that the answer contains."""


class System(Part):
    """What one team runs: services, data stores, bindings, alerts."""

    name: Name
    """Name of the system, and of its file."""
    description: Sentence
    """What it is for, in a sentence."""
    services: Annotated[Mapping[Name, Service], Field(min_length=1)]
    """Services by name."""
    database: Database | None = None
    """PostgreSQL database; none by default."""
    cache: Cache | None = None
    """Redis cache; none by default."""
    status_exporter: StatusExporter | None = None
    """Metrics from a status answer; none by default."""
    alerts: tuple[Alert, ...] = ()
    """Alerts on those metrics; none by default. Every system has those on its services and data
    stores without asking."""
    post_deploy_checks: tuple[PostDeployCheck, ...] = ()
    """Requests that the doctor makes after a deploy; none by default."""
