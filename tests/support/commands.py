"""The sandbox's command line on programs that need no cloud, in this process or in another."""

import shutil
import subprocess
import sys
from pathlib import Path

from sandbox import __main__ as cli
from sandbox import engine
from sandbox.packages import PACKAGES

ROOT = Path(__file__).resolve().parents[2]
SMALL = ROOT / "tests/support/programs/small"
RANDOM_ONLY = {"random": PACKAGES["random"]}

_DRIVER = """
import sys
from sandbox import __main__ as cli, engine
from sandbox.packages import PACKAGES
engine.PACKAGES = {"random": PACKAGES["random"]}
sys.exit(cli.main(sys.argv[1:]))
"""


def copy_small(folder: Path) -> Path:
    """Copies the small program, so that what a run writes lands in the test's own folder."""
    return Path(shutil.copytree(SMALL, folder / "small", ignore=shutil.ignore_patterns("build")))


def run_here(monkeypatch, *arguments: str) -> int:
    monkeypatch.setattr(engine, "PACKAGES", RANDOM_ONLY)
    return cli.main(arguments)


def start(*arguments: str, with_cloud: bool = False) -> subprocess.Popen[str]:
    """Starts the command line in a process, and a group, of its own."""
    launcher = ["-m", "sandbox"] if with_cloud else ["-c", _DRIVER]
    return subprocess.Popen(  # noqa: S603 our own arguments
        [sys.executable, *launcher, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def copy_cloud(folder: Path) -> Path:
    """Copies the program with a few AWS resources."""
    source = ROOT / "tests/support/programs/cloud"
    return Path(shutil.copytree(source, folder / "cloud", ignore=shutil.ignore_patterns("build")))


def copy_kubernetes(folder: Path) -> Path:
    """Copies the program with a service on an EKS cluster."""
    source = ROOT / "tests/support/programs/kubernetes"
    ignored = shutil.ignore_patterns("build")
    return Path(shutil.copytree(source, folder / "kubernetes", ignore=ignored))


def copy_project(folder: Path) -> Path:
    """Copies what the program of the five systems reads from where it runs."""
    root = folder / "slipway"
    shutil.copytree(ROOT / "systems", root / "systems")
    for path in [ROOT / "__main__.py", *ROOT.glob("Pulumi*.yaml")]:
        shutil.copy(path, root)
    return root
