"""A CloudWatch dashboard as typed data; a part of `components/monitoring.py`.

Source: CloudWatch API reference, "Dashboard body structure and syntax".
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.errors import ArgumentError, require
from components.json_document import json_document
from components.metrics import RESULT, ExpressionArgs, MetricArgs

COLUMNS = 24
ROW_HEIGHT = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class WidgetArgs:
    """One graph."""

    title: str
    """What it shows, above the graph."""
    metrics: Sequence[MetricArgs | ExpressionArgs]
    """The lines of the graph, one or more. The metrics in their expressions are not shown
    themselves; in one graph each has a name of its own."""
    width: int = 12
    """Columns of the dashboard's 24; half of them by default."""

    def __post_init__(self) -> None:
        require(self, "metrics", bool(self.metrics), "name one or more metrics")
        names = [
            name
            for line in self.metrics
            if isinstance(line, ExpressionArgs)
            for name in line.metrics
        ]
        if len(set(names)) < len(names):
            twice = sorted({name for name in names if names.count(name) > 1})
            raise ArgumentError("Widget", "metrics", twice, "give each a name of its own")
        require(self, "width", 1 <= self.width <= COLUMNS, "use 1 to 24 (columns)")


def dashboard_body(
    widgets: Sequence[WidgetArgs],
    *,
    alarm_arns: Sequence[pulumi.Input[str]],
    region: pulumi.Input[str],
) -> pulumi.Input[str]:
    """Renders the dashboard as the JSON text that CloudWatch reads.

    Args:
        widgets: The graphs; CloudWatch fills its rows with them from left to right.
        alarm_arns: Alarms whose state stands on top.
        region: Where the metrics are.
    """
    rendered = [_graph(widget, region) for widget in widgets]
    if alarm_arns:
        rendered.insert(0, _alarm_states(alarm_arns))
    return json_document({"widgets": rendered})


def _alarm_states(alarm_arns: Sequence[pulumi.Input[str]]) -> dict[str, object]:
    return {
        "type": "alarm",
        "width": COLUMNS,
        "height": ROW_HEIGHT // 2,
        "properties": {"title": "Alarms", "alarms": list(alarm_arns)},
    }


def _graph(widget: WidgetArgs, region: pulumi.Input[str]) -> dict[str, object]:
    return {
        "type": "metric",
        "width": widget.width,
        "height": ROW_HEIGHT,
        "properties": {
            "title": widget.title,
            "region": region,
            "view": "timeSeries",
            "metrics": [
                line
                for number, metric in enumerate(widget.metrics)
                for line in _lines(metric, f"{RESULT}{number}")
            ],
        },
    }


def _lines(shown: MetricArgs | ExpressionArgs, identifier: str) -> list[list[object]]:
    if isinstance(shown, MetricArgs):
        return [_line(shown)]
    result = {
        "expression": shown.expression,
        "label": shown.label,
        "id": identifier,
        "period": shown.period_seconds,
    }
    hidden = [_line(metric, id=name, visible=False) for name, metric in shown.metrics.items()]
    return [[result], *hidden]


def _line(metric: MetricArgs, **options: object) -> list[object]:
    line: list[object] = [metric.namespace, metric.name]
    for name, value in metric.dimensions.items():
        line += [name, value]
    line.append({"stat": metric.statistic, "period": metric.period_seconds, **options})
    return line
