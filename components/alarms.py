"""CloudWatch alarms as typed data; a part of `components/monitoring.py`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import pulumi
import pulumi_aws as aws

from components.errors import require
from components.metrics import (
    COUNTS,
    EQUALITY,
    RESULT,
    SIMPLE_STATISTICS,
    ExpressionArgs,
    MetricArgs,
)


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
class AlarmArgs:
    """When people are told about a metric or an expression.

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
    metric: MetricArgs | ExpressionArgs
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
    """What silence means; by default a sum without data is zero, and so is an expression over
    nothing but sums: a problem only if zero is one (`notBreaching` or `breaching`). Anything else
    is unknown (`missing`)."""

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
        summary = f"{self.summary.rstrip('.')}."
        return f"{summary} Severity: {self.severity}.{team} Runbook: {self.runbook_url}"


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
    comparison_operator, threshold = _condition(args)
    # CloudWatch wants either one metric or an expression over several.
    queries = _queries(args)
    metric = None if queries or isinstance(args.metric, ExpressionArgs) else args.metric
    statistic = metric.statistic if metric else None
    is_percentile = statistic not in SIMPLE_STATISTICS
    return aws.cloudwatch.MetricAlarm(
        name,
        alarm_description=args.description,
        comparison_operator=comparison_operator,
        threshold=threshold,
        metric_queries=queries,
        namespace=metric.namespace if metric else None,
        metric_name=metric.name if metric else None,
        dimensions=dict(metric.dimensions) if metric else None,
        statistic=None if is_percentile else statistic,
        extended_statistic=statistic if is_percentile else None,
        period=metric.period_seconds if metric else None,
        evaluation_periods=args.for_minutes * 60 // args.metric.period_seconds,
        treat_missing_data=_missing_data(args).value,
        alarm_actions=[topic_arn],
        ok_actions=[topic_arn],
        tags={**tags, "Name": name, "Severity": args.severity.value},
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _missing_data(args: AlarmArgs) -> MissingData:
    if args.treat_missing_data is not None:
        return args.treat_missing_data
    if not all(metric.statistic in COUNTS for metric in _sources(args).values()):
        return MissingData.MISSING
    zero_is_a_problem = {
        Comparison.EQUALS: args.threshold == 0,
        Comparison.ABOVE: args.threshold < 0,
        Comparison.BELOW: args.threshold > 0,
    }[args.comparison]
    return MissingData.BREACHING if zero_is_a_problem else MissingData.NOT_BREACHING


def _sources(args: AlarmArgs) -> Mapping[str, MetricArgs]:
    if isinstance(args.metric, ExpressionArgs):
        return args.metric.metrics
    return {"watched": args.metric}


def _condition(args: AlarmArgs) -> tuple[str, float]:
    match args.comparison:
        case Comparison.ABOVE:
            return "GreaterThanThreshold", args.threshold
        case Comparison.BELOW:
            return "LessThanThreshold", args.threshold
        case Comparison.EQUALS:
            # CloudWatch has no such comparison, but its metric math has: 1 where it is so.
            return "GreaterThanOrEqualToThreshold", 1


def _queries(args: AlarmArgs) -> "list[aws.cloudwatch.MetricAlarmMetricQueryArgs] | None":
    watched = args.metric
    if isinstance(watched, ExpressionArgs):
        identifier, formula, label = RESULT, watched.expression, watched.label
    elif args.comparison is Comparison.EQUALS:
        identifier, formula, label = EQUALITY, "watched", watched.name
    else:
        return None
    if args.comparison is Comparison.EQUALS:
        operand = formula if formula.isidentifier() else f"({formula})"
        identifier = EQUALITY
        formula = f"IF({operand} == {args.threshold:g}, 1, 0)"
        label = f"{label} is {args.threshold:g}"
    return [
        aws.cloudwatch.MetricAlarmMetricQueryArgs(
            id=identifier, expression=formula, label=label, return_data=True
        ),
        *(
            aws.cloudwatch.MetricAlarmMetricQueryArgs(
                id=name,
                metric=aws.cloudwatch.MetricAlarmMetricQueryMetricArgs(
                    namespace=metric.namespace,
                    metric_name=metric.name,
                    dimensions=dict(metric.dimensions),
                    stat=metric.statistic,
                    period=metric.period_seconds,
                ),
            )
            for name, metric in _sources(args).items()
        ),
    ]
