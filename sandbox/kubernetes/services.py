"""What Kubernetes refuses about a Service."""

import ipaddress
from collections.abc import Iterator

from sandbox.kubernetes.fields import at, numbered, text
from sandbox.provider import UNKNOWN, Plain, Problem, is_list

Found = Iterator[Problem]

_OUTSIDE = ("NodePort", "LoadBalancer")
_ONLY_OF: dict[str, tuple[str, ...]] = {
    "externalTrafficPolicy": _OUTSIDE,
    "healthCheckNodePort": ("LoadBalancer",),
    "allocateLoadBalancerNodePorts": ("LoadBalancer",),
    "loadBalancerClass": ("LoadBalancer",),
    "loadBalancerSourceRanges": ("LoadBalancer",),
}
_MOST_ADDRESSES = 2
# One of each family.


def service(value: Plain) -> Found:
    """Finds what is wrong with a Service."""
    spec = at(value, "spec")
    if spec is UNKNOWN or at(spec, "type") is UNKNOWN:
        return
    type_ = text(spec, "type") or "ClusterIP"
    yield from _ports(spec, type_)
    yield from _addresses(spec, type_)
    if type_ == "ExternalName" and not at(spec, "externalName"):
        yield Problem("spec.externalName", "is missing")
    for field, types in _ONLY_OF.items():
        if type_ not in types and at(spec, field) is not None:
            reason = f"is for Services of type {' and '.join(types)} only"
            yield Problem(f"spec.{field}", reason)


def _ports(spec: Plain, type_: str) -> Found:
    ports = numbered(spec, "ports")
    if not ports and at(spec, "ports") is not UNKNOWN and type_ != "ExternalName":
        yield Problem("spec.ports", "is missing")
    for place, port in ports:
        if len(ports) > 1 and port.get("name") is None:
            yield Problem(f"spec.ports[{place}].name", "is missing: several ports need names")
        if type_ not in _OUTSIDE and port.get("nodePort") is not None:
            reason = f"is for Services of type {' and '.join(_OUTSIDE)} only"
            yield Problem(f"spec.ports[{place}].nodePort", reason)
    names = [text(port, "name") for _, port in ports]
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        yield Problem("spec.ports", f"the name {name} is there twice")


def _addresses(spec: Plain, type_: str) -> Found:
    lists = ("clusterIPs", "externalIPs")
    found = [("spec.clusterIP", at(spec, "clusterIP"))]
    for key in lists:
        items = at(spec, key)
        found += [
            (f"spec.{key}[{place}]", item)
            for place, item in enumerate(items if is_list(items) else [])
        ]
    for path, address in found:
        own = path.startswith("spec.clusterIP")
        if not isinstance(address, str) or (own and address in ("", "None")):
            continue
        if not _is_address(address):
            headless = ", or None for a headless Service" if own else ""
            yield Problem(path, f"{address} is no address such as 10.100.0.10{headless}")
    if at(spec, "clusterIP") == "None" and type_ in _OUTSIDE:
        yield Problem("spec.clusterIP", f"None is refused for a Service of type {type_}")
    for key in ("clusterIPs", "ipFamilies"):
        items = at(spec, key)
        if is_list(items) and len(items) > _MOST_ADDRESSES:
            reason = f"{len(items)} are refused; use at most {_MOST_ADDRESSES}"
            yield Problem(f"spec.{key}", reason)


def _is_address(text_: str) -> bool:
    try:
        ipaddress.ip_address(text_)
    except ValueError:
        return False
    return True
