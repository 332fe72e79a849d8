"""Monitoring: the alarms, with exact inputs, and all arguments that it refuses."""

from typing import Any

import pytest

from components.errors import ArgumentError
from components.monitoring import WidgetArgs
from tests.unit.components import monitoring_cases
from tests.unit.components.monitoring_cases import RUNBOOK, alarm, args, metric
from tools.recording.recorder import Recording


@pytest.fixture
def recording() -> Recording:
    return monitoring_cases.recorded()


def test_an_alarm_tells_when_it_starts_and_when_it_is_over(recording: Recording) -> None:
    topic = recording.one("Topic", "watch-topic").outputs["arn"]
    assert recording.one("MetricAlarm", "watch-slow").inputs == {
        "alarmDescription": f"The shop is slow. Severity: warning. Runbook: {RUNBOOK}",
        "comparisonOperator": "GreaterThanThreshold",
        "threshold": 500,
        "namespace": "Shop",
        "metricName": "milliseconds",
        "dimensions": {"System": "shop"},
        "statistic": "Average",
        "period": 60,
        "evaluationPeriods": 5,
        "treatMissingData": "missing",
        "alarmActions": [topic],
        "okActions": [topic],
        "tags": {"team": "platform", "Name": "watch-slow", "Severity": "warning"},
    }


@pytest.mark.acceptance("A16")
def test_equality_is_metric_math(recording: Recording) -> None:
    inputs = recording.one("MetricAlarm", "watch-down").inputs
    expected = {
        "alarmDescription": (
            f"The shop is slow. Severity: critical. Team: platform. Runbook: {RUNBOOK}"
        ),
        "comparisonOperator": "GreaterThanOrEqualToThreshold",
        "threshold": 1,
        "evaluationPeriods": 2,
        "metricQueries": [
            {
                "id": "equals",
                "expression": "IF(watched == 0.5, 1, 0)",
                "label": "status is 0.5",
                "returnData": True,
            },
            {
                "id": "watched",
                "metric": {
                    "namespace": "Shop",
                    "metricName": "status",
                    "dimensions": {"System": "shop"},
                    "stat": "Average",
                    "period": 60,
                },
            },
        ],
    }
    assert {name: inputs[name] for name in expected} == expected
    # CloudWatch refuses an alarm that has both an expression and a metric.
    assert not {"namespace", "metricName", "statistic", "period", "dimensions"} & set(inputs)


def test_percentiles_and_longer_periods(recording: Recording) -> None:
    inputs = recording.one("MetricAlarm", "watch-disk").inputs
    assert inputs["extendedStatistic"] == "p95"
    assert "statistic" not in inputs
    assert inputs["comparisonOperator"] == "LessThanThreshold"
    assert (inputs["period"], inputs["evaluationPeriods"]) == (300, 1)
    assert inputs["treatMissingData"] == "breaching"


def test_a_sum_without_data_is_no_problem(recording: Recording) -> None:
    inputs = recording.one("MetricAlarm", "watch-errors").inputs
    assert inputs["treatMissingData"] == "notBreaching"


@pytest.mark.parametrize(
    ("build", "changes", "message"),
    [
        (
            args,
            {"emails": ["oncall"]},
            "Monitoring: emails=['oncall'] is not allowed; use addresses: a@example.com",
        ),
        (
            args,
            {"emails": ["a@b.c", "A@b.c"]},
            "Monitoring: emails=['a@b.c', 'A@b.c'] is not allowed; name every address only once",
        ),
        (
            args,
            {"alarms": [alarm(), alarm()]},
            "Monitoring: alarms=['slow'] is not allowed; give every alarm its own name",
        ),
        (
            alarm,
            {"name": "API Slow"},
            "Alarm: name='API Slow' is not allowed; use lower case, digits and hyphens: "
            "api-unhealthy",
        ),
        (
            alarm,
            {"runbook_url": "see wiki"},
            "Alarm: runbook_url='see wiki' is not allowed; use the https address of a page that "
            "says what to do",
        ),
        (
            alarm,
            {"for_minutes": 0},
            "Alarm: for_minutes=0 is not allowed; use 1 to 1440, a multiple of the metric's "
            "period of 60 s (minutes)",
        ),
        (
            alarm,
            {"for_minutes": 7, "metric": metric(period_seconds=300)},
            "Alarm: for_minutes=7 is not allowed; use 1 to 1440, a multiple of the metric's "
            "period of 300 s (minutes)",
        ),
        (
            metric,
            {"statistic": "Median"},
            "Metric: statistic='Median' is not allowed; use one of Average, Maximum, Minimum, "
            "SampleCount, Sum, or a percentile such as p95",
        ),
        (
            metric,
            {"period_seconds": 90},
            "Metric: period_seconds=90 is not allowed; use 10, 30 or a multiple of 60 (seconds)",
        ),
        (
            WidgetArgs,
            {"title": "Empty", "metrics": []},
            "Widget: metrics=[] is not allowed; name one or more metrics",
        ),
        (
            WidgetArgs,
            {"title": "Wide", "metrics": [metric()], "width": 25},
            "Widget: width=25 is not allowed; use 1 to 24 (columns)",
        ),
    ],
)
def test_fails_when_cloudwatch_would_refuse(
    build: Any, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ArgumentError) as refused:
        build(**changes)
    assert str(refused.value) == message
