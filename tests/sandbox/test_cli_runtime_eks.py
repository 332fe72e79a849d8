"""The five systems on EKS, from the command line: one deploy that is well, one that is not."""

import json
import re
from pathlib import Path

import pytest
import yaml

from sandbox import __main__ as cli
from sandbox import project
from tests.support.commands import copy_project

SYSTEMS = {"aegisx", "empacts", "nessen", "nx", "rest-api"}
STACK = "staging"


def run(command, root, *more, runtime="eks"):
    return cli.main([command, "--root", str(root), "--stack", STACK, "--runtime", runtime, *more])


def only(root, system):
    """Options for a deploy of one system."""
    systems = json.loads(project.load(root, STACK).config["slipway:systems"])
    return ("--config", f"slipway:systems={json.dumps({system: systems[system]})}")


def written(root):
    return json.loads((root / "build" / STACK / "summary.json").read_text())


@pytest.fixture(scope="module")
def deployed(tmp_path_factory):
    """What a deploy with second run, doctor and destroy has written."""
    root = copy_project(tmp_path_factory.mktemp("eks"))
    code = run("destroy-check", root)
    return code, written(root), root / "build" / STACK


def manifests(build: Path):
    folder = build / "kubernetes"
    return {
        str(path.relative_to(folder)): yaml.safe_load(path.read_text())
        for path in folder.rglob("*.yaml")
    }


def test_all_systems_are_deployed_stable_and_destroyed(deployed):
    code, summary, _ = deployed
    assert summary["secondRunChanges"] == []
    assert summary["ok"]
    assert code == 0
    assert list(summary["seconds"]) == ["start", "deploy", "secondRun", "doctor", "destroy"]
    types = summary["resources"]["byType"]
    assert types["kubernetes:apps/v1:Deployment"] == 8
    assert types["kubernetes:batch/v1:CronJob"] == 1
    assert types["kubernetes:core/v1:Namespace"] == len(SYSTEMS)
    assert types["aws:rds/instance:Instance"] == 4
    assert not [each for each in types if each.startswith("aws:ecs/")]


def test_the_doctor_finds_nothing_and_has_looked_at_every_system(deployed):
    _, summary, _ = deployed
    findings = summary["doctor"]
    assert [
        each for each in findings if not each["ok"] or each["detail"].startswith("warning")
    ] == []
    looked_at = {each["check"] for each in findings}
    assert {f"{name}/namespace: default deny" for name in SYSTEMS} <= looked_at
    assert {"nx/api-gateway: binding", "nx/worker-service: rollout"} <= looked_at
    # What only a container, a machine or AWS itself could tell.
    skipped = {each["check"] for each in findings if each["detail"].startswith("skipped")}
    assert {each.partition(": ")[2] for each in skipped} == {
        "targets",
        "log",
        "nodes",
        "support",
        "pods",
    }


def test_only_what_a_container_would_do_is_invented(deployed):
    _, summary, _ = deployed
    reason = "the sandbox runs no containers, so how it ended is invented"
    bootstraps = [f"{name}-bootstrap-job" for name in sorted(SYSTEMS - {"nessen"})]
    jobs = {(name, "kubernetes:batch/v1:Job") for name in [*bootstraps, "nx-migration-job"]}
    mocked = {*jobs, ("aegisx-status-cron-job", "kubernetes:batch/v1:CronJob")}
    assert {(each["name"], each["type"]) for each in summary["mocked"]} == mocked
    assert {each["reason"] for each in summary["mocked"]} == {reason}


def test_the_objects_are_written_as_yaml_without_a_secret(deployed):
    _, summary, build = deployed
    found = manifests(build)
    types = summary["resources"]["byType"]
    made = sum(number for key, number in types.items() if key.startswith("kubernetes:"))
    assert len(found) == made
    assert {path.partition("/")[0] for path in found} == SYSTEMS | {"cluster", "kube-system"}
    gateway = found["nx/deployment-nx-api-gateway.yaml"]
    assert gateway["spec"]["template"]["metadata"]["labels"]["app"] == "nx-api-gateway"
    hidden = [
        value
        for each in found.values()
        if each["kind"] == "Secret"
        for value in each["stringData"].values()
    ]
    assert len(hidden) > 10
    assert {*hidden} == {"<secret>"}


@pytest.mark.acceptance("B5")
def test_a_migration_that_fails_fails_the_deploy_before_any_pod_of_its_service(tmp_path, capsys):
    root = copy_project(tmp_path)
    path = root / "systems" / "nx.yaml"
    system = yaml.safe_load(path.read_text())
    system["database"]["migration"]["command"] = ["false"]
    path.write_text(yaml.safe_dump(system))
    assert run("up", root, "--no-doctor", *only(root, "nx")) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert re.search(
        r"kubernetes:batch/v1:Job nx-migration-job \(\S+/kubernetes_job\.py:\d+\): "
        r"Job nx/nx-migration-job-[0-9a-f]{8} has failed: "
        "Job has reached the specified backoff limit",
        shown,
    )
    assert "Traceback" not in shown
    # What is not bound to the database does not wait for it.
    assert written(root)["resources"]["byType"]["kubernetes:apps/v1:Deployment"] == 1


def test_the_doctor_is_content_in_the_middle_of_a_move(tmp_path):
    root = copy_project(tmp_path)
    move = ("--config", 'slipway:switch={"to": "eks", "percent": 10}')
    assert run("up", root, *only(root, "nx"), *move, runtime="fargate") == 0
    summary = written(root)
    assert summary["secondRunChanges"] == []
    findings = {each["check"]: each for each in summary["doctor"]}
    services = ("nx/api-gateway", "nx/web-portal")
    both = {
        f"{each} on {runtime}: forwarding" for each in services for runtime in ("fargate", "eks")
    }
    assert both < {*findings}
    assert not [each for each in findings.values() if each["detail"].startswith("warning")]


def test_the_doctor_is_content_at_the_end_of_a_move_to_fargate(tmp_path):
    root = copy_project(tmp_path)
    move = ("--config", 'slipway:switch={"to": "fargate", "percent": 100}')
    assert run("up", root, *only(root, "nx"), *move, runtime="eks") == 0
    assert written(root)["secondRunChanges"] == []
