"""What a task runs, as ECS reads it; pure functions and a rendering."""

import shutil
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pulumi
import pytest

from components.errors import ArgumentError
from components.secret_reference import SecretReference
from components.service_connect import AppProtocol, ServiceConnectArgs
from components.task_definition import (
    ContainerDefinition,
    ContainerHealthCheckArgs,
    HeartbeatArgs,
    health_check_command,
)
from tools.recording.recorder import record

ARN = "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf"


def container(**changes: Any) -> ContainerDefinition:
    return ContainerDefinition(
        **{
            "name": "main",
            "image": "registry/app:1",
            "stop_timeout_seconds": 40,
            "log_group_name": "logs",
            "region": "us-east-1",
        }
        | changes
    )


def test_renders_the_least() -> None:
    assert container().render() == {
        "name": "main",
        "image": "registry/app:1",
        "essential": True,
        "environment": [],
        "secrets": [],
        "stopTimeout": 40,
        "readonlyRootFilesystem": False,
        "linuxParameters": {"initProcessEnabled": True},
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": "logs",
                "awslogs-region": "us-east-1",
                "awslogs-stream-prefix": "main",
                "mode": "non-blocking",
                "max-buffer-size": "25m",
            },
        },
    }


def test_renders_everything() -> None:
    check = ContainerHealthCheckArgs(
        command=["CMD", "true"],
        interval_seconds=30,
        timeout_seconds=5,
        retries=3,
        start_period_seconds=40,
    )
    full = container(
        command=["node", "main.js"],
        port=3333,
        environment={"B": "2", "A": "1"},
        secrets={"Z": SecretReference(secret_arn=ARN), "Y": SecretReference(secret_arn=ARN)},
        registry_secret_arn="arn:registry",
        health_check=check,
        user="1001:1001",
        read_only_root_filesystem=True,
        open_files_limit=65536,
        system_controls={"net.ipv4.tcp_max_syn_backlog": "4096", "net.core.somaxconn": "4096"},
    ).render()
    assert full["command"] == ["node", "main.js"]
    assert full["portMappings"] == [
        {"name": "http", "containerPort": 3333, "hostPort": 3333, "protocol": "tcp"}
    ]
    assert full["environment"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
    assert full["secrets"] == [{"name": "Y", "valueFrom": ARN}, {"name": "Z", "valueFrom": ARN}]
    assert full["repositoryCredentials"] == {"credentialsParameter": "arn:registry"}
    assert full["healthCheck"] == {
        "command": ["CMD", "true"],
        "interval": 30,
        "timeout": 5,
        "retries": 3,
        "startPeriod": 40,
    }
    assert full["user"] == "1001:1001"
    assert full["readonlyRootFilesystem"] is True
    assert full["ulimits"] == [{"name": "nofile", "softLimit": 65536, "hardLimit": 65536}]
    assert full["systemControls"] == [
        {"namespace": "net.core.somaxconn", "value": "4096"},
        {"namespace": "net.ipv4.tcp_max_syn_backlog", "value": "4096"},
    ]


@pytest.mark.acceptance("trap-29")
@pytest.mark.parametrize(
    ("connect", "named"),
    [
        ({}, {"name": "http"}),
        ({"protocol": AppProtocol.GRPC}, {"name": "grpc", "appProtocol": "grpc"}),
        (
            {"protocol": AppProtocol.HTTP2, "port_name": "api"},
            {"name": "api", "appProtocol": "http2"},
        ),
        # AWS has no word for it: what says nothing is TCP.
        ({"protocol": AppProtocol.TCP}, {"name": "tcp"}),
    ],
)
def test_names_the_port_of_a_server(connect: dict[str, Any], named: dict[str, str]) -> None:
    names = {"dns_name": "files"} if connect else {}
    args = ServiceConnectArgs(namespace_arn="arn:namespace", **connect, **names)
    assert container(port=3001, service_connect=args).render()["portMappings"] == [
        {"containerPort": 3001, "hostPort": 3001, "protocol": "tcp", **named}
    ]


@pytest.mark.parametrize(
    ("json_key", "version_id", "value_from"),
    [
        (None, None, ARN),
        ("password", None, f"{ARN}:password::"),
        ("password", "v1", f"{ARN}:password::v1"),
        (None, "v1", f"{ARN}:::v1"),
    ],
)
def test_refers_to_a_secret_as_ecs_reads_it(
    json_key: str | None, version_id: str | None, value_from: str
) -> None:
    def program() -> None:
        reference = SecretReference(secret_arn=ARN, json_key=json_key, version_id=version_id)
        pulumi.export("valueFrom", reference.value_from)

    assert record(program).stack_outputs == {"valueFrom": value_from}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"command": ["node"]},
            "command=['node'] is not allowed; start with CMD or CMD-SHELL and go on with what to "
            "run",
        ),
        (
            {"command": ["CMD"]},
            "command=['CMD'] is not allowed; start with CMD or CMD-SHELL and go on with what to "
            "run",
        ),
        (
            {"command": []},
            "command=[] is not allowed; start with CMD or CMD-SHELL and go on with what to run",
        ),
        (
            {"heartbeat": HeartbeatArgs(file="/a", max_age_seconds=1)},
            "heartbeat=HeartbeatArgs(file='/a', max_age_seconds=1) is not allowed; leave out "
            "heartbeat or command: a container has one check",
        ),
        (
            {"interval_seconds": 4},
            "interval_seconds=4 is not allowed; use 5 to 300 (seconds)",
        ),
        ({"timeout_seconds": 61}, "timeout_seconds=61 is not allowed; use 2 to 60 (seconds)"),
        ({"retries": 11}, "retries=11 is not allowed; use 1 to 10 (failures)"),
        (
            {"start_period_seconds": 301},
            "start_period_seconds=301 is not allowed; use 0 to 300 (seconds)",
        ),
    ],
)
def test_fails_when_ecs_would_refuse_the_check(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        ContainerHealthCheckArgs(**{"command": ["CMD", "true"]} | changes)
    assert str(refused.value) == f"ContainerHealthCheck: {message}"


def test_fails_when_the_program_of_the_check_is_unknown() -> None:
    with pytest.raises(KeyError, match="python"):
        health_check_command("python", 80, "/")


class Application(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response({"/well": 200, "/moved": 301}.get(self.path, 503))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socketserver.TCPServer(("127.0.0.1", 0), Application) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.mark.acceptance("A8", "trap-35")
@pytest.mark.parametrize("program", ["node", "wget", "curl"])
def test_the_check_tells_well_from_ill(program: str, port: int) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not on PATH")

    def exit_code(path: str, at: int = port) -> int:
        kind, *command = health_check_command(program, at, path)
        assert kind == "CMD"
        return subprocess.run(command, capture_output=True, check=False, timeout=30).returncode  # noqa: S603

    assert exit_code("/well") == 0
    assert exit_code("/ill") != 0
    # Port 1 is not in use: nobody listens.
    assert exit_code("/well", at=1) != 0


def test_the_check_of_node_takes_paths_that_look_like_code() -> None:
    _, _, _, script = health_check_command("node", 80, "/a'\"b")
    assert '"path": "/a\'\\"b"' in script
