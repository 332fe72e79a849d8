"""Objects of kinds from elsewhere: exact specs, and what their definitions accept."""

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pulumi
import pulumi_kubernetes as kubernetes
import pytest

from components.custom_resources import (
    AlertingRule,
    PrometheusRuleSpec,
    ServiceMonitorSpec,
    TargetGroupBindingSpec,
    create_prometheus_rule,
    create_service_monitor,
    create_target_group_binding,
)
from components.errors import ArgumentError
from tests.unit.components.kubernetes_cases import record_in_cluster
from tools.recording.recorder import Recording

DEFINITIONS = Path(__file__).parents[3] / "sandbox" / "kubernetes" / "crds"
TARGET_GROUP = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/shop-api/0123456789"
METADATA = {"name": "shop-api", "namespace": "shop", "labels": {"app": "shop-api"}}


def binding(**changes: Any) -> TargetGroupBindingSpec:
    return TargetGroupBindingSpec(
        **{"service_name": "shop-api", "service_port": 80, "target_group_arn": TARGET_GROUP}
        | changes
    )


def monitor(**changes: Any) -> ServiceMonitorSpec:
    return ServiceMonitorSpec(
        **{"app": "shop-api", "port_name": "http", "path": "/api/metrics", "interval_seconds": 30}
        | changes
    )


def rule(**changes: Any) -> AlertingRule:
    return AlertingRule(
        **{
            "alert": "APIUnhealthy",
            "expr": "api_health_status == 0",
            "for_minutes": 2,
            "labels": {"severity": "critical", "team": "platform"},
            "annotations": {"summary": "API is UNHEALTHY", "runbook_url": "https://x.example/r"},
        }
        | changes
    )


def rules(**changes: Any) -> PrometheusRuleSpec:
    return PrometheusRuleSpec(
        **{"group": "shop_api_alerts", "interval_seconds": 30, "rules": [rule()]} | changes
    )


@pytest.fixture(scope="module")
def recording() -> Recording:
    def build(options: pulumi.ResourceOptions) -> None:
        owner = pulumi.ComponentResource("test:index:Owner", "owner", {}, options)
        create: Callable[..., Any]
        for create, spec in (
            (create_target_group_binding, binding(service_name=pulumi.Output.from_input("late"))),
            (create_service_monitor, monitor()),
            (create_prometheus_rule, rules(rules=[rule(), BARE])),
        ):
            create(
                f"owner-{type(spec).__name__}",
                metadata=kubernetes.meta.v1.ObjectMetaArgs(**METADATA),
                spec=spec,
                parent=owner,
            )

    return record_in_cluster(build)


BARE = AlertingRule(alert="Late", expr="vector(1)", for_minutes=0)


def test_binds_a_service_to_a_target_group(recording: Recording) -> None:
    assert recording.one("TargetGroupBinding").type == (
        "kubernetes:eks.amazonaws.com/v1:TargetGroupBinding"
    )
    assert recording.one("TargetGroupBinding").inputs == {
        "apiVersion": "eks.amazonaws.com/v1",
        "kind": "TargetGroupBinding",
        "metadata": METADATA,
        "spec": {
            "serviceRef": {"name": "late", "port": 80},
            "targetGroupARN": TARGET_GROUP,
            "targetType": "ip",
        },
    }


@pytest.mark.acceptance("A14", "trap-31")
def test_finds_a_service_by_its_label_and_the_name_of_its_port(recording: Recording) -> None:
    assert recording.one("ServiceMonitor").inputs == {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "ServiceMonitor",
        "metadata": METADATA,
        "spec": {
            "selector": {"matchLabels": {"app": "shop-api"}},
            "endpoints": [{"port": "http", "path": "/api/metrics", "interval": "30s"}],
        },
    }


@pytest.mark.acceptance("A16")
def test_writes_a_group_of_alerts(recording: Recording) -> None:
    assert recording.one("PrometheusRule").inputs == {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": METADATA,
        "spec": {
            "groups": [
                {
                    "name": "shop_api_alerts",
                    "interval": "30s",
                    "rules": [
                        {
                            "alert": "APIUnhealthy",
                            "expr": "api_health_status == 0",
                            "for": "2m",
                            "labels": {"severity": "critical", "team": "platform"},
                            "annotations": {
                                "summary": "API is UNHEALTHY",
                                "runbook_url": "https://x.example/r",
                            },
                        },
                        {"alert": "Late", "expr": "vector(1)", "for": "0m"},
                    ],
                }
            ]
        },
    }


@pytest.mark.parametrize("kind", ["TargetGroupBinding", "ServiceMonitor", "PrometheusRule"])
def test_is_what_its_definition_accepts(recording: Recording, kind: str) -> None:
    definition = json.loads((DEFINITIONS / f"{kind.lower()}.json").read_text(encoding="utf-8"))
    check = functools.partial(jsonschema.validate, schema=definition)
    written = recording.one(kind).inputs
    check(written)
    with pytest.raises(jsonschema.ValidationError):
        check(written | {"spec": {**written["spec"], "unheardOf": True}})


def test_belongs_to_the_component_that_makes_it(recording: Recording) -> None:
    [owner] = recording.of_type("test:index:Owner")
    children = recording.children_of(owner)
    assert len(children) == 3
    [provider] = {child.provider for child in children}
    assert "pulumi:providers:kubernetes::cluster" in provider


@pytest.mark.parametrize(
    ("make", "changes", "message"),
    [
        (
            binding,
            {"service_port": 0},
            "TargetGroupBindingSpec: service_port=0 is not allowed; use 1 to 65535",
        ),
        (
            monitor,
            {"port_name": ""},
            "ServiceMonitorSpec: port_name='' is not allowed; name the Service's port",
        ),
        (
            monitor,
            {"path": "metrics"},
            "ServiceMonitorSpec: path='metrics' is not allowed; begin it with a slash",
        ),
        (
            monitor,
            {"interval_seconds": 0},
            "ServiceMonitorSpec: interval_seconds=0 is not allowed; use 1 or more (seconds)",
        ),
        (rule, {"alert": ""}, "AlertingRule: alert='' is not allowed; name the alert"),
        (rule, {"expr": ""}, "AlertingRule: expr='' is not allowed; write a PromQL expression"),
        (
            rule,
            {"for_minutes": -1},
            "AlertingRule: for_minutes=-1 is not allowed; use 0 or more (minutes)",
        ),
        (rules, {"group": ""}, "PrometheusRuleSpec: group='' is not allowed; name the group"),
        (
            rules,
            {"interval_seconds": 0},
            "PrometheusRuleSpec: interval_seconds=0 is not allowed; use 1 or more (seconds)",
        ),
        (
            rules,
            {"rules": []},
            "PrometheusRuleSpec: rules=[] is not allowed; name one or more alerts, each once",
        ),
    ],
)
def test_fails_when_the_controllers_would_refuse(
    make: Callable[..., object], changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ArgumentError) as refused:
        make(**changes)
    assert str(refused.value) == message


def test_fails_when_two_alerts_have_one_name() -> None:
    with pytest.raises(ArgumentError) as refused:
        rules(rules=[rule(), rule(for_minutes=5)])
    assert refused.value.remedy == "name one or more alerts, each once"
