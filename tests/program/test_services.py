"""What holds for every task of every system, in the registered graph."""

import json
import re
from typing import Any

import pytest

from model.load import load_files
from tests.program.conftest import ROOT, policy_statements, waits_for
from tests.support import expected_reach, guides
from tools.recording.recorder import Recording, Resource

HEAP = re.compile(r"--max[-_]old[-_]space[-_]size=(\d+)")


def tasks(graph: Recording) -> dict[str, tuple[Resource, dict[str, Any]]]:
    """Every task definition with its only container, by name of service or one-shot task."""
    found: dict[str, tuple[Resource, dict[str, Any]]] = {}
    for definition in graph.of_type("TaskDefinition"):
        [container] = json.loads(definition.inputs["containerDefinitions"])
        found[definition.name.removesuffix("-task")] = (definition, container)
    return found


def services(graph: Recording) -> list[Resource]:
    return graph.of_type("aws:ecs/service:Service")


@pytest.mark.acceptance("trap-34")
def test_every_task_has_an_execution_role_that_pulls_and_logs(graph: Recording) -> None:
    account = {each.token for each in graph.invokes}
    assert "aws:index/getCallerIdentity:getCallerIdentity" in account
    for name, (definition, container) in tasks(graph).items():
        role = graph.one("Role", f"{name}-execution")
        assert definition.inputs["executionRoleArn"] == role.outputs["arn"]
        allowed = {
            each["Sid"]: each["Resource"] for each in policy_statements(graph, f"{name}-execution")
        }
        group = container["logConfiguration"]["options"]["awslogs-group"]
        assert allowed["PullImage"] == "arn:aws:ecr:us-east-1:111122223333:repository/*"
        assert allowed["WriteOwnLog"].endswith(f":log-group:{group}:*")


@pytest.mark.acceptance("trap-34")
def test_no_task_has_an_address_on_the_internet(graph: Recording) -> None:
    private = {each.id for each in graph.of_type("Subnet") if "-private-" in each.name}
    for service in services(graph):
        network = service.inputs["networkConfiguration"]
        assert network["assignPublicIp"] is False, service.name
        assert set(network["subnets"]) == private, service.name
    for run in graph.of_type("aws:lambda/invocation:Invocation"):
        assert set(json.loads(run.inputs["input"])["subnets"]) == private, run.name


@pytest.mark.acceptance("trap-35")
def test_no_check_needs_curl(graph: Recording, stack: str) -> None:
    checked = {
        name: container["healthCheck"]["command"]
        for name, (_, container) in tasks(graph).items()
        if "healthCheck" in container
    }
    description = load_files(ROOT, stack, assume_secrets=True)
    asked = {
        f"{system}-{name}": service.container_health_check
        for system, described in description.systems.items()
        for name, service in described.services.items()
        if service.container_health_check
    }
    assert set(checked) == set(asked)
    assert guides.tasks(description) & set(asked) == {
        "aegisx-api",
        "nessen-runtime",
        "nx-file-service",
        "nx-worker-service",
        "rest-api-api",
    }
    for name, command in checked.items():
        # Without a shell in between, or with the one that every image has.
        assert command[0] in ("CMD", "CMD-SHELL"), name
        needed = set(re.findall(r"\b(?:curl|wget)\b", " ".join(command)))
        # A team may know that its own image has one, and say so.
        allowed = set[str]() if name in guides.tasks(description) else {asked[name].command}
        assert needed <= allowed, name


@pytest.mark.acceptance("trap-36")
def test_every_image_has_a_version(graph: Recording) -> None:
    for name, (_, container) in tasks(graph).items():
        assert re.search(
            r":\d+\.\d+(\.\d+)?(-[a-z]+)?$|@sha256:[0-9a-f]{64}$", container["image"]
        ), name


@pytest.mark.acceptance("trap-36", "trap-38")
def test_production_gets_the_images_that_staging_has_tried(
    production: Recording, staging: Recording
) -> None:
    images = [
        {name: container["image"] for name, (_, container) in tasks(graph).items()}
        for graph in (staging, production)
    ]
    assert images[0] == images[1]


@pytest.mark.acceptance("trap-43", "D9")
def test_logs_go_to_cloudwatch_and_to_no_loki(graph: Recording) -> None:
    groups = {each.outputs["name"] for each in graph.of_type("LogGroup")}
    for name, (_, container) in tasks(graph).items():
        given = {each["name"] for each in [*container["environment"], *container["secrets"]]}
        assert "LOKI_URL" not in given, name
        assert container["logConfiguration"]["logDriver"] == "awslogs", name
        assert container["logConfiguration"]["options"]["awslogs-group"] in groups, name


@pytest.mark.acceptance("trap-24")
def test_every_heap_leaves_a_quarter_of_the_memory(graph: Recording) -> None:
    heaps: dict[str, int] = {}
    for name, (definition, container) in tasks(graph).items():
        options = [
            each["value"] for each in container["environment"] if each["name"] == "NODE_OPTIONS"
        ]
        # One line: a later one would take the place of an earlier one.
        for line in options:
            [heap] = HEAP.findall(line)
            heaps[name] = int(heap)
            assert "--http-parser" not in line
            assert int(heap) <= int(definition.inputs["memory"]) * 3 // 4, name
    assert heaps["nessen-runtime"] == 384
    assert heaps["nx-api-gateway"] == 768


@pytest.mark.acceptance("trap-26")
def test_a_task_runs_one_process(graph: Recording) -> None:
    for name, (_, container) in tasks(graph).items():
        assert "pm2" not in " ".join(container.get("command", [])), name


@pytest.mark.acceptance("trap-39")
def test_every_secret_of_ours_is_named_by_version(graph: Recording) -> None:
    versions = {each.outputs["versionId"] for each in graph.of_type("SecretVersion")}
    seen: set[str] = set()
    for name, (_, container) in tasks(graph).items():
        for secret in container["secrets"]:
            _, key, stage, version = secret["valueFrom"].rsplit(":", 3)
            if "secret:rds!" in secret["valueFrom"]:
                # The master user's, which RDS rotates by itself: the bootstrap reads the newest.
                assert name.endswith("-bootstrap")
                continue
            assert (stage, version in versions) == ("", True), (name, secret["name"], key)
            seen.add(version)
    # No version is kept for nobody.
    assert seen == versions


@pytest.mark.acceptance("trap-40")
def test_every_rollout_that_fails_is_taken_back(graph: Recording, stack: str) -> None:
    description = load_files(ROOT, stack, assume_secrets=True)
    one_shots = expected_reach.one_shot_tasks(description)
    assert len(guides.tasks(description) - one_shots) == 8
    assert len(services(graph)) == len(expected_reach.tasks(description) - one_shots)
    for service in services(graph):
        breaker = service.inputs["deploymentCircuitBreaker"]
        assert breaker == {"enable": True, "rollback": True}, service.name
        assert service.inputs["waitForSteadyState"] is True, service.name


@pytest.mark.acceptance("trap-33")
def test_no_metrics_are_public(graph: Recording, stack: str) -> None:
    forwarded = {
        each.name.rpartition("-route-forward-")[0]
        for each in graph.of_type("ListenerRule")
        if "-route-forward-" in each.name
    }
    description = load_files(ROOT, stack, assume_secrets=True)
    assert forwarded == set(expected_reach.public_ports(description))
    assert forwarded & guides.tasks(description) == {
        "aegisx-api",
        "empacts-api",
        "nessen-runtime",
        "nx-api-gateway",
        "nx-web-portal",
        "rest-api-api",
    }
    for service in forwarded:
        deny = graph.one("ListenerRule", f"{service}-route-deny-1").inputs
        assert deny["actions"][0]["fixedResponse"]["statusCode"] == "403"
        assert any("metrics" in path for path in deny["conditions"][1]["pathPattern"]["values"])


def test_a_public_service_waits_for_its_rules(graph: Recording, stack: str) -> None:
    """ECS refuses a service whose target group no listener knows."""
    description = load_files(ROOT, stack, assume_secrets=True)
    for task in expected_reach.public_ports(description):
        service = graph.one("aws:ecs/service:Service", f"{task}-service")
        assert f"{task}-route-forward-1" in waits_for(graph, service)


def test_routes_take_over_the_rules_of_earlier_versions(graph: Recording, stack: str) -> None:
    """New ones would stand beside the old ones, and no two rules share a priority."""
    project = f"urn:pulumi:{stack}::slipway"
    routed = graph.below("slipway:index:PublicRoute")
    assert {each.type.rpartition(":")[2] for each in routed} == {"ListenerRule", "TargetGroup"}
    for each in routed:
        service, _, part = each.name.partition("-route-")
        parent = f"{project}::slipway:index:FargateService::{service}"
        assert (parent, f"{service}-{part}") in each.aliases
