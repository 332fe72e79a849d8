"""Whether somebody listens where Services and policies send to.

What a container declares opens nothing; but a number that none declares is a mistyped one, and a
name that none declares leads nowhere at all
(https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports).
"""

from collections.abc import Callable, Iterator, Mapping

from sandbox.kubernetes import kinds
from sandbox.kubernetes.fields import mapping, maps, namespace_of, numbered
from sandbox.kubernetes.kinds import ObjectKind
from sandbox.kubernetes.selection import (
    Port,
    Workload,
    declared,
    ports,
    protocol,
    selected,
    written,
)
from sandbox.kubernetes.store import Store
from sandbox.provider import Plain


def _service(store: Store, value: Plain) -> Iterator[str]:
    selector = mapping(value, "spec", "selector")
    found = selected(store, namespace_of(value), {"matchLabels": selector}) if selector else []
    if not found:
        return
    has = ports(found)
    for place, port in numbered(value, "spec", "ports"):
        target = port.get("targetPort", port.get("port"))
        if (target, protocol(port)) in has:
            continue
        path, missing = f"spec.ports[{place}].targetPort", written(target, protocol(port))
        if isinstance(target, str):
            yield f"{path}: the pods have no port {missing}"
        elif "targetPort" in port:
            yield f"{path}: no container of the pods declares {missing}; {declared(has)}"
        else:
            yield (
                f"{path}: is missing and means {missing}, which no container of the pods declares; "
                f"{declared(has)}"
            )


def _network_policy(store: Store, value: Plain) -> Iterator[str]:
    namespace, spec = namespace_of(value), mapping(value, "spec")
    own = selected(store, namespace, mapping(spec, "podSelector"))
    for place, rule in numbered(spec, "ingress"):
        yield from _rule(f"spec.ingress[{place}]", rule, own)
    for place, rule in numbered(spec, "egress"):
        peers = maps(rule, "to")
        # Whoever stands elsewhere is not known: another namespace, an address, the whole world.
        if peers and all(peer.keys() == {"podSelector"} for peer in peers):
            there = [
                workload
                for peer in peers
                for workload in selected(store, namespace, mapping(peer, "podSelector"))
            ]
            yield from _rule(f"spec.egress[{place}]", rule, there)


def _rule(path: str, rule: Plain, pods: list[Workload]) -> Iterator[str]:
    has = ports(pods)
    for place, port in numbered(rule, "ports") if pods else ():
        if "port" in port and not _meets(port, has):
            upto = f" to {port['endPort']}" if "endPort" in port else ""
            missing = written(f"{port['port']}{upto}", protocol(port))
            reason = f"no container of the pods declares {missing}; {declared(has)}"
            yield f"{path}.ports[{place}].port: {reason}"


def _meets(port: Plain, has: set[Port]) -> bool:
    first, name = port["port"], protocol(port)
    if isinstance(first, str):
        return (first, name) in has
    last = port.get("endPort", first)
    return any(isinstance(each, int) and first <= each <= last and name == of for each, of in has)


LOOKS: Mapping[ObjectKind, Callable[[Store, Plain], Iterator[str]]] = {
    kinds.SERVICE: _service,
    kinds.NETWORK_POLICY: _network_policy,
}
"""By kind, what is looked for; see `sandbox.kubernetes.matching`."""
