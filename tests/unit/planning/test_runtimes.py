"""What a description becomes on each runtime: every field has its place, every loss its reason."""

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest

from model.description import Description
from model.load import load_files
from model.service import Shutdown
from planning.checks import verify
from planning.fargate_service import plan_fargate_service
from planning.kubernetes import plan_kubernetes_service
from planning.runtime_losses import LONGEST_WAIT_SECONDS
from planning.runtimes import runtime_warnings
from tests.bad_input.broken import TODAY, Case, write_files

ROOT = Path(__file__).parents[3]
EKS = {"slipway:runtime": "eks"}
Warned = Callable[..., list[tuple[str, str]]]

SCRAPED = [
    ("nessen", "services.runtime.metrics.path"),
    ("nx", "services.api-gateway.metrics.path"),
]
"""What tells its own numbers: nobody scrapes tasks, nor pods without the operator."""
UNSCRAPED: dict[str, dict[str, object]] = {
    "nx": {"services.api-gateway.metrics": "(remove)"},
}

ONLY_FOR_EKS: dict[str, object] = {
    "parity": "exact",
    "services.runtime.size.cpu.request": "100m",
    "services.runtime.size.memory.request": "128Mi",
    "services.runtime.scratch": ["/tmp/work"],  # noqa: S108 (a directory of a container)
    "services.runtime.shutdown.preStopSeconds": 60,
    "services.runtime.metrics": "(remove)",
    "services.runtime.kubernetes": {"names": {"deployment": "other"}, "revisionHistoryLimit": 3},
    "services.runtime.probes.readiness.initialDelaySeconds": 60,
}
ONLY_FOR_FARGATE: dict[str, object] = {
    "services.runtime.containerHealthCheck.command": "wget",
    "services.runtime.openFiles": 1024,
    "services.runtime.systemControls": {
        "net.core.somaxconn": "1024",
        "net.ipv4.ip_local_port_range": "1024 65535",
    },
}


@pytest.fixture
def warned(tmp_path: Path) -> Warned:
    """Where a preview warns of the runtime after changes of the real files: path and value."""

    def warned_with(
        system_name: str,
        system: Mapping[str, Any] | None = None,
        stack: Mapping[str, Any] | None = None,
    ) -> list[tuple[str, str]]:
        root = tmp_path / str(len(list(tmp_path.iterdir())))
        root.mkdir()
        # What test_runtime_losses.py is about would stand between what these tests ask for.
        changes: dict[str, Any] = {"slipway:tags": {}, **(stack or {})}
        ours = {**UNSCRAPED.get(system_name, {}), **(system or {})}
        case = Case(name="", system_name=system_name, system=ours, stack=changes)
        write_files(case, root)
        description = load_files(root, "staging", assume_secrets=True)
        found = list(runtime_warnings(description))
        told = verify(description, TODAY).warnings
        assert [each for each in told if each in found] == found
        return [(each.path, each.value) for each in found]

    return warned_with


@pytest.mark.parametrize(
    ("stack", "runtime", "expected"),
    [
        *((stack, "fargate", SCRAPED) for stack in ("staging", "production")),
        *(
            (
                stack,
                "eks",
                [
                    (f"Pulumi.{stack}", "slipway:tags"),
                    ("aegisx", "services.api.shutdown.longestRequestSeconds"),
                    ("nessen", "services.runtime.openFiles"),
                    ("nessen", "services.runtime.systemControls"),
                    SCRAPED[0],
                    ("nx", "services.worker-service.replicas.targetQueueDepth.queue"),
                    *called,
                    SCRAPED[1],
                ],
            )
            for stack, called in (
                ("staging", []),
                ("production", [("nx", "services.file-service.internal.protocol")]),
            )
        ),
    ],
)
@pytest.mark.acceptance("trap-19", "trap-44")
def test_the_five_systems(stack: str, runtime: str, expected: list[tuple[str, str]]) -> None:
    description = load_files(ROOT, stack, assume_secrets=True)
    environment = description.environment.model_copy(update={"runtime": runtime})

    there = dataclasses.replace(description, environment=environment)

    assert [(Path(each.file).stem, each.path) for each in runtime_warnings(there)] == expected


def test_while_switching_both_runtimes_count(warned: Warned) -> None:
    unasked: dict[str, object] = {
        "services.file-service.containerHealthCheck": "(remove)",
        "services.file-service.probes": {"liveness": {}},
    }

    larger = {"slipway:systems.nx.database.instanceClass": "db.t4g.medium"}
    switch = {"slipway:switch": {"to": "eks", "percent": 10}}

    assert [path for path, _ in warned("nx", system=unasked, stack=larger | switch)] == [
        "services.worker-service.replicas.targetQueueDepth.queue",
        "services.file-service.probes",
    ]
    assert [path for path, _ in warned("nx", system=unasked)] == ["services.file-service.probes"]


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        ({"preStopSeconds": 30, "drainSeconds": 30, "longestRequestSeconds": 60}, False),
        ({"preStopSeconds": 29, "drainSeconds": 30, "longestRequestSeconds": 60}, True),
        ({"drainSeconds": 30, "longestRequestSeconds": 40}, False),
        ({"drainSeconds": 30, "longestRequestSeconds": 41}, True),
    ],
)
def test_a_request_may_last_as_long_as_wait_and_drain(
    warned: Warned, system: dict[str, int], *, expected: bool
) -> None:
    found = warned("aegisx", system={"services.api.shutdown": system}, stack=EKS)

    assert bool(found) is expected


def test_with_exact_parity_no_wait_is_derived(warned: Warned) -> None:
    shutdown = {"services.api.shutdown": {"drainSeconds": 30, "longestRequestSeconds": 40}}

    found = warned("aegisx", system={**shutdown, "parity": "exact"}, stack=EKS)

    assert ("services.api.shutdown.longestRequestSeconds", "40") in found


@pytest.mark.acceptance("trap-19")
def test_what_the_remedy_says_is_enough(warned: Warned) -> None:
    half = {"preStopSeconds": 110, "drainSeconds": 70, "longestRequestSeconds": 180}
    stack = {**EKS, "slipway:loadBalancer.idleTimeoutSeconds": 300}

    assert warned("aegisx", system={"services.api.shutdown": half}, stack=stack) == []


def test_the_longest_wait_is_the_models() -> None:
    limits = [
        limit.le
        for name in ("pre_stop_seconds", "drain_seconds")
        for limit in _limits(Shutdown.model_fields[name].annotation)
        + Shutdown.model_fields[name].metadata
        if hasattr(limit, "le")
    ]

    assert limits == [LONGEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS]


def _limits(annotation: Any) -> list[Any]:
    """What bounds a value that may be missing."""
    return [
        limit
        for option in get_args(annotation)
        for field in getattr(option, "__metadata__", ())
        for limit in field.metadata
    ]


def test_a_worker_that_only_follows_a_queue_runs_at_its_fewest(warned: Warned) -> None:
    most = "slipway:systems.nx.services.worker-service.maxReplicas"

    assert warned("nx", stack={**EKS, most: 1}) == []
    assert [path for path, _ in warned("nx", stack={**EKS, most: 3})] == [
        "services.worker-service.replicas.targetQueueDepth.queue"
    ]


def test_safe_system_controls_are_no_loss(warned: Warned) -> None:
    safe = {
        "services.runtime.systemControls": {"net.ipv4.tcp_keepalive_time": "60"},
        "services.runtime.openFiles": "(remove)",
        "services.runtime.metrics": "(remove)",
    }

    assert warned("nessen", system=safe, stack=EKS) == []


def test_metrics_are_scraped_where_there_is_an_operator(warned: Warned) -> None:
    with_operator = {**EKS, "slipway:eks.prometheusOperator": True}
    metrics = ("services.runtime.metrics.path", "'/metrics'")

    assert metrics in warned("nessen", stack=EKS)
    assert metrics not in warned("nessen", stack=with_operator)
    assert metrics not in warned("nessen", system={"services.runtime.metrics.enabled": False})


def test_alerts_on_what_the_load_balancer_counts_need_no_insights(warned: Warned) -> None:
    found = warned("nessen", stack={**EKS, "slipway:eks.containerInsights": False})

    assert [value for path, value in found if path.startswith("alerts")] == [
        "'memoryPercent'",
        "'cpuPercent'",
        "'missingTasks'",
    ]


def test_a_derived_liveness_probe_asks_what_the_container_check_asks(warned: Warned) -> None:
    exact: dict[str, object] = {"parity": "exact", "services.file-service.probes": {"liveness": {}}}

    found = [path for path, _ in warned("nx", system=exact, stack=EKS)]

    assert [path for path in found if path.endswith("containerHealthCheck")] == [
        "services.worker-service.containerHealthCheck"
    ]


def changed(tmp_path: Path, changes: Mapping[str, object]) -> Description:
    write_files(Case(name="", system_name="nessen", system=changes), tmp_path)
    return load_files(tmp_path, "staging", assume_secrets=True)


def test_what_has_no_meaning_on_fargate_changes_nothing_there(tmp_path: Path) -> None:
    real, other = load_files(ROOT, "staging"), changed(tmp_path, ONLY_FOR_EKS)

    assert plan_fargate_service(other, "nessen", "runtime") == plan_fargate_service(
        real, "nessen", "runtime"
    )
    assert plan_kubernetes_service(other, "nessen", "runtime") != plan_kubernetes_service(
        real, "nessen", "runtime"
    )


def test_what_has_no_meaning_on_eks_changes_nothing_there(tmp_path: Path) -> None:
    real, other = load_files(ROOT, "staging"), changed(tmp_path, ONLY_FOR_FARGATE)

    assert plan_kubernetes_service(other, "nessen", "runtime") == plan_kubernetes_service(
        real, "nessen", "runtime"
    )
    assert other.systems["nessen"] != real.systems["nessen"]
