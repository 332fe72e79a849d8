"""The check by heartbeat file: its arguments, and that the command itself tells well from ill."""

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from components.errors import ArgumentError
from components.heartbeat import HeartbeatArgs
from components.task_definition import ContainerHealthCheckArgs
from tests.unit.components.test_task_definition import container

SHELLS = (["sh"], ["dash"], ["bash"], ["busybox", "sh"])


def test_is_run_by_the_shell_of_the_image() -> None:
    heartbeat = HeartbeatArgs(file="/tmp/heartbeat", max_age_seconds=60)  # noqa: S108
    check = ContainerHealthCheckArgs(heartbeat=heartbeat, start_period_seconds=120)
    assert container(health_check=check).render()["healthCheck"] == {
        "command": [
            "CMD-SHELL",
            "written=$(date -r /tmp/heartbeat +%s) && [ $(($(date +%s) - written)) -le 60 ]",
        ],
        "interval": 30,
        "timeout": 5,
        "retries": 3,
        "startPeriod": 120,
    }


def test_is_run_by_the_kubelet_as_well() -> None:
    heartbeat = HeartbeatArgs(file="/tmp/heartbeat", max_age_seconds=60)  # noqa: S108
    assert heartbeat.probe_command == ["sh", "-c", heartbeat.command[1]]


def shells() -> list[Any]:
    found = [shell for shell in SHELLS if shutil.which(shell[0])]
    assert ["sh"] in found
    return [pytest.param(shell, id=" ".join(shell)) for shell in found]


@pytest.mark.acceptance("trap-29")
@pytest.mark.parametrize("shell", shells())
@pytest.mark.parametrize("name", ["heartbeat", "it's a $(false) file"])
def test_tells_well_from_ill(shell: list[str], name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    kind, line = HeartbeatArgs(file=str(file), max_age_seconds=60).command
    assert kind == "CMD-SHELL"

    def well() -> bool:
        ran = subprocess.run([*shell, "-c", line], capture_output=True, check=False, timeout=30)  # noqa: S603
        return ran.returncode == 0

    assert not well()
    file.touch()
    assert well()
    now = time.time()
    os.utime(file, (now, now - 50))
    assert well()
    os.utime(file, (now, now - 70))
    assert not well()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"file": "heartbeat"},
            "file='heartbeat' is not allowed; begin it with a slash",
        ),
        (
            {"max_age_seconds": 0},
            "max_age_seconds=0 is not allowed; use 1 or more (seconds)",
        ),
    ],
)
def test_fails_when_it_could_never_be_well(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        HeartbeatArgs(**{"file": "/heartbeat", "max_age_seconds": 60} | changes)
    assert str(refused.value) == f"Heartbeat: {message}"
