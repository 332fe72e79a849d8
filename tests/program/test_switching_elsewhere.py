"""A move in environments that are other than the two stack files."""

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any
from unittest.mock import patch

import pytest

from tests.program.eks.conftest import Change, changed, section
from tests.program.eks.manifests import container
from tests.program.eks.test_parity import EXACT
from tests.support.existing_account import ExistingAccount
from tests.support.switching import LISTENER_RULE, TARGET_GROUP, damage, runtime_of, weights
from tools.recording import aws_outputs
from tools.recording.recorder import Recording

STEPS = {
    "on fargate": {"slipway:runtime": "fargate"},
    "a tenth on eks": {
        "slipway:runtime": "fargate",
        "slipway:switch": '{"to": "eks", "percent": 10}',
    },
    "on eks": {"slipway:runtime": "eks"},
}
SHARES = [{"fargate": 100}, {"fargate": 90, "eks": 10}, {"eks": 100}]


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """How an environment differs from the staging one."""

    eks: Mapping[str, object] = field(default_factory=dict[str, object])
    """Keys of `slipway:eks`."""
    overrides: Mapping[str, object] = field(default_factory=dict[str, object])
    """Other keys of the stack file."""
    systems: Mapping[str, Change] = field(default_factory=dict[str, Change])
    """Changes of system files."""
    account: ExistingAccount | None = None
    """What is there already."""
    on_eks: Callable[[Recording], object]
    """What there is on EKS because of the difference."""


def _announced(system: dict[str, Any]) -> None:
    system["services"]["api"]["metrics"]["enabled"] = True


ACCOUNT = ExistingAccount()
ELSEWHERE = {
    "nodes-of-its-own": Elsewhere(
        eks={"nodeGroup": {"instanceTypes": ["m7i.large"], "minNodes": 2, "maxNodes": 4}},
        on_eks=lambda graph: graph.of_type("aws:eks/nodeGroup:NodeGroup"),
    ),
    "prometheus": Elsewhere(
        eks={"prometheusOperator": True},
        systems={"aegisx": _announced},
        on_eks=lambda graph: graph.of_type("ServiceMonitor"),
    ),
    "exact": Elsewhere(
        systems=EXACT,
        on_eks=lambda graph: "startupProbe" not in container(graph, "nx", "nx-api-gateway"),
    ),
    "existing": Elsewhere(
        overrides={
            "slipway:existing": ACCOUNT.settings,
            "slipway:domain": {"hostedZone": "example.com", "registry": "ghcr.io/shop"},
        },
        account=ACCOUNT,
        on_eks=lambda graph: not graph.of_type("aws:ec2/vpc:Vpc"),
    ),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_move_elsewhere_touches_nothing_either(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = ELSEWHERE[name]
    overrides = {key: json.dumps(value) for key, value in elsewhere.overrides.items()}
    overrides["slipway:eks"] = json.dumps({**section("staging", "slipway:eks"), **elsewhere.eks})
    graphs: dict[str, Recording] = {}
    with ExitStack() as stack:
        if elsewhere.account is not None:
            stack.enter_context(patch.dict(aws_outputs.INVOKES, elsewhere.account.answers()))
        for step, runtime in STEPS.items():
            root = tmp_path_factory.mktemp("project")
            graphs[step] = changed(root, "staging", elsewhere.systems, {**overrides, **runtime})

    lines = [
        f"{first} -> {second}: {line}"
        for first, second in combinations(graphs, 2)
        for line in damage(graphs[first], graphs[second])
    ]
    assert not lines, "\n".join(lines)
    assert elsewhere.on_eks(graphs["on eks"])
    assert [_shares(graph) for graph in graphs.values()] == SHARES
    assert {runtime_of(each.urn) for each in graphs["on eks"].resources} == {"eks", None}


def _shares(graph: Recording) -> dict[str, int]:
    groups = graph.of_type(TARGET_GROUP)
    rules = [each for each in graph.of_type(LISTENER_RULE) if "-route-forward-" in each.name]
    [shares] = {tuple(sorted(weights(rule, groups).items())) for rule in rules}
    return dict(shares)
