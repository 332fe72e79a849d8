"""The Kubernetes provider through the plugin door: the same objects as through the embedded one."""

import shutil
from io import StringIO

import pytest
from rich.console import Console

from sandbox import engine, pulumi_engine
from sandbox.display import Display
from sandbox.engine import Options
from sandbox.kubernetes import render
from sandbox.kubernetes.kinds import BY_TOKEN
from sandbox.masking import Masker
from tests.support.commands import copy_kubernetes
from tests.support.doors import by_identity, differences

pytestmark = pytest.mark.skipif(
    shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH"
)
TOKEN = "aToKeNthatNobodyMaySee"


def deployed(door, root, **more):
    options = Options(root=root, stack="dev", with_doctor=False, **more)
    masker, shown = Masker(), StringIO()
    with door.up(options, Display(Console(file=shown, width=200), masker), masker) as outcome:
        return outcome, shown.getvalue()


def test_both_doors_give_the_same_objects(tmp_path):
    root = copy_kubernetes(tmp_path)
    ours, _ = deployed(engine, root, destroy=True)
    theirs, shown = deployed(pulumi_engine, root, destroy=True)
    assert ours.errors == theirs.errors == [], shown
    assert ours.changes == theirs.changes == []
    assert len(by_identity(ours.resources)) == 23
    assert differences(ours.resources, theirs.resources) == []
    assert TOKEN not in shown


def test_secrets_of_objects_are_secret_in_pulumis_state(tmp_path):
    outcome, _ = deployed(pulumi_engine, copy_kubernetes(tmp_path))
    texts = [
        render.as_yaml(resource) for resource in outcome.resources if resource.type in BY_TOKEN
    ]
    assert len(texts) == 13
    assert "stringData: <secret>\n" in "".join(texts)
    [secret] = [each for each in outcome.resources if each.name == "secrets"]
    assert secret.outputs["data"].is_secret
    assert secret.outputs["__given"].contains_secret()


def test_what_selects_nothing_fails_there_too(tmp_path):
    root = copy_kubernetes(tmp_path)
    program = root / "__main__.py"
    text = program.read_text()
    wrong = text.replace('{"port": "http", "path"', '{"port": "metrics", "path"')
    assert wrong != text
    program.write_text(wrong)
    outcome, _ = deployed(pulumi_engine, root)
    assert outcome.errors == [
        "ServiceMonitor shop/shop-api-monitor: spec.endpoints[0].port: Service shop-service has no "
        "port named metrics"
    ]
