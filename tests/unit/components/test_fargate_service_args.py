"""FargateService: the arguments that it refuses, with the whole message."""

from typing import Any

import pytest

from components.errors import ArgumentError
from components.secret_reference import SecretReference
from tests.unit.components.fargate_cases import DATABASE, QUEUE, SERVER, args, target


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"cpu_units": 1000},
            "cpu_units=1000 is not allowed; use one of 256, 512, 1024, 2048, 4096, 8192, 16384",
        ),
        pytest.param(
            {"memory_mib": 1024},
            "memory_mib=1024 is not allowed; use one of 2048, 3072, 4096, 5120, 6144, 7168, 8192 "
            "(MiB) with 1024 CPU units",
            marks=pytest.mark.acceptance("trap-25"),
        ),
        ({"minimum_tasks": -1}, "minimum_tasks=-1 is not allowed; use 0 or more (tasks)"),
        (
            {"maximum_tasks": 2, "target_cpu_percent": 70},
            "maximum_tasks=2 is not allowed; use minimum_tasks or more, and at least 1 (tasks)",
        ),
        (
            {"maximum_tasks": 10},
            "maximum_tasks=10 is not allowed; set target_cpu_percent, target_memory_percent or "
            "queue_depth, or use minimum_tasks: nothing else makes the count grow",
        ),
        (
            {"maximum_tasks": 10, "target_cpu_percent": 0},
            "target_cpu_percent=0 is not allowed; use 1 to 100 (percent)",
        ),
        (
            {"maximum_tasks": 10, "target_memory_percent": 101},
            "target_memory_percent=101 is not allowed; use 1 to 100 (percent)",
        ),
        (
            {"queue_depth": QUEUE},
            "maximum_tasks=None is not allowed; set it too: an autoscaler needs an upper bound "
            "(tasks)",
        ),
        (
            {"target_cpu_percent": 70},
            "maximum_tasks=None is not allowed; set it too: an autoscaler needs an upper bound "
            "(tasks)",
        ),
        (
            {"minimum_healthy_percent": 101},
            "minimum_healthy_percent=101 is not allowed; use 0 to 100 (percent)",
        ),
        (
            {"maximum_percent": 99},
            "maximum_percent=99 is not allowed; use 100 or more (percent)",
        ),
        (
            {"maximum_percent": 100},
            "maximum_percent=100 is not allowed; use more than minimum_healthy_percent: otherwise "
            "no task may start and none may stop",
        ),
        (
            {"health_check_grace_period_seconds": -1},
            "health_check_grace_period_seconds=-1 is not allowed; use 0 or more (seconds)",
        ),
        pytest.param(
            {"stop_timeout_seconds": 121},
            "stop_timeout_seconds=121 is not allowed; use 2 to 120 (seconds)",
            marks=pytest.mark.acceptance("trap-19"),
        ),
        ({"port": 70_000}, "port=70000 is not allowed; use 1 to 65535, or none"),
        (
            {"target": target()},
            "port=None is not allowed; name the port to which the load balancer sends requests",
        ),
        (
            {"service_connect": SERVER},
            "port=None is not allowed; name the port on which other services reach it",
        ),
        pytest.param(
            {"system_controls": {"net.core.somaxconn": "4096", "fs.file-max": "1"}},
            "system_controls={'net.core.somaxconn': '4096', 'fs.file-max': '1'} is not allowed; "
            "use names that begin with net.; Fargate lets a task set no others",
            marks=pytest.mark.acceptance("trap-44"),
        ),
        (
            {
                "environment": {"B": "1", "A": "1", "C": "1"},
                "secrets": {
                    "A": SecretReference(secret_arn=DATABASE),
                    "B": SecretReference(secret_arn=DATABASE),
                },
            },
            "secrets=['A', 'B'] is not allowed; a variable has one value: leave these out of "
            "environment or of secrets",
        ),
        (
            {"exec_enabled": True},
            "exec_log_group_arn=None is not allowed; name the log of exec sessions, "
            "FargateCluster.exec_log_group_arn",
        ),
        (
            {"open_files_limit": 100},
            "open_files_limit=100 is not allowed; use 1024 to 1048576 (files)",
        ),
        (
            {"log_retention_days": 31},
            "log_retention_days=31 is not allowed; use one of 1, 3, 5, 7, 14, 30, 60, 90, 120, "
            "150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 (days)",
        ),
    ],
)
def test_fails_when_ecs_would_refuse(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        args(**changes)
    assert str(refused.value) == f"FargateService: {message}"
