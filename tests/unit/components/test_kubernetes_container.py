"""Containers and probes: the arguments that they refuse, with the whole message."""

from typing import Any

import pytest

from components.errors import ArgumentError
from components.kubernetes_container import ProbeArgs
from components.kubernetes_labels import labels
from tests.unit.components.kubernetes_cases import container

CPU = "use thousandths of a processor such as 250m, or whole ones such as 1"
PORT = "name the port that the probes ask, or give them a command"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"name": "Main"},
            "name='Main' is not allowed; use 1 to 63 lower-case letters, digits and hyphens, a "
            "letter first and no hyphen last",
        ),
        ({"port": 0}, "port=0 is not allowed; use 1 to 65535, or none"),
        ({"port": 65536}, "port=65536 is not allowed; use 1 to 65535, or none"),
        (
            {"port_name": "9090"},
            "port_name='9090' is not allowed; use 1 to 15 lower-case letters, digits and hyphens, "
            "with a letter among them",
        ),
        (
            {"port_name": 16 * "a"},
            f"port_name='{16 * 'a'}' is not allowed; use 1 to 15 lower-case letters, digits and "
            "hyphens, with a letter among them",
        ),
        (
            {"user": "node"},
            "user='node' is not allowed; use numbers, user or user:group, and not 0, which is root",
        ),
        (
            {"user": "0"},
            "user='0' is not allowed; use numbers, user or user:group, and not 0, which is root",
        ),
        (
            {"user": "1001:0"},
            "user='1001:0' is not allowed; use numbers, user or user:group, and not 0, which is "
            "root",
        ),
        (
            {"image_pull_policy": "always"},
            "image_pull_policy='always' is not allowed; use one of Always, IfNotPresent, Never",
        ),
        (
            {"pre_stop_seconds": -1},
            "pre_stop_seconds=-1 is not allowed; use 0 or more (seconds)",
        ),
        ({"scratch": ["logs"]}, "scratch=['logs'] is not allowed; use paths below /, each once"),
        ({"scratch": ["/"]}, "scratch=['/'] is not allowed; use paths below /, each once"),
        (
            {"scratch": ["/a", "/a"]},
            "scratch=['/a', '/a'] is not allowed; use paths below /, each once",
        ),
        ({"cpu_request": "0"}, f"cpu_request='0' is not allowed; {CPU}"),
        ({"cpu_limit": "0.5"}, f"cpu_limit='0.5' is not allowed; {CPU}"),
        (
            {"memory_request": "512M"},
            "memory_request='512M' is not allowed; use a size such as 512Mi or 1Gi",
        ),
        (
            {"memory_limit": "0Gi"},
            "memory_limit='0Gi' is not allowed; use a size such as 512Mi or 1Gi",
        ),
        (
            {"cpu_request": "2", "cpu_limit": "1999m"},
            "cpu_limit='1999m' is not allowed; use cpu_request or more",
        ),
        (
            {"memory_request": "1Gi", "memory_limit": "1023Mi"},
            "memory_limit='1023Mi' is not allowed; use memory_request or more",
        ),
        ({"startup_probe": ProbeArgs()}, f"port=None is not allowed; {PORT}"),
        ({"readiness_probe": ProbeArgs(path="/")}, f"port=None is not allowed; {PORT}"),
        ({"liveness_probe": ProbeArgs(path="/")}, f"port=None is not allowed; {PORT}"),
    ],
)
def test_fails_when_kubernetes_would_refuse_the_container(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ArgumentError) as refused:
        container(**changes)
    assert str(refused.value) == f"Container: {message}"


def test_takes_the_bounds() -> None:
    container(
        port=1,
        port_name="a23456789-12345",
        user="1:1",
        cpu_request="1000m",
        cpu_limit="1",
        memory_request="1024Mi",
        memory_limit="1Gi",
        liveness_probe=ProbeArgs(period_seconds=1, timeout_seconds=1, failure_threshold=1),
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"path": "health"}, "path='health' is not allowed; begin it with a slash"),
        (
            {"path": "/health", "command": ["true"]},
            "command=['true'] is not allowed; leave out path or command: a probe asks in one way",
        ),
        (
            {"initial_delay_seconds": -1},
            "initial_delay_seconds=-1 is not allowed; use 0 or more (seconds)",
        ),
        ({"period_seconds": 0}, "period_seconds=0 is not allowed; use 1 or more (seconds)"),
        ({"timeout_seconds": 0}, "timeout_seconds=0 is not allowed; use 1 or more (seconds)"),
        ({"failure_threshold": 0}, "failure_threshold=0 is not allowed; use 1 or more (failures)"),
    ],
)
def test_fails_when_kubernetes_would_refuse_the_probe(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ArgumentError) as refused:
        ProbeArgs(**changes)
    assert str(refused.value) == f"Probe: {message}"


@pytest.mark.acceptance("D3")
def test_labels_say_what_an_object_belongs_to() -> None:
    assert labels("shop-api", name="api", part_of="shop", version="v1.1.0") == {
        "app": "shop-api",
        "app.kubernetes.io/name": "api",
        "app.kubernetes.io/part-of": "shop",
        "app.kubernetes.io/managed-by": "pulumi",
        "version": "v1.1.0",
    }
    assert "version" not in labels("shop-api", name="api", part_of="shop")
