"""Monitoring: the alarms, with exact inputs, and all arguments that it refuses."""

from typing import Any

import pytest

from components.errors import ArgumentError
from components.monitoring import MetricArgs, WidgetArgs
from tests.unit.components import monitoring_cases
from tests.unit.components.monitoring_cases import RUNBOOK, alarm, args, expression, metric
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


def test_a_sum_without_data_is_a_problem_where_zero_is_one(recording: Recording) -> None:
    inputs = recording.one("MetricAlarm", "watch-idle").inputs
    assert (inputs["comparisonOperator"], inputs["threshold"]) == ("LessThanThreshold", 500)
    assert inputs["treatMissingData"] == "breaching"


def stat(name: str, statistic: str, period: int) -> dict[str, Any]:
    return {
        "namespace": "Shop",
        "metricName": name,
        "dimensions": {"System": "shop"},
        "stat": statistic,
        "period": period,
    }


def test_watches_what_is_calculated_from_metrics(recording: Recording) -> None:
    topic = recording.one("Topic", "watch-topic").outputs["arn"]
    assert recording.one("MetricAlarm", "watch-error-rate").inputs == {
        "alarmDescription": f"The shop is slow. Severity: warning. Runbook: {RUNBOOK}",
        "comparisonOperator": "GreaterThanThreshold",
        "threshold": 1,
        "evaluationPeriods": 5,
        "metricQueries": [
            {
                "id": "result",
                "expression": "100 * FILL(errors, 0) / requests",
                "label": "errors, percent of the requests",
                "returnData": True,
            },
            {"id": "errors", "metric": stat("errors", "Sum", 60)},
            {"id": "requests", "metric": stat("requests", "Sum", 60)},
        ],
        # Without a request there is no error either.
        "treatMissingData": "notBreaching",
        "alarmActions": [topic],
        "okActions": [topic],
        "tags": {"team": "platform", "Name": "watch-error-rate", "Severity": "warning"},
    }


def test_what_is_calculated_can_be_compared_for_equality(recording: Recording) -> None:
    inputs = recording.one("MetricAlarm", "watch-lost").inputs
    assert inputs["metricQueries"] == [
        {
            "id": "equals",
            "expression": "IF((desired - running) == 2, 1, 0)",
            "label": "tasks that are missing is 2",
            "returnData": True,
        },
        {"id": "desired", "metric": stat("desired", "Average", 300)},
        {"id": "running", "metric": stat("running", "Average", 300)},
    ]
    assert (inputs["comparisonOperator"], inputs["threshold"]) == (
        "GreaterThanOrEqualToThreshold",
        1,
    )
    assert inputs["evaluationPeriods"] == 1
    # What is no sum says nothing when it is silent.
    assert inputs["treatMissingData"] == "missing"


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
            alarm,
            {
                "for_minutes": 7,
                "metric": expression(expression="a", metrics={"a": metric(period_seconds=300)}),
            },
            "Alarm: for_minutes=7 is not allowed; use 1 to 1440, a multiple of the metric's "
            "period of 300 s (minutes)",
        ),
        (
            expression,
            {"metrics": {}},
            "Expression: metrics={} is not allowed; use 1 to 10 metrics",
        ),
        (
            expression,
            {"expression": "errors / PERIOD(errors)"},
            "Expression: expression='errors / PERIOD(errors)' is not allowed; use each of errors, "
            "requests, and no other metric",
        ),
        (
            expression,
            {"expression": "errors / requests / hits"},
            "Expression: expression='errors / requests / hits' is not allowed; use each of errors, "
            "requests, and no other metric",
        ),
        (
            WidgetArgs,
            {"title": "Twice", "metrics": [expression(), expression()]},
            "Widget: metrics=['errors', 'requests'] is not allowed; give each a name of its own",
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


@pytest.mark.parametrize(
    ("metrics", "remedy"),
    [
        (
            {f"m{number}": metric() for number in range(11)},
            "use 1 to 10 metrics",
        ),
        (
            {"Errors": metric()},
            "name them in lower case, a letter first, and none of them result or equals",
        ),
        (
            {"result": metric()},
            "name them in lower case, a letter first, and none of them result or equals",
        ),
        (
            {"a": metric(), "b": metric(period_seconds=300)},
            "give all metrics the same period_seconds",
        ),
    ],
)
def test_fails_when_an_expression_is_none_over_its_metrics(
    metrics: dict[str, MetricArgs], remedy: str
) -> None:
    with pytest.raises(ArgumentError) as refused:
        expression(metrics=metrics)
    assert str(refused.value) == f"Expression: metrics={metrics!r} is not allowed; {remedy}"
