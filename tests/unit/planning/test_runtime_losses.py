"""What a preview says, word for word, where a runtime cannot do what a description asks for."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from model.load import load_files
from planning.runtimes import runtime_warnings
from tests.bad_input.broken import Case, write_files

EKS = {"slipway:runtime": "eks"}
Said = Callable[..., list[str]]


@pytest.fixture
def said(tmp_path: Path) -> Said:
    """The warnings about one key, after changes of the real files of one system."""

    def about(
        key: str,
        system_name: str,
        system: Mapping[str, Any] | None = None,
        stack: Mapping[str, Any] | None = None,
    ) -> list[str]:
        root = tmp_path / str(len(list(tmp_path.iterdir())))
        root.mkdir()
        case = Case(name="", system_name=system_name, system=system or {}, stack=stack or {})
        write_files(case, root)
        found = runtime_warnings(load_files(root, "staging", assume_secrets=True))
        return [str(each) for each in found if each.path == key]

    return about


def test_nobody_scrapes_tasks(said: Said) -> None:
    path, enabled = "services.runtime.metrics.path", "services.runtime.metrics.enabled"

    assert said(path, "nessen") == [
        "systems/nessen.yaml, services.runtime.metrics.path: '/metrics' is scraped by nobody on "
        "fargate, where nothing looks for tasks; alert on what the load balancer and ECS count "
        "(docs/metrics.md), or write metrics.enabled: false here"
    ]
    assert said(path, "nessen", system={enabled: False}) == []
    assert said(path, "nessen", stack={**EKS, "slipway:eks.prometheusOperator": True}) == []


@pytest.mark.parametrize("protocol", ["grpc", "http2"])
@pytest.mark.acceptance("trap-29")
def test_who_calls_by_one_connection_balances_itself(said: Said, protocol: str) -> None:
    key = "services.file-service.internal.protocol"
    settings = "slipway:systems.nx.services.file-service"
    two = {**EKS, f"{settings}.minReplicas": 2, f"{settings}.maxReplicas": 2}

    assert said(key, "nx", system={key: protocol}, stack=two) == [
        f"systems/nx.yaml, services.file-service.internal.protocol: '{protocol}' is balanced by "
        "nobody but its callers on eks: a connection carries many requests and ends at one pod "
        "(trap 29); see that whoever calls file-service resolves it to all pods and takes turns, "
        "in gRPC dns:/// with round_robin"
    ]
    assert said(key, "nx", system={key: protocol}) == []


@pytest.mark.acceptance("trap-29")
def test_one_pod_needs_no_balance(said: Said) -> None:
    key, service = "services.file-service.internal.protocol", "services.file-service.replicas"
    settings = "slipway:systems.nx.services.file-service"
    one = {f"{settings}.minReplicas": 1, f"{settings}.maxReplicas": 1}

    assert said(key, "nx", system={service: {"min": 1, "max": 1}}, stack={**EKS, **one}) == []


@pytest.mark.parametrize("protocol", ["http", "tcp"])
def test_other_protocols_are_balanced_by_connection(said: Said, protocol: str) -> None:
    key = "services.file-service.internal.protocol"

    assert said(key, "nx", system={key: protocol}, stack=EKS) == []


def test_logs_end_with_the_node(said: Said) -> None:
    key, insights = "slipway:monitoring.logRetentionDays", "slipway:eks.containerInsights"

    assert said(key, "nessen", stack={**EKS, insights: False, key: 30}) == [
        "Pulumi.staging.yaml, slipway:monitoring.logRetentionDays: 30 is for the cluster's own "
        "logs only on eks: slipway:eks.containerInsights is false, and what a pod writes ends with "
        "its node; write true there, or collect the pods' logs otherwise"
    ]
    assert said(key, "nessen", stack={**EKS, insights: True}) == []
    assert said(key, "nessen", stack={insights: False}) == []


@pytest.mark.parametrize(
    ("tags", "names"),
    [
        ({"owner": "shop"}, "owner is"),
        ({"owner": "shop", "costCenter": "1"}, "owner and costCenter are"),
    ],
)
def test_nodes_of_auto_mode_have_no_tags(said: Said, tags: dict[str, str], names: str) -> None:
    key, group = "slipway:tags", "slipway:eks.nodeGroup"
    nodes = {"instanceTypes": ["m7g.large"], "minNodes": 2, "maxNodes": 4}

    assert said(key, "nessen", stack={**EKS, group: None, key: tags}) == [
        f"Pulumi.staging.yaml, slipway:tags: {names} not on the nodes on eks: EKS Auto Mode gives "
        "them its own tags only; count what they cost by EKS's tag eks:eks-cluster-name, or write "
        "a slipway:eks.nodeGroup, whose nodes have these too"
    ]
    assert said(key, "nessen", stack={**EKS, group: nodes, key: tags}) == []
    assert said(key, "nessen", stack={**EKS, group: None, key: {}}) == []
    assert said(key, "nessen", stack={group: None, key: tags}) == []


def test_what_the_environment_lacks_is_said_once() -> None:
    root = Path(__file__).parents[3]
    description = load_files(root, "staging", assume_secrets=True)
    on_eks = description.environment.model_copy(update={"runtime": "eks"})
    found = [
        *runtime_warnings(
            type(description)(stack="staging", environment=on_eks, systems=description.systems)
        )
    ]

    assert [each.path for each in found].count("slipway:tags") == 1
