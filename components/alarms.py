"""CloudWatch alarms as typed data; a part of `components/monitoring.py`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pulumi
import pulumi_aws as aws

from components.errors import require

SIMPLE_STATISTICS = ("Average", "Maximum", "Minimum", "SampleCount", "Sum")
_PERCENTILE = re.compile(r"p\d{1,2}(\.\d{1,2})?|p100")


class Severity(StrEnum):
    """How soon somebody must look."""

    CRITICAL = "critical"
    """Now: users notice it."""
    WARNING = "warning"
    """In working hours: users will notice it."""


class Comparison(StrEnum):
    """How a metric and its threshold must stand to each other to be a problem."""

    EQUALS = "equals"
    """The same number, for metrics that encode states."""
    ABOVE = "above"
    """More, not as much."""
    BELOW = "below"
    """Less, not as little."""


class MissingData(StrEnum):
    """What a period without data means."""

    BREACHING = "breaching"
    """A problem: what should always report is silent."""
    NOT_BREACHING = "notBreaching"
    """No problem: nothing to count."""
    IGNORE = "ignore"
    """Whatever was before."""
    MISSING = "missing"
    """Unknown: the alarm shows INSUFFICIENT_DATA and tells nobody."""


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
class AlarmArgs:
    """When people are told about a metric.

    Source of the limits: CloudWatch API reference, PutMetricAlarm.
    """

    name: str
    """Short name in lower case, unique among the alarms of one component."""
    summary: str
    """What is wrong, in one sentence, for whoever is woken by it."""
    runbook_url: str
    """What to do about it."""
    severity: Severity
    """How soon."""
    metric: MetricArgs
    """What is watched."""
    comparison: Comparison
    """How it stands to the threshold when it is a problem."""
    threshold: float
    """The number that it is compared with, in the unit of the metric."""
    for_minutes: int
    """Minutes that it must last, a multiple of the metric's period, up to a day (1440)."""
    team: str | None = None
    """Who looks after it; not said by default."""
    treat_missing_data: MissingData | None = None
    """What silence means; by default a sum without data is zero (`notBreaching`), and anything
    else is unknown (`missing`)."""

    def __post_init__(self) -> None:
        require(
            self,
            "name",
            re.fullmatch("[a-z0-9][a-z0-9-]*", self.name) is not None,
            "use lower case, digits and hyphens: api-unhealthy",
        )
        require(
            self,
            "runbook_url",
            self.runbook_url.startswith("https://"),
            "use the https address of a page that says what to do",
        )
        period = self.metric.period_seconds
        require(
            self,
            "for_minutes",
            1 <= self.for_minutes <= 1440 and self.for_minutes * 60 % period == 0,
            f"use 1 to 1440, a multiple of the metric's period of {period} s (minutes)",
        )

    @property
    def description(self) -> str:
        """What the notification says besides the numbers."""
        team = f" Team: {self.team}." if self.team else ""
        return f"{self.summary} Severity: {self.severity}.{team} Runbook: {self.runbook_url}"


def create_alarm(
    name: str,
    args: AlarmArgs,
    *,
    topic_arn: pulumi.Input[str],
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> "aws.cloudwatch.MetricAlarm":
    """Creates an alarm that publishes when it starts and when it is over.

    Args:
        name: Logical name.
        args: What is watched.
        topic_arn: Where it publishes.
        tags: Tags besides the name.
        parent: The component.
    """
    metric = args.metric
    comparison_operator, threshold, queries = _condition(args)
    # CloudWatch wants either one metric or an expression over several.
    is_single = queries is None
    percentile = metric.statistic not in SIMPLE_STATISTICS
    return aws.cloudwatch.MetricAlarm(
        name,
        alarm_description=args.description,
        comparison_operator=comparison_operator,
        threshold=threshold,
        metric_queries=queries,
        namespace=metric.namespace if is_single else None,
        metric_name=metric.name if is_single else None,
        dimensions=dict(metric.dimensions) if is_single else None,
        statistic=metric.statistic if is_single and not percentile else None,
        extended_statistic=metric.statistic if is_single and percentile else None,
        period=metric.period_seconds if is_single else None,
        evaluation_periods=args.for_minutes * 60 // metric.period_seconds,
        treat_missing_data=_missing_data(args).value,
        alarm_actions=[topic_arn],
        ok_actions=[topic_arn],
        tags={**tags, "Name": name, "Severity": args.severity.value},
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _missing_data(args: AlarmArgs) -> MissingData:
    if args.treat_missing_data is not None:
        return args.treat_missing_data
    counts = args.metric.statistic in ("Sum", "SampleCount")
    return MissingData.NOT_BREACHING if counts else MissingData.MISSING


def _condition(
    args: AlarmArgs,
) -> "tuple[str, float, list[aws.cloudwatch.MetricAlarmMetricQueryArgs] | None]":
    match args.comparison:
        case Comparison.ABOVE:
            return "GreaterThanThreshold", args.threshold, None
        case Comparison.BELOW:
            return "LessThanThreshold", args.threshold, None
        case Comparison.EQUALS:
            # CloudWatch has no such comparison, but its metric math has.
            return "GreaterThanOrEqualToThreshold", 1, _equality(args)


def _equality(args: AlarmArgs) -> "list[aws.cloudwatch.MetricAlarmMetricQueryArgs]":
    metric = args.metric
    return [
        aws.cloudwatch.MetricAlarmMetricQueryArgs(
            id="equals",
            expression=f"IF(watched == {args.threshold:g}, 1, 0)",
            label=f"{metric.name} is {args.threshold:g}",
            return_data=True,
        ),
        aws.cloudwatch.MetricAlarmMetricQueryArgs(
            id="watched",
            metric=aws.cloudwatch.MetricAlarmMetricQueryMetricArgs(
                namespace=metric.namespace,
                metric_name=metric.name,
                dimensions=dict(metric.dimensions),
                stat=metric.statistic,
                period=metric.period_seconds,
            ),
        ),
    ]
