"""Which folder may know which: DESIGN.md, "the way data flows: one direction"."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import catalogue
from tests.support.guides import SYSTEMS

ROOT = catalogue.ROOT
FOLDERS = ("model", "planning", "components", "stacks", "sandbox", "tools")

OWN = {
    "model": {"model"},
    "planning": {"planning", "model"},
    "components": {"components", "planning"},
    "stacks": {"stacks", "model", "planning", "components"},
    "sandbox": {"sandbox"},
    "tools": {"tools", "model", "planning", "sandbox"},
    "__main__.py": {"stacks"},
}
# One file each, with the reason.
ALSO_OWN = {
    # Which secrets a system wants is known to the description alone.
    "sandbox/project.py": {"model"},
    # The doctor checks what the sandbox deployed as it checks AWS; it needs the description.
    "sandbox/doctor.py": {"tools", "model", "planning"},
}
PULUMI = ("pulumi", "pulumi_aws", "pulumi_kubernetes", "pulumi_random")
FORBIDDEN = {
    "model": {*PULUMI, "boto3", "botocore", "moto"},
    "planning": {*PULUMI, "boto3", "botocore", "moto"},
    "components": {"pydantic", "yaml", "boto3", "botocore", "moto"},
    "stacks": {"boto3", "botocore", "moto"},
    "sandbox": set[str](),
    "tools": set[str](),
    "__main__.py": {*PULUMI, "boto3", "botocore", "moto"} - {"pulumi"},
}


def files(place: str) -> list[Path]:
    path = ROOT / place
    if path.is_file():
        return [path]
    return [file for file in sorted(path.rglob("*.py")) if "assets" not in file.parts]


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            module = node.module or ""
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def places(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("place", names or OWN)


@places()
def test_knows_only_what_it_may_know(place: str) -> None:
    ours = {*FOLDERS, "policy", "tests"}
    for file in files(place):
        known = {name.partition(".")[0] for name in imports(file)}
        allowed = OWN[place] | ALSO_OWN.get(str(file.relative_to(ROOT)), set())
        assert known & ours <= allowed, file
        assert known & FORBIDDEN[place] == set(), file


@places(*FOLDERS)
def test_no_file_is_scrolled_for_long(place: str) -> None:
    """A file past 300 lines usually holds two things."""
    long = [str(file) for file in files(place) if file.read_text().count("\n") > 300]
    assert long == []


@places(*FOLDERS)
def test_says_in_one_sentence_what_it_is_for(place: str) -> None:
    text = ast.get_docstring(tree(ROOT / place / "__init__.py")) or ""
    assert text.partition("\n")[0].endswith(".")


def test_components_do_not_know_each_other() -> None:
    homes = {component.module.__name__ for component in catalogue.components()}
    for file in files("components"):
        assert set(imports(file)) & homes == set(), file


def test_components_use_only_the_sums_that_need_no_description() -> None:
    def needs_model(module: str, seen: frozenset[str] = frozenset()) -> bool:
        file = ROOT / f"{module.replace('.', '/')}.py"
        if module in seen or not file.is_file():
            return False
        names = set(imports(file))
        return any(name.partition(".")[0] == "model" for name in names) or any(
            needs_model(name, seen | {module}) for name in names if name.startswith("planning.")
        )

    for file in files("components"):
        planning = [name for name in imports(file) if name.startswith("planning.")]
        assert [name for name in planning if needs_model(name)] == [], file


def test_components_load_only_the_parts_of_pulumi_aws_that_are_used() -> None:
    """The parts are the larger half of a preview's time, so importing a component loads none."""
    names = [module.__name__ for module in catalogue.modules()]
    assert not {name for name in loaded_by(*names) if name.startswith("pulumi_aws.")}


def test_what_runs_on_one_runtime_loads_nothing_of_the_other() -> None:
    """A runtime has a score of modules, and the Kubernetes SDK is as large as the rest together."""
    tasks = loaded_by("stacks.system", "stacks.fargate_platform", "stacks.on_fargate")
    assert not {
        name for name in tasks if re.match(r"pulumi_kubernetes|components\.(kube|eks)", name)
    }
    pods = loaded_by("stacks.system", "stacks.eks_platform", "stacks.on_kubernetes")
    assert "components.kubernetes_service" in pods
    assert not {
        name for name in pods if re.match(r"components\.(fargate|one_shot|task_runner)", name)
    }


def loaded_by(*names: str) -> set[str]:
    """The modules that a process has after it has imported some, those of `pulumi_aws` apart."""
    program = (
        "import sys, pulumi_aws\n"
        "before = {*sys.modules}\n"
        f"import {', '.join(names)}\n"
        "print(*({*sys.modules} - before))\n"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_components_keep_annotations_that_pulumi_can_read() -> None:
    for file in files("components"):
        assert "__future__" not in {name.partition(".")[0] for name in imports(file)}, file


def docstrings(module: ast.Module) -> set[ast.AST]:
    return {
        node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


@places()
def test_compares_nothing_with_the_name_of_an_environment(place: str) -> None:
    environments = {file.stem.partition(".")[2] for file in ROOT.glob("Pulumi.*.yaml")}
    assert {"staging", "production"} <= environments
    for file in files(place):
        for node in ast.walk(tree(file)):
            if isinstance(node, (ast.Compare, ast.pattern)):
                texts = {c.value for c in ast.walk(node) if isinstance(c, ast.Constant)}
                assert texts & environments == set(), file


KNOW_THE_RUNTIMES = {
    "stacks/platform.py": "builds the one that is asked for",
    "stacks/existing.py": "looks up ranges that only policies of Kubernetes need",
    "stacks/existing_network.py": "counts addresses of the runtime that takes the more",
    "stacks/routes.py": "gives Fargate's routes the names that they had before there was another",
}


def test_systems_do_not_ask_what_they_run_on() -> None:
    """`stacks/runtime.py` is the one interface: a third runtime changes no system."""
    for file in files("stacks"):
        name = str(file.relative_to(ROOT))
        compared = {
            constant.value
            for node in ast.walk(tree(file))
            if isinstance(node, (ast.Compare, ast.pattern))
            for constant in ast.walk(node)
            if isinstance(constant, ast.Constant)
        }
        assert bool(compared & {"fargate", "eks"}) == (name in KNOW_THE_RUNTIMES), name


def read(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def telling(name: str, system: dict[str, Any]) -> set[str]:
    """What is nobody else's in a system that a team has added: names, images, hosts, paths, URLs.

    Its own name may be any word, such as `cache`, and its port any number.
    """
    settings = [
        read(file)["config"]["slipway:systems"].get(name, {}) for file in ROOT.glob("Pulumi.*.yaml")
    ]
    values = [each["host"] for each in settings if each]
    for service in system["services"].values():
        public = service.get("public", {})
        values += [service["image"], *service.get("command", ())]
        values += [*public.get("paths", ()), *public.get("deny", ())]
        values += map(str, service.get("env", {}).values())
    for each in settings:
        for service in each.get("services", {}).values():
            values += map(str, service.get("env", {}).values())
    # A slash between words, or a name with two dots.
    own = {value for value in values if re.search(r"\w/+\w|\w\.\w+\.[a-z]{2}", value)}
    return own | {f"{name}{hyphen}{part}" for part in system["services"] for hyphen in "-/"}


@places("model", "planning", "components", "stacks", "__main__.py")
def test_holds_no_value_of_a_system(place: str) -> None:
    """Decision 8: values of the guides are data in `systems/`."""
    systems = {file.stem: read(file) for file in (ROOT / "systems").glob("*.yaml")}
    assert {*SYSTEMS} <= {*systems}
    words: set[str] = set()
    ports: set[int] = set()
    for name, system in systems.items():
        if name not in SYSTEMS:
            words |= telling(name, system)
            continue
        words.add(system["name"])
        for service in system["services"].values():
            words.add(service["image"])
            ports |= {service["port"]} if service.get("port") else set()
    for file in files(place):
        module = tree(file)
        told = docstrings(module)
        for node in ast.walk(module):
            if isinstance(node, ast.Constant) and node not in told:
                value = node.value
                assert not (isinstance(value, int) and value in ports), f"{file}:{node.lineno}"
                assert not (isinstance(value, str) and any(word in value for word in words)), (
                    f"{file}:{node.lineno}"
                )
