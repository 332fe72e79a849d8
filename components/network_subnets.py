"""Which range each subnet of a network gets; a part of `components/network.py`."""

import ipaddress
from itertools import combinations

from planning.subnets import SubnetPlan, plan_subnets

TIERS = ("public", "private", "isolated")


def ranges(cidr_block: str, zones: int, chosen: SubnetPlan | None) -> SubnetPlan:
    """The ranges that were chosen, or else those that the network is cut into.

    Args:
        cidr_block: Range of the network.
        zones: Number of zones.
        chosen: Ranges that somebody wrote down.

    Returns:
        The ranges.

    Raises:
        ValueError: They do not fit into the network; the text says which and what to write.
    """
    if chosen is None:
        return plan_subnets(cidr_block, zones)
    network = ipaddress.IPv4Network(cidr_block)
    taken: dict[str, ipaddress.IPv4Network] = {}
    for tier in TIERS:
        blocks: tuple[str, ...] = getattr(chosen, tier)
        if len(blocks) != zones:
            raise ValueError(f"use {zones} {tier} ranges, in the order of the zones")
        for position, block in enumerate(blocks):
            subnet = ipaddress.IPv4Network(block)
            if not subnet.subnet_of(network):
                raise ValueError(f"{block} is not inside of {cidr_block}; use a range of it")
            # Source: Amazon VPC user guide, "Subnet sizing".
            if not 16 <= subnet.prefixlen <= 28:
                raise ValueError(f"{block} has no size of a subnet; use /16 to /28")
            taken[f"{tier}[{position}] {block}"] = subnet
    for one, other in combinations(taken, 2):
        if taken[one].overlaps(taken[other]):
            raise ValueError(f"{one} and {other} overlap; move one of the two apart")
    return chosen
