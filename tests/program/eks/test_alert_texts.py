"""Texts of alerts reach people as they are written: Prometheus takes annotations for templates."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.program.eks.conftest import changed, section
from tests.program.eks.manifests import of_kind


@pytest.mark.acceptance("A16")
def test_braces_of_a_summary_are_no_template(tmp_path: Path) -> None:
    """With a template that does not end, the operator would refuse the whole rule."""

    def unwise(system: dict[str, Any]) -> None:
        system["alerts"][0]["summary"] = "{{ $value is bad, {{{ worse }}, {x} fine"
        system["alerts"][2]["above"] = 1234567.5

    eks = {**section("production", "slipway:eks"), "prometheusOperator": True}
    graph = changed(tmp_path, "production", {"aegisx": unwise}, {"slipway:eks": json.dumps(eks)})

    [rule] = of_kind(graph, "PrometheusRule")
    rules = rule["spec"]["groups"][0]["rules"]
    assert rules[0]["annotations"]["summary"] == (
        '{{"{{"}} $value is bad, {{"{{"}}{ worse }}, {x} fine'
    )
    assert rules[2]["expr"] == "api_memory_usage_percent > 1234567.5"
