"""The AWS provider through the plugin door: the same resources as through the embedded one."""

import shutil
from io import StringIO

import pytest
from rich.console import Console

from sandbox import engine, pulumi_engine
from sandbox.display import Display
from sandbox.engine import Options
from sandbox.masking import Masker
from tests.support.commands import ROOT, copy_cloud
from tests.support.doors import differences

pytestmark = pytest.mark.skipif(
    shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH"
)


def deployed(door, options):
    masker, shown = Masker(), StringIO()
    with door.up(options, Display(Console(file=shown, width=200), masker), masker) as outcome:
        assert outcome.errors == [], shown.getvalue()
        return outcome


def test_both_doors_give_the_same_resources(tmp_path):
    options = Options(root=copy_cloud(tmp_path), stack="dev", with_doctor=False, destroy=True)
    ours, theirs = deployed(engine, options), deployed(pulumi_engine, options)
    assert ours.changes == theirs.changes == []
    assert differences(ours.resources, theirs.resources) == []


@pytest.mark.parametrize("stack", ["staging", "production"])
def test_both_doors_give_the_same_environment(tmp_path, stack):
    options = Options(root=ROOT, stack=stack, build_root=tmp_path)
    ours, theirs = deployed(engine, options), deployed(pulumi_engine, options)
    assert ours.changes == theirs.changes == []
    assert ours.ok
    assert theirs.ok
    assert differences(ours.resources, theirs.resources) == []
