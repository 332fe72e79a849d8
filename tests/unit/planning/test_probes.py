"""What Kubernetes asks a container, stated and derived (A5 to A7, B3, C7, D3, E2)."""

from pathlib import Path
from typing import Any

import pytest

from model.load import load_files
from model.service import Service
from planning.probes import ProbePlan, plan_probes

SYSTEMS = load_files(Path(__file__).parents[3], "production", assume_secrets=True).systems


def service(system: str, name: str = "api") -> Service:
    return SYSTEMS[system].services[name]


def http(path: str | None, initial: int, period: int, timeout: int, failures: int) -> ProbePlan:
    return ProbePlan(
        path=path,
        initial_delay_seconds=initial,
        period_seconds=period,
        timeout_seconds=timeout,
        failure_threshold=failures,
    )


@pytest.mark.acceptance("A5", "A6", "A7")
@pytest.mark.parametrize("parity", ["safe", "exact"])
def test_three_stated_probes_stay_as_they_are(parity: Any) -> None:
    plan = plan_probes(service("aegisx"), parity)
    assert plan.liveness == http("/api/health", 30, 10, 5, 3)
    assert plan.readiness == http("/api/status", 5, 5, 3, 2)
    assert plan.startup == http("/api/health", 0, 5, 3, 30)


@pytest.mark.acceptance("B3", "C7", "E2", "trap-20", "trap-22")
@pytest.mark.parametrize(
    ("system", "name", "liveness", "readiness"),
    [
        ("nx", "api-gateway", "/health/live", "/health/ready"),
        ("rest-api", "api", "/health", "/health/ready"),
        ("empacts", "api", None, "/health"),
    ],
)
def test_a_startup_probe_takes_over_from_initial_delays(
    system: str, name: str, liveness: str | None, readiness: str
) -> None:
    plan = plan_probes(service(system, name))
    # 150 seconds, asked of what needs no data store.
    assert plan.startup == http(liveness, 0, 5, 5, 30)
    assert plan.liveness == http(liveness, 0, 10, 5, 3)
    assert plan.readiness == http(readiness, 0, 5, 3, 3)


@pytest.mark.acceptance("B3", "C7", "E2", "trap-22")
@pytest.mark.parametrize(
    ("system", "name", "initial"), [("nx", "api-gateway", 10), ("rest-api", "api", 5)]
)
def test_exact_parity_waits_as_the_guide_does(system: str, name: str, initial: int) -> None:
    plan = plan_probes(service(system, name), "exact")
    assert plan.startup is None
    assert plan.liveness is not None
    assert plan.liveness.initial_delay_seconds == 30
    assert plan.readiness is not None
    assert plan.readiness.initial_delay_seconds == initial


def test_the_load_balancers_check_stands_for_readiness() -> None:
    plan = plan_probes(service("nx", "web-portal"))
    assert plan.readiness == http("/", 0, 15, 5, 3)
    assert plan.startup == http("/", 0, 5, 5, 30)
    # A page may need a data store, and only liveness restarts (trap 20).
    assert plan.liveness == http(None, 0, 10, 1, 3)


@pytest.mark.acceptance("trap-29")
def test_the_containers_check_stands_for_liveness() -> None:
    files = plan_probes(service("nx", "file-service"))
    assert files.liveness == http("/health/live", 0, 30, 5, 3)
    assert files.readiness == http(None, 0, 10, 1, 3)

    worker = plan_probes(service("nx", "worker-service"))
    assert worker.liveness is not None
    assert worker.liveness.heartbeat is not None
    assert worker.liveness.heartbeat.file == "/tmp/heartbeat"  # noqa: S108 (in the container)
    assert worker.readiness is None
    assert worker.startup is not None
    assert worker.startup.period_seconds * worker.startup.failure_threshold == 150


def test_nothing_is_asked_of_what_says_nothing() -> None:
    silent = service("nx", "worker-service").model_copy(update={"container_health_check": None})
    plan = plan_probes(silent)
    assert (plan.startup, plan.readiness, plan.liveness) == (None, None, None)


def test_a_start_that_takes_longer_gets_longer() -> None:
    worker = service("nx", "worker-service")
    assert worker.container_health_check is not None
    slow = worker.container_health_check.model_copy(update={"start_period_seconds": 298})
    plan = plan_probes(worker.model_copy(update={"container_health_check": slow}))
    assert plan.startup is not None
    assert plan.startup.period_seconds * plan.startup.failure_threshold == 300
