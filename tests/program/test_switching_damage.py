"""What a step between runtimes must not do is found, whatever of a resource it is done to."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.program.eks.conftest import run
from tests.support import changed_graph
from tests.support.switching import ALARM, LISTENER_RULE, TARGET_GROUP, damage
from tools.recording.recorder import Recording

Change = Callable[[Recording], Recording]

BUCKET = "aws:s3/bucket:Bucket"
SECRET = "aws:secretsmanager/secret:Secret"
DATABASE = "aws:rds/instance:Instance"
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
SERVICE = "kubernetes:core/v1:Service"


def gone(type_: str, name: str) -> Change:
    return lambda graph: changed_graph.without(graph, type_, name)


def second(type_: str, like: str) -> Change:
    return lambda graph: changed_graph.added(graph, type_, like, {})


def edited(type_: str, name: str, **inputs: Any) -> Change:
    return lambda graph: changed_graph.changed(graph, type_, name, inputs)


def specified(type_: str, name: str, **fields: Any) -> Change:
    """Other fields in the spec of a Kubernetes object."""

    def change(graph: Recording) -> Recording:
        spec = {**graph.one(type_, name).inputs["spec"], **fields}
        return changed_graph.changed(graph, type_, name, {"spec": spec})

    return change


def managed(type_: str, name: str, **options: Any) -> Change:
    """Other options of a resource."""

    def change(graph: Recording) -> Recording:
        before = graph.one(type_, name)
        after = replace(before, **options)
        return Recording(resources=[after if each is before else each for each in graph.resources])

    return change


def found(change: Change, runtime: str = "fargate") -> list[str]:
    graph = run("production", runtime)
    assert damage(graph, graph) == []
    return damage(graph, change(graph))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (gone(BUCKET, "nx-objects-bucket"), "gone: Bucket nx-objects-bucket"),
        (gone(SECRET, "nx-jwt-secret-secret"), "gone: Secret nx-jwt-secret-secret"),
        (second("aws:ec2/vpc:Vpc", "platform-network-vpc"), "new: Vpc platform-network-vpc-too"),
        (
            edited(BUCKET, "nx-objects-bucket", bucketPrefix="nx-on-eks-"),
            "changed: Bucket nx-objects-bucket: bucketPrefix",
        ),
        (
            edited(DATABASE, "nx-database-instance", dbSubnetGroupName="other"),
            "changed: Instance nx-database-instance: dbSubnetGroupName",
        ),
        (
            edited(LISTENER_RULE, "nx-api-gateway-route-forward-1", priority=1),
            "changed: ListenerRule nx-api-gateway-route-forward-1: priority",
        ),
        (
            edited("aws:lb/listener:Listener", "platform-edge-https", port=8443),
            "changed: Listener platform-edge-https: port",
        ),
    ],
)
def test_what_is_lost_or_made_twice_or_changed(change: Change, expected: str) -> None:
    assert found(change) == [expected]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"aliases": (("", "database"),)}, "aliases"),
        ({"ignore_changes": ("password",)}, "ignore_changes"),
        ({"secret_inputs": frozenset({"password"})}, "secret_inputs"),
        ({"additional_secret_outputs": frozenset({"address"})}, "additional_secret_outputs"),
        ({"dependencies": frozenset[str]()}, "dependencies"),
        ({"provider": ""}, "provider"),
        ({"protect": False}, "protect"),
        ({"retain_on_delete": True}, "retain_on_delete"),
        ({"delete_before_replace": True}, "delete_before_replace"),
        ({"replacement_trigger": "now"}, "replacement_trigger"),
        ({"create_timeout": "1s"}, "create_timeout"),
    ],
)
def test_what_makes_the_engine_treat_a_database_otherwise(
    options: dict[str, Any], expected: str
) -> None:
    assert found(managed(DATABASE, "nx-database-instance", **options)) == [
        f"changed: Instance nx-database-instance: {expected}"
    ]


@pytest.mark.parametrize(
    ("type_", "name", "option"),
    [
        (BUCKET, "nx-objects-bucket", {"aliases": ()}),
        (CACHE, "nx-cache-group", {"secret_inputs": frozenset[str]()}),
        ("aws:mq/broker:Broker", "nx-queue-broker", {"replacement_trigger": None}),
    ],
)
def test_a_mark_that_is_there_and_gets_lost(type_: str, name: str, option: dict[str, Any]) -> None:
    [key] = option
    kind = type_.rpartition(":")[2]
    assert found(managed(type_, name, **option)) == [f"changed: {kind} {name}: {key}"]


@pytest.mark.parametrize(
    ("name", "inputs", "expected"),
    [
        ("nx-monitoring-database-cpu", {"metricName": "ReadLatency"}, ["metricName"]),
        (
            "nx-monitoring-database-cpu",
            {"namespace": "AWS/ECS", "dimensions": {"ServiceName": "nx"}},
            ["dimensions", "namespace"],
        ),
        ("platform-monitoring-load-balancer-5xx", {"dimensions": {}}, ["dimensions"]),
        ("nx-monitoring-api-gateway-unhealthy-hosts", {"threshold": 5}, ["threshold"]),
        (
            "nx-monitoring-api-gateway-unhealthy-hosts",
            {"namespace": "AWS/RDS", "dimensions": {"DBInstanceIdentifier": "nx"}},
            ["dimensions", "namespace"],
        ),
        ("nx-monitoring-api-gateway-cpu", {"statistic": "Minimum"}, ["statistic"]),
        ("aegisx-monitoring-status-unknown", {"metricName": "Duration"}, ["metricName"]),
    ],
)
def test_an_alarm_that_watches_something_else(
    name: str, inputs: dict[str, Any], expected: list[str]
) -> None:
    assert found(edited(ALARM, name, **inputs)) == [
        f"changed: MetricAlarm {name}: {key}" for key in expected
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            specified(DEPLOYMENT, "nx-api-gateway-deployment", selector={"matchLabels": {}}),
            "changed: Deployment nx-api-gateway-deployment: spec",
        ),
        (
            specified(SERVICE, "nx-api-gateway-service", clusterIP="None"),
            "changed: Service nx-api-gateway-service: spec",
        ),
        (
            edited(TARGET_GROUP, "nx-api-gateway-route-eks-tg", port=1),
            "changed: TargetGroup nx-api-gateway-route-eks-tg: port",
        ),
        (
            edited(TARGET_GROUP, "nx-api-gateway-route-eks-tg", protocol="HTTPS"),
            "changed: TargetGroup nx-api-gateway-route-eks-tg: protocol",
        ),
        (
            edited(TARGET_GROUP, "nx-api-gateway-route-eks-tg", vpcId="vpc-2"),
            "changed: TargetGroup nx-api-gateway-route-eks-tg: vpcId",
        ),
    ],
)
def test_what_cannot_change_in_place(change: Change, expected: str) -> None:
    assert found(change, "eks") == [expected]
