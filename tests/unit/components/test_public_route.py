"""PublicRoute: target groups, rules and weights, with exact inputs."""

from typing import Any

import pytest

from tests.unit.components import public_route_cases
from tests.unit.components.public_route_cases import LONG_NAME
from tools.recording.recorder import Recording

ANY_OF_THE_HOST = [
    {"hostHeader": {"values": ["api.example.com"]}},
    {"pathPattern": {"values": ["/*"]}},
]


@pytest.fixture
def recording() -> Recording:
    return public_route_cases.recorded()


def rules(recording: Recording, route: str) -> list[tuple[str, int, list[str]]]:
    found = [
        each for each in recording.of_type("ListenerRule") if each.parent.endswith(f":{route}")
    ]
    return [
        (
            each.name,
            each.inputs["priority"],
            each.inputs["conditions"][1]["pathPattern"]["values"],
        )
        # By priority: registrations run side by side, so their order says nothing.
        for each in sorted(found, key=lambda each: each.inputs["priority"])
    ]


def arn(recording: Recording, target_group: str) -> Any:
    return recording.one("TargetGroup", target_group).outputs["arn"]


@pytest.mark.acceptance("A13", "trap-19", "trap-21")
def test_builds_the_target_group(recording: Recording) -> None:
    assert recording.one("TargetGroup", "api-tg").inputs == {
        "vpcId": "vpc-1",
        "targetType": "ip",
        "protocol": "HTTP",
        "port": 80,
        "deregistrationDelay": 60,
        "loadBalancingAlgorithmType": "least_outstanding_requests",
        "healthCheck": {
            "enabled": True,
            "protocol": "HTTP",
            "port": "traffic-port",
            "path": "/api/health",
            "interval": 5,
            "timeout": 3,
            "healthyThreshold": 2,
            "unhealthyThreshold": 3,
            "matcher": "200-299",
        },
        "tags": {"team": "platform", "Name": "api-tg"},
    }


def test_a_long_name_still_fits(recording: Recording) -> None:
    inputs = recording.one("TargetGroup", f"{LONG_NAME}-tg").inputs
    assert inputs["namePrefix"] == "a-sys-"
    assert "name" not in inputs
    assert not recording.one("TargetGroup", f"{LONG_NAME}-tg").delete_before_replace


@pytest.mark.acceptance("trap-33")
def test_denies_before_it_forwards(recording: Recording) -> None:
    deny = recording.one("ListenerRule", "api-deny-1").inputs
    forward = recording.one("ListenerRule", "api-forward-1").inputs
    assert deny == {
        "listenerArn": "arn:listener",
        "priority": 10,
        "conditions": [
            {"hostHeader": {"values": ["api.example.com"]}},
            {"pathPattern": {"values": ["/api/metrics", "/api/metrics/*"]}},
        ],
        "actions": [
            {
                "type": "fixed-response",
                "fixedResponse": {
                    "contentType": "text/plain",
                    "messageBody": "Forbidden",
                    "statusCode": "403",
                },
            }
        ],
        "tags": {"team": "platform", "Name": "api-deny-1"},
    }
    assert forward == {
        "listenerArn": "arn:listener",
        "priority": 11,
        "conditions": ANY_OF_THE_HOST,
        "actions": [{"type": "forward", "targetGroupArn": arn(recording, "api-tg")}],
        "tags": {"team": "platform", "Name": "api-forward-1"},
    }


def test_splits_paths_into_rules_of_five_values(recording: Recording) -> None:
    assert rules(recording, "split") == [
        ("split-deny-1", 10, ["/d", "/d/*"]),
        ("split-forward-1", 11, ["/a", "/a/*", "/b", "/b/*"]),
        ("split-forward-2", 12, ["/c", "/c/*"]),
    ]


def test_gives_each_target_its_group_and_its_tags(recording: Recording) -> None:
    """All alike but for the tags: requests must not notice which runtime answers."""
    fargate = dict(recording.one("TargetGroup", "split-tg").inputs)
    eks = dict(recording.one("TargetGroup", "split-eks-tg").inputs)
    assert fargate.pop("tags") == {"team": "platform", "Name": "split-tg"}
    assert eks.pop("tags") == {
        "team": "eks",
        "Name": "split-eks-tg",
        "eks:eks-cluster-name": "apps",
    }
    assert fargate == eks
    assert fargate["loadBalancingAlgorithmType"] == "round_robin"


@pytest.mark.parametrize("rule", ["split-forward-1", "split-forward-2"])
def test_shares_requests_by_weight_without_stickiness(recording: Recording, rule: str) -> None:
    assert recording.one("ListenerRule", rule).inputs["actions"] == [
        {
            "type": "forward",
            "forward": {
                "targetGroups": [
                    {"arn": arn(recording, "split-tg"), "weight": 90},
                    {"arn": arn(recording, "split-eks-tg"), "weight": 10},
                ]
            },
        }
    ]


def test_names_rules_after_the_route_whatever_answers(recording: Recording) -> None:
    """A move between runtimes must change rules, not replace them: two cannot share a priority."""
    assert rules(recording, "moved") == [("moved-forward-1", 10, ["/*"])]
    assert recording.one("ListenerRule", "moved-forward-1").inputs["actions"] == [
        {"type": "forward", "targetGroupArn": arn(recording, "moved-eks-tg")}
    ]


def test_gives_what_runtimes_and_alarms_need(recording: Recording) -> None:
    groups = {
        target: recording.one("TargetGroup", name).outputs
        for target, name in (("fargate", "split-tg"), ("eks", "split-eks-tg"))
    }
    assert recording.outputs_of("split") == {
        "target_group_arns": {target: group["arn"] for target, group in groups.items()},
        "target_group_arn_suffixes": {
            target: group["arnSuffix"] for target, group in groups.items()
        },
    }
