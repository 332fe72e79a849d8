"""The monitoring that the tests look at; built once for all of them."""

import functools
from typing import Any

import pulumi

from components.monitoring import (
    AlarmArgs,
    Comparison,
    ExpressionArgs,
    MetricArgs,
    MissingData,
    Monitoring,
    MonitoringArgs,
    Severity,
    WidgetArgs,
)
from tools.recording.recorder import Recording, record_component

ACCOUNT = "111122223333"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1"
RUNBOOK = "https://example.com/runbooks/slow"


def metric(**changes: Any) -> MetricArgs:
    return MetricArgs(
        **{"namespace": "Shop", "name": "milliseconds", "dimensions": {"System": "shop"}} | changes
    )


def expression(**changes: Any) -> ExpressionArgs:
    return ExpressionArgs(
        **{
            "label": "errors, percent of the requests",
            "expression": "100 * FILL(errors, 0) / requests",
            "metrics": {
                "errors": metric(name="errors", statistic="Sum"),
                "requests": metric(name="requests", statistic="Sum"),
            },
        }
        | changes
    )


def alarm(**changes: Any) -> AlarmArgs:
    return AlarmArgs(
        **{
            "name": "slow",
            "summary": "The shop is slow.",
            "runbook_url": RUNBOOK,
            "severity": Severity.WARNING,
            "metric": metric(),
            "comparison": Comparison.ABOVE,
            "threshold": 500,
            "for_minutes": 5,
        }
        | changes
    )


def args(**changes: Any) -> MonitoringArgs:
    return MonitoringArgs(**{"kms_key_arn": KEY, "account_id": ACCOUNT} | changes)


@functools.cache
def recorded() -> Recording:
    """`watch` has everything, `bare` nothing but its topic."""

    def build(options: pulumi.ResourceOptions) -> None:
        watch = args(
            emails=["oncall@example.com", "Boss@example.com"],
            alarms=[
                alarm(),
                alarm(
                    name="down",
                    severity=Severity.CRITICAL,
                    metric=metric(name="status"),
                    comparison=Comparison.EQUALS,
                    threshold=0.5,
                    for_minutes=2,
                    team="platform",
                ),
                alarm(
                    name="disk",
                    metric=metric(statistic="p95", period_seconds=300),
                    comparison=Comparison.BELOW,
                    treat_missing_data=MissingData.BREACHING,
                ),
                alarm(name="errors", metric=metric(statistic="Sum")),
                alarm(name="idle", metric=metric(statistic="Sum"), comparison=Comparison.BELOW),
                alarm(name="error-rate", metric=expression(), threshold=1),
                alarm(
                    name="lost",
                    metric=expression(
                        label="tasks that are missing",
                        expression="desired - running",
                        metrics={
                            "desired": metric(name="desired", period_seconds=300),
                            "running": metric(name="running", period_seconds=300),
                        },
                    ),
                    comparison=Comparison.EQUALS,
                    threshold=2,
                ),
            ],
            dashboard=[
                WidgetArgs(title="Speed", metrics=[metric(), metric(statistic="p95")]),
                WidgetArgs(title="Wide", metrics=[metric(dimensions={})], width=24),
                WidgetArgs(title="Rate", metrics=[metric(), expression()]),
            ],
            tags={"team": "platform"},
        )
        Monitoring("watch", watch, options)
        Monitoring("bare", args(), options)

    return record_component(build)
