"""No system reaches what another one keeps, on EKS: the whole graph against the description alone.

What is left of Fargate's walls, and what is not, stands in `tests/support/expected_reach_eks.py`.
The cases below let somebody in, in copies of the graph, and see that it is found.
"""

import json
from typing import Any

import pytest

from model.description import Description
from model.load import parse
from sandbox import project
from tests.program.conftest import ROOT
from tests.program.eks.conftest import run, section
from tests.support import expected_reach_eks, reachable_things
from tests.support.changed_graph import (
    Change,
    added,
    changed,
    found,
    group,
    missing,
    too_much,
    without,
)
from tests.support.expected_reach_eks import AGENT
from tests.support.pods import OUTSIDE, cluster_group
from tests.support.reachability import ADDRESSES, differences, matrix, subjects
from tools.recording.recorder import Recording

POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
EGRESS, INGRESS = "SecurityGroupEgressRule", "SecurityGroupIngressRule"


def described(stack: str, **eks: Any) -> Description:
    overrides = {"slipway:runtime": "eks"}
    if eks:
        overrides["slipway:eks"] = json.dumps(section(stack, "slipway:eks") | eks)
    loaded = project.load(ROOT, stack, overrides)
    return parse(stack, loaded.config, ROOT, loaded.secrets)


def assert_same(graph: Recording, description: Description) -> None:
    lines = differences(matrix(graph), expected_reach_eks.matrix(description))
    # All of them: pytest would show the first one only.
    assert not lines, "\n".join(["the graph and the description differ:", *lines])


@pytest.mark.acceptance("D8", "E8", "trap-18", "trap-30")
def test_everybody_reaches_what_the_description_says_and_nothing_else(
    graph: Recording, stack: str
) -> None:
    assert_same(graph, described(stack))


@pytest.mark.acceptance("D8")
def test_prometheus_reaches_the_metrics_and_no_service_without(stack: str) -> None:
    eks = section(stack, "slipway:eks") | {"prometheusOperator": True}
    graph = run(stack, "eks", ("slipway:eks", json.dumps(eks)))
    assert_same(graph, described(stack, prometheusOperator=True))


def test_nobody_and_nothing_is_left_out(graph: Recording, stack: str) -> None:
    """Where a row or a column is missing, there is nothing to compare."""
    description = described(stack)
    rows = {each.name for each in subjects(graph) if each.end.labels}
    assert rows == expected_reach_eks.pods(description)
    kinds = ("database", "cache", "queue", "bucket", "secret", "master", "service", "vault")
    columns = {each.name for each in reachable_things.of(graph)}
    kept = {name for name in columns if name.startswith(kinds)}
    assert kept == expected_reach_eks.things(description)


def ruled(name: str, direction: str, *rules: dict[str, Any], more: bool = True) -> Change:
    """A policy with other rules of one direction, or with more of them."""

    def change(graph: Recording) -> Recording:
        spec = graph.one(POLICY, name).inputs["spec"]
        kept: list[dict[str, Any]] = spec.get(direction, []) if more else []
        return changed(graph, POLICY, name, {"spec": {**spec, direction: [*kept, *rules]}})

    return change


def gone(name: str) -> Change:
    return lambda graph: without(graph, POLICY, name)


def tcp(port: int) -> dict[str, Any]:
    return {"ports": [{"protocol": "TCP", "port": port}]}


def peer(type_: str, like: str, of: str, to: str) -> Change:
    """One more rule of security groups; "" is the group of the cluster."""

    def change(graph: Recording) -> Recording:
        ids = {
            key: group(graph, name) if name else cluster_group(graph)
            for key, name in (("securityGroupId", of), ("referencedSecurityGroupId", to))
        }
        return added(graph, type_, like, ids)

    return change


GATEWAY = {"podSelector": {"matchLabels": {"app": "nx-api-gateway"}}}
WORKER = {"podSelector": {"matchLabels": {"app": "nx-worker-service"}}}
EVERYBODY = {"ipBlock": {"cidr": "0.0.0.0/0"}}
ISOLATED = {"ipBlock": {"cidr": "10.1.48.0/20"}}
FILES = "service nx-file-service"
IN, OUT = "connects on tcp 3001", "connects on tcp 6379"
CACHES = [f"cache {name}-cache" for name in ("aegisx", "empacts", "nx", "rest-api")]
DATABASES = [
    *(f"database {name}-database" for name in ("aegisx", "empacts", "nx", "rest-api")),
    "database empacts-database-replica-1",
]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            [ruled("nx-file-service-policy", "ingress", {**tcp(3001)})],
            too_much(OUTSIDE, IN, FILES),
            id="let-in-from-everywhere",
        ),
        pytest.param(
            [ruled("nx-file-service-policy", "ingress", {"from": [], **tcp(3001)})],
            too_much(OUTSIDE, IN, FILES),
            id="an-empty-from",
        ),
        pytest.param(
            [ruled("nx-file-service-policy", "ingress", {"from": [WORKER], **tcp(3001)})],
            [],
            id="a-way-in-is-not-a-way-out",
        ),
        pytest.param(
            [
                ruled("nx-file-service-policy", "ingress", {"from": [WORKER], **tcp(3001)}),
                ruled(
                    "nx-worker-service-policy",
                    "egress",
                    {"to": [{"podSelector": {"matchLabels": {"app": "nx-file-service"}}}]}
                    | tcp(3001),
                ),
            ],
            too_much("nx-worker-service", IN, FILES),
            id="both-ways",
        ),
        pytest.param(
            [
                ruled("nx-file-service-policy", "ingress", {"from": [GATEWAY], **tcp(9229)}),
                ruled("nx-api-gateway-policy", "egress", tcp(9229)),
            ],
            [
                *too_much("nx-api-gateway", "connects on tcp 9229", FILES),
                *too_much("nx-api-gateway", "connects on tcp 9229", ADDRESSES),
            ],
            id="a-port-more",
        ),
        pytest.param(
            [ruled("nx-file-service-policy", "ingress", {"from": [EVERYBODY], **tcp(3001)})],
            too_much(OUTSIDE, IN, FILES),
            id="let-in-by-address",
        ),
        pytest.param(
            [
                ruled(
                    "nx-file-service-policy",
                    "ingress",
                    {"from": [{"namespaceSelector": {}}], **tcp(3001)},
                )
            ],
            too_much(OUTSIDE, IN, FILES),
            id="let-in-from-every-namespace",
        ),
        pytest.param(
            [ruled("nx-file-service-policy", "ingress", more=False)],
            missing("nx-api-gateway", IN, FILES),
            id="a-caller-shut-out",
        ),
        pytest.param(
            [ruled("nessen-runtime-policy", "egress", {"to": [ISOLATED], **tcp(6379)})],
            [
                *too_much("nessen-runtime", OUT, *CACHES),
                *too_much("nessen-runtime", OUT, "platform-network-isolated-us-east-1a"),
            ],
            id="out-to-the-stores",
        ),
        pytest.param(
            [ruled("nessen-runtime-policy", "egress", {"to": [{"ipBlock": {"cidr": AGENT}}]})],
            too_much("nessen-runtime", "connects on every port", AGENT),
            id="credentials",
        ),
        pytest.param(
            [gone("nessen-namespace-default-deny")],
            [
                *too_much("a pod in nessen", "connects on tcp 5432", *DATABASES),
                *too_much("a pod in nessen", OUT, *CACHES),
                *too_much("a pod in nessen", "connects on tcp 5671", "queue nx-queue"),
                *too_much("a pod in nessen", "connects on every port", ADDRESSES),
            ],
            id="no-default-deny",
        ),
        pytest.param(
            [peer(INGRESS, "nx-namespace-into-queue", "nx-queue", "platform-edge")],
            [],
            id="a-group-that-has-no-way-out",
        ),
        pytest.param(
            [
                peer(EGRESS, "platform-eks-from-load-balancer-3000", "platform-edge", ""),
                ruled("nx-worker-service-policy", "ingress", {"from": [EVERYBODY], **tcp(3000)}),
            ],
            [
                *too_much(OUTSIDE, "connects on tcp 3000", "service nx-worker-service"),
                *too_much("platform-edge", "connects on tcp 3000", "service nx-worker-service"),
            ],
            id="the-load-balancer-to-a-private-service",
        ),
    ],
)
def test_finds_a_way(production: Recording, changes: list[Change], expected: list[str]) -> None:
    assert sorted(found(production, *changes)) == sorted(expected)


def test_finds_that_the_load_balancer_is_shut_out(production: Recording) -> None:
    name = "platform-eks-into-pods-3333"
    assert found(production, lambda graph: without(graph, INGRESS, name)) == missing(
        "platform-edge", "connects on tcp 3333", "service aegisx-api"
    )


def test_finds_a_secret_of_another_system(production: Recording) -> None:
    """By its value: the cluster's own Secrets do not say where it is from."""
    secret, type_ = "nessen-runtime-secrets", "kubernetes:core/v1:Secret"
    password = production.one(type_, "nx-file-service-secrets").inputs["stringData"]
    [value] = password.values()
    values = production.one(type_, secret).inputs["stringData"]
    stolen = {**values, next(iter(values)): value}
    lines = found(production, lambda graph: changed(graph, type_, secret, {"stringData": stolen}))
    assert "too much: nessen-runtime | has in its environment | secret nx-database" in lines


def test_finds_a_role_that_pods_of_another_system_get(production: Recording) -> None:
    association = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
    to = {"namespace": "nessen", "serviceAccount": "nessen-runtime"}
    lines = found(production, lambda graph: changed(graph, association, "nx-file-service-pod", to))
    assert "too much: nessen-runtime | as pod role may s3:GetObject | bucket nx-objects" in lines
    assert "missing: nx-file-service | as pod role may s3:GetObject | bucket nx-objects" in lines


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ruled(
                "nessen-runtime-policy",
                "ingress",
                {"from": [{"podSelector": {"matchExpressions": [{"key": "app"}]}}]},
            ),
            "nothing here knows ..matchExpressions.. of a selector",
        ),
        (
            ruled(
                "nessen-runtime-policy",
                "egress",
                {"to": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}]},
            ),
            "nothing here knows ..except.. of an address block",
        ),
    ],
)
def test_refuses_what_it_does_not_read(production: Recording, change: Change, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        matrix(change(production))
