"""What CloudWatch measures, as typed data; a part of `components/monitoring.py`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from components.errors import require

COUNTS = ("SampleCount", "Sum")
SIMPLE_STATISTICS = ("Average", "Maximum", "Minimum", *COUNTS)
_PERCENTILE = re.compile(r"p\d{1,2}(\.\d{1,2})?|p100")

RESULT = "result"
EQUALITY = "equals"
"""Names in metric math that are taken: what is drawn or compared."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MetricArgs:
    """One metric in CloudWatch."""

    namespace: pulumi.Input[str]
    """Who reports it, for example `AWS/ECS`."""
    name: str
    """Name of the metric, for example `CPUUtilization`."""
    dimensions: Mapping[str, pulumi.Input[str]] = field(
        default_factory=dict[str, pulumi.Input[str]]
    )
    """What it is about, for example `{"ClusterName": ...}`; nothing by default."""
    statistic: str = "Average"
    """How the values of a period become one: Average, Maximum, Minimum, SampleCount, Sum, or a
    percentile such as `p95`; the average by default."""
    period_seconds: int = 60
    """Length of a period, 10, 30 or a multiple of 60 s; 60 by default."""

    def __post_init__(self) -> None:
        require(
            self,
            "statistic",
            self.statistic in SIMPLE_STATISTICS or bool(_PERCENTILE.fullmatch(self.statistic)),
            f"use one of {', '.join(SIMPLE_STATISTICS)}, or a percentile such as p95",
        )
        require(
            self,
            "period_seconds",
            self.period_seconds in (10, 30)
            or (self.period_seconds >= 60 and self.period_seconds % 60 == 0),
            "use 10, 30 or a multiple of 60 (seconds)",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpressionArgs:
    """A number that CloudWatch calculates from metrics.

    Source: CloudWatch guide, "Using math expressions with CloudWatch metrics"; the limits are those
    of an alarm, CloudWatch API reference, PutMetricAlarm.
    """

    label: str
    """What it is, for legends, for example `errors, percent of the requests`."""
    expression: str
    """The sum, for example `100 * FILL(errors, 0) / requests`. Where a metric has no data, neither
    has the sum. Fill none of which the last minute comes late: an alarm would always see the
    filling instead."""
    metrics: Mapping[str, MetricArgs]
    """The metrics in it by their names in the expression, 1 to 10, all with the same period."""

    def __post_init__(self) -> None:
        require(self, "metrics", 1 <= len(self.metrics) <= 10, "use 1 to 10 metrics")
        require(
            self,
            "metrics",
            all(
                re.fullmatch("[a-z][a-z0-9_]*", name) and not name.startswith((RESULT, EQUALITY))
                for name in self.metrics
            ),
            "name them in lower case, a letter first, and none of them result or equals",
        )
        require(
            self,
            "metrics",
            len({metric.period_seconds for metric in self.metrics.values()}) == 1,
            "give all metrics the same period_seconds",
        )
        # Functions are in capitals, so what is in lower case is a metric.
        require(
            self,
            "expression",
            set(re.findall(r"\b[a-z]\w*", self.expression)) == set(self.metrics),
            f"use each of {', '.join(self.metrics)}, and no other metric",
        )

    @property
    def period_seconds(self) -> int:
        """Length of a period, that of the metrics."""
        return next(iter(self.metrics.values())).period_seconds
