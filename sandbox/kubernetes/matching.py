"""What is accepted and has no effect, or not the one that was meant: looked for after a deploy.

Not when an object is created: Kubernetes asks for no order between what selects and what is
selected, a program has none, and which of the two comes first differs from run to run.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sandbox.kubernetes import kinds, listening, rivals
from sandbox.kubernetes.fields import (
    at,
    has_labels,
    mapping,
    maps,
    name_of,
    namespace_of,
    numbered,
    selects,
    text,
)
from sandbox.kubernetes.kinds import ObjectKind
from sandbox.kubernetes.references import Looking
from sandbox.kubernetes.selection import listed, pod_labels, selected
from sandbox.kubernetes.store import Store
from sandbox.provider import Plain, is_list


@dataclass(frozen=True)
class Unmatched:
    """An object that selects nothing, not what it needs, or what another one has already."""

    kind: str
    """Kind of the object."""
    namespace: str
    """Its namespace."""
    name: str
    """Its name."""
    reason: str
    """The field and what is wrong."""

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}: {self.reason}"


def unmatched(store: Store) -> list[Unmatched]:
    """Looks at everything that selects by labels, or has its effect on something else.

    Args:
        store: The cluster, complete.

    Returns:
        What is accepted by Kubernetes and does not work as it is meant.
    """
    return [
        Unmatched(kind.name, namespace_of(value), name_of(value), reason)
        for kind in kinds.KINDS
        for value in store.of_kind(kind)
        for reason in _reasons(store, kind, value)
    ]


def _reasons(store: Store, kind: ObjectKind, value: Plain) -> Iterator[str]:
    if kind in kinds.WORKLOADS:
        yield from _spread(kind, value)
    for looks in (_LOOKS, listening.LOOKS, rivals.LOOKS):
        if kind in looks:
            yield from looks[kind](store, value)


def _spread(kind: ObjectKind, value: Plain) -> Iterator[str]:
    for place, constraint in numbered(value, *kind.pod_spec, "topologySpreadConstraints"):
        path = f"{kind.pod_path}.topologySpreadConstraints[{place}].labelSelector"
        selector = constraint.get("labelSelector")
        if selector is None:
            yield f"{path} is missing: it counts no pods, and spreads none"
        elif not selects(selector, pod_labels(kind, value)):
            labels = listed(mapping(selector, "matchLabels"))
            yield f"{path} does not find the pods that it is to spread: {labels}"


def _service(store: Store, value: Plain) -> Iterator[str]:
    selector = mapping(value, "spec", "selector")
    if selector and not selected(store, namespace_of(value), {"matchLabels": selector}):
        yield f"spec.selector finds no pods: nothing has the labels {listed(selector)}"


def _disruption_budget(store: Store, value: Plain) -> Iterator[str]:
    selector = at(value, "spec", "selector")
    deployments = store.of_kind(kinds.DEPLOYMENT, namespace_of(value))
    if not any(selects(selector, pod_labels(kinds.DEPLOYMENT, each)) for each in deployments):
        yield f"spec.selector finds no Deployment: {listed(mapping(selector, 'matchLabels'))}"


def _network_policy(store: Store, value: Plain) -> Iterator[str]:
    namespace, spec = namespace_of(value), mapping(value, "spec")
    selector = mapping(spec, "podSelector")
    # An empty selector is meant for whatever comes.
    if selector and not selected(store, namespace, selector):
        yield f"spec.podSelector finds no pods: {listed(mapping(selector, 'matchLabels'))}"
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for place, rule in numbered(spec, direction):
            for number, peer in numbered(rule, peers):
                # Pods of other namespaces may belong to others.
                if "namespaceSelector" in peer or "podSelector" not in peer:
                    continue
                pods = mapping(peer, "podSelector")
                if pods and not selected(store, namespace, pods):
                    path = f"spec.{direction}[{place}].{peers}[{number}].podSelector"
                    yield f"{path} finds no pods: {listed(mapping(pods, 'matchLabels'))}"


def _service_monitor(store: Store, value: Plain) -> Iterator[str]:
    yield from _credentials(store, value)
    where = mapping(value, "spec", "namespaceSelector")
    names = where.get("matchNames")
    namespaces: list[str] = names if is_list(names) and names else [namespace_of(value)]
    services = [
        service
        for namespace in ([""] if where.get("any") else namespaces)
        for service in store.of_kind(kinds.SERVICE, namespace)
    ]
    selector = at(value, "spec", "selector")
    found = [each for each in services if selects(selector, mapping(each, "metadata", "labels"))]
    if not found:
        yield f"spec.selector finds no Service: {listed(mapping(selector, 'matchLabels'))}"
        return
    ports = [port for service in found for port in maps(service, "spec", "ports")]
    for place, endpoint in numbered(value, "spec", "endpoints"):
        wanted = text(endpoint, "port")
        if wanted and not has_port(ports, wanted):
            services_ = ", ".join(name_of(service) for service in found)
            yield f"spec.endpoints[{place}].port: Service {services_} has no port named {wanted}"


def has_port(ports: list[Plain], name: str) -> bool:
    """Whether one of the ports has this name."""
    return any(has_labels(port, {"name": name}) for port in ports)


_CREDENTIALS = (
    (kinds.SECRET, ("basicAuth", "username")),
    (kinds.SECRET, ("basicAuth", "password")),
    (kinds.SECRET, ("authorization", "credentials")),
    (kinds.SECRET, ("bearerTokenSecret",)),
    (kinds.SECRET, ("oauth2", "clientId", "secret")),
    (kinds.CONFIG_MAP, ("oauth2", "clientId", "configMap")),
    (kinds.SECRET, ("oauth2", "clientSecret")),
    (kinds.SECRET, ("tlsConfig", "ca", "secret")),
    (kinds.CONFIG_MAP, ("tlsConfig", "ca", "configMap")),
    (kinds.SECRET, ("tlsConfig", "cert", "secret")),
    (kinds.CONFIG_MAP, ("tlsConfig", "cert", "configMap")),
    (kinds.SECRET, ("tlsConfig", "keySecret")),
)
# Where an endpoint names what it logs in with, always in the monitor's own namespace; the operator
# drops the whole monitor if it does not find one. Source: its API reference, Endpoint
# (https://prometheus-operator.dev/docs/api-reference/api/).


def _credentials(store: Store, value: Plain) -> Iterator[str]:
    look = Looking(store, namespace_of(value))
    for place, endpoint in numbered(value, "spec", "endpoints"):
        for kind, path in _CREDENTIALS:
            reference = mapping(endpoint, *path)
            if reference.get("name"):
                full = ".".join((f"spec.endpoints[{place}]", *path))
                keys = [text(reference, "key")]
                for problem in look.source(full, kind, reference, keys):
                    yield f"{problem.property}: {problem.reason}"


_LOOKS: Mapping[ObjectKind, Callable[[Store, Plain], Iterator[str]]] = {
    kinds.SERVICE: _service,
    kinds.DISRUPTION_BUDGET: _disruption_budget,
    kinds.NETWORK_POLICY: _network_policy,
    kinds.SERVICE_MONITOR: _service_monitor,
}
