"""What the NetworkPolicies of a recorded graph let pass.

Source: Kubernetes documentation, "Network Policies". A kind of rule that is not read here is an
error, not a gap.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Any

from tools.recording.recorder import Recording

ANYWHERE = IPv4Network("0.0.0.0/0")
_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
_NAMESPACE = "kubernetes:core/v1:Namespace"
_UNREAD = (
    "ClusterNetworkPolicy",
    "AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy",
    "PolicyEndpoint",
)

Rule = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class End:
    """One end of a connection."""

    addresses: tuple[IPv4Network, ...] = (ANYWHERE,)
    """All that it may have. Two ends that may have the same one cannot be told apart by it."""
    namespace: str | None = None
    """Of pods; None for what is no pod, which no policy is about."""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])


SOMEWHERE = End()
"""What is no pod and may have any address."""


@dataclass(frozen=True, kw_only=True)
class _Policy:
    namespace: str
    selector: Mapping[str, str]
    types: tuple[str, ...]
    rules: Mapping[str, list[Rule]]

    def selects(self, end: End) -> bool:
        return self.namespace == end.namespace and _matches(self.selector, end.labels)


class Policies:
    """The policies of a graph."""

    def __init__(self, graph: Recording) -> None:
        for each in graph.resources:
            assert not each.type.endswith(_UNREAD), f"nothing here reads {each.type} {each.name}"
        self._labels = {
            each.inputs["metadata"]["name"]: each.inputs["metadata"].get("labels", {})
            for each in graph.of_type(_NAMESPACE)
        }
        self._policies = [
            _policy(each.inputs["metadata"]["namespace"], each.inputs["spec"])
            for each in graph.of_type(_POLICY)
        ]

    def pass_(self, source: End, target: End, port: int) -> bool:
        """Whether TCP may pass: the pods' own policies on both ends must let it."""
        leaves = self._lets("Egress", source, target, port)
        return leaves and self._lets("Ingress", target, source, port)

    def ways_out(self, source: End) -> Iterator[tuple[IPv4Network, str]]:
        """The addresses that pods may connect to, and how; other pods left out."""
        rules = self._rules("Egress", source)
        if rules is None:
            yield ANYWHERE, "connects on every port"
        for rule in rules or ():
            peers = rule.get("to")
            blocks = [_block(peer) for peer in peers or () if "ipBlock" in peer]
            for block in blocks if peers else [ANYWHERE]:
                for how in _ports(rule):
                    yield block, how

    def open_ports(self, target: End) -> frozenset[int]:
        """The ports that some rule lets somebody in to."""
        return frozenset(
            each["port"]
            for rule in self._rules("Ingress", target) or ()
            for each in rule.get("ports", ())
        )

    def _rules(self, direction: str, end: End) -> list[Rule] | None:
        """None where no policy is about these pods in this direction: all is open to them."""
        about = [each for each in self._policies if direction in each.types and each.selects(end)]
        if end.namespace is None or not about:
            return None
        return [rule for each in about for rule in each.rules[direction]]

    def _lets(self, direction: str, end: End, other: End, port: int) -> bool:
        rules = self._rules(direction, end)
        if rules is None:
            return True
        key = "to" if direction == "Egress" else "from"
        return any(
            _opens(rule, port)
            and (
                not rule.get(key)
                or any(self._is(peer, other, end.namespace or "") for peer in rule[key])
            )
            for rule in rules
        )

    def _is(self, peer: Rule, end: End, namespace: str) -> bool:
        if "ipBlock" in peer:
            # Amazon's agent compares addresses, those of pods too.
            return any(_block(peer).overlaps(each) for each in end.addresses)
        if end.namespace is None:
            return False
        if "namespaceSelector" in peer:
            labels = {
                **self._labels.get(end.namespace, {}),
                "kubernetes.io/metadata.name": end.namespace,
            }
            if not _matches(_selector(peer["namespaceSelector"]), labels):
                return False
        elif end.namespace != namespace:
            return False
        return _matches(_selector(peer.get("podSelector", {})), end.labels)


def _policy(namespace: str, spec: Rule) -> _Policy:
    for rule in [*spec.get("ingress", ()), *spec.get("egress", ())]:
        for peer in [*(rule.get("from") or ()), *(rule.get("to") or ())]:
            _check(peer)
    egress = ["Egress"] if "egress" in spec else []
    return _Policy(
        namespace=namespace,
        selector=_selector(spec["podSelector"]),
        types=tuple(spec.get("policyTypes", ["Ingress", *egress])),
        rules={"Ingress": spec.get("ingress", []), "Egress": spec.get("egress", [])},
    )


def _check(peer: Rule) -> None:
    unread = {*peer} - {"ipBlock", "podSelector", "namespaceSelector"}
    assert not unread, f"nothing here knows {sorted(unread)} of a peer"
    for key in ("podSelector", "namespaceSelector"):
        _selector(peer.get(key, {}))
    unread = {*peer.get("ipBlock", {})} - {"cidr"}
    assert not unread, f"nothing here knows {sorted(unread)} of an address block"


def _selector(value: Rule) -> Mapping[str, str]:
    unread = {*value} - {"matchLabels"}
    assert not unread, f"nothing here knows {sorted(unread)} of a selector"
    return value.get("matchLabels", {})


def _matches(selector: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    return all(labels.get(key) == value for key, value in selector.items())


def _block(peer: Rule) -> IPv4Network:
    return IPv4Network(peer["ipBlock"]["cidr"])


def _opens(rule: Rule, port: int) -> bool:
    ports = rule.get("ports")
    return not ports or any(
        each.get("protocol", "TCP") == "TCP"
        and each.get("port", port) <= port <= each.get("endPort", each.get("port", port))
        for each in ports
    )


def _ports(rule: Rule) -> list[str]:
    return [
        f"connects on {each.get('protocol', 'TCP').lower()} {each['port']}"
        + (f" to {each['endPort']}" if "endPort" in each else "")
        for each in rule.get("ports", ())
    ] or ["connects on every port"]
