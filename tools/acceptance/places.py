"""Resolves the places that docs/acceptance.yaml names: a renamed key leaves no dead pointer."""

import ast
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import yaml


def exists(root: Path, place: str) -> bool:
    """Whether a place is there.

    Args:
        root: The project's folder.
        place: `<file>`; or `<YAML file> <key>.<key>`, where a list's entry is named by its `name`
            and the keys of a stack file start below `config`; or `<Python file> <name>` or
            `<Class>.<name>`, for a function, class, constant, field or method.

    Returns:
        True if the file exists and has the key.
    """
    file, _, key = place.partition(" ")
    path = root / file
    if not path.is_file():
        return False
    if not key:
        return True
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return _python(ast.parse(text), key.split("."))
    content = yaml.safe_load(text)
    return _yaml(content.get("config", content), key.split("."))


def _yaml(content: Any, keys: Sequence[str]) -> bool:
    for key in keys:
        if isinstance(content, Mapping):
            found = cast("Mapping[str, Any]", content)
            if key not in found:
                return False
            content = found[key]
        elif isinstance(content, list):
            named = [entry for entry in cast("list[Any]", content) if _name(entry) == key]
            if not named:
                return False
            content = named[0]
        else:
            return False
    return True


def _name(entry: Any) -> Any:
    return cast("Mapping[str, Any]", entry).get("name") if isinstance(entry, Mapping) else entry


def _python(tree: ast.Module, names: Sequence[str]) -> bool:
    body: Sequence[ast.stmt] = tree.body
    for name in names:
        found = [node for node in body if name in _defines(node)]
        if not found:
            return False
        body = getattr(found[0], "body", [])
    return True


def _defines(node: ast.stmt) -> tuple[str, ...]:
    match node:
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return (node.name,)
        case ast.AnnAssign(target=ast.Name(id=name)):
            return (name,)
        case ast.Assign():
            return tuple(target.id for target in node.targets if isinstance(target, ast.Name))
        case _:
            return ()
