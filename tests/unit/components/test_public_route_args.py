"""PublicRoute: how many rules there are, and the arguments that it refuses, with the message."""

from typing import Any

import pytest

from components.errors import ArgumentError
from components.public_route_args import HealthCheckArgs, TargetArgs, rule_count
from tests.unit.components.public_route_cases import args


@pytest.mark.parametrize(
    ("paths", "deny_paths", "rules"),
    [
        (["/"], [], 1),
        (["/"], ["/metrics"], 2),
        (["/a", "/b"], [], 1),
        (["/a", "/b", "/c"], ["/d", "/e", "/f"], 4),
        (["/a", "/a", "/a/"], [], 1),
    ],
)
def test_counts_its_rules(paths: list[str], deny_paths: list[str], rules: int) -> None:
    assert rule_count(args(paths=paths, deny_paths=deny_paths)) == rules


PATH_REMEDY = "start every path with a slash, without wildcards: what is below it is included"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"paths": []}, "paths=[] is not allowed; name one or more paths"),
        ({"paths": ["api"]}, f"paths=['api'] is not allowed; {PATH_REMEDY}"),
        ({"paths": ["/api/*"]}, f"paths=['/api/*'] is not allowed; {PATH_REMEDY}"),
        ({"deny_paths": ["/a?b"]}, f"deny_paths=['/a?b'] is not allowed; {PATH_REMEDY}"),
        (
            {"first_priority": 0},
            "first_priority=0 is not allowed; use 1 to 50000, with room for all rules",
        ),
        (
            {"first_priority": 50_000, "deny_paths": ["/metrics"]},
            "first_priority=50000 is not allowed; use 1 to 50000, with room for all rules",
        ),
        ({"targets": {}}, "targets=[] is not allowed; name one to five targets"),
        (
            {"targets": {name: TargetArgs() for name in "abcdef"}},
            "targets=['a', 'b', 'c', 'd', 'e', 'f'] is not allowed; name one to five targets",
        ),
        (
            {"targets": {"fargate": TargetArgs(weight=0), "eks": TargetArgs(weight=0)}},
            "targets={'fargate': 0, 'eks': 0} is not allowed; give one of them a weight above 0: "
            "otherwise nobody answers",
        ),
        (
            {"deregistration_delay_seconds": 3601},
            "deregistration_delay_seconds=3601 is not allowed; use 0 to 3600 (seconds)",
        ),
        (
            {"algorithm": "random"},
            "algorithm='random' is not allowed; use one of leastOutstandingRequests, roundRobin",
        ),
    ],
)
def test_fails_when_the_load_balancer_would_refuse(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        args(**changes)
    assert str(refused.value) == f"PublicRoute: {message}"


@pytest.mark.parametrize("weight", [-1, 1000])
def test_fails_when_a_weight_is_out_of_range(weight: int) -> None:
    with pytest.raises(ArgumentError) as refused:
        TargetArgs(weight=weight)
    assert str(refused.value) == f"Target: weight={weight} is not allowed; use 0 to 999"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"path": "health"}, "path='health' is not allowed; begin it with a slash"),
        ({"interval_seconds": 4}, "interval_seconds=4 is not allowed; use 5 to 300 (seconds)"),
        (
            {"interval_seconds": 5, "timeout_seconds": 5},
            "timeout_seconds=5 is not allowed; use 2 to 120, and less than interval_seconds "
            "(seconds)",
        ),
        ({"healthy_threshold": 1}, "healthy_threshold=1 is not allowed; use 2 to 10 (checks)"),
        (
            {"unhealthy_threshold": 11},
            "unhealthy_threshold=11 is not allowed; use 2 to 10 (checks)",
        ),
    ],
)
def test_fails_when_the_health_check_would_be_refused(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ArgumentError) as refused:
        HealthCheckArgs(**{"path": "/health"} | changes)
    assert str(refused.value) == f"HealthCheck: {message}"
