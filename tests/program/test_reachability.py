"""No system reaches what another one keeps: the whole graph against the description alone.

The files test_reachability_*.py let somebody in, in copies of the graph, by each way there is, and
see that it is found.
"""

import shutil
from pathlib import Path

import pytest
import yaml

from model.description import Description
from model.load import load_files
from sandbox import project
from tests.program.conftest import ROOT
from tests.support import expected_reach, reachable_things
from tests.support.changed_graph import group
from tests.support.reachability import differences, matrix, subjects
from tools.recording import recorder
from tools.recording.recorder import Recording

SERVICE, INGRESS = "aws:ecs/service:Service", "SecurityGroupIngressRule"


@pytest.fixture
def description(stack: str) -> Description:
    return load_files(ROOT, stack, assume_secrets=True)


def assert_same(graph: Recording, description: Description) -> None:
    lines = differences(matrix(graph), expected_reach.matrix(description))
    # All of them: pytest would show the first one only.
    assert not lines, "\n".join(["the graph and the description differ:", *lines])


@pytest.mark.acceptance("B1", "E8", "trap-18", "trap-30")
def test_everybody_reaches_what_the_description_says_and_nothing_else(
    graph: Recording, description: Description
) -> None:
    assert_same(graph, description)


def test_nobody_and_nothing_is_left_out(graph: Recording, description: Description) -> None:
    """Where a row or a column is missing, there is nothing to compare."""
    rows = {each.name for each in subjects(graph) if "execution role" in each.principals}
    assert rows == expected_reach.tasks(description)
    kinds = ("database", "cache", "queue", "bucket", "secret", "master", "service", "vault")
    columns = {each.name for each in reachable_things.of(graph)}
    kept = {name for name in columns if name.startswith(kinds)}
    assert kept == expected_reach.things(description)


@pytest.mark.acceptance("B1")
def test_the_load_balancer_reaches_public_services_only(
    graph: Recording, description: Description
) -> None:
    edge = group(graph, "platform-edge")
    let_in = {
        rule.inputs["securityGroupId"]: rule.inputs["toPort"]
        for rule in graph.of_type(INGRESS)
        if rule.inputs.get("referencedSecurityGroupId") == edge
    }
    public = expected_reach.public_ports(description)
    assert let_in == {group(graph, name): port for name, port in public.items()}
    behind = {
        reachable_things.owner(each)
        for each in graph.of_type(SERVICE)
        if each.inputs["loadBalancers"]
    }
    assert behind == {*public}


def test_the_task_runner_runs_exactly_the_one_shot_tasks(
    graph: Recording, description: Description
) -> None:
    wanted = expected_reach.one_shot_tasks(description)
    runs = {
        (what, how) for who, what, how in matrix(graph) if who == "platform-task-runner-function"
    }
    assert runs == {
        *((f"task {name}", "as role may ecs:RunTask") for name in wanted),
        *((f"role {name}-execution", "as role may iam:PassRole") for name in wanted),
        *((f"role {name}-task", "as role may iam:PassRole") for name in wanted),
    }
    [function] = graph.of_type("aws:lambda/function:Function")
    runner = graph.one("Role", "platform-task-runner-function").outputs["arn"]
    assert function.inputs["role"] == runner


@pytest.mark.acceptance("trap-14")
def test_a_description_that_binds_more_reaches_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, production: Recording
) -> None:
    """The comparison follows the files: with static keys and more bindings it holds as well."""
    for path in ROOT.glob("Pulumi*.yaml"):
        shutil.copy(path, tmp_path)
    shutil.copytree(ROOT / "systems", tmp_path / "systems")
    file = tmp_path / "systems" / "nx.yaml"
    system = yaml.safe_load(file.read_text(encoding="utf-8"))
    system["objects"] = {"staticKeys": True}
    worker = system["services"]["worker-service"]
    worker["bind"] |= {"KEY": "objects.secretKey", "FILES": "services.file-service.host"}
    worker["secrets"] = {"COOKIE_SECRET": "generated"}
    file.write_text(yaml.safe_dump(system), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    loaded = project.load(tmp_path, "production")
    graph = recorder.record_file(
        ROOT / "__main__.py", stack="production", config=loaded.config, secret_keys=loaded.secrets
    )
    assert_same(graph, load_files(tmp_path, "production", assume_secrets=True))
    more = {(who, what) for who, what, _ in matrix(graph) - matrix(production)}
    assert more == {
        ("nx-worker-service", "secret nx-objects-access"),
        ("nx-worker-service", "secret nx-cookie-secret"),
        ("nx-worker-service", "bucket nx-objects"),
        ("nx-worker-service", "service nx-file-service"),
        ("nx-objects-access-user", "bucket nx-objects"),
    }
