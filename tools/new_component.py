"""`make new-component NAME=queue`: starts a component that works and passes every check."""

import keyword
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = ROOT / "tools/templates/component"


def main(arguments: Sequence[str]) -> int:
    """Creates the files; 1 with the reason if that cannot be done."""
    if len(arguments) != 1 or not arguments[0]:
        print("Name the component: make new-component NAME=queue", file=sys.stderr)
        return 1
    try:
        created = create(ROOT, arguments[0])
    except (ValueError, FileExistsError) as error:
        print(error, file=sys.stderr)
        return 1
    print("Created:", *created, sep="\n  ")
    print("It works and passes make check. Next: CONTRIBUTING.md, 'Add a component', step 2.")
    return 0


def create(root: Path, name: str) -> list[Path]:
    """Writes component, example and test.

    Args:
        root: The project's folder.
        name: Module name of the component, such as `job_queue`; its class is `JobQueue`.

    Returns:
        The new files, relative to the root.

    Raises:
        ValueError: The name is no module name.
        FileExistsError: One of the files exists; none was written.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) or keyword.iskeyword(name):
        raise ValueError(
            f"NAME={name} is no module name; use lower-case words with underscores: job_queue"
        )
    files = _files(name)
    for path in files:
        if (root / path).exists():
            raise FileExistsError(f"{path} exists; choose another name or remove it first")
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    # Where lines break and imports sort depends on the name.
    for action in (("check", "--fix", "--select", "I"), ("format",)):
        subprocess.run(  # noqa: S603 arguments of our own
            [sys.executable, "-m", "ruff", *action, "--quiet", *files], cwd=root, check=True
        )
    return list(files)


def _files(name: str) -> Mapping[Path, str]:
    targets = {
        "component.py.tmpl": Path("components") / f"{name}.py",
        "example.py.tmpl": Path("examples") / name / "__main__.py",
        "test.py.tmpl": Path("tests/unit/components") / f"test_{name}.py",
    }
    return {
        path: _fill((TEMPLATES / template).read_text(encoding="utf-8"), name)
        for template, path in targets.items()
    }


def _fill(text: str, name: str) -> str:
    class_name = "".join(word.capitalize() for word in name.split("_"))
    return text.replace("Skeleton", class_name).replace("skeleton", name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
