"""Reads objects that may be malformed, or not known in all parts yet."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.provider import UNKNOWN, Plain, is_list, is_map


def at(value: object, *path: str) -> Any:
    """Follows a path of field names.

    Args:
        value: Where to start.
        path: The names.

    Returns:
        What stands there; None if nothing does, UNKNOWN if that is not known yet.
    """
    for key in path:
        if not is_map(value):
            return UNKNOWN if value is UNKNOWN else None
        value = value.get(key)
    return value


def text(value: object, *path: str) -> str:
    """Returns the text at a path; "" if there is none, or none that is known."""
    found = at(value, *path)
    return found if isinstance(found, str) else ""


def maps(value: object, *path: str) -> list[Plain]:
    """Returns the items of a list that are maps; none if there is no list."""
    return [item for _, item in numbered(value, *path)]


def numbered(value: object, *path: str) -> list[tuple[int, Plain]]:
    """Returns the items of a list that are maps, with their places in the list."""
    found = at(value, *path)
    items: list[Any] = found if is_list(found) else []
    return [(place, item) for place, item in enumerate(items) if is_map(item)]


def mapping(value: object, *path: str) -> Plain:
    """Returns the map at a path; an empty one if there is none."""
    found = at(value, *path)
    return found if is_map(found) else {}


def name_of(value: object) -> str:
    """Returns an object's name."""
    return text(value, "metadata", "name")


def namespace_of(value: object) -> str:
    """Returns an object's namespace, which is `default` if it names none."""
    return text(value, "metadata", "namespace") or "default"


def contains_unknown(value: object) -> bool:
    """Whether the value, or a part of it, is not known yet."""
    if is_map(value):
        return any(contains_unknown(item) for item in value.values())
    if is_list(value):
        return any(contains_unknown(item) for item in value)
    return value is UNKNOWN


def selects(selector: object, labels: object) -> bool:
    """Whether a label selector selects what has these labels.

    Args:
        selector: `matchLabels` and `matchExpressions`; an empty one selects everything.
        labels: The labels.

    Returns:
        Whether it does. What is not known yet is taken for fitting.
    """
    if selector is UNKNOWN or labels is UNKNOWN:
        return True
    has = labels if is_map(labels) else {}
    wanted = mapping(selector, "matchLabels")
    if not has_labels(has, wanted):
        return False
    return all(_holds(expression, has) for expression in maps(selector, "matchExpressions"))


def has_labels(labels: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether the labels have all of these; unknown ones are taken for fitting."""
    return all(
        key in labels and (labels[key] == value or UNKNOWN in (labels[key], value))
        for key, value in wanted.items()
    )


def _holds(expression: Plain, labels: Plain) -> bool:
    if contains_unknown(expression):
        return True
    key, values = text(expression, "key"), at(expression, "values") or ()
    match expression.get("operator"):
        case "In":
            return labels.get(key) in values
        case "NotIn":  # codespell:ignore
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case _:
            return key not in labels


_UNITS = {
    **{"": 1, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12},
    **{"P": 1e15, "E": 1e18, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40},
    **{"Pi": 2**50, "Ei": 2**60},
}
QUANTITY = re.compile(r"(?P<number>\d+(\.\d*)?|\.\d+)(?P<unit>[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?")
"""A quantity that is not negative
(https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/)."""


def quantity(value: object) -> float | None:
    """Returns a quantity such as `250m` or `512Mi` as a number; None if it is none, or unknown."""
    match = QUANTITY.fullmatch(str(value)) if isinstance(value, str | int | float) else None
    if match is None:
        return None
    unit = match["unit"] or ""
    factor = _UNITS[unit] if unit in _UNITS else float(f"1{unit}")
    return float(match["number"]) * factor


def containers(spec: Plain) -> Iterator[tuple[str, Plain]]:
    """Yields the containers of a pod's spec with their paths, those that run first at first."""
    for key in ("initContainers", "containers"):
        for place, container in numbered(spec, key):
            yield f"{key}[{place}]", container
