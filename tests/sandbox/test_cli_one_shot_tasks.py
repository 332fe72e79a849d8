"""A deploy with a one-shot task: what waits for it, and what the summary claims."""

import json

import pytest

from sandbox import __main__ as cli
from tests.support import one_shot

INVOCATION = "aws:lambda/invocation:Invocation"


def run(command, project):
    return cli.main([command, "--root", str(project), "--stack", "dev", "--no-doctor"])


def summary(project):
    return json.loads((project / "build/dev/summary.json").read_text())


def test_a_task_runs_in_a_deploy_and_the_summary_claims_no_more_than_that(tmp_path, capsys):
    project = one_shot.project(tmp_path)
    assert run("destroy-check", project) == 0
    found = summary(project)
    [mocked] = found["mocked"]
    assert mocked["type"] == INVOCATION
    assert mocked["name"] == "hello-run"
    assert mocked["reason"] == (
        "the function really runs, but the sandbox runs no container for the task it starts"
    )
    assert found["secondRunChanges"] == []
    assert "aws:sns/topic:Topic" in found["resources"]["byType"]
    result = json.loads(found["outputs"]["result"])
    assert result["exitCode"] == 0
    assert ":task/apps-" in result["taskArn"]
    assert "Mocked, because moto cannot do it" in capsys.readouterr().out


@pytest.mark.acceptance("B5")
def test_a_task_that_fails_fails_the_deploy_with_the_end_of_its_log(tmp_path, capsys):
    project = one_shot.project(tmp_path, failing=True)
    assert run("up", project) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert f"{INVOCATION} hello-run" in shown
    assert "TaskFailedError: task arn:aws:ecs:us-east-1:123456789012:task/apps-" in shown
    assert "ended with exit code 1: Essential container in task exited The end of its log" in shown
    assert "the sandbox runs no containers; exit code 1 without: false" in shown
    assert "Traceback" not in shown
    # What waits for the task was never begun.
    assert "aws:sns/topic:Topic" not in summary(project)["resources"]["byType"]
