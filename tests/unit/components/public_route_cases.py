"""The routes that the tests of PublicRoute look at; built once for all of them."""

import functools
from typing import Any

import pulumi

from components.public_route import PublicRoute, PublicRouteArgs
from components.public_route_args import HealthCheckArgs, TargetArgs
from tools.recording.recorder import Recording, record_component

LONG_NAME = "a-system-with-a-long-name-and-its-route"


def args(**changes: Any) -> PublicRouteArgs:
    check = HealthCheckArgs(
        path="/api/health",
        interval_seconds=5,
        timeout_seconds=3,
        healthy_threshold=2,
        unhealthy_threshold=3,
    )
    return PublicRouteArgs(
        **{
            "vpc_id": "vpc-1",
            "listener_arn": "arn:listener",
            "host": "api.example.com",
            "first_priority": 10,
            "health_check": check,
            "targets": {"fargate": TargetArgs()},
        }
        | changes
    )


@functools.cache
def recorded() -> Recording:
    """`api` is a plain route, `split` one in the middle of a move, `moved` one at its end."""

    def build(options: pulumi.ResourceOptions) -> None:
        api = args(
            deny_paths=["/api/metrics"],
            deregistration_delay_seconds=60,
            tags={"team": "platform"},
        )
        PublicRoute("api", api, options)
        split = args(
            paths=["/a", "/b", "/c"],
            deny_paths=["/d"],
            algorithm="roundRobin",
            targets={
                "fargate": TargetArgs(weight=90),
                "eks": TargetArgs(weight=10, tags={"eks:eks-cluster-name": "apps", "team": "eks"}),
            },
            tags={"team": "platform"},
        )
        PublicRoute("split", split, options)
        PublicRoute("moved", args(targets={"eks": TargetArgs(weight=10)}), options)
        PublicRoute(LONG_NAME, args(host="long.example.com"), options)

    return record_component(build)
