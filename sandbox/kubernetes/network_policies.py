"""What Kubernetes refuses about a NetworkPolicy."""

import ipaddress
import re
from collections.abc import Iterator

from sandbox.kubernetes.fields import at, mapping, numbered
from sandbox.provider import Plain, Problem, is_list

Found = Iterator[Problem]
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_MOST_TYPES = 2


def network_policy(value: Plain) -> Found:
    """Finds what is wrong with a NetworkPolicy."""
    types = at(value, "spec", "policyTypes")
    if is_list(types) and len(types) > _MOST_TYPES:
        reason = f"{len(types)} are refused; use at most {_MOST_TYPES}"
        yield Problem("spec.policyTypes", reason)
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for place, rule in numbered(value, "spec", direction):
            for number, peer in numbered(rule, peers):
                path = f"spec.{direction}[{place}].{peers}[{number}]"
                if not peer:
                    yield Problem(path, "is empty; name an ipBlock, pods or a namespace")
                if "ipBlock" in peer and len(peer) > 1:
                    yield Problem(path, "names an ipBlock and pods; make two peers of them")
                yield from _address_block(f"{path}.ipBlock", mapping(peer, "ipBlock"))
            for number, port in numbered(rule, "ports"):
                first, last = port.get("port"), port.get("endPort")
                if isinstance(last, int) and not (isinstance(first, int) and first <= last):
                    reason = f"{last} is refused; use at least port, which must be a number"
                    yield Problem(f"spec.{direction}[{place}].ports[{number}].endPort", reason)


def _address_block(path: str, block: Plain) -> Found:
    whole = _network(block.get("cidr"))
    if isinstance(block.get("cidr"), str) and whole is None:
        yield Problem(f"{path}.cidr", f"{block['cidr']} is no address block such as 10.0.0.0/16")
    excepted = block.get("except")
    for place, inner in enumerate(excepted if is_list(excepted) else []):
        part = _network(inner)
        if isinstance(inner, str) and not _contains(whole, part):
            yield Problem(f"{path}.except[{place}]", f"{inner} is no part of {block.get('cidr')}")


def _network(text: object) -> _Network | None:
    # Python would also take a mask such as 255.255.0.0.
    if not isinstance(text, str) or not re.search(r"/[0-9]+\Z", text):
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _contains(whole: _Network | None, part: _Network | None) -> bool:
    if isinstance(whole, ipaddress.IPv4Network) and isinstance(part, ipaddress.IPv4Network):
        return whole != part and whole.supernet_of(part)
    if isinstance(whole, ipaddress.IPv6Network) and isinstance(part, ipaddress.IPv6Network):
        return whole != part and whole.supernet_of(part)
    return False
