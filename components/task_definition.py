"""What a task runs, as typed data and as the JSON that ECS reads; a part of a Fargate service."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import pulumi

from components.errors import require
from components.heartbeat import HeartbeatArgs
from components.json_document import json_document
from components.secret_reference import SecretReference
from components.service_connect import ServiceConnectArgs


class CpuArchitecture(StrEnum):
    """The processor that an image was built for."""

    X86_64 = "X86_64"
    """Intel and AMD."""
    ARM64 = "ARM64"
    """Graviton, a fifth cheaper."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ContainerHealthCheckArgs:
    """A command inside of the container that tells whether it is well.

    Source of the limits: ECS API reference, HealthCheck.
    """

    command: Sequence[str] = ()
    """`CMD` and a program with its arguments, or `CMD-SHELL` and one line; see
    `health_check_command`. It must be in the image (trap 35). Either this or `heartbeat`."""
    heartbeat: HeartbeatArgs | None = None
    """File that the application keeps young, for one without a port (trap 29). The image needs a
    shell. Give it a start period until the first write."""
    interval_seconds: int = 30
    """Seconds between two checks, 5 to 300; 30 by default."""
    timeout_seconds: int = 5
    """Seconds after which a check has failed, 2 to 60; 5 by default."""
    retries: int = 3
    """Failures in a row that make the container unhealthy, 1 to 10; 3 by default."""
    start_period_seconds: int = 0
    """Seconds after the start in which failures do not count, 0 to 300; 0 by default."""

    def __post_init__(self) -> None:
        require(
            self,
            "heartbeat",
            self.heartbeat is None or not self.command,
            "leave out heartbeat or command: a container has one check",
        )
        require(
            self,
            "command",
            self.heartbeat is not None
            or (len(self.command) >= 2 and self.command[0] in ("CMD", "CMD-SHELL")),
            "start with CMD or CMD-SHELL and go on with what to run",
        )
        require(
            self, "interval_seconds", 5 <= self.interval_seconds <= 300, "use 5 to 300 (seconds)"
        )
        require(self, "timeout_seconds", 2 <= self.timeout_seconds <= 60, "use 2 to 60 (seconds)")
        require(self, "retries", 1 <= self.retries <= 10, "use 1 to 10 (failures)")
        require(
            self,
            "start_period_seconds",
            0 <= self.start_period_seconds <= 300,
            "use 0 to 300 (seconds)",
        )


# 127.0.0.1 and not localhost, which may be ::1, where an application on 0.0.0.0 does not listen.
_LOOPBACK = "127.0.0.1"


def node_health_check(port: int, path: str) -> list[str]:
    """A health check by Node itself, for images that have neither curl nor wget (trap 35).

    Args:
        port: Port of the application.
        path: Path that answers below 400 when it is well.
    """
    target = json.dumps({"host": _LOOPBACK, "port": port, "path": path})
    script = (
        f"require('http').get({target},response=>process.exit(response.statusCode<400?0:1))"
        ".on('error',()=>process.exit(1))"
    )
    return ["CMD", "node", "-e", script]


def wget_health_check(port: int, path: str) -> list[str]:
    """A health check by wget, which Alpine images have; arguments as for `node_health_check`."""
    # A GET: BusyBox's --spider sends HEAD, which many a route does not answer.
    return ["CMD", "wget", "-q", "-O", "/dev/null", f"http://{_LOOPBACK}:{port}{path}"]


def curl_health_check(port: int, path: str) -> list[str]:
    """A health check by curl; arguments as for `node_health_check`."""
    return ["CMD", "curl", "-sf", "-o", "/dev/null", f"http://{_LOOPBACK}:{port}{path}"]


HEALTH_CHECKS: Mapping[str, Callable[[int, str], list[str]]] = {
    "node": node_health_check,
    "wget": wget_health_check,
    "curl": curl_health_check,
}


def health_check_command(program: str, port: int, path: str) -> list[str]:
    """The command of a container health check that asks the application over HTTP.

    Args:
        program: What the image has: `node`, `wget` or `curl`.
        port: Port of the application.
        path: Path that answers below 400 when it is well.

    Raises:
        KeyError: Another program.
    """
    return HEALTH_CHECKS[program](port, path)


@dataclass(frozen=True, kw_only=True, slots=True)
class ContainerDefinition:
    """The container of a task. Source: ECS API reference, ContainerDefinition."""

    name: str
    """Name inside of the task, to which the service sends requests."""
    image: pulumi.Input[str]
    """Image with tag or digest."""
    command: Sequence[str] = ()
    """Program and arguments; the image's own when empty."""
    port: int | None = None
    """Port on which it listens."""
    service_connect: ServiceConnectArgs | None = None
    """How services of the namespace reach that port."""
    environment: Mapping[str, pulumi.Input[str]] = field(
        default_factory=dict[str, pulumi.Input[str]]
    )
    """Environment variables that anybody may see."""
    secrets: Mapping[str, SecretReference] = field(default_factory=dict[str, SecretReference])
    """Environment variables from Secrets Manager."""
    registry_secret_arn: pulumi.Input[str] | None = None
    """User and password of a private registry."""
    health_check: ContainerHealthCheckArgs | None = None
    """How it is checked."""
    stop_timeout_seconds: int
    """Seconds between SIGTERM and SIGKILL."""
    log_group_name: pulumi.Input[str]
    """Where its output goes."""
    region: str
    """Region of that log group."""
    user: str | None = None
    """User, the image's own when None."""
    read_only_root_filesystem: bool = False
    """Whether it may write to its own disk."""
    open_files_limit: int | None = None
    """Open files and connections, Fargate's own limit when None."""
    system_controls: Mapping[str, str] = field(default_factory=dict[str, str])
    """Kernel parameters of the task's network, Fargate's own when empty."""

    def render(self) -> dict[str, object]:
        """The container as ECS reads it; what is absent is left out."""
        elements: dict[str, object] = {
            "name": self.name,
            "image": self.image,
            "essential": True,
            "command": list(self.command) or None,
            "portMappings": self._port_mappings(),
            # In order, as ECS returns them: otherwise every preview would show a change.
            "environment": [
                {"name": name, "value": self.environment[name]} for name in sorted(self.environment)
            ],
            "secrets": [
                {"name": name, "valueFrom": self.secrets[name].value_from}
                for name in sorted(self.secrets)
            ],
            "repositoryCredentials": None
            if self.registry_secret_arn is None
            else {"credentialsParameter": self.registry_secret_arn},
            "healthCheck": self._health_check(),
            "stopTimeout": self.stop_timeout_seconds,
            "user": self.user,
            "readonlyRootFilesystem": self.read_only_root_filesystem,
            # A process 1 that hands on signals and reaps children, which Node as process 1 does
            # not; without it SIGTERM may never arrive and every stop takes the whole timeout.
            "linuxParameters": {"initProcessEnabled": True},
            "ulimits": self._ulimits(),
            "systemControls": self._system_controls(),
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": self.log_group_name,
                    "awslogs-region": self.region,
                    "awslogs-stream-prefix": self.name,
                    # Rather lose lines than halt the application while CloudWatch is slow.
                    "mode": "non-blocking",
                    "max-buffer-size": "25m",
                },
            },
        }
        return {name: element for name, element in elements.items() if element is not None}

    def _port_mappings(self) -> list[dict[str, object]] | None:
        if self.port is None:
            return None
        mapping: dict[str, object] = {
            "name": "http",
            "containerPort": self.port,
            "hostPort": self.port,
            "protocol": "tcp",
        }
        connect = self.service_connect
        if connect is not None and connect.name_of_port is not None:
            mapping["name"] = connect.name_of_port
            if connect.app_protocol is not None:
                mapping["appProtocol"] = connect.app_protocol
        return [mapping]

    def _health_check(self) -> dict[str, object] | None:
        check = self.health_check
        if check is None:
            return None
        return {
            "command": check.heartbeat.command if check.heartbeat else list(check.command),
            "interval": check.interval_seconds,
            "timeout": check.timeout_seconds,
            "retries": check.retries,
            "startPeriod": check.start_period_seconds,
        }

    def _ulimits(self) -> list[dict[str, object]] | None:
        limit = self.open_files_limit
        if limit is None:
            return None
        return [{"name": "nofile", "softLimit": limit, "hardLimit": limit}]

    def _system_controls(self) -> list[dict[str, object]] | None:
        controls = sorted(self.system_controls.items())
        return [{"namespace": name, "value": value} for name, value in controls] or None


def container_definitions(*containers: ContainerDefinition) -> pulumi.Input[str]:
    """Renders containers as the JSON text that a task definition holds."""
    return json_document([container.render() for container in containers])
