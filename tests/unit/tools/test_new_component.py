import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import new_component

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The parts of the project that a component and its checks need."""
    folders = ("model", "planning", "components", "tools", "tests/support", "tests/contract")
    for folder in folders:
        shutil.copytree(
            ROOT / folder,
            tmp_path / folder,
            ignore=shutil.ignore_patterns("__pycache__", "test_docs.py"),
        )
    for file in ("pyproject.toml", "conftest.py", "tests/__init__.py", "tests/conftest.py"):
        shutil.copy(ROOT / file, tmp_path / file)
    # basedpyright's settings look for the virtual environment in the project's folder.
    (tmp_path / ".venv").symlink_to(Path(sys.prefix), target_is_directory=True)
    return tmp_path


def run(folder: Path, *command: str) -> str:
    # A worker's own pytest-xdist variables would make the inner pytest believe to be a worker.
    environment = {key: value for key, value in os.environ.items() if "PYTEST" not in key}
    done = subprocess.run(  # noqa: S603 commands of our own
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_new_component_passes_every_check_as_it_is(copy: Path) -> None:
    created = [str(path) for path in new_component.create(copy, "job_queue")]

    assert created == [
        "components/job_queue.py",
        "examples/job_queue/__main__.py",
        "tests/unit/components/test_job_queue.py",
    ]
    run(copy, "ruff", "check", *created)
    run(copy, "ruff", "format", "--check", *created)
    run(copy, "basedpyright", created[0])
    own = run(copy, "pytest", "-q", "-p", "no:randomly", created[2])
    contract = run(copy, "pytest", "-q", "tests/contract", "-k", "JobQueue or job_queue")

    assert "2 passed" in own
    assert "passed" in contract


@pytest.mark.parametrize("name", ["Queue", "job-queue", "1queue", "class", "queue_", ""])
def test_fails_when_the_name_is_no_module_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="use lower-case words") as error:
        new_component.create(tmp_path, name)

    assert str(error.value) == (
        f"NAME={name} is no module name; use lower-case words with underscores: job_queue"
    )


def test_fails_when_a_file_exists_and_writes_none(tmp_path: Path) -> None:
    (tmp_path / "examples/queue").mkdir(parents=True)
    (tmp_path / "examples/queue/__main__.py").write_text("mine", encoding="utf-8")

    with pytest.raises(FileExistsError) as error:
        new_component.create(tmp_path, "queue")

    assert str(error.value) == (
        "examples/queue/__main__.py exists; choose another name or remove it first"
    )
    assert not (tmp_path / "components").exists()


def test_fails_when_the_name_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert new_component.main([]) == 1
    assert capsys.readouterr().err == "Name the component: make new-component NAME=queue\n"
