"""The real program with the real stack files, recorded once per stack and process."""

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from sandbox import project
from tools.recording import recorder
from tools.recording.recorder import Recording

ROOT = Path(__file__).resolve().parents[2]
STACKS = ("staging", "production")


@lru_cache
def run(stack: str, *, preview: bool = False) -> Recording:
    loaded = project.load(ROOT, stack)
    return recorder.record_file(loaded.program, stack=stack, config=loaded.config, preview=preview)


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


def container(graph: Recording) -> dict[str, Any]:
    """The only container of AegisX's task definition."""
    [found] = json.loads(
        graph.one("TaskDefinition", "aegisx-api-task").inputs["containerDefinitions"]
    )
    return found


def variables(graph: Recording) -> dict[str, str]:
    return {each["name"]: each["value"] for each in container(graph)["environment"]}


def secrets(graph: Recording) -> dict[str, str]:
    return {each["name"]: each["valueFrom"] for each in container(graph)["secrets"]}
