"""What a public route needs to know; a part of `components/public_route.py`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.errors import ArgumentError, require, require_path

ALGORITHMS = {
    "leastOutstandingRequests": "least_outstanding_requests",
    "roundRobin": "round_robin",
}
PATTERNS_IN_RULE = 4
"""AWS allows five values in the conditions of one rule; the host is one of them."""
LAST_PRIORITY = 50_000
TARGETS_OF_RULE = 5
"""Target groups between which AWS lets one rule choose."""
_PATH = re.compile(r"/[A-Za-z0-9_.$/~\"'@:+&-]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthCheckArgs:
    """How the load balancer finds out whether a target is well.

    Source of the limits: Elastic Load Balancing API reference, CreateTargetGroup.
    """

    path: str
    """Path of a GET request."""
    interval_seconds: int = 15
    """Seconds between two checks, 5 to 300; 15 by default."""
    timeout_seconds: int = 5
    """Seconds after which a check has failed, 2 to 120 and less than the interval; 5 by default
    (trap 21)."""
    healthy_threshold: int = 2
    """Successes in a row after which a target gets requests, 2 to 10; 2 by default."""
    unhealthy_threshold: int = 3
    """Failures in a row after which a target is replaced, 2 to 10; 3 by default."""
    success_codes: str = "200-299"
    """Status codes that mean well; 200-299 by default."""

    def __post_init__(self) -> None:
        require_path(self)
        require(
            self, "interval_seconds", 5 <= self.interval_seconds <= 300, "use 5 to 300 (seconds)"
        )
        require(
            self,
            "timeout_seconds",
            2 <= self.timeout_seconds <= 120 and self.timeout_seconds < self.interval_seconds,
            "use 2 to 120, and less than interval_seconds (seconds)",
        )
        for threshold in ("healthy_threshold", "unhealthy_threshold"):
            require(self, threshold, 2 <= getattr(self, threshold) <= 10, "use 2 to 10 (checks)")


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetArgs:
    """One runtime that answers the requests of a route.

    Source of the limits: Elastic Load Balancing API reference, TargetGroupTuple.
    """

    weight: int = 100
    """Its share of the requests beside the other targets' weights, 0 to 999; 100 by default. 0
    sends it nothing new and keeps it checked, ready to take over."""
    tags: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Tags of its target group besides those of the route, such as the one by which EKS Auto Mode
    may register pods in it; none by default."""

    def __post_init__(self) -> None:
        require(self, "weight", 0 <= self.weight <= 999, "use 0 to 999")


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicRouteArgs:
    """What a route needs to know."""

    vpc_id: pulumi.Input[str]
    """Network of the targets. Source: Network.vpc_id."""
    listener_arn: pulumi.Input[str]
    """Listener that gets the rules. Source: LoadBalancer.listener_arn."""
    host: str
    """Host name of the requests."""
    first_priority: int
    """Priority of the first rule, 1 to 50000; the others follow one by one, `rule_count` tells how
    many. Lower goes first; no two rules of a listener may share one."""
    health_check: HealthCheckArgs
    """How the load balancer checks the targets."""
    targets: Mapping[str, TargetArgs]
    """Who answers, one to five, by a short name: the runtime, such as `fargate`. With several the
    load balancer draws one for each request, by weight."""
    paths: Sequence[str] = ("/",)
    """Paths that lead to the service, each with all below it; everything by default. The path
    reaches the service as it is."""
    deny_paths: Sequence[str] = ()
    """Paths that answer 403, each with all below it (trap 33); none by default. The load balancer
    compares them letter by letter: an application that also takes `/API/Metrics` for them must
    refuse it itself."""
    deregistration_delay_seconds: int = 30
    """Seconds that a target which is about to stop may go on with its requests, 0 to 3600; as long
    as the longest request takes, 30 by default, not AWS's 300 (trap 19)."""
    algorithm: str = "leastOutstandingRequests"
    """Which task or pod gets a request, `leastOutstandingRequests` (by default) or `roundRobin`."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags besides the provider's default tags; none by default."""

    def __post_init__(self) -> None:
        self._require_paths()
        self._require_targets()
        require(
            self,
            "deregistration_delay_seconds",
            0 <= self.deregistration_delay_seconds <= 3600,
            "use 0 to 3600 (seconds)",
        )
        require(
            self, "algorithm", self.algorithm in ALGORITHMS, f"use one of {', '.join(ALGORITHMS)}"
        )

    def _require_paths(self) -> None:
        require(self, "paths", bool(self.paths), "name one or more paths")
        for paths in ("paths", "deny_paths"):
            require(
                self,
                paths,
                all(_PATH.fullmatch(path) for path in getattr(self, paths)),
                "start every path with a slash, without wildcards: what is below it is included",
            )
        require(
            self,
            "first_priority",
            1 <= self.first_priority <= LAST_PRIORITY + 1 - rule_count(self),
            "use 1 to 50000, with room for all rules",
        )

    def _require_targets(self) -> None:
        weights = {name: target.weight for name, target in self.targets.items()}
        if not 1 <= len(weights) <= TARGETS_OF_RULE:
            raise ArgumentError("PublicRoute", "targets", list(weights), "name one to five targets")
        if not any(weights.values()):
            remedy = "give one of them a weight above 0: otherwise nobody answers"
            raise ArgumentError("PublicRoute", "targets", weights, remedy)


def rule_count(args: PublicRouteArgs) -> int:
    """How many priorities the rules of a route take, from `first_priority` on."""
    return len(path_patterns(args.deny_paths)) + len(path_patterns(args.paths))


def path_patterns(paths: Sequence[str]) -> list[list[str]]:
    """Splits paths into the patterns of as many rules as they need."""
    patterns = list(dict.fromkeys(pattern for path in paths for pattern in _patterns(path)))
    return [
        patterns[start : start + PATTERNS_IN_RULE]
        for start in range(0, len(patterns), PATTERNS_IN_RULE)
    ]


def _patterns(path: str) -> list[str]:
    """A path and what is below it; `/api` must not match `/apiary`."""
    stem = path.rstrip("/")
    return [stem, f"{stem}/*"] if stem else ["/*"]
