"""What selectors and network policies of Kubernetes mean, for the checks of a namespace."""

from collections.abc import Mapping
from typing import Any

DIRECTIONS = ("Ingress", "Egress")


def selects(selector: Mapping[str, Any] | None, labels: Mapping[str, str]) -> bool:
    """Whether a label selector selects something with these labels; an empty one selects all.

    Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
    """
    if selector is None:
        return False
    wanted: Mapping[str, str] = selector.get("matchLabels", {})
    expressions: list[Mapping[str, Any]] = selector.get("matchExpressions", [])
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_holds(each, labels) for each in expressions)


def selects_all(spec: Mapping[str, Any]) -> bool:
    """Whether a network policy is for all pods of its namespace."""
    selector: Mapping[str, Any] = spec.get("podSelector", {})
    return not selector.get("matchLabels") and not selector.get("matchExpressions")


def is_open(rules: list[dict[str, Any]], peers: str) -> bool:
    """Whether one of a policy's rules opens every port to everybody.

    Args:
        rules: Its `ingress` or `egress`.
        peers: The word for the other side: `from` or `to`.
    """
    return any(not rule.get(peers) and not rule.get("ports") for rule in rules)


def _holds(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key: str = expression["key"]
    values: list[str] = expression.get("values", [])
    match expression["operator"]:
        case "In":
            return labels.get(key) in values
        case "NotIn":  # codespell:ignore
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case _:
            return key not in labels
