"""Reads classes, fields and their docstrings from source, without importing it.

Python drops the string under a field at run time, so the source is the only place that has it.
"""

import ast
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A field of a dataclass, a member of an enum or an output of a component."""

    name: str
    type: str
    """As written in the source; empty for the member of an enum."""
    default: str | None
    """As written in the source; None where a value must be given."""
    doc: str
    """The string under the field; empty where there is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Class:
    """A documented class of the component library."""

    name: str
    path: Path
    kind: str
    """`component`, `dataclass` or `enum`."""
    doc: str
    fields: tuple[Field, ...]

    @property
    def undocumented(self) -> Iterator[str]:
        """What lacks a docstring, as `path: Class.field`."""
        if not self.doc:
            yield f"{self.path}: {self.name}"
        for field in self.fields:
            if not field.doc:
                yield f"{self.path}: {self.name}.{field.name}"


def read_classes(folder: Path) -> dict[str, Class]:
    """Every public component, dataclass and enum in the folder's files, by name.

    Args:
        folder: A folder with Python files, such as `components`.

    Returns:
        The classes in the order of their files and of their place in them.
    """
    found: dict[str, Class] = {}
    for path in sorted(folder.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                kind = _kind(node)
                if kind:
                    found[node.name] = Class(
                        name=node.name,
                        path=path,
                        kind=kind,
                        doc=inspect.cleandoc(ast.get_docstring(node) or ""),
                        fields=tuple(_fields(node, kind)),
                    )
    return found


def reachable(start: Class, classes: Mapping[str, Class]) -> list[Class]:
    """The classes that the annotations of a class name, and theirs, each once.

    Args:
        start: Where to begin; not in the result.
        classes: What can be found.
    """
    seen: dict[str, Class] = {start.name: start}
    waiting = [start]
    while waiting:
        for field in waiting.pop(0).fields:
            for name in _names(field.type):
                if name in classes and name not in seen:
                    seen[name] = classes[name]
                    waiting.append(classes[name])
    return list(seen.values())[1:]


def _kind(node: ast.ClassDef) -> str | None:
    bases = {ast.unparse(base).rsplit(".", 1)[-1] for base in node.bases}
    if "ComponentResource" in bases:
        return "component"
    if bases & {"StrEnum", "IntEnum", "Enum"}:
        return "enum"
    decorators = {ast.unparse(item).partition("(")[0] for item in node.decorator_list}
    return "dataclass" if decorators & {"dataclass", "dataclasses.dataclass"} else None


def _fields(node: ast.ClassDef, kind: str) -> Iterator[Field]:
    for position, statement in enumerate(node.body):
        following = node.body[position + 1] if position + 1 < len(node.body) else None
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name, annotation = statement.target.id, _text(statement.annotation)
            default = None if statement.value is None else _default(statement.value)
            wanted = kind != "enum" and "ClassVar" not in annotation
        elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            name, annotation = statement.targets[0].id, ""
            default = ast.unparse(statement.value)
            wanted = kind == "enum"
        else:
            continue
        if wanted and not name.startswith("_"):
            yield Field(name=name, type=annotation, default=default, doc=_doc(following))


def _doc(statement: ast.stmt | None) -> str:
    if (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    ):
        return inspect.cleandoc(statement.value.value)
    return ""


def _text(annotation: ast.expr) -> str:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value
    return ast.unparse(annotation)


def _default(value: ast.expr) -> str:
    if isinstance(value, ast.Call) and ast.unparse(value.func).endswith("field"):
        for keyword in value.keywords:
            if keyword.arg == "default":
                return ast.unparse(keyword.value)
            if keyword.arg == "default_factory":
                # `dict[str, str]` makes what `dict` makes.
                made = ast.unparse(keyword.value).partition("[")[0]
                return {"dict": "{}", "list": "[]", "tuple": "()"}.get(made, f"{made}()")
    return ast.unparse(value)


def _names(annotation: str) -> Iterator[str]:
    if not annotation:
        return
    for node in ast.walk(ast.parse(annotation, mode="eval")):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
