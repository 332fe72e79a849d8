"""The real program with the real stack files, on Fargate, recorded once per stack and process."""

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from sandbox import project
from tools.recording import recorder
from tools.recording.recorder import Recording, Resource

ROOT = Path(__file__).resolve().parents[2]
STACKS = ("staging", "production")


@lru_cache
def run(stack: str, *, preview: bool = False) -> Recording:
    # Whatever the stack files say: eks/conftest.py has the other runtime.
    loaded = project.load(ROOT, stack, {"slipway:runtime": "fargate"})
    return recorder.record_file(
        loaded.program,
        stack=stack,
        config=loaded.config,
        secret_keys=loaded.secrets,
        preview=preview,
    )


@pytest.fixture(params=STACKS)
def stack(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(autouse=True)
def _in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.fixture
def recorded() -> Callable[[str], Recording]:
    """The recorded graph of a stack."""
    return run


@pytest.fixture
def graph(stack: str, _in_the_project: None) -> Recording:
    return run(stack)


@pytest.fixture
def production(_in_the_project: None) -> Recording:
    return run("production")


@pytest.fixture
def staging(_in_the_project: None) -> Recording:
    return run("staging")


def container(graph: Recording, task: str = "aegisx-api") -> dict[str, Any]:
    """The only container of a service's or a one-shot task's definition, `<system>-<name>`."""
    [found] = json.loads(graph.one("TaskDefinition", f"{task}-task").inputs["containerDefinitions"])
    return found


def variables(graph: Recording, task: str = "aegisx-api") -> dict[str, str]:
    """The variables that anybody may see."""
    return {each["name"]: each["value"] for each in container(graph, task)["environment"]}


def secrets(graph: Recording, task: str = "aegisx-api") -> dict[str, str]:
    """The variables that come from Secrets Manager, and from where."""
    return {each["name"]: each["valueFrom"] for each in container(graph, task)["secrets"]}


def reference(graph: Recording, secret: str, key: str = "") -> str:
    """What a variable says that comes from a secret, or from one key of its JSON."""
    arn = graph.one("aws:secretsmanager/secret:Secret", f"{secret}-secret").outputs["arn"]
    [version] = [each for each in graph.of_type("SecretVersion") if each.inputs["secretId"] == arn]
    return f"{arn}:{key}::{version.outputs['versionId']}"


def policy_statements(graph: Recording, role: str) -> list[dict[str, Any]]:
    """What a role may do by its own policy, which has its name; nothing if it has none."""
    return [
        statement
        for each in graph.of_type("RolePolicy")
        if each.name == role
        for statement in json.loads(each.inputs["policy"])["Statement"]
    ]


def waits_for(graph: Recording, resource: Resource) -> set[str]:
    """The names of all that must exist before a resource, over any number of steps."""
    by_urn = {each.urn: each for each in graph.resources}
    found: set[str] = set()
    ahead = list(resource.dependencies)
    while ahead:
        urn = ahead.pop()
        if urn not in found:
            found.add(urn)
            ahead += by_urn[urn].dependencies
    return {by_urn[urn].name for urn in found}


def ways_in(graph: Recording, group: str) -> set[tuple[str, int]]:
    """Which groups may connect to a security group, and on which port."""
    names = {each.id: each.name for each in graph.of_type("SecurityGroup")}
    return {
        (
            names[rule.inputs["referencedSecurityGroupId"]].removesuffix("-security-group"),
            rule.inputs["fromPort"],
        )
        for rule in graph.of_type("SecurityGroupIngressRule")
        if names[rule.inputs["securityGroupId"]] == f"{group}-security-group"
    }
