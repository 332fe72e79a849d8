"""Network policies that open more than is planned."""

from ipaddress import IPv4Network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.doctor import RESTORE, Failures
from tests.unit.doctor.deployed import Deployed
from tests.unit.doctor.eks import objects
from tests.unit.doctor.eks.cluster import Cluster
from tools.doctor.kubernetes_policies import openings

Rule = dict[str, Any]


def block(cidr: str, **more: Any) -> Rule:
    return {"ipBlock": {"cidr": cidr, **more}}


OPEN: dict[str, tuple[Rule, str]] = {
    "nobody named": ({}, "everybody on every port"),
    "ports only": ({"ports": [{"port": 8080}]}, "everybody on TCP 8080"),
    "all of a protocol": ({"ports": [{"protocol": "UDP"}]}, "everybody on every UDP port"),
    "IPv4": ({"peers": [block("0.0.0.0/0")]}, "0.0.0.0/0 on every port"),
    "IPv6": ({"peers": [block("::/0")]}, "::/0 on every port"),
    "half of it": ({"peers": [block("128.0.0.0/1")]}, "128.0.0.0/1 on every port"),
    "all but one": (
        {"peers": [block("0.0.0.0/0", **{"except": ["10.0.0.0/8"]})]},
        "0.0.0.0/0 on every port",
    ),
    "besides somebody": (
        {"peers": [block("10.0.0.0/24"), block("0.0.0.0/0")], "ports": [{"port": 22}]},
        "0.0.0.0/0 on TCP 22",
    ),
    "every namespace": ({"peers": [{"namespaceSelector": {}}]}, "all namespaces on every port"),
    "every pod of every namespace": (
        {"peers": [{"namespaceSelector": {}, "podSelector": {}}]},
        "all namespaces on every port",
    ),
    "a range of ports": (
        {"ports": [{"port": 443, "endPort": 65535, "protocol": "TCP"}]},
        "everybody on TCP 443-65535",
    ),
}
CLOSED: dict[str, Rule] = {
    "a network of one's own": {"peers": [block("10.0.0.0/8"), block("fc00::/7")]},
    "one namespace": {"peers": [{"namespaceSelector": {"matchLabels": {"name": "monitoring"}}}]},
    "its own namespace": {"peers": [{"podSelector": {}}]},
    "some pods of every namespace": {
        "peers": [{"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "proxy"}}}]
    },
}
PLANNED: list[Rule] = [
    {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]},
    {"ports": [{"port": 443, "protocol": "TCP"}]},
    {"to": [block("0.0.0.0/0")], "ports": [{"port": 443}]},
]


def of(direction: str, rule: Rule) -> Rule:
    """A policy's spec with one rule, whose peers get the word that the direction has."""
    word = "from" if direction == "Ingress" else "to"
    given = {word if key == "peers" else key: value for key, value in rule.items()}
    return {direction.lower(): [given]}


@pytest.mark.parametrize("direction", ["Ingress", "Egress"])
@pytest.mark.parametrize("name", OPEN)
def test_what_is_open(name: str, direction: str) -> None:
    rule, found = OPEN[name]

    assert list(openings(of(direction, rule), direction)) == [found]


@pytest.mark.parametrize("direction", ["Ingress", "Egress"])
@pytest.mark.parametrize("name", CLOSED)
def test_what_is_not(name: str, direction: str) -> None:
    assert list(openings(of(direction, CLOSED[name]), direction)) == []


def test_what_is_planned_to_be_open() -> None:
    assert list(openings({"egress": PLANNED}, "Egress")) == []


def test_what_is_planned_the_other_way_round() -> None:
    ways_in = [{"ports": [{"port": 443, "protocol": "TCP"}]}]

    assert list(openings({"ingress": ways_in}, "Ingress")) == ["everybody on TCP 443"]


def test_more_than_is_planned() -> None:
    rule = {"ports": [{"port": 443}, {"port": 5432}, {"port": 443, "protocol": "UDP"}]}

    assert list(openings({"egress": [rule]}, "Egress")) == ["everybody on TCP 5432, UDP 443"]


@given(
    address=st.ip_addresses(v=4),
    prefix=st.integers(0, 32),
    port=st.sampled_from([None, 53, 443, 8080]),
)
def test_a_range_is_open_as_it_is_large(address: object, prefix: int, port: int | None) -> None:
    network = IPv4Network(f"{address}/{prefix}", strict=False)
    rule: Rule = {"to": [block(str(network))], **({"ports": [{"port": port}]} if port else {})}

    is_open = bool(list(openings({"egress": [rule]}, "Egress")))

    assert is_open == (prefix < 8 and port not in (53, 443))


@pytest.mark.acceptance("trap-30")
def test_a_policy_that_lets_the_internet_in(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    spec = {"podSelector": {"matchLabels": {"app": "shop-api"}}, "policyTypes": ["Ingress"]}
    ports = [{"port": 3000, "protocol": "TCP"}]
    everybody = [{"from": [block("0.0.0.0/0")], "ports": ports}]
    cluster.create(objects.policy("debug", **spec, ingress=everybody, egress=[]))

    assert failures() == [
        (
            "shop/api: network policy",
            "expected no network policy that opens Ingress to everybody, found NetworkPolicy "
            "debug-netpol with 0.0.0.0/0 on TCP 3000; run `kubectl -n shop delete networkpolicy "
            f"debug-netpol`; if Pulumi made it, {RESTORE}",
        )
    ]
