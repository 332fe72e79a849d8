"""A move from Fargate to EKS, step by step: requests move, and what is kept stays untouched."""

import json
from itertools import combinations, pairwise
from typing import Any

import pytest

from tests.program.eks.conftest import run
from tests.support import switching
from tests.support.switching import (
    ALARM,
    DASHBOARD,
    LISTENER_RULE,
    TARGET_GROUP,
    damage,
    lasting,
    runtime_of,
    watched,
)
from tools.recording.recorder import Recording, Resource

STEPS: dict[str, tuple[str, dict[str, Any] | None]] = {
    "on fargate": ("fargate", None),
    "eks stands by": ("fargate", {"to": "eks", "percent": 0}),
    "a tenth on eks": ("fargate", {"to": "eks", "percent": 10}),
    "all on eks": ("fargate", {"to": "eks", "percent": 100}),
    "fargate stands by": ("eks", {"to": "fargate", "percent": 0}),
    "on eks": ("eks", None),
}
"""`slipway:runtime` and `slipway:switch` of each step, as docs/switching.md takes them."""

OF_STACK = {
    "production": tuple(STEPS),
    # What differs from production differs in these too, and each takes seconds.
    "staging": ("on fargate", "a tenth on eks", "on eks"),
}
SHARES = {
    "on fargate": {"fargate": 100},
    "eks stands by": {"fargate": 100, "eks": 0},
    "a tenth on eks": {"fargate": 90, "eks": 10},
    "all on eks": {"fargate": 0, "eks": 100},
    "fargate stands by": {"fargate": 0, "eks": 100},
    "on eks": {"eks": 100},
}

KEEPS = {
    *("aws:rds/instance:Instance", "aws:rds/parameterGroup:ParameterGroup"),
    *("aws:rds/subnetGroup:SubnetGroup", "aws:elasticache/replicationGroup:ReplicationGroup"),
    *("aws:elasticache/subnetGroup:SubnetGroup", "aws:mq/broker:Broker"),
    *("aws:s3/bucket:Bucket", "aws:s3/bucketPolicy:BucketPolicy", "aws:kms/key:Key"),
    *("aws:secretsmanager/secret:Secret", "aws:secretsmanager/secretVersion:SecretVersion"),
    "random:index/randomPassword:RandomPassword",
    *("aws:cloudfront/distribution:Distribution", "aws:route53/record:Record"),
    *("aws:acm/certificate:Certificate", "aws:lb/loadBalancer:LoadBalancer"),
    *("aws:lb/listener:Listener", "aws:wafv2/webAcl:WebAcl", "aws:ec2/vpc:Vpc"),
    *("aws:ec2/subnet:Subnet", "aws:ec2/natGateway:NatGateway", "aws:ec2/eip:Eip"),
    *("aws:backup/vault:Vault", "aws:backup/plan:Plan", "aws:backup/selection:Selection"),
}
"""Kinds with data, a name or an address that nobody can make a second time."""

GOES_WITH_FARGATE = {
    *("aws:appautoscaling/policy:Policy", "aws:appautoscaling/target:Target"),
    *("aws:cloudwatch/logGroup:LogGroup", "aws:ec2/securityGroup:SecurityGroup"),
    *("aws:ecs/cluster:Cluster", "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"),
    *("aws:ecs/service:Service", "aws:ecs/taskDefinition:TaskDefinition"),
    *("aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy", "aws:lambda/function:Function"),
    *("aws:lambda/invocation:Invocation", TARGET_GROUP),
    # Code of the runner and of the canary.
    *("aws:s3/bucketObjectv2:BucketObjectv2", "aws:synthetics/canary:Canary"),
    "aws:servicediscovery/httpNamespace:HttpNamespace",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
}

ALL_STEPS = pytest.mark.parametrize("stack", ["production"])

Move = dict[str, Recording]


@pytest.fixture
def move(stack: str, _in_the_project: None) -> Move:
    """The graph of each step."""
    return {step: run(stack, STEPS[step][0], *_switch(STEPS[step][1])) for step in OF_STACK[stack]}


def _switch(switch: dict[str, Any] | None) -> list[tuple[str, str]]:
    return [("slipway:switch", json.dumps(switch))] if switch is not None else []


def test_no_step_touches_what_outlives_it(move: Move) -> None:
    """From each step to each other one: who goes back, or leaves steps out, loses nothing too.

    Tasks and pods that both sides have are among it: none is started anew.
    """
    lines = [
        f"{first} -> {second}: {line}"
        for first, second in combinations(move, 2)
        for line in damage(move[first], move[second])
    ]
    assert not lines, "\n".join(lines)


def test_all_that_is_kept_is_among_what_outlives_a_step(move: Move) -> None:
    """A store within something of a runtime's own would go with it and not be compared."""
    for step, graph in move.items():
        found = {each.type for each in graph.custom if each.type in KEEPS}
        outlives = {each.urn for each in lasting(graph)}
        assert found == KEEPS
        for each in graph.custom:
            guarded = each.protect or each.retain_on_delete or each.type in KEEPS
            # It holds services only, and is protected because all of them would be away. What is
            # in it goes with it.
            guarded &= each.type != "aws:eks/cluster:Cluster"
            guarded &= not each.type.startswith("kubernetes:")
            assert not guarded or each.urn in outlives, f"{step}: {each.type} {each.name}"


@ALL_STEPS
def test_eks_is_added_beside_all_that_runs(move: Move) -> None:
    before, after = move["on fargate"], move["eks stands by"]
    assert switching.gone(before, after) == []
    changed = switching.changed(before, after)
    # Where requests go, and who watches them there.
    watching = [each for each in before.of_type(ALARM) if _target_groups(each)]
    watching += [
        each for each in before.of_type(DASHBOARD) if "TargetGroup" in each.inputs["dashboardBody"]
    ]
    assert set(changed) == {each.urn for each in [*_forwarding(before), *watching]}


@ALL_STEPS
def test_a_new_percentage_changes_listener_rules_only(move: Move) -> None:
    for first, second in pairwise(["eks stands by", "a tenth on eks", "all on eks"]):
        before, after = move[first], move[second]
        assert before.graph() == after.graph()
        assert switching.changed(before, after) == {
            each.urn: frozenset(["actions"]) for each in _forwarding(before)
        }


@ALL_STEPS
def test_the_last_step_takes_away_what_was_fargates_alone(move: Move) -> None:
    before, after = move["fargate stands by"], move["on eks"]
    away = switching.gone(before, after)
    assert {runtime_of(each.urn) for each in away} == {"fargate"}
    assert {each.type for each in away if each.custom} == GOES_WITH_FARGATE - {
        # The canary went when the pod took over, a step before.
        "aws:synthetics/canary:Canary",
        "aws:lambda/invocation:Invocation",
    }
    assert {runtime_of(each.urn) for each in after.resources} == {"eks", None}
    assert {runtime_of(each.urn) for each in move["on fargate"].resources} == {"fargate", None}


@ALL_STEPS
def test_the_direct_way_takes_away_what_was_fargates_alone(move: Move) -> None:
    away = switching.gone(move["all on eks"], move["on eks"])
    assert {each.type for each in away if each.custom} == GOES_WITH_FARGATE


def _forwarding(graph: Recording) -> list[Any]:
    return [each for each in graph.of_type(LISTENER_RULE) if "-route-forward-" in each.name]


def test_requests_move_by_the_weights_of_the_same_rules(move: Move) -> None:
    urns = {each.urn for each in move["on fargate"].of_type(LISTENER_RULE)}
    assert len(urns) > 10
    for step, graph in move.items():
        rules = graph.of_type(LISTENER_RULE)
        assert {each.urn for each in rules} == urns
        priorities = [each.inputs["priority"] for each in rules]
        assert len({*priorities}) == len(priorities)
        groups = graph.of_type(TARGET_GROUP)
        for rule in _forwarding(graph):
            assert switching.weights(rule, groups) == SHARES[step], f"{step}: {rule.name}"
            assert sum(SHARES[step].values()) == 100


def test_whatever_gets_requests_is_watched(move: Move) -> None:
    """Whichever runtime answers: its errors, its times and its health raise the alarm there is."""
    alarms = {
        each.name: _routes(move["on fargate"], each)
        for each in move["on fargate"].of_type(ALARM)
        if _target_groups(each)
    }
    assert len(alarms) > 10
    for step, graph in move.items():
        for name, routes in alarms.items():
            alarm = graph.one(ALARM, name)
            # The one service that it was about, on each runtime that there is.
            assert _routes(graph, alarm) == routes, f"{step}: {name}"
            assert len(routes) == 1
            groups = [each for each in graph.of_type(TARGET_GROUP) if each.parent in routes]
            assert len(groups) == len(SHARES[step])
            suffixes = {each.outputs["arnSuffix"] for each in groups}
            assert _target_groups(alarm) == suffixes, f"{step}: {name}"


@pytest.mark.acceptance("B13")
def test_whatever_gets_requests_is_on_the_dashboard(move: Move) -> None:
    for step, graph in move.items():
        bodies = [each.inputs["dashboardBody"] for each in graph.of_type(DASHBOARD)]
        for group in graph.of_type(TARGET_GROUP):
            shown = [body for body in bodies if f'"{group.outputs["arnSuffix"]}"' in body]
            assert len(shown) == 1, f"{step}: {group.name}"


def _target_groups(alarm: Resource) -> set[str]:
    found = {each.get("dimensions", {}).get("TargetGroup", "") for each in watched(alarm.inputs)}
    return found - {""}


def _routes(graph: Recording, alarm: Resource) -> set[str]:
    groups = {each.outputs["arnSuffix"]: each for each in graph.of_type(TARGET_GROUP)}
    return {groups[suffix].parent for suffix in _target_groups(alarm)}


@pytest.mark.acceptance("A10")
def test_what_is_refused_stays_refused_at_every_step(move: Move) -> None:
    def refusing(graph: Recording) -> dict[str, Any]:
        return {
            each.urn: each.inputs
            for each in graph.of_type(LISTENER_RULE)
            if each.inputs["actions"][0]["type"] != "forward"
        }

    first = refusing(move["on fargate"])
    assert len(first) >= 5
    assert all(refusing(graph) == first for graph in move.values())


def test_both_runtimes_have_a_target_group_for_each_route_while_moving(move: Move) -> None:
    routes = {each.name for each in move["on fargate"].of_type("slipway:index:PublicRoute")}
    both = {f"{each}-tg" for each in routes} | {f"{each}-eks-tg" for each in routes}
    moving = [graph for step, graph in move.items() if STEPS[step][1]]
    assert moving
    for graph in moving:
        groups = {each.outputs["arn"]: each for each in graph.of_type(TARGET_GROUP)}
        assert {each.name for each in groups.values()} == both
        # Each is filled by its own runtime, whatever its share.
        services = [
            target["targetGroupArn"]
            for each in graph.of_type("aws:ecs/service:Service")
            for target in each.inputs["loadBalancers"]
        ]
        pods = [
            each.inputs["spec"]["targetGroupARN"] for each in graph.of_type("TargetGroupBinding")
        ]
        assert {runtime_of(groups[arn].urn) for arn in services} == {"fargate"}
        assert {runtime_of(groups[arn].urn) for arn in pods} == {"eks"}
        assert sorted([*services, *pods]) == sorted(groups)


def test_one_runtime_at_a_time_prepares_the_databases(move: Move) -> None:
    for step, graph in move.items():
        runtime, _ = STEPS[step]
        tasks, jobs = graph.of_type("OneShotTask"), graph.of_type("KubernetesJob")
        assert bool(tasks) is (runtime == "fargate")
        assert bool(jobs) is (runtime == "eks")
        assert {each.name for each in [*tasks, *jobs]} == {
            each.name for each in move["on fargate"].of_type("OneShotTask")
        }
