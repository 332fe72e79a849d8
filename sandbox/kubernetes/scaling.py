"""What Kubernetes refuses about an autoscaler or a disruption budget."""

from collections.abc import Iterator, Mapping

from sandbox.kubernetes.fields import at, mapping, numbered, quantity, text
from sandbox.provider import UNKNOWN, Plain, Problem

Found = Iterator[Problem]

_FIELD_OF_TARGET = {
    "Utilization": "averageUtilization",
    "AverageValue": "averageValue",
    "Value": "value",
}
_TARGETS_OF_SOURCE: Mapping[str, tuple[str, ...]] = {
    "resource": ("Utilization", "AverageValue"),
    "containerResource": ("Utilization", "AverageValue"),
    "pods": ("AverageValue",),
    "object": ("Value", "AverageValue"),
    "external": ("Value", "AverageValue"),
}


def autoscaler(value: Plain) -> Found:
    """Finds what is wrong with a HorizontalPodAutoscaler."""
    least, most = at(value, "spec", "minReplicas"), at(value, "spec", "maxReplicas")
    if isinstance(least, int) and isinstance(most, int) and most < least:
        reason = f"{most} is less than minReplicas {least}; use {least} or more"
        yield Problem("spec.maxReplicas", reason)
    for place, metric in numbered(value, "spec", "metrics"):
        yield from _metric(f"spec.metrics[{place}]", metric)


def _metric(path: str, metric: Plain) -> Found:
    type_ = text(metric, "type")
    source = type_[:1].lower() + type_[1:]
    if source not in _TARGETS_OF_SOURCE:
        return
    if metric.get(source) is None:
        yield Problem(f"{path}.{source}", f"is missing: the metric is of type {type_}")
    for other in sorted((metric.keys() & _TARGETS_OF_SOURCE.keys()) - {source}):
        yield Problem(f"{path}.{other}", f"is there too: the metric is of type {type_}")
    yield from _target(f"{path}.{source}.target", mapping(metric, source, "target"), source)


def _target(path: str, target: Plain, source: str) -> Found:
    type_, allowed = text(target, "type"), _TARGETS_OF_SOURCE[source]
    if type_ in _FIELD_OF_TARGET and type_ not in allowed:
        reason = f"{type_} is refused for {source}; use {' or '.join(allowed)}"
        yield Problem(f"{path}.type", reason)
        return
    own = _FIELD_OF_TARGET.get(type_)
    if own and target.get(own) is None:
        yield Problem(f"{path}.{own}", f"is missing: the target is of type {type_}")
        return
    for field in _FIELD_OF_TARGET.values():
        given = target.get(field)
        if own and field != own and given is not None:
            yield Problem(f"{path}.{field}", f"is there too: the target is of type {type_}")
        elif field != "averageUtilization" and quantity(given) == 0:
            yield Problem(f"{path}.{field}", f"{given} is refused; use more than 0")


def disruption_budget(value: Plain) -> Found:
    """Finds what is wrong with a PodDisruptionBudget."""
    spec = at(value, "spec")
    given = [key for key in ("minAvailable", "maxUnavailable") if at(spec, key) is not None]
    if spec is not UNKNOWN and len(given) != 1:
        yield Problem("spec", "name one of minAvailable and maxUnavailable")
