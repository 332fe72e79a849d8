"""Names that fit: load balancers and target groups have 32 characters."""

import pulumi
import pytest

from components.physical_name import name_in_stack, short_name_prefix
from tools.recording.recorder import record


@pytest.mark.parametrize("logical_name", ["a", "platform-edge-alb", "x" * 24])
def test_short_names_are_left_to_pulumi(logical_name: str) -> None:
    assert short_name_prefix(logical_name) is None


@pytest.mark.parametrize(
    ("logical_name", "prefix"),
    [
        ("x" * 25, "xxxxx-"),
        ("the-load-balancer-of-everything", "the-l-"),
        ("rest-api-with-a-very-long-name", "rest-"),
    ],
)
def test_long_names_become_a_prefix_that_leaves_room_for_26(logical_name: str, prefix: str) -> None:
    assert short_name_prefix(logical_name) == prefix
    assert len(prefix) + 26 <= 32


def test_given_names_hold_the_stack_and_no_dots() -> None:
    def program() -> None:
        pulumi.export("name", name_in_stack("shop-api"))

    assert record(program, stack="v1.staging").stack_outputs == {"name": "v1-staging-shop-api"}
