"""Pulumi's own engine deploys through the plugin door what the embedded engine deploys."""

import contextlib
import shutil
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from sandbox import engine, pulumi_engine
from sandbox.display import Display
from sandbox.engine import Options
from sandbox.masking import Masker
from tests.support.commands import RANDOM_ONLY, copy_small, start
from tests.support.doors import by_identity, differences

pytestmark = pytest.mark.skipif(
    shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH"
)


def deployed(door, root, **options):
    """What came of one deploy of the small program through one door, and what was shown."""
    masker, shown = Masker(), StringIO()
    wanted = Options(root=root, stack="dev", with_doctor=False, packages=RANDOM_ONLY, **options)
    with door.up(wanted, Display(Console(file=shown, width=200), masker), masker) as outcome:
        return outcome, shown.getvalue()


def files(root):
    return {
        path.relative_to(root): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and "build" not in path.parts and "__pycache__" not in path.parts
    }


def test_up_is_stable_and_destroy_leaves_nothing(tmp_path):
    root = copy_small(tmp_path)
    outcome, shown = deployed(pulumi_engine, root, destroy=True)
    assert outcome.errors == []
    assert outcome.changes == []
    assert outcome.ok
    assert outcome.outputs["url"] == outcome.outputs["token"] == "[secret]"
    assert outcome.summarise("dev", {}, {}).resources.created == 2
    assert "sandbox-value-of" not in shown


def test_both_doors_give_the_same_resources(tmp_path):
    root = copy_small(tmp_path)
    ours, _ = deployed(engine, root)
    theirs, _ = deployed(pulumi_engine, root)
    assert len(by_identity(ours.resources)) == 6
    assert differences(ours.resources, theirs.resources) == []
    assert {resource.urn for resource in ours.resources} == {
        resource.urn for resource in theirs.resources
    }


def test_the_project_is_not_touched(tmp_path):
    root = copy_small(tmp_path)
    before = files(root)
    deployed(pulumi_engine, root)
    assert files(root) == before


def test_a_users_mistake_is_shown(tmp_path):
    root = copy_small(tmp_path)
    (root / "__main__.py").write_text("import pulumi\nraise pulumi.RunError('size is 3')\n")
    outcome, shown = deployed(pulumi_engine, root)
    assert not outcome.ok
    assert "size is 3" in shown
    assert outcome.resources == []


def test_an_unstable_program_is_found_out(tmp_path):
    root = copy_small(tmp_path)
    program = root / "__main__.py"
    program.write_text(
        program.read_text().replace(
            "byte_length=4", "byte_length=5 if __import__('pathlib').Path('done').exists() else 4"
        )
        + "if not pulumi.runtime.is_dry_run():\n    open('done', 'w').close()\n"
    )
    outcome, _ = deployed(pulumi_engine, root)
    assert [(change.kind, change.name) for change in outcome.changes] == [
        ("replaced", "outer-suffix")
    ]
    assert not outcome.ok


def test_an_interrupted_run_leaves_no_process(tmp_path):
    root = copy_small(tmp_path)
    program = root / "__main__.py"
    program.write_text(
        program.read_text() + "import time\nopen('ready', 'w').close()\ntime.sleep(60)\n"
    )
    arguments = ("up", "--root", str(root), "--stack", "dev", "--no-doctor", "--engine", "pulumi")
    process = start(*arguments)
    for line in process.stdout:
        if "Previewing update" in line or (root / "ready").exists():
            break
    process.terminate()
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 130, rest
    assert "interrupted in phase" in rest
    marker = str(root)
    assert [command for command in _commands() if marker in command] == []


def _commands():
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            yield (folder / "cmdline").read_text(encoding="utf-8", errors="replace")
