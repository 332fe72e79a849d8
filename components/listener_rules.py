"""How requests from the load balancer reach a service; a part of a Fargate service."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.errors import require
from components.physical_name import short_name_prefix

ALGORITHMS = {
    "leastOutstandingRequests": "least_outstanding_requests",
    "roundRobin": "round_robin",
}
PATTERNS_IN_RULE = 4
"""AWS allows five values in the conditions of one rule; the host is one of them."""
LAST_PRIORITY = 50_000
_PATH = re.compile(r"/[A-Za-z0-9_.$/~\"'@:+&-]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthCheckArgs:
    """How the load balancer finds out whether a task is well.

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
    """Successes in a row after which a task gets requests, 2 to 10; 2 by default."""
    unhealthy_threshold: int = 3
    """Failures in a row after which a task is replaced, 2 to 10; 3 by default."""
    success_codes: str = "200-299"
    """Status codes that mean well; 200-299 by default."""

    def __post_init__(self) -> None:
        require(self, "path", self.path.startswith("/"), "start with a slash")
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
class PublicArgs:
    """What a service needs to be reached from the load balancer."""

    listener_arn: pulumi.Input[str]
    """Listener that gets the rules. Source: LoadBalancer.listener_arn."""
    load_balancer_security_group_id: pulumi.Input[str]
    """Group from which requests come. Source: LoadBalancer.security_group_id."""
    host: str
    """Host name of the requests."""
    first_priority: int
    """Priority of the first rule, 1 to 50000; the others follow one by one, `rule_count` tells how
    many. Lower goes first; no two rules of a listener may share one."""
    health_check: HealthCheckArgs
    """How the load balancer checks the tasks."""
    paths: Sequence[str] = ("/",)
    """Paths that lead to the service, each with all below it; everything by default. The path
    reaches the service as it is."""
    deny_paths: Sequence[str] = ()
    """Paths that answer 403, each with all below it (trap 33); none by default. The load balancer
    compares them letter by letter: an application that also takes `/API/Metrics` for them must
    refuse it itself."""
    deregistration_delay_seconds: int = 30
    """Seconds that a task which is about to stop may go on with its requests, 0 to 3600; as long as
    the longest request takes, 30 by default, not AWS's 300 (trap 19)."""
    algorithm: str = "leastOutstandingRequests"
    """Which task gets a request, `leastOutstandingRequests` (by default) or `roundRobin`."""

    def __post_init__(self) -> None:
        require(self, "paths", bool(self.paths), "name one or more paths")
        for field in ("paths", "deny_paths"):
            require(
                self,
                field,
                all(_PATH.fullmatch(path) for path in getattr(self, field)),
                "start every path with a slash, without wildcards: what is below it is included",
            )
        require(
            self,
            "first_priority",
            1 <= self.first_priority <= LAST_PRIORITY + 1 - rule_count(self),
            "use 1 to 50000, with room for all rules",
        )
        require(
            self,
            "deregistration_delay_seconds",
            0 <= self.deregistration_delay_seconds <= 3600,
            "use 0 to 3600 (seconds)",
        )
        require(
            self, "algorithm", self.algorithm in ALGORITHMS, f"use one of {', '.join(ALGORITHMS)}"
        )


def rule_count(public: PublicArgs) -> int:
    """How many priorities the rules of a service take, from `first_priority` on."""
    return len(_conditions(public.deny_paths)) + len(_conditions(public.paths))


def create_target_group(
    name: str,
    public: PublicArgs,
    *,
    port: int,
    vpc_id: pulumi.Input[str],
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> "aws.lb.TargetGroup":
    """Creates the group in which ECS puts the addresses of the running tasks.

    Args:
        name: Name of the service.
        public: How it is reached.
        port: Port of the tasks.
        vpc_id: Their network.
        tags: Tags besides the name.
        parent: The component.
    """
    # No fixed name, so that a new group stands beside the old one until the service has moved.
    logical_name = f"{name}-tg"
    check = public.health_check
    return aws.lb.TargetGroup(
        logical_name,
        name_prefix=short_name_prefix(logical_name),
        vpc_id=vpc_id,
        target_type="ip",
        protocol="HTTP",
        port=port,
        deregistration_delay=public.deregistration_delay_seconds,
        load_balancing_algorithm_type=ALGORITHMS[public.algorithm],
        health_check=aws.lb.TargetGroupHealthCheckArgs(
            enabled=True,
            protocol="HTTP",
            port="traffic-port",
            path=check.path,
            interval=check.interval_seconds,
            timeout=check.timeout_seconds,
            healthy_threshold=check.healthy_threshold,
            unhealthy_threshold=check.unhealthy_threshold,
            matcher=check.success_codes,
        ),
        tags={**tags, "Name": logical_name},
        opts=pulumi.ResourceOptions(parent=parent),
    )


def create_rules(
    name: str,
    public: PublicArgs,
    target_group_arn: pulumi.Input[str],
    *,
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> "list[aws.lb.ListenerRule]":
    """Creates the rules: first what is denied, then what is forwarded.

    Args:
        name: Name of the service.
        public: Host, paths and priority.
        target_group_arn: Where requests go.
        tags: Tags besides the names.
        parent: The component.

    Returns:
        The forwarding rules. ECS refuses a service whose target group no listener knows, so the
        service must wait for them.
    """
    forbidden = aws.lb.ListenerRuleActionArgs(
        type="fixed-response",
        fixed_response=aws.lb.ListenerRuleActionFixedResponseArgs(
            content_type="text/plain", message_body="Forbidden", status_code="403"
        ),
    )
    forward = aws.lb.ListenerRuleActionArgs(type="forward", target_group_arn=target_group_arn)
    wanted = [("deny", patterns, forbidden) for patterns in _conditions(public.deny_paths)]
    wanted += [("forward", patterns, forward) for patterns in _conditions(public.paths)]

    rules: list[aws.lb.ListenerRule] = []
    for offset, (kind, patterns, action) in enumerate(wanted):
        number = sum(earlier == kind for earlier, _, _ in wanted[:offset]) + 1
        logical_name = f"{name}-{kind}-{number}"
        rule = aws.lb.ListenerRule(
            logical_name,
            listener_arn=public.listener_arn,
            priority=public.first_priority + offset,
            conditions=[
                aws.lb.ListenerRuleConditionArgs(
                    host_header=aws.lb.ListenerRuleConditionHostHeaderArgs(values=[public.host])
                ),
                aws.lb.ListenerRuleConditionArgs(
                    path_pattern=aws.lb.ListenerRuleConditionPathPatternArgs(values=patterns)
                ),
            ],
            actions=[action],
            tags={**tags, "Name": logical_name},
            opts=pulumi.ResourceOptions(parent=parent),
        )
        if kind == "forward":
            rules.append(rule)
    return rules


def _conditions(paths: Sequence[str]) -> list[list[str]]:
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
