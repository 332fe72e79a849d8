"""The subnet plan: addresses are shared out once, and growth moves nothing."""

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.subnets import ZONE_BLOCKS, SubnetPlan, plan_subnets

PRIVATE_RANGES = [IPv4Network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]
SMALLEST_SUBNET = 28
"""AWS takes no smaller one (VPC user guide, subnet CIDR blocks)."""


@st.composite
def vpcs(draw: st.DrawFn) -> IPv4Network:
    """Any private block that a VPC may have and that holds three tiers."""
    around = draw(st.sampled_from(PRIVATE_RANGES))
    prefix = draw(st.integers(16, 24))
    count = 2 ** (prefix - around.prefixlen)
    first = int(around.network_address) + draw(st.integers(0, count - 1)) * 2 ** (32 - prefix)
    return IPv4Network((first, prefix))


zone_counts = st.integers(1, ZONE_BLOCKS)


def tiers(plan: SubnetPlan) -> list[list[IPv4Network]]:
    return [
        [IPv4Network(each) for each in tier] for tier in (plan.public, plan.private, plan.isolated)
    ]


@given(vpcs(), zone_counts)
def test_every_zone_has_one_subnet_of_each_tier(vpc: IPv4Network, zones: int) -> None:
    assert [len(tier) for tier in tiers(plan_subnets(str(vpc), zones))] == [zones] * 3


@given(vpcs(), zone_counts)
def test_all_subnets_lie_in_the_vpc_and_none_overlaps_another(vpc: IPv4Network, zones: int) -> None:
    subnets = [subnet for tier in tiers(plan_subnets(str(vpc), zones)) for subnet in tier]

    assert all(subnet.subnet_of(vpc) for subnet in subnets)
    assert not any(one.overlaps(other) for one, other in combinations(subnets, 2))


@given(vpcs(), zone_counts)
def test_aws_takes_every_subnet(vpc: IPv4Network, zones: int) -> None:
    subnets = [subnet for tier in tiers(plan_subnets(str(vpc), zones)) for subnet in tier]

    assert all(subnet.prefixlen <= SMALLEST_SUBNET for subnet in subnets)


@given(vpcs(), st.integers(1, ZONE_BLOCKS - 1))
def test_one_more_zone_moves_no_subnet(vpc: IPv4Network, zones: int) -> None:
    before = plan_subnets(str(vpc), zones)
    after = plan_subnets(str(vpc), zones + 1)

    assert after.public[:zones] == before.public
    assert after.private[:zones] == before.private
    assert after.isolated[:zones] == before.isolated


@given(vpcs(), zone_counts)
def test_private_subnets_are_the_biggest_and_alike_in_all_zones(
    vpc: IPv4Network, zones: int
) -> None:
    public, private, isolated = tiers(plan_subnets(str(vpc), zones))

    assert len({subnet.prefixlen for subnet in private}) == 1
    assert private[0].num_addresses > max(each.num_addresses for each in public + isolated)


@given(vpcs())
def test_a_full_plan_wastes_nothing(vpc: IPv4Network) -> None:
    subnets = [each for tier in tiers(plan_subnets(str(vpc), ZONE_BLOCKS)) for each in tier]

    assert sum(subnet.num_addresses for subnet in subnets) == vpc.num_addresses


@given(vpcs(), st.integers().filter(lambda zones: not 1 <= zones <= ZONE_BLOCKS))
def test_refuses_other_numbers_of_zones(vpc: IPv4Network, zones: int) -> None:
    with pytest.raises(ValueError, match=f"{zones} zones do not fit; use 1 to {ZONE_BLOCKS}"):
        plan_subnets(str(vpc), zones)


@given(vpcs(), st.integers(25, 32), zone_counts)
def test_refuses_a_vpc_without_room(vpc: IPv4Network, prefix: int, zones: int) -> None:
    with pytest.raises(ValueError, match="is too small for three tiers"):
        plan_subnets(f"{vpc.network_address}/{prefix}", zones)
