"""That test_reachability.py can fail: each way through the network, opened in a copy, is found."""

from typing import Any

import pytest

from model.load import load_files
from tests.program.conftest import ROOT
from tests.support import expected_reach
from tests.support.changed_graph import Change, added, changed, found, group, without
from tests.support.reachability import matrix
from tools.recording.recorder import Recording

EGRESS, INGRESS = "SecurityGroupEgressRule", "SecurityGroupIngressRule"
SERVICE, GROUP = "aws:ecs/service:Service", "aws:ec2/securityGroup:SecurityGroup"


def peer(type_: str, like: str, of: str, to: str) -> Change:
    """One more rule between the groups of two components, on the port of another rule."""
    return lambda graph: added(
        graph,
        type_,
        like,
        {"securityGroupId": group(graph, of), "referencedSecurityGroupId": group(graph, to)},
    )


def addresses(type_: str, like: str, **inputs: Any) -> Change:
    """One more rule of the same group, for addresses in place of the other group."""
    return lambda graph: added(graph, type_, like, {"referencedSecurityGroupId": None, **inputs})


def edited(type_: str, name: str, **inputs: Any) -> Change:
    return lambda graph: changed(graph, type_, name, inputs)


def gone(type_: str, name: str) -> Change:
    return lambda graph: without(graph, type_, name)


def joins(task: str, component: str) -> Change:
    """A task in one more group."""

    def change(graph: Recording) -> Recording:
        name = f"{task}-service"
        network = graph.one(SERVICE, name).inputs["networkConfiguration"]
        groups = [*network["securityGroups"], group(graph, component)]
        together = {"networkConfiguration": {**network, "securityGroups": groups}}
        return changed(graph, SERVICE, name, together)

    return change


OUT = peer(EGRESS, "nx-api-gateway-to-database", "nessen-runtime", "nx-database")
IN = peer(INGRESS, "nx-api-gateway-into-database", "nx-database", "nessen-runtime")
EDGE_OUT = peer(EGRESS, "nx-api-gateway-to-file-service", "platform-edge", "nx-file-service")
EDGE_IN = peer(INGRESS, "nx-api-gateway-into-file-service", "nx-file-service", "platform-edge")
TO_NX = "connects on tcp 5432 | database nx-database"
TO_CACHE = "connects on tcp 6379 | cache aegisx-cache"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param([OUT, IN], [f"too much: nessen-runtime | {TO_NX}"], id="both-rules"),
        pytest.param([OUT], [], id="a-way-out-is-not-a-way-in"),
        pytest.param([IN], [], id="a-way-in-is-not-a-way-out"),
        pytest.param(
            [addresses(EGRESS, "nessen-runtime-to-https", fromPort=0, toPort=6000), IN],
            [
                "too much: nessen-runtime | connects on tcp 0 to 6000 | whoever has an address",
                f"too much: nessen-runtime | {TO_NX}",
            ],
            id="a-way-out-to-all-addresses",
        ),
        pytest.param(
            [addresses(EGRESS, "nessen-runtime-to-https", ipProtocol="-1")],
            ["too much: nessen-runtime | connects on every port | whoever has an address"],
            id="a-way-out-to-everything",
        ),
        pytest.param(
            [addresses(INGRESS, "nx-api-gateway-into-database", cidrIpv4="10.1.0.0/16")],
            [f"too much: whoever has an address | {TO_NX}"],
            id="the-addresses-of-the-vpc",
        ),
        pytest.param(
            [joins("nessen-runtime", "rest-api-api")],
            [
                "too much: nessen-runtime | connects on tcp 6379 | cache rest-api-cache",
                "too much: nessen-runtime | connects on tcp 5432 | database rest-api-database",
            ],
            id="a-task-in-a-group-of-another-system",
        ),
        pytest.param(
            [joins("nx-worker-service", "nx-file-service")], [], id="a-group-that-opens-nothing-new"
        ),
        pytest.param(
            [EDGE_OUT, EDGE_IN],
            ["too much: platform-edge | connects on tcp 3001 | service nx-file-service"],
            id="the-load-balancer-to-a-private-service",
        ),
        pytest.param(
            [gone(EGRESS, "nx-worker-service-to-queue")],
            ["missing: nx-worker-service | connects on tcp 5671 | queue nx-queue"],
            id="a-rule-that-is-gone",
        ),
        pytest.param(
            [edited(INGRESS, "aegisx-api-into-cache", toPort=6378, fromPort=1)],
            [f"missing: aegisx-api | {TO_CACHE}"],
            id="ports-below",
        ),
        pytest.param(
            [edited(INGRESS, "aegisx-api-into-cache", ipProtocol="udp")],
            [f"missing: aegisx-api | {TO_CACHE}"],
            id="another-protocol",
        ),
    ],
)
def test_finds_a_way(production: Recording, changes: list[Change], expected: list[str]) -> None:
    assert sorted(found(production, *changes)) == sorted(expected)


def test_finds_a_console_that_addresses_reach(production: Recording) -> None:
    """The broker's console answers by HTTPS, and by HTTPS every task may go to any address."""
    tasks = expected_reach.tasks(load_files(ROOT, "production", assume_secrets=True))
    opened = {"prefixListId": "pl-1", "ipProtocol": "-1", "fromPort": None, "toPort": None}
    assert sorted(
        found(production, addresses(INGRESS, "nx-api-gateway-into-queue", **opened))
    ) == sorted(
        [
            *(f"too much: {task} | connects on tcp 443 | queue nx-queue" for task in tasks),
            "too much: whoever has an address | connects on tcp 443 | queue nx-queue",
            "too much: whoever has an address | connects on tcp 5671 | queue nx-queue",
        ]
    )


def test_finds_a_store_in_a_group_of_another_system(production: Recording) -> None:
    groups = [group(production, "aegisx-database"), group(production, "nx-database")]
    instance = ("aws:rds/instance:Instance", "aegisx-database-instance")
    assert found(production, edited(*instance, vpcSecurityGroupIds=groups)) == [
        f"too much: nx-{task} | connects on tcp 5432 | database aegisx-database"
        for task in ("api-gateway", "bootstrap", "file-service", "migration", "worker-service")
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            edited(GROUP, "nx-database-security-group", ingress=[{"cidrBlocks": ["0.0.0.0/0"]}]),
            "nx-database-security-group has rules of its own, which nothing here reads",
        ),
        (
            edited("aws:lambda/function:Function", "platform-task-runner-function", vpcConfig={}),
            "platform-task-runner-function is in the VPC: give it a row",
        ),
    ],
)
def test_refuses_what_it_does_not_read(production: Recording, change: Change, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        matrix(change(production))
