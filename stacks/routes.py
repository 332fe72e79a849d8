"""How requests reach public services: their routes, which outlive a move between runtimes."""

from collections.abc import Mapping

import pulumi

from components.public_route import PublicRoute, PublicRouteArgs
from components.public_route_args import HealthCheckArgs, TargetArgs
from planning.shutdown import deregistration_delay_seconds
from stacks import moved
from stacks.scope import Scope


def build(scope: Scope) -> Mapping[str, PublicRoute]:
    """Builds the routes of a system's public services, by service."""
    targets = _targets(scope)
    return {
        name: _route(scope, name, targets)
        for name, service in scope.system.services.items()
        if service.public is not None
    }


def _targets(scope: Scope) -> Mapping[str, TargetArgs]:
    """Who answers, by runtime; while switching each its share of the requests."""
    switch = scope.environment.switch
    shares = {scope.environment.runtime: 100}
    if switch.to is not None:
        shares = {scope.environment.runtime: 100 - switch.percent, switch.to: switch.percent}
    runtimes = scope.platform.runtimes
    return {
        name: TargetArgs(weight=share, tags=runtimes[name].target_tags)
        for name, share in shares.items()
    }


def _route(scope: Scope, name: str, targets: Mapping[str, TargetArgs]) -> PublicRoute:
    wanted = scope.system.services[name]
    assert wanted.public is not None  # noqa: S101 (asked before)
    public, check = wanted.public, wanted.public.health_check
    return PublicRoute(
        f"{scope.name}-{name}-route",
        PublicRouteArgs(
            vpc_id=scope.platform.network.vpc_id,
            listener_arn=scope.platform.load_balancer.listener_arn,
            host=scope.settings.host,
            paths=public.paths,
            deny_paths=public.deny,
            first_priority=scope.platform.priorities[scope.name, name],
            health_check=HealthCheckArgs(
                path=check.path,
                interval_seconds=check.interval_seconds,
                timeout_seconds=check.timeout_seconds,
                healthy_threshold=check.healthy_threshold,
                unhealthy_threshold=check.unhealthy_threshold,
                success_codes=check.success_codes,
            ),
            targets=targets,
            deregistration_delay_seconds=deregistration_delay_seconds(
                wanted.shutdown.longest_request_seconds
            ),
            algorithm=public.load_balancing,
        ),
        pulumi.ResourceOptions.merge(
            scope.clouds.options,
            # Only Fargate's routes were another component's once.
            pulumi.ResourceOptions(
                transformations=[moved.into_route(f"{scope.name}-{name}")]
                if "fargate" in scope.environment.runtimes
                else []
            ),
        ),
    )
