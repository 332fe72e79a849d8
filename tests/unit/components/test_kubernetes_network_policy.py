"""Network policies: each way that opens, and above all each that stays closed. Trap 30."""

from typing import Any

import pulumi
import pytest

from components.errors import ArgumentError
from components.kubernetes_network_policy import NetworkReach, create_network_policy
from tests.unit.components.kubernetes_cases import record_in_cluster

pytestmark = pytest.mark.acceptance("D8", "trap-30")

DNS = {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]}
HTTPS = {"ports": [{"port": 443, "protocol": "TCP"}]}


def policy(**changes: Any) -> dict[str, Any]:
    """The registered inputs of a policy; of pods without port and reach unless changed."""
    known = {
        "policy_name": "shop-api-netpol",
        "namespace": "shop",
        "app": "shop-api",
        "labels": {"app": "shop-api"},
        "port": None,
        "ingress_cidr_blocks": (),
        "callers": (),
        "scrape_namespace": None,
        "scrape_port": None,
        "reaches": {},
        "uses_pod_identity": False,
    }

    def build(options: pulumi.ResourceOptions) -> None:
        parent = pulumi.ComponentResource("test:index:Owner", "owner", {}, options)
        create_network_policy("owner-policy", **known | changes, parent=parent)

    recording = record_in_cluster(build)
    found = recording.one("NetworkPolicy", "owner-policy")
    assert found.parent == recording.one("Owner", "owner").urn
    return found.inputs


def test_selects_the_pods_of_one_app_in_both_directions() -> None:
    assert policy() == {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {
            "name": "shop-api-netpol",
            "namespace": "shop",
            "labels": {"app": "shop-api"},
        },
        "spec": {
            "podSelector": {"matchLabels": {"app": "shop-api"}},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [],
            "egress": [DNS, HTTPS],
        },
    }


def test_lets_in_the_load_balancer_callers_and_the_scraper() -> None:
    spec = policy(
        port=3000,
        ingress_cidr_blocks=["10.0.0.0/24", pulumi.Output.from_input("10.0.1.0/24")],
        callers=["shop-gateway", "shop-status"],
        scrape_namespace="monitoring",
        scrape_port=3001,
    )["spec"]
    assert spec["ingress"] == [
        {
            "from": [
                {"ipBlock": {"cidr": "10.0.0.0/24"}},
                {"ipBlock": {"cidr": "10.0.1.0/24"}},
                {"podSelector": {"matchLabels": {"app": "shop-gateway"}}},
                {"podSelector": {"matchLabels": {"app": "shop-status"}}},
            ],
            "ports": [{"port": 3000, "protocol": "TCP"}],
        },
        {
            "from": [
                {
                    "namespaceSelector": {
                        "matchLabels": {"kubernetes.io/metadata.name": "monitoring"}
                    }
                }
            ],
            "ports": [{"port": 3001, "protocol": "TCP"}],
        },
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"port": 3000},
        {"port": 3000, "callers": ["shop-gateway"]},
        {"port": 3000, "ingress_cidr_blocks": ["10.0.0.0/24"]},
        {"scrape_namespace": "monitoring", "scrape_port": 9101},
    ],
)
def test_no_way_in_is_open_to_everybody(changes: dict[str, Any]) -> None:
    """Kubernetes reads an empty or absent `from` as anywhere."""
    for rule in policy(**changes)["spec"]["ingress"]:
        assert rule["from"]
        assert all(rule["from"])


def test_a_port_that_nobody_is_let_in_to_is_closed() -> None:
    assert policy(port=3000)["spec"]["ingress"] == []


def test_reaches_addresses_pods_and_the_pod_identity_agent() -> None:
    spec = policy(
        reaches={
            "files": NetworkReach(app="shop-files", port=3001),
            "database": NetworkReach(
                cidr_blocks=["10.0.20.0/24", pulumi.Output.from_input("10.0.21.0/24")], port=5432
            ),
        },
        uses_pod_identity=True,
    )["spec"]
    assert spec["egress"] == [
        DNS,
        HTTPS,
        {
            "to": [{"ipBlock": {"cidr": "169.254.170.23/32"}}],
            "ports": [{"port": 80, "protocol": "TCP"}],
        },
        {
            "to": [
                {"ipBlock": {"cidr": "10.0.20.0/24"}},
                {"ipBlock": {"cidr": "10.0.21.0/24"}},
            ],
            "ports": [{"port": 5432, "protocol": "TCP"}],
        },
        {
            "to": [{"podSelector": {"matchLabels": {"app": "shop-files"}}}],
            "ports": [{"port": 3001, "protocol": "TCP"}],
        },
    ]


def test_a_reach_may_be_both_addresses_and_pods() -> None:
    reach = NetworkReach(cidr_blocks=["10.0.20.0/24"], app="shop-files", port=3001)
    assert policy(reaches={"files": reach})["spec"]["egress"][2:] == [
        {
            "to": [
                {"ipBlock": {"cidr": "10.0.20.0/24"}},
                {"podSelector": {"matchLabels": {"app": "shop-files"}}},
            ],
            "ports": [{"port": 3001, "protocol": "TCP"}],
        }
    ]


@pytest.mark.parametrize(
    ("known", "message"),
    [
        (
            {"port": 5432},
            "NetworkReach: cidr_blocks=() is not allowed; name addresses or an app: a rule without "
            "any is open to everywhere",
        ),
        ({"app": "x", "port": 0}, "NetworkReach: port=0 is not allowed; use 1 to 65535"),
        ({"app": "x", "port": 65536}, "NetworkReach: port=65536 is not allowed; use 1 to 65535"),
    ],
)
def test_fails_when_a_reach_leads_nowhere(known: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        NetworkReach(**known)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"callers": ["shop-gateway"]},
            "NetworkPolicy: port=None is not allowed; name the port that others connect to",
        ),
        (
            {"ingress_cidr_blocks": ["10.0.0.0/24"]},
            "NetworkPolicy: port=None is not allowed; name the port that others connect to",
        ),
        (
            {"scrape_namespace": "monitoring"},
            "NetworkPolicy: scrape_port=None is not allowed; name the namespace that scrapes and "
            "the port of the metrics, or neither",
        ),
        (
            {"scrape_port": 9101},
            "NetworkPolicy: scrape_port=9101 is not allowed; name the namespace that scrapes and "
            "the port of the metrics, or neither",
        ),
    ],
)
def test_fails_when_a_way_in_has_one_end_only(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        policy(**changes)
    assert str(refused.value) == message
