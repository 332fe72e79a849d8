"""No address that counts as public is one that the Internet does not route."""

import ipaddress
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from planning.public_addresses import NOT_PUBLIC

DOCUMENTATION = [
    ipaddress.IPv4Network(block) for block in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
]
NEAR_AN_EDGE = [
    ipaddress.IPv4Address(min(max(int(edge) + step, 0), 2**32 - 1))
    for block in NOT_PUBLIC
    for edge in (block[0], block[-1])
    for step in (-1, 0, 1)
]


def outside(address: ipaddress.IPv4Address) -> Iterator[str]:
    yield from (what for block, what in NOT_PUBLIC.items() if address in block)


@given(st.one_of(st.sampled_from(NEAR_AN_EDGE), st.ip_addresses(v=4)))
def test_only_what_python_calls_global_is_public(address: ipaddress.IPv4Address) -> None:
    if any(address in block for block in DOCUMENTATION):
        assert list(outside(address)) == []
    elif not list(outside(address)):
        assert address.is_global
    elif address.is_global:
        # Two of the protocol assignments in 192.0.0.0/24 are global, and multicast is; no caller
        # comes from either.
        assert address in ipaddress.IPv4Network("192.0.0.0/24") or address.is_multicast
