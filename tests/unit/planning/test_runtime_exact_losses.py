"""What a preview says, word for word, of what `parity: exact` keeps (ADR 16)."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from model.load import load_files
from planning.runtimes import runtime_warnings
from tests.bad_input.broken import REMOVE, Case, write_files

SHUTDOWN, PROBES = "services.api-gateway.shutdown", "services.api-gateway.probes"
GATEWAY = "systems/nx.yaml, services.api-gateway."
Said = Callable[..., list[str]]


@pytest.fixture
def said(tmp_path: Path) -> Said:
    """The warnings about one key of Nx, after changes of its file."""

    def about(key: str, parity: str = "exact", runtime: str = "eks", **values: Any) -> list[str]:
        changes: Mapping[str, Any] = {"parity": parity, **values.pop("system", {})}
        root = tmp_path / str(len(list(tmp_path.iterdir())))
        root.mkdir()
        stack = {"slipway:runtime": runtime}
        write_files(Case(name="", system_name="nx", system=changes, stack=stack), root)
        found = runtime_warnings(load_files(root, "staging", assume_secrets=True))
        return [str(each) for each in found if each.path == key]

    return about


@pytest.mark.acceptance("trap-19")
def test_a_drain_without_a_margin(said: Said) -> None:
    key = f"{SHUTDOWN}.drainSeconds"
    times = {SHUTDOWN: {"preStopSeconds": 15, "drainSeconds": 30}}

    assert said(key, system=times) == [
        f"{GATEWAY}shutdown.drainSeconds: 30 leaves no margin on eks with parity: exact: a pod is "
        "killed 45 seconds after it is told to leave, as its drain ends (trap 19); see that the "
        "process ends 10 seconds before that, or write parity: safe"
    ]
    assert said(key, "safe", system=times) == []
    assert said(key, "exact", "fargate", system=times) == []


@pytest.mark.acceptance("trap-19")
def test_a_pod_that_does_not_wait(said: Said) -> None:
    key = f"{SHUTDOWN}.preStopSeconds"

    assert said(key) == [
        f"{GATEWAY}shutdown.preStopSeconds: is missing, and parity: exact derives none on eks: a "
        "pod gets SIGTERM while requests still come, and refuses them (trap 19); write 10 "
        "(seconds), or parity: safe"
    ]
    assert said(key, system={SHUTDOWN: {"preStopSeconds": 0}}) == []
    assert said("services.worker-service.shutdown.preStopSeconds") == []
    assert said(key, "safe") == []
    assert said(key, "exact", "fargate") == []


@pytest.mark.acceptance("trap-22")
def test_a_start_that_liveness_does_not_wait_for(said: Said) -> None:
    key = f"{PROBES}.startup"
    liveness = {"path": "/live", "initialDelaySeconds": 30, "periodSeconds": 10}

    assert said(key, system={PROBES: {"liveness": liveness}}) == [
        f"{GATEWAY}probes.startup: is missing, and parity: exact derives none on eks: a container "
        "that takes 60 seconds to start is restarted by its liveness probe, again and again (trap "
        "22); write probes.startup, or parity: safe"
    ]
    assert said(key, system={PROBES: {"liveness": liveness, "startup": {"path": "/live"}}}) == []
    assert said(key, system={PROBES: {"readiness": {"path": "/ready"}}}) == []
    assert said(key, "safe") == []
    assert said(key, "exact", "fargate") == []


@pytest.mark.acceptance("trap-22")
def test_a_pod_that_nobody_asks_whether_it_is_ready(said: Said) -> None:
    key = f"{PROBES}.readiness"
    without = {PROBES: REMOVE}

    assert said(key, system=without) == [
        f"{GATEWAY}probes.readiness: is missing, and parity: exact derives none on eks: a pod gets "
        "requests from the moment its container runs (trap 22); write probes.readiness, or "
        "parity: safe"
    ]
    assert said(key) == []
    assert said("services.worker-service.probes.readiness", system=without) == []
    assert said(key, "safe", system=without) == []
    assert said(key, "exact", "fargate", system=without) == []
