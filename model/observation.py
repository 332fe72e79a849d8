"""What is measured of a system, and who is told when."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from model.fields import Name, Sentence, Text, UrlPath
from model.part import Part

MetricName = Annotated[
    str,
    Text(
        r"[A-Za-z][A-Za-z0-9_]{0,254}",
        "is no metric name",
        "write letters, digits and underscores, a letter first",
        "api_health_status",
    ),
]


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
    """Seconds from one request to the next, whole minutes, 60 to 3600; 60 by default. On EKS
    without `slipway:eks.prometheusOperator` a part of an hour: a CronJob asks, whose minutes begin
    anew with each hour."""
    metrics: Annotated[Mapping[MetricName, Metric], Field(min_length=1)]
    """Metrics by name."""
    alert_group: MetricName | None = None
    """Name that the group of alerts on these metrics has in Prometheus, for example
    `shop_api_alerts`; by default `<system>_<service>_alerts` with underscores for hyphens (A16)."""


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
    service: Name | None = None
    """The service that is watched; by default the metric is one of the status exporter's."""
    store: Literal["database", "cache", "queue"] | None = None
    """The data store that is watched, in place of a service."""
    metric: MetricName
    """A metric of the status exporter, or with `service` or `store` one that AWS measures:
    docs/metrics.md lists them with their units."""
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
