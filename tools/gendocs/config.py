"""docs/config.md: every key of the stack and system files, from the models' JSON Schema."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from tools.gendocs.markdown import GENERATED, anchor, code, page, table

Schema = Mapping[str, Any]

# Patterns are left to the schema: the meaning gives an example, which people read faster.
LIMITS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "above {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "below {}",
    "multipleOf": "a multiple of {}",
    "minLength": "{} or more characters",
    "maxLength": "{} or fewer characters",
    "minItems": "{} or more entries",
    "maxItems": "{} or fewer entries",
    "minProperties": "{} or more entries",
}


class Section:
    """One table of the page: an object of the schema, at the place where it first appears."""

    def __init__(
        self, path: str, schema: Schema, definitions: Schema, places: dict[int, str] | None = None
    ) -> None:
        self.path = path
        self.schema = schema
        self.definitions = definitions
        # Where each object has its table, so that one used three times is shown once.
        self.places: dict[int, str] = {} if places is None else places
        self.places[id(schema)] = path

    @property
    def keys(self) -> Mapping[str, Schema]:
        """The keys that the object may have, with their schemas."""
        return self.schema.get("properties", {})

    def below(self) -> Iterator["Section"]:
        """This section, then those of the objects in it, depth first, each once."""
        yield self
        for key, value in self.keys.items():
            for found, path in _objects(value, self.definitions, self._path(key)):
                if id(found) not in self.places:
                    yield from Section(path, found, self.definitions, self.places).below()

    def undocumented(self) -> Iterator[str]:
        """Keys without a description."""
        for key, value in self.keys.items():
            if not value.get("description"):
                yield self._path(key)

    def render(self) -> str:
        """Heading, description and table; all sections below must have been found before."""
        required = set(self.schema.get("required", ()))
        rows = [
            (
                self._link(key, value),
                _type(value, self.definitions),
                "required" if key in required else _default(value),
                "; ".join(_limits(value, self.definitions)),
                value.get("description", ""),
            )
            for key, value in self.keys.items()
        ]
        heading = f"### {code(self.path)}" if self.path else ""
        described = self.schema.get("description", "")
        header = ("Key", "Type", "Default", "Range", "Meaning")
        return page(heading, described, table(header, rows)).strip()

    def _path(self, key: str) -> str:
        return f"{self.path}.{key}".removeprefix(".")

    def _link(self, key: str, value: Schema) -> str:
        for found, _ in _objects(value, self.definitions, ""):
            return f"[{code(key)}](#{anchor(self.places[id(found)])})"
        return code(key)


def config_page(stack_schema: Schema, system_schema: Schema) -> str:
    """The text of docs/config.md.

    Args:
        stack_schema: JSON Schema of `Pulumi.<stack>.yaml`.
        system_schema: JSON Schema of `systems/<system>.yaml`.
    """
    return page(
        "# Configuration",
        GENERATED,
        "Every key of the two kinds of file that describe an environment. An editor that reads "
        "JSON Schema completes and checks them: [stack.schema.json](schema/stack.schema.json), "
        "[system.schema.json](schema/system.schema.json).",
        "## Stack file",
        *_sections(stack_schema),
        "## System file",
        *_sections(system_schema),
    )


def undocumented(name: str, schema: Schema) -> list[str]:
    """The keys of a schema without a description, as `name, path`."""
    sections = Section("", schema, schema.get("$defs", {})).below()
    return [f"{name}, {key}" for section in sections for key in section.undocumented()]


def _sections(schema: Schema) -> Iterator[str]:
    for section in list(Section("", schema, schema.get("$defs", {})).below()):
        if section.keys:
            yield section.render()


def _resolve(schema: Schema, definitions: Schema) -> Schema:
    if "$ref" in schema:
        return definitions[schema["$ref"].rsplit("/", 1)[-1]]
    return schema


def _variants(schema: Schema, definitions: Schema) -> list[Schema]:
    """What a value may be: itself, or the alternatives that it lists, without null."""
    options: list[Schema] = schema.get("anyOf") or schema.get("oneOf") or [schema]
    resolved = [_resolve(option, definitions) for option in options]
    return [option for option in resolved if option.get("type") != "null"]


def _values(schema: Schema) -> Schema | None:
    """The schema of a mapping's values; None for what is no mapping."""
    by_pattern: Mapping[str, Schema] = schema.get("patternProperties", {})
    for values in by_pattern.values():
        return values
    values = schema.get("additionalProperties")
    return cast("Schema", values) if isinstance(values, Mapping) else None


def _objects(schema: Schema, definitions: Schema, path: str) -> Iterator[tuple[Schema, str]]:
    """The objects with keys of their own that a value holds, each with the path that names it."""
    for variant in _variants(schema, definitions):
        values = _values(variant)
        if "properties" in variant:
            yield variant, path
        elif values is not None:
            yield from _objects(values, definitions, f"{path}.<name>")
        elif "items" in variant:
            yield from _objects(variant["items"], definitions, f"{path}[]")


def _type(schema: Schema, definitions: Schema) -> str:
    kinds = [_kind(variant, definitions) for variant in _variants(schema, definitions)]
    return " or ".join(dict.fromkeys(kinds))


def _kind(variant: Schema, definitions: Schema) -> str:
    values = _values(variant)
    if "enum" in variant or "const" in variant:
        allowed: list[object] = variant.get("enum", [variant.get("const")])
        return " or ".join(code(str(value)) for value in allowed)
    if variant.get("type") == "array":
        return f"list of {_type(variant.get('items', {}), definitions)}"
    if values is not None:
        return f"name to {_type(values, definitions)}"
    kinds: str | list[str] = variant.get("type", "any")
    if kinds == "object":
        return "section"
    return kinds if isinstance(kinds, str) else " or ".join(kinds)


def _default(schema: Schema) -> str:
    default = schema.get("default")
    if isinstance(default, Mapping) and default:
        return "its defaults"
    return "none" if default is None else code(json.dumps(default))


def _limits(schema: Schema, definitions: Schema) -> Iterator[str]:
    for variant in _variants(schema, definitions):
        limited = {**variant, **schema}
        for limit, wording in LIMITS.items():
            if limit in limited:
                yield wording.format(limited[limit])
