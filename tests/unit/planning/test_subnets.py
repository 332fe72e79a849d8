"""The plan of a /16; the laws are in tests/property."""

import pytest

from planning.subnets import SubnetPlan, plan_subnets


def test_a_sixteen_over_three_zones() -> None:
    assert plan_subnets("10.0.0.0/16", 3) == SubnetPlan(
        private=("10.0.0.0/19", "10.0.64.0/19", "10.0.128.0/19"),
        public=("10.0.32.0/20", "10.0.96.0/20", "10.0.160.0/20"),
        isolated=("10.0.48.0/20", "10.0.112.0/20", "10.0.176.0/20"),
    )


@pytest.mark.parametrize(
    ("block", "zones", "message"),
    [
        ("10.0.0.0/25", 2, "10.0.0.0/25 is too small for three tiers; use /24 or larger"),
        ("10.0.0.0/16", 5, "5 zones do not fit; use 1 to 4"),
        ("10.0.0.0/16", 0, "0 zones do not fit; use 1 to 4"),
    ],
)
def test_fails_when_it_does_not_fit(block: str, zones: int, message: str) -> None:
    with pytest.raises(ValueError, match="use") as caught:
        plan_subnets(block, zones)

    assert str(caught.value) == message
