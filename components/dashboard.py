"""A CloudWatch dashboard as typed data; a part of `components/monitoring.py`.

Source: CloudWatch API reference, "Dashboard body structure and syntax".
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.alarms import MetricArgs
from components.errors import require

COLUMNS = 24
ROW_HEIGHT = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class WidgetArgs:
    """One graph."""

    title: str
    """What it shows, above the graph."""
    metrics: Sequence[MetricArgs]
    """The lines of the graph, one or more."""
    width: int = 12
    """Columns of the dashboard's 24; half of them by default."""

    def __post_init__(self) -> None:
        require(self, "metrics", bool(self.metrics), "name one or more metrics")
        require(self, "width", 1 <= self.width <= COLUMNS, "use 1 to 24 (columns)")


def dashboard_body(
    widgets: Sequence[WidgetArgs],
    *,
    alarm_arns: Sequence[pulumi.Input[str]],
    region: pulumi.Input[str],
) -> pulumi.Output[str]:
    """Renders the dashboard as the JSON text that CloudWatch reads.

    Args:
        widgets: The graphs; CloudWatch fills its rows with them from left to right.
        alarm_arns: Alarms whose state stands on top.
        region: Where the metrics are.
    """
    rendered = [_graph(widget, region) for widget in widgets]
    if alarm_arns:
        rendered.insert(0, _alarm_states(alarm_arns))
    return pulumi.Output.json_dumps({"widgets": rendered})


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
            "metrics": [_line(metric) for metric in widget.metrics],
        },
    }


def _line(metric: MetricArgs) -> list[object]:
    line: list[object] = [metric.namespace, metric.name]
    for name, value in metric.dimensions.items():
        line += [name, value]
    line.append({"stat": metric.statistic, "period": metric.period_seconds})
    return line
