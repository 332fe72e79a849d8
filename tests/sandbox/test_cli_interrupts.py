"""Ctrl-C and `kill` stop a run cleanly, wherever it is, and leave no process behind."""

import os
import signal
import time

import pytest

from tests.support.commands import copy_small, start

SLEEPS = {
    "the program's own code": "import time\nprint('ready', flush=True)\ntime.sleep(60)\n",
    "a wait for a value": """
import asyncio
async def wait():
    print("ready", flush=True)
    await asyncio.sleep(60)
pulumi.export("never", pulumi.Output.from_input(wait()))
""",
    "a thread that registers": """
from sandbox import random as provider
import time
def sleep(self, inputs):
    print("ready", flush=True)
    time.sleep(2)
    raise RuntimeError("too late")
provider._Id.create = sleep
""",
}


def wait_for(process, text):
    lines = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return lines
    raise AssertionError(f"ended without {text!r}:\n{''.join(lines)}")


def assert_group_is_gone(process):
    for _ in range(50):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    raise AssertionError("the run left a process behind")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "kill"])
@pytest.mark.parametrize("where", SLEEPS)
def test_an_interrupted_run_stops_cleanly(tmp_path, where, number):
    root = copy_small(tmp_path)
    program = root / "__main__.py"
    program.write_text(program.read_text() + SLEEPS[where])
    process = start("up", "--root", str(root), "--stack", "dev", "--no-doctor")
    wait_for(process, "ready")
    begin = time.monotonic()
    process.send_signal(number)
    rest, _ = process.communicate(timeout=20)
    assert process.returncode == 130, rest
    assert time.monotonic() - begin < 10
    assert "interrupted in phase 'deploy'" in rest
    assert "Traceback" not in rest
    assert "sandbox-value-of" not in rest
    assert not (root / "build/dev/summary.json").exists()
    assert_group_is_gone(process)


def test_serve_keeps_on_until_it_is_stopped(tmp_path):
    root = copy_small(tmp_path)
    process = start("serve", "--root", str(root), "--stack", "dev", "--no-doctor")
    shown = "".join(wait_for(process, "python -m tools.doctor --stack dev"))
    assert "export AWS_ENDPOINT_URL=" in shown
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=20)
    assert process.returncode == 0, rest
    assert_group_is_gone(process)
