"""How a VPC's addresses are shared out among zones and tiers."""

import ipaddress
from dataclasses import dataclass

RESERVED_ZONES = 4
"""Blocks are kept for so many zones, so that one more renumbers nothing (ADR 0005)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SubnetPlan:
    """One block per zone for each tier, in the order of the zones."""

    public: tuple[str, ...]
    """For load balancers and NAT gateways; an eighth of a zone's share."""
    private: tuple[str, ...]
    """For tasks and pods, which need the most addresses; half of a zone's share."""
    isolated: tuple[str, ...]
    """For data stores, without a way to the internet; an eighth of a zone's share."""


def plan_subnets(cidr_block: str, zones: int) -> SubnetPlan:
    """Shares out the addresses of a VPC.

    Each zone has a quarter of the block: the first half of it is private, then come a public and
    an isolated eighth, and a quarter stays free for later tiers. A /16 gives private subnets of
    8,192 addresses each (/19), which is enough for pods too (trap 9).

    Args:
        cidr_block: The VPC's block, /16 to /20.
        zones: 1 to 4.

    Raises:
        ValueError: The block cannot be shared out; the text says what to use instead.
    """
    try:
        block = ipaddress.IPv4Network(cidr_block)
    except ValueError as error:
        raise ValueError("use a block such as 10.0.0.0/16") from error
    if not 16 <= block.prefixlen <= 20:
        raise ValueError("use a block of /16 to /20")
    if not 1 <= zones <= RESERVED_ZONES:
        raise ValueError(f"use 1 to {RESERVED_ZONES} zones")
    shares = list(block.subnets(prefixlen_diff=2))[:zones]
    halves = [list(share.subnets(prefixlen_diff=1)) for share in shares]
    eighths = [list(second.subnets(prefixlen_diff=2)) for _, second in halves]
    return SubnetPlan(
        private=tuple(str(first) for first, _ in halves),
        public=tuple(str(blocks[0]) for blocks in eighths),
        isolated=tuple(str(blocks[1]) for blocks in eighths),
    )
