"""Finds all components, their args and their examples, so that no rule forgets one."""

import ast
import importlib
import inspect
import itertools
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from types import ModuleType

import pulumi

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Component:
    """A component as it stands in its file."""

    cls: type[pulumi.ComponentResource]
    module: ModuleType

    @property
    def name(self) -> str:
        return self.cls.__name__

    @property
    def token(self) -> str:
        return f"slipway:index:{self.name}"

    @property
    def args(self) -> type:
        return getattr(self.module, f"{self.name}Args")

    @property
    def outputs(self) -> list[str]:
        """The annotated attributes."""
        return list(inspect.get_annotations(self.cls))

    @property
    def example(self) -> Path:
        return ROOT / "examples" / self.module.__name__.rpartition(".")[2] / "__main__.py"


def modules() -> list[ModuleType]:
    files = sorted((ROOT / "components").glob("*.py"))
    return [importlib.import_module(f"components.{file.stem}") for file in files]


def components() -> list[Component]:
    return [
        Component(value, module)
        for module in modules()
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, pulumi.ComponentResource)
        and value.__module__ == module.__name__
    ]


def dataclasses() -> list[type]:
    """All dataclasses of the folder: args, and what stands inside of args."""
    return [
        value
        for module in modules()
        for value in vars(module).values()
        if inspect.isclass(value) and is_dataclass(value) and value.__module__ == module.__name__
    ]


def class_body(cls: type) -> ast.ClassDef:
    tree = ast.parse(inspect.getsource(cls))
    return next(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def documented_attributes(cls: type) -> set[str]:
    """The annotated attributes of a class that have a docstring below."""
    body = class_body(cls).body
    return {
        attribute.target.id
        for attribute, following in itertools.pairwise(body)
        if isinstance(attribute, ast.AnnAssign)
        and isinstance(attribute.target, ast.Name)
        and isinstance(following, ast.Expr)
        and isinstance(following.value, ast.Constant)
        and isinstance(following.value.value, str)
    }
