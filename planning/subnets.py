"""Cuts a VPC into subnets."""

import ipaddress
from dataclasses import dataclass

ZONE_BLOCKS = 4
"""Blocks that a VPC is cut into, one per zone and one in reserve: a zone that is added later finds
its addresses free, and no other subnet moves."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SubnetPlan:
    """One CIDR block per zone for each tier, in the order of the zones."""

    public: tuple[str, ...]
    """For load balancers and NAT: a quarter of the zone's share."""
    private: tuple[str, ...]
    """For tasks and pods, which take an address each: half of the zone's share (trap 9)."""
    isolated: tuple[str, ...]
    """For data stores, without a way to the Internet: a quarter of the zone's share."""


def plan_subnets(cidr_block: str, zones: int) -> SubnetPlan:
    """Cuts a VPC into three tiers over some zones.

    A quarter of the VPC belongs to each zone: half of that is private, a quarter public, a quarter
    isolated. 10.0.0.0/16 gives /19 private and /20 public and isolated subnets.

    Args:
        cidr_block: The VPC's range, /16 to /24.
        zones: Number of zones, 1 to 4.

    Returns:
        The subnets. More zones only add subnets to those of fewer.

    Raises:
        ValueError: The range is none, or too small, or there are too many zones.
    """
    network = ipaddress.IPv4Network(cidr_block)
    if network.prefixlen > 24:
        raise ValueError(f"{cidr_block} is too small for three tiers; use /24 or larger")
    if not 1 <= zones <= ZONE_BLOCKS:
        raise ValueError(f"{zones} zones do not fit; use 1 to {ZONE_BLOCKS}")
    public: list[str] = []
    private: list[str] = []
    isolated: list[str] = []
    for block in list(network.subnets(prefixlen_diff=2))[:zones]:
        lower, upper = block.subnets(prefixlen_diff=1)
        first, second = upper.subnets(prefixlen_diff=1)
        private.append(str(lower))
        public.append(str(first))
        isolated.append(str(second))
    return SubnetPlan(public=tuple(public), private=tuple(private), isolated=tuple(isolated))
