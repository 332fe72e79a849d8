"""What selectors and network policies of Kubernetes mean, for the checks of a namespace."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from tools.doctor.finding import listed

DIRECTIONS = ("Ingress", "Egress")

_WORDS: Mapping[str, tuple[str, str]] = {"Ingress": ("from", "ingress"), "Egress": ("to", "egress")}
"""For each direction the key of a rule's peers, and that of the rules."""
_PLANNED: Mapping[str, frozenset[str]] = {
    "Ingress": frozenset(),
    "Egress": frozenset({"UDP 53", "TCP 53", "TCP 443"}),
}
"""Ports that every policy of ours opens to everybody: names, and the APIs of AWS and of others,
which have no addresses that could be listed; see `components/kubernetes_network_policy.py`."""
_WIDEST: Mapping[int, int] = {4: 8, 6: 7}
"""Prefix lengths of 10.0.0.0/8 and fc00::/7: no network of one's own is larger, so what is larger
is the internet, in one piece or in halves."""


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
    return not _names(spec.get("podSelector", {}))


def openings(spec: Mapping[str, Any], direction: str) -> Iterator[str]:
    """Gives what a network policy opens to everybody besides what is planned to be.

    Args:
        spec: Its `spec`.
        direction: One of `DIRECTIONS`.

    Yields:
        For each such rule the peer and the ports, for example `0.0.0.0/0 on TCP 8080`.
    """
    word, rules = _WORDS[direction]
    anything: list[dict[str, Any]] = [{}]
    for rule in spec.get(rules, []):
        peers: list[dict[str, Any]] = rule.get(word) or anything
        ports: list[dict[str, Any]] = rule.get("ports") or anything
        wide = next((name for name in map(_wide, peers) if name), "")
        unplanned = {_port(each) for each in ports} - _PLANNED[direction]
        if wide and unplanned:
            yield f"{wide} on {listed(unplanned)}"


def _wide(peer: Mapping[str, Any]) -> str:
    """How a peer that is everybody is called; "" for one that is somebody."""
    if "ipBlock" in peer:
        # What `except` takes out of such a range leaves most of the internet in it.
        network = ip_network(peer["ipBlock"]["cidr"], strict=False)
        return str(network) if network.prefixlen < _WIDEST[network.version] else ""
    namespaces, pods = peer.get("namespaceSelector"), peer.get("podSelector")
    if pods is not None and _names(pods):
        return ""
    if namespaces is not None:
        return "" if _names(namespaces) else "all namespaces"
    return "" if pods is not None else "everybody"


def _names(selector: Mapping[str, Any]) -> bool:
    return bool(selector.get("matchLabels") or selector.get("matchExpressions"))


def _port(port: Mapping[str, Any]) -> str:
    if "port" not in port:
        # Without a number it is all ports of the protocol; without a protocol, of all of them.
        return f"every {port['protocol']} port" if "protocol" in port else "every port"
    end = f"-{port['endPort']}" if "endPort" in port else ""
    return f"{port.get('protocol', 'TCP')} {port['port']}{end}"


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
