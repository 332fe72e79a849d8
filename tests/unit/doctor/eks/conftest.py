"""The shop on EKS, freshly built for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from moto.core.base_backend import BackendDict

from model.description import Description
from sandbox import moto_eks
from tests.unit.doctor import Failures
from tests.unit.doctor import deployed as builder
from tests.unit.doctor.deployed import Deployed
from tests.unit.doctor.eks import exporter
from tests.unit.doctor.eks.cluster import Cluster
from tests.unit.doctor.eks.deployed import build, describe
from tools import doctor

Describe = Callable[..., Description]


@pytest.fixture(autouse=True)
def _recorded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.doctor.clock.now", lambda: exporter.NOW)


@pytest.fixture(scope="session")
def description(tmp_path_factory: pytest.TempPathFactory) -> Description:
    return describe(tmp_path_factory.mktemp("eks") / "project", stack={}, system={})


@pytest.fixture
def cluster(endpoint: str) -> Iterator[Cluster]:
    """The cluster's API; `endpoint` first, which sets one of its own."""
    before = dict(moto_eks._endpoint)
    cluster = Cluster()
    cluster.start()
    moto_eks.set_kubernetes_endpoint(cluster.endpoint)
    yield cluster
    moto_eks._endpoint.update(before)
    cluster.stop()


@pytest.fixture
def deployed(
    endpoint: str,
    clients: builder.Clients,
    certificate: tuple[bytes, bytes],
    shared_clients: None,
    cluster: Cluster,
) -> Deployed:
    BackendDict.reset()
    return build(clients, endpoint, certificate, cluster)


@pytest.fixture
def described(tmp_path: Path, deployed: Deployed) -> Callable[..., Failures]:
    """Runs the doctor with another description: old text to new text in either file."""

    def change(
        stack: dict[str, str] | None = None, system: dict[str, str] | None = None
    ) -> Failures:
        other = describe(tmp_path / "project", stack=stack or {}, system=system or {})

        def examine() -> list[tuple[str, str]]:
            findings = doctor.run(other, deployed.outputs, deployed.endpoint)
            return [(finding.check, finding.detail) for finding in findings if not finding.ok]

        return examine

    return change
