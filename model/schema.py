"""JSON Schema of the files, for editors, for docs/config.md and for the words of messages."""

import ast
import functools
import importlib
import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from model.part import Part

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def system_schema() -> dict[str, Any]:
    """JSON Schema of `systems/<name>.yaml`, every key with its description."""
    from model.system import System  # noqa: PLC0415 (the models' messages are built from here)

    return {"$schema": _DIALECT, "title": "Slipway system file", **_described(System)}


def stack_schema() -> dict[str, Any]:
    """JSON Schema of `Pulumi.<stack>.yaml`, every key with its description."""
    from model.environment import Environment  # noqa: PLC0415

    schema = _described(Environment)
    definitions = schema.pop("$defs")
    provided = {"oneOf": [{"type": "string"}, {"type": "object", "required": ["secure"]}]}
    config = {
        **schema,
        "description": "Configuration of the environment; each section is a key of its own.",
        # The other keys are Pulumi's own, and secrets that services take as provided.
        "additionalProperties": True,
        "patternProperties": {r"^slipway:[a-z0-9-]+\.[A-Za-z_][A-Za-z0-9_]*$": provided},
    }
    return {
        "$schema": _DIALECT,
        "title": "Slipway stack file",
        "description": schema.get("description", ""),
        "type": "object",
        "properties": {"config": config},
        "required": ["config"],
        "$defs": definitions,
    }


@functools.cache
def json_schema(model: type[Part]) -> dict[str, Any]:
    """The schema of one model as pydantic gives it, without descriptions."""
    return model.model_json_schema(by_alias=True)


def _described(model: type[Part]) -> dict[str, Any]:
    """The schema with the docstrings under the fields as descriptions."""
    schema = {**json_schema(model)}
    definitions: Mapping[str, Any] = schema.get("$defs", {})
    models = {part.__name__: part for part in _parts(Part)}
    schema["$defs"] = {
        name: _with_descriptions(definition, models[name])
        for name, definition in definitions.items()
    }
    return _with_descriptions(schema, model)


def _parts(base: type[Part]) -> list[type[Part]]:
    return [found for child in base.__subclasses__() for found in (child, *_parts(child))]


def _with_descriptions(schema: Mapping[str, Any], model: type[Part]) -> dict[str, Any]:
    docstrings = _docstrings(model.__module__).get(model.__name__, {})
    properties = {
        field.alias or name: {
            key: value
            for key, value in {
                **schema["properties"][field.alias or name],
                "description": docstrings.get(name, ""),
            }.items()
            # pydantic's titles only repeat the key.
            if key != "title"
        }
        for name, field in model.model_fields.items()
    }
    return {
        **{key: value for key, value in schema.items() if key != "title"},
        "description": inspect.cleandoc(model.__doc__ or "").split("\n\n", 1)[0].replace("\n", " "),
        "properties": properties,
    }


@functools.cache
def _docstrings(module: str) -> Mapping[str, Mapping[str, str]]:
    """The texts under the fields of a module's classes, by class and field."""
    source = Path(cast("str", importlib.import_module(module).__file__))
    tree = ast.parse(source.read_text(encoding="utf-8"))
    return {
        node.name: {
            field.target.id: " ".join(text.value.value.split())
            for field, text in zip(node.body, node.body[1:], strict=False)
            if isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
            and isinstance(text.value.value, str)
        }
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }
