"""How services call each other by name, over ECS Service Connect; a part of a Fargate service."""

import re
from dataclasses import dataclass
from enum import StrEnum

import pulumi
import pulumi_aws as aws

from components.errors import require

STREAM_PREFIX = "service-connect"
"""Begin of the proxy's log streams, beside those of the container in the same log group."""
IDLE_TIMEOUT_SECONDS = 300
"""AWS's own default. Source: ECS API reference, TimeoutConfiguration."""
_LONGEST_TIMEOUT_SECONDS = 2_147_483_647


class AppProtocol(StrEnum):
    """What a server speaks; the proxy spreads requests of those that it knows."""

    HTTP = "http"
    """HTTP/1.1, spread by request."""
    HTTP2 = "http2"
    """HTTP/2 without TLS, spread by request."""
    GRPC = "grpc"
    """gRPC, spread by call: one connection alone reaches all tasks (trap 29)."""
    TCP = "tcp"
    """Anything else, spread by connection only."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceConnectArgs:
    """How a service joins a namespace: as a server under a name, or as a client only.

    ECS adds a proxy to each task. It takes its share of the task, and nothing is added for it here:
    AWS advises 256 CPU units and 64 MiB on top of what the application needs, 512 CPU units above
    500 requests a second and 128 MiB above 100 servers or 2000 tasks in the namespace.

    A client finds the servers that were there when its tasks started, and no later ones: it names
    them in `FargateServiceArgs.after`. To get through, it also names them in `reaches`.

    Not built: TLS between the proxies. It takes a private certificate authority, from 50 USD a
    month, and a role that issues certificates; the traffic stays in private subnets, and security
    groups let in the named clients only.

    Source: ECS guide, "Amazon ECS Service Connect"; limits in the API reference,
    ServiceConnectService.
    """

    namespace_arn: pulumi.Input[str]
    """Namespace that servers and clients share. Source:
    FargateCluster.service_connect_namespace_arn."""
    protocol: AppProtocol | None = None
    """What the application speaks on its port; none by default, for a client only. ECS refuses to
    change it: delete the service first."""
    port_name: str | None = None
    """Name of the port in the task definition, up to 64 lower-case letters, digits, `_` and `-`;
    the protocol's name by default. Only for a server."""
    dns_name: str | None = None
    """Name by which clients reach it, on the application's own port: up to 127 lower-case letters,
    digits, `_`, `-` and `.`. One per port in the namespace, which all systems of the cluster share.
    For a server, and needed there."""
    request_timeout_seconds: int | None = None
    """Seconds until the proxy gives up on an answer, 0 to 2147483647, 0 for never, as streams
    need; AWS's 15 by default. Only for a server, and not with `tcp`, which has no requests."""

    @property
    def name_of_port(self) -> str | None:
        """What the port mapping is called; None for a client only."""
        return None if self.protocol is None else self.port_name or self.protocol.value

    @property
    def app_protocol(self) -> str | None:
        """The protocol as a port mapping says it; None for TCP, which AWS has no word for."""
        return None if self.protocol in (None, AppProtocol.TCP) else self.protocol.value

    def __post_init__(self) -> None:
        for field in ("port_name", "dns_name", "request_timeout_seconds"):
            require(
                self,
                field,
                self.protocol is not None or getattr(self, field) is None,
                "set protocol too: without it the service is a client only",
            )
        require(
            self,
            "port_name",
            self.port_name is None or _matches(r"[a-z0-9_][a-z0-9_-]{0,63}", self.port_name),
            "use up to 64 lower-case letters, digits, _ and -, none of them a leading -",
        )
        require(
            self,
            "dns_name",
            self.protocol is None or _matches(r"[a-z0-9_][a-z0-9_.-]{0,126}", self.dns_name or ""),
            "use 1 to 127 lower-case letters, digits, _, - and ., none of them a leading - or .",
        )
        timeout = self.request_timeout_seconds
        require(
            self,
            "request_timeout_seconds",
            timeout is None or 0 <= timeout <= _LONGEST_TIMEOUT_SECONDS,
            "use 0 to 2147483647 (seconds)",
        )
        require(
            self,
            "request_timeout_seconds",
            timeout is None or self.protocol is not AppProtocol.TCP,
            "leave it out: ECS refuses it with tcp",
        )


def service_connect_configuration(
    name: str,
    args: ServiceConnectArgs,
    *,
    port: int | None,
    log_group_name: pulumi.Input[str],
    region: str,
) -> "aws.ecs.ServiceServiceConnectConfigurationArgs":
    """Renders how a service joins the namespace.

    Args:
        name: Name of the service; a server is registered in the namespace under it, and it must
            be the only one of that name there.
        args: How it joins.
        port: Port of the application, on which clients find it too.
        log_group_name: Where the proxy logs.
        region: Region of that log group.
    """
    return aws.ecs.ServiceServiceConnectConfigurationArgs(
        enabled=True,
        namespace=args.namespace_arn,
        services=_servers(name, args, port),
        log_configuration=aws.ecs.ServiceServiceConnectConfigurationLogConfigurationArgs(
            log_driver="awslogs",
            options={
                "awslogs-group": log_group_name,
                "awslogs-region": region,
                "awslogs-stream-prefix": STREAM_PREFIX,
            },
        ),
    )


def _servers(
    name: str, args: ServiceConnectArgs, port: int | None
) -> "list[aws.ecs.ServiceServiceConnectConfigurationServiceArgs] | None":
    if args.name_of_port is None or port is None:
        return None
    return [
        aws.ecs.ServiceServiceConnectConfigurationServiceArgs(
            port_name=args.name_of_port,
            discovery_name=name,
            client_alias=[
                aws.ecs.ServiceServiceConnectConfigurationServiceClientAliasArgs(
                    dns_name=args.dns_name, port=port
                )
            ],
            # Only by wish: the provider sends a 0 for the half that is left out, which turns that
            # timeout off, and which ECS refuses for tcp (pulumi-aws#4265).
            timeout=None
            if args.request_timeout_seconds is None
            else aws.ecs.ServiceServiceConnectConfigurationServiceTimeoutArgs(
                idle_timeout_seconds=IDLE_TIMEOUT_SECONDS,
                per_request_timeout_seconds=args.request_timeout_seconds,
            ),
        )
    ]


def _matches(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text) is not None
