"""The real program on EKS, recorded once per configuration and process."""

import contextlib
import json
import shutil
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox import project
from tests.program.conftest import ROOT
from tests.program.conftest import run as run_on_fargate
from tools.recording import recorder
from tools.recording.recorder import Recording

Change = Callable[[dict[str, Any]], object]


def run(
    stack: str, runtime: str = "eks", *overrides: tuple[str, str], preview: bool = False
) -> Recording:
    """The graph of a stack on a runtime, with other values of some keys."""
    if runtime == "fargate" and not overrides:
        return run_on_fargate(stack, preview=preview)
    return _run(stack, ("slipway:runtime", runtime), *overrides, preview=preview)


@lru_cache
def _run(stack: str, *overrides: tuple[str, str], preview: bool) -> Recording:
    return _record(ROOT, stack, dict(overrides), preview=preview)


def section(stack: str, key: str) -> Any:
    """A structured value of the stack file."""
    return json.loads(project.load(ROOT, stack).config[key])


def changed(
    root: Path,
    stack: str,
    systems: Mapping[str, Change],
    overrides: Mapping[str, str],
    *,
    preview: bool = False,
) -> Recording:
    """The graph of a copy of the project in which system files say something else.

    Args:
        root: Empty folder for the copy: the program reads its files from where it runs.
        stack: The stack.
        systems: What is changed, by system.
        overrides: Other values of the stack file's keys.
        preview: Whether it is only previewed.
    """
    for file in ("Pulumi.yaml", f"Pulumi.{stack}.yaml", "__main__.py"):
        shutil.copy(ROOT / file, root / file)
    shutil.copytree(ROOT / "systems", root / "systems", dirs_exist_ok=True)
    for name, change in systems.items():
        path = root / "systems" / f"{name}.yaml"
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        change(content)
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with contextlib.chdir(root):
        return _record(root, stack, {"slipway:runtime": "eks", **overrides}, preview=preview)


def _record(root: Path, stack: str, overrides: Mapping[str, str], *, preview: bool) -> Recording:
    loaded = project.load(root, stack, overrides)
    return recorder.record_file(
        loaded.program,
        stack=stack,
        config=loaded.config,
        secret_keys=loaded.secrets,
        preview=preview,
    )


@pytest.fixture
def graph(stack: str, _in_the_project: None) -> Recording:
    return run(stack)


@pytest.fixture
def production(_in_the_project: None) -> Recording:
    return run("production")


@pytest.fixture
def staging(_in_the_project: None) -> Recording:
    return run("staging")


@pytest.fixture
def on_fargate(stack: str, _in_the_project: None) -> Recording:
    return run(stack, "fargate")


@pytest.fixture(scope="session")
def scraped(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """Production with a Prometheus in the cluster, and AegisX of the version with metrics (A14)."""

    def announced(system: dict[str, Any]) -> None:
        system["services"]["api"]["metrics"]["enabled"] = True

    eks = {**section("production", "slipway:eks"), "prometheusOperator": True}
    return changed(
        tmp_path_factory.mktemp("scraped"),
        "production",
        {"aegisx": announced},
        {"slipway:eks": json.dumps(eks)},
    )
