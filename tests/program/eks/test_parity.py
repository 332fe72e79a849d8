"""`parity: exact`: the guides' own numbers where a resolved one stands in the system file."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest

from tests.program.eks.conftest import changed
from tests.program.eks.expected import (
    REGISTRY,
    deployment,
    from_secret,
    http,
    port,
    pre_stop,
    size,
    utilization,
)
from tests.program.eks.manifests import (
    container,
    manifest,
    of_kind,
    pod,
    without_checksum,
)
from tools.recording.recorder import Recording

System = dict[str, Any]


def aegisx(system: System) -> None:
    system["services"]["api"]["env"]["HEALTH_CHECK_DB_TIMEOUT"] = "5000"


def empacts(system: System) -> None:
    """One path for both probes, and Kubernetes' own patience, for the guide names none."""
    system["services"]["api"]["probes"] = {
        "liveness": {"path": "/health", "initialDelaySeconds": 30, "periodSeconds": 10},
        "readiness": {"path": "/health", "initialDelaySeconds": 5, "periodSeconds": 5},
    }


def nessen(system: System) -> None:
    runtime = system["services"]["runtime"]
    runtime["env"]["NODE_OPTIONS"] = "--max-old-space-size=512"
    del runtime["probes"]["startup"]


def nx(system: System) -> None:
    gateway = system["services"]["api-gateway"]
    gateway["env"]["NODE_OPTIONS"] = "--max-old-space-size=4096"
    gateway["probes"] = {
        "liveness": {"path": "/health", "initialDelaySeconds": 30, "periodSeconds": 10},
        "readiness": {"path": "/health/ready", "initialDelaySeconds": 10, "periodSeconds": 5},
    }


def rest_api(system: System) -> None:
    system["services"]["api"]["probes"] = {
        "liveness": {"path": "/health", "initialDelaySeconds": 30, "periodSeconds": 10},
        "readiness": {"path": "/health/ready", "initialDelaySeconds": 5, "periodSeconds": 5},
    }


CHANGES: Mapping[str, Callable[[System], None]] = {
    "aegisx": aegisx,
    "empacts": empacts,
    "nessen": nessen,
    "nx": nx,
    "rest-api": rest_api,
}


def exactly(change: Callable[[System], None]) -> Callable[[System], None]:
    def both(system: System) -> None:
        change(system)
        system["parity"] = "exact"

    return both


EXACT = {name: exactly(change) for name, change in CHANGES.items()}


@pytest.fixture(scope="session")
def exact(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return changed(tmp_path_factory.mktemp("exact"), "production", EXACT, {})


@pytest.mark.acceptance("A5", "A6", "A7", "trap-19")
def test_aegisx(exact: Recording) -> None:
    found = manifest(exact, "Deployment", "aegisx", "aegisx-api")
    assert without_checksum(found) == deployment(
        "aegisx-api",
        {
            "image": f"{REGISTRY}/aegisx/api:1.0.0",
            "imagePullPolicy": "Always",
            "args": ["node", "main.js"],
            "ports": port(3333),
            "envFrom": [{"configMapRef": {"name": "api-config"}}],
            "env": from_secret(
                "api-secrets", {"DB_PASSWORD": "DB_PASSWORD", "REDIS_PASSWORD": "REDIS_PASSWORD"}
            ),
            "resources": size(("250m", "1"), ("512Mi", "1Gi")),
            "startupProbe": http("/api/health", 3333, "0/5/3/30"),
            "readinessProbe": http("/api/status", 3333, "5/5/3/2"),
            "livenessProbe": http("/api/health", 3333, "30/10/5/3"),
        },
        namespace="aegisx",
        service="api",
        version="v1.0.0",
        rollout=(1, 0),
        # No wait, and Kubernetes' own 30 seconds.
        grace=30,
    )
    told = manifest(exact, "ConfigMap", "aegisx", "api-config")["data"]
    assert told["HEALTH_CHECK_DB_TIMEOUT"] == "5000"


@pytest.mark.acceptance("D3", "D6", "trap-19", "trap-24")
def test_nessen(exact: Recording) -> None:
    found = manifest(exact, "Deployment", "nessen", "nessen-runtime")
    assert without_checksum(found) == deployment(
        "nessen-runtime",
        {
            "image": f"{REGISTRY}/nessen-runtime:1.1.0",
            "imagePullPolicy": "Always",
            "args": ["node", "dist/server.js"],
            "ports": port(3000),
            "envFrom": [{"configMapRef": {"name": "runtime-config"}}],
            "env": from_secret(
                "nessen-secrets", {"JWT_SECRET": "jwt-secret", "API_KEY": "api-key"}
            ),
            "resources": size(("250m", "500m"), ("256Mi", "512Mi")),
            "readinessProbe": http("/ready", 3000, "5/5/3/2"),
            "livenessProbe": http("/health", 3000, "10/10/3/3"),
            "lifecycle": pre_stop(15),
        },
        namespace="nessen",
        service="runtime",
        version="v1.1.0",
        rollout=(1, 0),
        grace=45,
        user=1001,
        # Still without the two that no node lets a pod set: with them no pod would start.
        sysctls=[{"name": "net.ipv4.ip_local_port_range", "value": "1024 65535"}],
    )
    told = manifest(exact, "ConfigMap", "nessen", "runtime-config")["data"]
    assert told["NODE_OPTIONS"] == "--max-old-space-size=512"


@pytest.mark.acceptance("B3", "B4", "trap-20", "trap-22", "trap-24")
def test_nx(exact: Recording) -> None:
    gateway = container(exact, "nx", "nx-api-gateway")
    assert gateway["livenessProbe"] == http("/health", 3000, "30/10/1/3")
    assert gateway["readinessProbe"] == http("/health/ready", 3000, "10/5/1/3")
    assert gateway["resources"] == size(("500m", "1"), ("512Mi", "1Gi"))
    told = manifest(exact, "ConfigMap", "nx", "api-gateway-config")["data"]
    assert told["NODE_OPTIONS"] == "--max-old-space-size=4096"
    # Nothing is derived for those of whose probes the guide says nothing.
    for name in ("web-portal", "file-service", "worker-service"):
        found = container(exact, "nx", f"nx-{name}")
        assert not {"startupProbe", "readinessProbe", "livenessProbe"} & {*found}


@pytest.mark.acceptance("C7", "trap-22")
def test_rest_api(exact: Recording) -> None:
    main = container(exact, "rest-api", "api-deployment")
    assert main["livenessProbe"] == http("/health", 3000, "30/10/1/3")
    assert main["readinessProbe"] == http("/health/ready", 3000, "5/5/1/3")
    assert main["resources"] == size(("250m", "500m"), ("256Mi", "512Mi"))


@pytest.mark.acceptance("E2", "trap-20", "trap-22", "trap-40")
def test_empacts(exact: Recording) -> None:
    main = container(exact, "empacts", "empacts-api")
    assert main["livenessProbe"] == http("/health", 3000, "30/10/1/3")
    assert main["readinessProbe"] == http("/health", 3000, "5/5/1/3")
    spec = manifest(exact, "Deployment", "empacts", "empacts-api")["spec"]
    assert spec["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 1}
    assert (spec["replicas"], spec["revisionHistoryLimit"]) == (3, 10)


@pytest.mark.acceptance("trap-19", "trap-22")
@pytest.mark.parametrize(
    ("namespace", "name"),
    [("empacts", "empacts-api"), ("nx", "nx-api-gateway"), ("rest-api", "api-deployment")],
)
def test_nothing_is_derived(exact: Recording, namespace: str, name: str) -> None:
    """No startup probe, no wait, and no margin before the kill: Kubernetes' own 30 seconds."""
    assert not {"startupProbe", "lifecycle"} & {*container(exact, namespace, name)}
    assert pod(exact, namespace, name)["terminationGracePeriodSeconds"] == 30


@pytest.mark.acceptance("A9", "D4", "trap-23")
def test_autoscalers_without_a_behavior(exact: Recording) -> None:
    found = {
        each["metadata"]["name"]: (each["spec"]["metrics"], each["spec"].get("behavior"))
        for each in of_kind(exact, "HorizontalPodAutoscaler")
    }
    both = [utilization("cpu", 70), utilization("memory", 80)]
    assert found["aegisx-api-hpa"] == (both, None)
    assert found["nessen-runtime-hpa"] == (both, None)


HEAP = (
    "'--max-old-space-size={heap}' lets the heap grow to {grown}, and the process is killed at "
    "{limit} (trap 24); write --max-old-space-size={most} or less, three quarters of "
    "size.memory.limit (MiB), or raise that"
)
HARMFUL = [
    "systems/aegisx.yaml, services.api.env.HEALTH_CHECK_DB_TIMEOUT: '5000' is not below "
    "timeoutSeconds 3 of services.api.probes.readiness, which gives up first; write less than "
    "3000 (milliseconds)",
    "systems/nessen.yaml, services.runtime.env.NODE_OPTIONS: "
    + HEAP.format(heap=512, grown="512Mi", limit="512Mi", most=384),
    "systems/nx.yaml, services.api-gateway.env.NODE_OPTIONS: "
    + HEAP.format(heap=4096, grown="4Gi", limit="1Gi", most=768),
]
ADVISED_AGAINST = (
    "systems/empacts.yaml, services.api.probes.liveness.path: '/health' is the path of the "
    "readiness probe too: a data store that fails it restarts every task (trap 20); write a path "
    "that asks nothing but the process itself"
)


@pytest.mark.acceptance("trap-20", "trap-21", "trap-24")
def test_the_preview_warns_of_what_harms(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        changed(tmp_path, "production", EXACT, {}, preview=True)
    assert {*HARMFUL, ADVISED_AGAINST} <= {*caplog.messages}


@pytest.mark.acceptance("trap-21", "trap-24")
def test_without_it_the_preview_refuses_the_same(tmp_path: Path) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        changed(tmp_path, "production", CHANGES, {}, preview=True)
    assert str(refused.value).splitlines() == [
        "3 problems in the description; nothing was created:",
        *(f"  {number}. {problem}" for number, problem in enumerate(HARMFUL, start=1)),
    ]
