"""docs/metrics.md: what an alert may watch without the application's help."""

from collections.abc import Mapping

from model.metrics import SERVICE_METRICS, STORE_METRICS, BuiltInMetric
from tools.gendocs.markdown import GENERATED, code, page, table

INTRODUCTION = """\
An alert of a system file names a `service` or a `store` and one of these metrics; AWS measures them
by itself. Without `service` and `store` it names a metric of the system's own `statusExporter`. An
alert on anything else would never fire and is refused. Source:
[model/metrics.py](../model/metrics.py)."""


def metrics_page() -> str:
    """The text of docs/metrics.md."""
    blocks = ["## `service: <name>`", _table(SERVICE_METRICS)]
    for store, metrics in STORE_METRICS.items():
        blocks += [f"## `store: {store}`", _table(metrics)]
    return page("# Metrics for alerts", GENERATED, INTRODUCTION, *blocks)


def _table(metrics: Mapping[str, BuiltInMetric]) -> str:
    rows = [
        (
            code(name),
            metric.unit,
            metric.words + (" (only of public services)" if metric.needs_public else ""),
        )
        for name, metric in metrics.items()
    ]
    return table(("metric", "unit of the threshold", "what it measures"), rows)
