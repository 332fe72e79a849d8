"""Table F: what services become on Fargate."""

import dataclasses
from pathlib import Path

import pytest

from model.load import load_files
from planning.fargate import TaskSize, TaskSizeError, fit_task_size
from planning.fargate_service import plan_fargate_service
from planning.priorities import listener_priorities
from planning.shutdown import deregistration_delay_seconds, stop_timeout_seconds
from planning.startup import grace_period_seconds
from planning.variables import image_reference
from tests.support import guides

ROOT = Path(__file__).parents[3]


@pytest.mark.acceptance("A4", "A7", "A9", "F-aegisx", "trap-19", "trap-25")
def test_aegisx_in_production() -> None:
    plan = dataclasses.asdict(plan_fargate_service(load_files(ROOT, "production"), "aegisx", "api"))
    variables = plan.pop("variables")
    assert variables["image"] == "aegisx/api:1.0.0"

    assert plan == {
        "cpu_units": 1024,
        "memory_mib": 2048,
        "minimum_tasks": 3,
        "maximum_tasks": 10,
        "target_cpu_percent": 70,
        "target_memory_percent": 80,
        "target_queue_depth": None,
        "minimum_healthy_percent": 100,
        "maximum_percent": 134,
        "health_check_grace_period_seconds": 150,
        "stop_timeout_seconds": 40,
    }


def test_the_stack_file_overrides_the_environment() -> None:
    staging = plan_fargate_service(load_files(ROOT, "staging"), "aegisx", "api")
    production = plan_fargate_service(load_files(ROOT, "production"), "aegisx", "api")

    own = {**production.variables.environment, "LOG_LEVEL": "debug"}
    assert staging.variables == dataclasses.replace(production.variables, environment=own)
    assert (staging.minimum_tasks, staging.maximum_tasks) == (2, 4)
    assert staging.maximum_percent == 150


@pytest.mark.acceptance("trap-29")
def test_a_worker_is_scaled_by_its_queue() -> None:
    plan = plan_fargate_service(load_files(ROOT, "production"), "nx", "worker-service")

    assert plan.target_queue_depth is not None
    assert plan.target_queue_depth.queue == "jobs"
    assert plan.target_queue_depth.messages_per_task == 100
    assert plan.target_cpu_percent is None
    assert plan.target_memory_percent is None


@pytest.mark.acceptance("trap-36")
@pytest.mark.parametrize("tag", ["1.0.0", "sha256:" + "0" * 64])
def test_a_service_is_told_its_version(tag: str) -> None:
    description = load_files(ROOT, "production")
    environment = description.environment
    settings = environment.systems["empacts"].model_copy(update={"images": {"api": tag}})
    changed = environment.model_copy(update={"systems": {"empacts": settings}})

    plan = plan_fargate_service(
        dataclasses.replace(description, environment=changed), "empacts", "api"
    )

    assert plan.variables.environment["APP_VERSION"] == tag


def test_a_service_that_asks_for_no_version_gets_none() -> None:
    plan = plan_fargate_service(load_files(ROOT, "production"), "aegisx", "api")

    assert "1.0.0" not in plan.variables.environment.values()


@pytest.mark.parametrize(
    ("cpu", "memory", "size"),
    [
        pytest.param(1000, 1024, (1024, 2048), id="AegisX, Nx api-gateway"),
        pytest.param(500, 512, (512, 1024), id="REST, Nessen"),
        pytest.param(250, 512, (256, 512), id="the smallest"),
        pytest.param(250, 4096, (512, 4096), id="memory decides"),
        pytest.param(1001, 1024, (2048, 4096), id="a millicore more"),
        pytest.param(16000, 122880, (16384, 122880), id="the largest"),
    ],
)
@pytest.mark.acceptance("trap-25")
def test_fargate_sizes(cpu: int, memory: int, size: tuple[int, int]) -> None:
    cpu_units, memory_mib = size

    assert fit_task_size(cpu, memory) == TaskSize(cpu_units=cpu_units, memory_mib=memory_mib)


def test_fails_when_no_task_is_as_large() -> None:
    with pytest.raises(TaskSizeError) as caught:
        fit_task_size(16001, 1024)

    assert str(caught.value) == "no Fargate task has 16001m and 1024 MiB"


@pytest.mark.acceptance("trap-19")
@pytest.mark.parametrize(("drain", "stop"), [(30, 40), (110, 120), (120, 120), (0, 10)])
def test_stop_timeout_is_the_drain_and_ten_seconds(drain: int, stop: int) -> None:
    assert stop_timeout_seconds(drain) == stop


@pytest.mark.acceptance("trap-19")
def test_deregistration_is_the_longest_request_and_not_the_default() -> None:
    assert deregistration_delay_seconds(60) == 60


@pytest.mark.acceptance("A7")
def test_grace_is_the_startup_budget() -> None:
    startup = load_files(ROOT, "production").systems["aegisx"].services["api"].probes.startup

    assert grace_period_seconds(startup) == 150


def test_grace_without_a_startup_probe_is_a_minute() -> None:
    assert grace_period_seconds(None) == 60


@pytest.mark.acceptance("A2", "trap-36")
def test_a_digest_is_joined_by_an_at_sign_and_a_tag_by_a_colon() -> None:
    digest = "sha256:" + "0" * 64

    assert image_reference("aegisx/api", "1.0.0") == "aegisx/api:1.0.0"
    assert image_reference("aegisx/api", digest) == f"aegisx/api@{digest}"


def test_listener_priorities_name_every_public_service() -> None:
    description = load_files(ROOT, "production")
    every = listener_priorities(description)

    assert set(every) == {
        (system, service)
        for system, described in description.systems.items()
        for service, settings in described.services.items()
        if settings.public
    }
    assert listener_priorities(guides.only(description)) == {
        ("aegisx", "api"): 27601,
        ("empacts", "api"): 33101,
        ("nessen", "runtime"): 17401,
        ("nx", "api-gateway"): 24701,
        ("nx", "web-portal"): 24711,
        ("rest-api", "api"): 38301,
    }
