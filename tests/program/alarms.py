"""What an alarm of the recorded graph looks at, in one shape for metrics and expressions."""

from dataclasses import dataclass
from typing import Any

from tools.recording.recorder import Recording


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One alarm, as CloudWatch gets it."""

    metrics: dict[str, tuple[str, str, str]]
    """Namespace, name and statistic by the name in the expression; `value` without one."""
    expression: str | None
    """What is computed from them."""
    condition: tuple[str, float]
    """Comparison and threshold."""
    minutes: int
    """How long it must last."""
    severity: str
    """Of the tag, which the description repeats."""


def seen(graph: Recording, alarm: str) -> Seen:
    """Reads an alarm by its logical name; every period must be a minute.

    Args:
        graph: The recorded graph.
        alarm: Logical name, `<system>-monitoring-<alarm>`.
    """
    inputs = graph.one("MetricAlarm", alarm).inputs
    queries = inputs.get("metricQueries", [])
    metrics = {each["id"]: each["metric"] for each in queries if "metric" in each}
    if not queries:
        metrics = {"value": inputs}
    assert {metric["period"] for metric in metrics.values()} == {60}
    severity = inputs["tags"]["Severity"]
    assert f"Severity: {severity}." in inputs["alarmDescription"]
    return Seen(
        metrics={
            name: (metric["namespace"], metric["metricName"], _statistic(metric))
            for name, metric in metrics.items()
        },
        expression=next((each["expression"] for each in queries if "expression" in each), None),
        condition=(inputs["comparisonOperator"], inputs["threshold"]),
        minutes=inputs["evaluationPeriods"],
        severity=severity,
    )


def dimensions(graph: Recording, alarm: str) -> dict[str, str]:
    """The dimensions of all metrics of an alarm, which must have the same ones."""
    inputs = graph.one("MetricAlarm", alarm).inputs
    found = [each["metric"] for each in inputs.get("metricQueries", []) if "metric" in each]
    first, *others = [metric["dimensions"] for metric in found or [inputs]]
    assert all(each == first for each in others)
    return first


def charted(body: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Namespace, name and statistic of every metric on a dashboard, hidden operands too."""
    return {
        (metric[0], metric[1], metric[-1].get("stat", "Average"))
        for widget in body["widgets"]
        for metric in widget["properties"].get("metrics", [])
        if isinstance(metric[0], str)
    }


def _statistic(metric: dict[str, Any]) -> str:
    return metric.get("stat") or metric.get("statistic") or metric["extendedStatistic"]
