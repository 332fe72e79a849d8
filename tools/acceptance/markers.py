"""Finds `@pytest.mark.acceptance("A4")` in the source of the tests, without importing it."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

MARKER = "pytest.mark.acceptance"
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


def read_markers(tests: Path) -> Mapping[str, list[str]]:
    """The tests that prove each ID, as pytest names them (`tests/unit/test_x.py::test_y`).

    Args:
        tests: The folder with the tests; names are relative to its parent.

    Returns:
        IDs as the markers write them, known or not, each with its tests in the order of the files.
    """
    proofs: dict[str, list[str]] = {}
    for path in sorted(tests.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node, names in _tests(tree, path.relative_to(tests.parent).as_posix(), ()):
            for name in dict.fromkeys(names):
                proofs.setdefault(name, []).append(node)
    return proofs


def _tests(
    body: ast.Module | ast.ClassDef, place: str, outer: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    outer += tuple(_module_marks(body))
    for node in body.body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _tests(node, f"{place}::{node.name}", outer + _ids(node.decorator_list))
        elif isinstance(node, FUNCTION) and node.name.startswith("test_"):
            yield f"{place}::{node.name}", outer + _ids(node.decorator_list)


def _module_marks(body: ast.Module | ast.ClassDef) -> Iterator[str]:
    for node in body.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            value = node.value
            yield from _ids(value.elts if isinstance(value, ast.List) else [value])


def _ids(decorators: list[ast.expr]) -> tuple[str, ...]:
    return tuple(
        str(argument.value)
        for decorator in decorators
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == MARKER
        for argument in decorator.args
        if isinstance(argument, ast.Constant)
    )
