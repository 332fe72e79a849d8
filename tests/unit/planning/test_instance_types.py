"""What the names of instance types say."""

import pytest

from planning.instance_types import is_graviton, is_instance_type, why_no_node

ACCELERATED = "has an accelerator, and the machine image has no drivers for it"


@pytest.mark.parametrize(
    "name",
    [
        "a1.large",
        "t4g.small",
        "m7g.large",
        "c7gn.xlarge",
        "im4gn.large",
        "x2gd.metal",
        "g5g.xlarge",
    ],
)
def test_graviton_is_told_by_the_options_or_the_first_family(name: str) -> None:
    assert is_graviton(name)


@pytest.mark.parametrize(
    "name",
    ["m7i.large", "m7i-flex.large", "m7a.large", "g4dn.xlarge", "mac2.metal", "u7i-6tb.112xlarge"],
)
def test_other_processors_are_not_graviton(name: str) -> None:
    assert not is_graviton(name)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        *(
            (name, ACCELERATED)
            for name in (
                *("g4dn.xlarge", "g4ad.xlarge", "g5g.xlarge", "gr6.4xlarge", "p6-b200.48xlarge"),
                *("inf2.xlarge", "trn1n.32xlarge", "dl1.24xlarge", "dl2q.24xlarge", "f2.6xlarge"),
                "vt1.3xlarge",
            )
        ),
        ("mac2.metal", "runs macOS, and nodes run Linux"),
        ("mac-m4.metal", "runs macOS, and nodes run Linux"),
        (
            "a1.large",
            "is of the first Graviton, which the machine image, Amazon Linux 2023, does not run",
        ),
    ],
)
def test_why_a_type_is_no_node(name: str, reason: str) -> None:
    assert why_no_node(name) == reason


@pytest.mark.parametrize(
    "name",
    ["m7i.large", "m7g.large", "c8i-flex.large", "d3en.xlarge", "i7ie.large", "u7i-6tb.112xlarge"],
)
def test_a_type_that_can_be_a_node(name: str) -> None:
    assert is_instance_type(name)
    assert why_no_node(name) is None


@pytest.mark.parametrize("name", ["", "large", "m7i", "7m.large", "M7I.large", "db.m7i.large"])
def test_what_is_no_type(name: str) -> None:
    assert not is_instance_type(name)
    assert not is_graviton(name)
    assert why_no_node(name) is None
