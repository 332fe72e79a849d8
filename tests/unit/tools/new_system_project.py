"""A small project for tests of new systems: the real environments with one system in each."""

import re
from pathlib import Path

from tools.new_system.__main__ import main
from tools.new_system.compose.convert import convert
from tools.new_system.draft import Remarks, SystemDraft

ROOT = Path(__file__).resolve().parents[3]
STACKS = ("production", "staging")


def make_project(folder: Path) -> Path:
    """Writes the stack files with aegisx alone, and its system file.

    Args:
        folder: Where to.
    """
    copy_systems(folder, "aegisx")
    return folder


def copy_systems(folder: Path, *names: str) -> None:
    """Writes stack files and system files with some of the systems that there are.

    Whoever adds a system of their own breaks no test: these know nothing of it.

    Args:
        folder: Where to.
        names: The systems to keep.
    """
    (folder / "systems").mkdir(parents=True)
    for name in names:
        system = (ROOT / f"systems/{name}.yaml").read_text(encoding="utf-8")
        (folder / f"systems/{name}.yaml").write_text(system, encoding="utf-8")
    for stack in STACKS:
        text = (ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
        head, title, systems = text.partition("  slipway:systems:\n")
        entries = re.split(r"^(?=    [a-z])", systems, flags=re.MULTILINE)
        kept = [each for each in entries if each.strip().partition(":")[0] in names]
        written = f"{head}{title}{''.join(kept).rstrip()}\n"
        (folder / f"Pulumi.{stack}.yaml").write_text(written, encoding="utf-8")


def contents(root: Path) -> dict[str, str]:
    """Every file of the project."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes().decode()
        for path in sorted(root.rglob("*.yaml"))
    }


def compose_file(root: Path, text: str) -> str:
    """Writes a compose file, in a folder whose name the system gets.

    Args:
        root: The project, or any folder.
        text: What stands in the file.
    """
    folder = root / "shop"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "docker-compose.yml").write_text(text, encoding="utf-8")
    return str(folder / "docker-compose.yml")


def read(root: Path, text: str, name: str | None = None) -> tuple[SystemDraft, Remarks]:
    """Reads a compose file alone, without a project around it."""
    return convert(Path(compose_file(root, text)), name)


def run(root: Path, *arguments: str) -> int:
    """Runs the command in the project."""
    return main(arguments, root)


def refused(printed: str) -> list[str]:
    """The problems in what the command printed, without their numbers."""
    heading, *problems = printed.splitlines()
    count = len(problems)
    assert heading == (
        f"{count} problem{'' if count == 1 else 's'} in the description; nothing was written:"
    )
    return [problem.partition(". ")[2] for problem in problems]
