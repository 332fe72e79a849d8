"""One-shot tasks through the plugin door: the runner's code runs in the provider's process."""

import shutil
from io import StringIO

import pytest
from rich.console import Console

from sandbox import engine, pulumi_engine
from sandbox.display import Display
from sandbox.engine import Options
from sandbox.masking import Masker
from tests.support import one_shot
from tests.support.catalogue import ROOT
from tests.support.doors import differences

pytestmark = pytest.mark.skipif(
    shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH"
)


@pytest.fixture(autouse=True)
def _components_from_elsewhere(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def deployed(door, root, **more):
    masker, shown = Masker(), StringIO()
    options = Options(root=root, stack="dev", with_doctor=False, **more)
    with door.up(options, Display(Console(file=shown, width=400), masker), masker) as outcome:
        return outcome, shown.getvalue()


def test_both_doors_give_the_same_resources(tmp_path):
    root = one_shot.project(tmp_path)
    ours, _ = deployed(engine, root, destroy=True)
    theirs, _ = deployed(pulumi_engine, root, destroy=True)
    assert ours.errors == theirs.errors == []
    assert ours.changes == theirs.changes == []
    assert differences(ours.resources, theirs.resources) == []
    mocked = [resource.name for resource in theirs.resources if resource.mocked]
    assert mocked == ["hello-run"]


def test_a_task_that_fails_fails_the_deploy(tmp_path):
    outcome, shown = deployed(pulumi_engine, one_shot.project(tmp_path, failing=True))
    assert outcome.errors
    assert "TaskFailedError: task arn:aws:ecs:us-east-1:123456789012:task/apps-" in shown
    assert "the sandbox runs no containers; exit code 1 without: false" in shown
    assert "aws:sns/topic:Topic" not in {resource.type for resource in outcome.resources}
