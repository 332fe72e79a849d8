"""What objects select by labels, and nothing has: looked for once a deploy has ended.

Not when an object is created: Kubernetes asks for no order between what selects and what is
selected, a program has none, and which of the two comes first differs from run to run.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.kubernetes import kinds
from sandbox.kubernetes.fields import (
    at,
    containers,
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
from sandbox.kubernetes.store import Store
from sandbox.provider import Plain, is_list


@dataclass(frozen=True)
class Unmatched:
    """An object that selects nothing, or not what it needs."""

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
    """Looks at everything that selects by labels.

    Args:
        store: The cluster, complete.

    Returns:
        What finds nothing: it is accepted by Kubernetes and has no effect.
    """
    looks = {
        kinds.SERVICE: _service,
        kinds.DISRUPTION_BUDGET: _disruption_budget,
        kinds.NETWORK_POLICY: _network_policy,
        kinds.SERVICE_MONITOR: _service_monitor,
    }
    return [
        Unmatched(kind.name, namespace_of(value), name_of(value), reason)
        for kind, look in looks.items()
        for value in store.of_kind(kind)
        for reason in look(store, value)
    ]


def pod_labels(kind: ObjectKind, workload: Plain) -> Plain:
    """Returns the labels that the pods of a workload get.

    The pods of a CronJob also get the name of their Job, which nobody knows before it runs.
    """
    labels = mapping(workload, *kind.template, "metadata", "labels")
    if kind is kinds.JOB:
        return {**labels, "batch.kubernetes.io/job-name": name_of(workload)}
    return labels


def _selected(store: Store, namespace: str, selector: object) -> list[tuple[ObjectKind, Plain]]:
    """The workloads whose pods have the labels, with their kinds."""
    return [
        (kind, workload)
        for kind, workload in store.workloads(namespace)
        if selects(selector, pod_labels(kind, workload))
    ]


def _service(store: Store, value: Plain) -> Iterator[str]:
    selector = mapping(value, "spec", "selector")
    if not selector:
        return
    found = _selected(store, namespace_of(value), {"matchLabels": selector})
    if not found:
        yield f"spec.selector finds no pods: nothing has the labels {_listed(selector)}"
        return
    named = {
        port.get("name")
        for kind, workload in found
        for _, container in containers(mapping(workload, *kind.pod_spec))
        for port in maps(container, "ports")
    }
    for place, port in numbered(value, "spec", "ports"):
        target = port.get("targetPort")
        if isinstance(target, str) and target not in named:
            yield f"spec.ports[{place}].targetPort: the pods have no port {target}"


def _disruption_budget(store: Store, value: Plain) -> Iterator[str]:
    selector = at(value, "spec", "selector")
    deployments = store.of_kind(kinds.DEPLOYMENT, namespace_of(value))
    if not any(selects(selector, pod_labels(kinds.DEPLOYMENT, each)) for each in deployments):
        yield f"spec.selector finds no Deployment: {_listed(mapping(selector, 'matchLabels'))}"


def _network_policy(store: Store, value: Plain) -> Iterator[str]:
    namespace, spec = namespace_of(value), mapping(value, "spec")
    selector = mapping(spec, "podSelector")
    # An empty selector is meant for whatever comes.
    if selector and not _selected(store, namespace, selector):
        yield f"spec.podSelector finds no pods: {_listed(mapping(selector, 'matchLabels'))}"
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for place, rule in numbered(spec, direction):
            for number, peer in numbered(rule, peers):
                # Pods of other namespaces may belong to others.
                if "namespaceSelector" in peer or "podSelector" not in peer:
                    continue
                pods = mapping(peer, "podSelector")
                if pods and not _selected(store, namespace, pods):
                    path = f"spec.{direction}[{place}].{peers}[{number}].podSelector"
                    yield f"{path} finds no pods: {_listed(mapping(pods, 'matchLabels'))}"


def _service_monitor(store: Store, value: Plain) -> Iterator[str]:
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
        yield f"spec.selector finds no Service: {_listed(mapping(selector, 'matchLabels'))}"
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


def _listed(labels: Plain) -> str:
    return ", ".join(f"{key}={value}" for key, value in sorted(labels.items())) or "an expression"
