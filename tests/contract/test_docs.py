"""The documentation cannot rot: links, commands, runbooks and IDs are compared with the code."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.load import load_files
from tools.acceptance.table import problems
from tools.gendocs.markdown import anchor

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *ROOT.glob(".github/*.md"), *ROOT.glob("docs/**/*.md")]


def make_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))


def headings(page: Path) -> set[str]:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    return {anchor(line.lstrip("# ")) for line in text.splitlines() if line.startswith("#")}


def broken_links(page: Path) -> Iterator[str]:
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, fragment = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (fragment and fragment not in headings(target)):
            yield link


def named_runbooks() -> Iterator[str]:
    """The runbooks that the stacks name: `runbook_url(description, "service-cpu")`."""
    for path in (ROOT / "stacks").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("runbook_url"):
                yield from (
                    str(argument.value)
                    for argument in node.args
                    if isinstance(argument, ast.Constant)
                )


def test_pages_are_found() -> None:
    assert {"README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"} <= {
        page.name for page in pages()
    }


def test_internal_links_lead_somewhere() -> None:
    broken = {
        page.relative_to(ROOT).as_posix(): found
        for page in pages()
        if (found := list(broken_links(page)))
    }

    assert broken == {}


def test_make_targets_in_the_pages_exist() -> None:
    places = [*pages(), ROOT / ".ci/run", ROOT / ".pre-commit-config.yaml"]
    named = {
        (place.relative_to(ROOT).as_posix(), word)
        for place in places
        for words in re.findall(
            r"(?:^|`|^step |entry: )make((?: [a-z-]+| [A-Z]+=[^\s`]+)+)",
            place.read_text(encoding="utf-8"),
            re.MULTILINE,
        )
        for word in words.split()
        if "=" not in word
    }

    assert ("README.md", "up") in named
    assert (".ci/run", "test") in named
    assert {(place, word) for place, word in named if word not in make_targets()} == set()


def test_help_lists_every_target() -> None:
    shown = subprocess.run(
        ["make", "help"],  # noqa: S607 whichever make the user has
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert phony is not None
    assert set(re.findall(r"^  make ([a-z-]+)", shown.stdout, re.MULTILINE)) == set(
        phony[1].split()
    )


def test_python_modules_that_the_makefile_runs_exist() -> None:
    modules = re.findall(r"\$\(RUN\) ([a-z_.]+)", (ROOT / "Makefile").read_text())
    ours = [name for name in modules if name.split(".")[0] in ("sandbox", "tools")]

    assert ours
    for name in ours:
        path = ROOT / name.replace(".", "/")
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), name


def test_every_alarm_has_a_runbook() -> None:
    systems = load_files(ROOT, "production").systems.values()
    named = {alert.slug for system in systems for alert in system.alerts} | set(named_runbooks())
    runbooks = {path.stem for path in (ROOT / "docs/runbooks").glob("*.md")}

    assert {"api-unhealthy", "load-balancer-5xx", "service-cpu", "database-storage"} <= named
    assert named - runbooks == set()


@pytest.mark.parametrize("folder", ["docs/runbooks", "docs/adr"])
def test_the_index_of_a_folder_lists_all_of_its_pages(folder: str) -> None:
    index = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    others = {path.name for path in (ROOT / folder).glob("*.md")} - {"README.md"}

    assert others - set(LINK.findall(index)) == set()


def test_every_demand_is_proved_or_has_a_reason() -> None:
    assert list(problems(ROOT)) == []
