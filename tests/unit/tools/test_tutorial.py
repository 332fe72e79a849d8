"""docs/tutorial.md is followed to the letter: its commands, its edits, and what they print."""

import os
import re
import shutil
import subprocess
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.description import Description
from model.load import load_files
from model.problems import DescriptionError
from planning.checks import verify
from tests.support.guides import SYSTEMS
from tests.unit.tools.new_system_project import STACKS, copy_systems

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs/tutorial.md"
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)

RUN = ("make new-system", "make validate")
BY_HAND = ("make up", "make golden", "make test", "pulumi ", "aws ecr ", "rm ", "git checkout ")
"""Commands that take minutes, an account, or back what was done."""


def blocks() -> Iterator[tuple[str, str]]:
    """The page's code blocks in their order: language and text."""
    for _, language, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        yield language, textwrap.dedent(text)


def commands() -> list[str]:
    return [line for language, text in blocks() if language == "sh" for line in text.splitlines()]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The parts of the project that describe systems."""
    folder = tmp_path / "clone"
    quiet = shutil.ignore_patterns("__pycache__")
    copy_systems(folder, *SYSTEMS)
    for name in ("model", "planning", "tools", "docs/tutorial"):
        shutil.copytree(ROOT / name, folder / name, ignore=quiet)
    for path in (ROOT / "Makefile", *ROOT.glob("requirements*.txt")):
        shutil.copy(path, folder)
    # The set-up of a clone is not tried here (`-o` below).
    (folder / ".venv").symlink_to(ROOT / ".venv", target_is_directory=True)
    return folder


def run(folder: Path, command: str) -> str:
    """What a command prints, without make's own line about its exit code."""
    program, *rest = command.split()
    done = subprocess.run(  # noqa: S603 commands of our own page
        [program, "-o", ".venv/.installed", *rest],
        cwd=folder,
        env={key: value for key, value in os.environ.items() if "MAKE" not in key},
        check=False,
        capture_output=True,
        text=True,
    )
    printed = (done.stdout + done.stderr).splitlines(keepends=True)
    return "".join(line for line in printed if not line.startswith("make: ***"))


def edit(folder: Path, diff: str) -> None:
    subprocess.run(
        ["git", "apply", "-"],  # noqa: S607 whichever git the user has
        cwd=folder,
        input=diff,
        check=True,
        text=True,
        capture_output=True,
    )


def described(folder: Path) -> dict[str, Description] | None:
    """The descriptions of all stacks, or none if they have mistakes."""
    try:
        return {stack: verify(load_files(folder, stack, assume_secrets=True)) for stack in STACKS}
    except DescriptionError:
        return None


def test_each_step_does_and_prints_what_the_page_says(clone: Path) -> None:
    printed = ""
    compared = 0
    valid_after_edits: list[bool] = []
    for language, text in blocks():
        if language == "sh":
            for command in text.splitlines():
                if command.startswith(RUN):
                    printed = run(clone, command)
        elif language == "text":
            said, dots, _ = text.partition("...\n")
            assert printed[: len(said) if dots else None] == said
            compared += 1
        elif language == "diff":
            edit(clone, text)
            valid_after_edits.append(described(clone) is not None)

    assert compared == 6
    # Two of the edits are mistakes on purpose, each taken back by the next one.
    assert valid_after_edits == [False, True, True, True, True, True, False, True]
    final = described(clone)
    assert final is not None
    booking = final["staging"].systems["booking"]
    assert booking.services["web"].bind["REDIS_URL"] == "cache.url"
    assert booking.services["worker"].replicas.target_queue_depth is not None
    assert [alert.name for alert in booking.alerts] == ["HighResponseTime"]
    for stack in STACKS:
        images = final[stack].environment.systems["booking"].images
        assert images == {"web": "1.0.0", "api": "1.5.0", "worker": "1.5.0"}


def test_every_command_is_run_here_or_by_hand() -> None:
    assert {command for command in commands() if not command.startswith((*RUN, *BY_HAND))} == set()
    assert set(RUN) <= {" ".join(command.split()[:2]) for command in commands()}


def test_the_alert_of_the_page_has_a_runbook() -> None:
    assert "(runbooks/high-response-time.md)" in PAGE.read_text(encoding="utf-8")
    assert (ROOT / "docs/runbooks/high-response-time.md").is_file()


def test_fits_into_fifteen_minutes() -> None:
    headings = re.findall(
        r"^## .*\((\d+) minutes?\)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )

    assert headings
    assert sum(map(int, headings)) <= 15


def test_the_readme_leads_here() -> None:
    assert "(docs/tutorial.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
