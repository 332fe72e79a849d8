"""How a status document becomes numbers: what the canary and the status exporter share (A15)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusMetric:
    """How one field of the status becomes one number."""

    field: str
    """Where it stands in the JSON document, for example `data.memory.percentage`."""
    values: Mapping[str, float] | None = None
    """Number for each word that the field may hold; by default it holds a number."""
    otherwise: float | None = None
    """Number when the field is missing, holds something else, or there is no answer at all; by
    default nothing is reported then."""


def script_variables(
    namespace: str, metrics: Mapping[str, StatusMetric], dimensions: Mapping[str, str]
) -> dict[str, str]:
    """Writes the environment variables from which both scripts know what to report.

    Args:
        namespace: Namespace of the metrics.
        metrics: The metrics by name; what is None is left out.
        dimensions: What the metrics are about.
    """
    mapping = {
        name: {
            "field": metric.field,
            **({"values": dict(metric.values)} if metric.values else {}),
            **({} if metric.otherwise is None else {"otherwise": metric.otherwise}),
        }
        for name, metric in metrics.items()
    }
    return {
        "METRIC_NAMESPACE": namespace,
        "METRIC_DIMENSIONS": json.dumps(dict(dimensions)),
        "METRICS": json.dumps(mapping),
    }
