"""A service's way from the load balancer, whatever runs the service."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.listener_rules import create_rules
from components.physical_name import short_name_prefix
from components.public_route_args import ALGORITHMS, PublicRouteArgs

__all__ = ["PublicRoute", "PublicRouteArgs"]

PORT = 80
"""Every task and pod is registered with the port that it listens on, so that this one is never
used. It is always the same because AWS replaces a target group whose port changes, and a service
that listens elsewhere would lose all its targets until the new group has some. Source: Elastic
Load Balancing API reference, CreateTargetGroup."""


class PublicRoute(pulumi.ComponentResource):
    """The rules by which a load balancer sends requests to a service, and where it sends them.

    It belongs to no runtime, so that a service can move from one to another without downtime: a
    second target is added, gets requests by its weight, and the first one goes when it gets none.

    Builds:
        1. For each target a target group with health check, in which the runtime keeps the
           addresses of its tasks or pods.
        2. Listener rules that deny first and forward then: to the one target, or to several by
           weight. They are changed in place when a target comes, goes or gets another weight.

    Not built: the way through the security groups, which belongs to the target's own group, and
    what runs. It must wait for the route: ECS refuses a target group that no rule names.

    Cost: none of its own; the load balancer charges for requests, and for rules above ten that a
    request is held against.

    Example: `examples/public_route`.
    """

    target_group_arns: Mapping[str, pulumi.Output[str]]
    """By target, the group that its tasks or pods join."""
    target_group_arn_suffixes: Mapping[str, pulumi.Output[str]]
    """By target, the last part of that ARN: the dimension `TargetGroup` of its metrics."""

    def __init__(
        self, name: str, args: PublicRouteArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:PublicRoute", name, {}, opts)

        target_groups = {target: self._target_group(name, args, target) for target in args.targets}
        create_rules(name, args, target_groups, parent=self)

        self.target_group_arns = {target: group.arn for target, group in target_groups.items()}
        self.target_group_arn_suffixes = {
            target: group.arn_suffix for target, group in target_groups.items()
        }
        self.register_outputs(
            {
                "target_group_arns": self.target_group_arns,
                "target_group_arn_suffixes": self.target_group_arn_suffixes,
            }
        )

    def _target_group(self, name: str, args: PublicRouteArgs, target: str) -> "aws.lb.TargetGroup":
        # Fargate's is the one without a word of its own: it stays within the 32 characters of AWS.
        logical_name = f"{name}-tg" if target == "fargate" else f"{name}-{target}-tg"
        check = args.health_check
        # No fixed name, so that a new group stands beside the old one until the service has moved.
        return aws.lb.TargetGroup(
            logical_name,
            name_prefix=short_name_prefix(logical_name),
            vpc_id=args.vpc_id,
            target_type="ip",
            protocol="HTTP",
            port=PORT,
            deregistration_delay=args.deregistration_delay_seconds,
            load_balancing_algorithm_type=ALGORITHMS[args.algorithm],
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
            tags={**args.tags, **args.targets[target].tags, "Name": logical_name},
            opts=pulumi.ResourceOptions(parent=self),
        )
