"""Whether a file has the shape of a model, told in operators' words instead of pydantic's."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, TypeVar, cast

from pydantic import ValidationError

from model.fields import Refused
from model.part import Part
from model.problems import LONGEST_VALUE, Place, Problem, closest, cut, known_names, listed, shown
from model.schema import json_schema

AnyPart = TypeVar("AnyPart", bound=Part)
Schema = Mapping[str, Any]
Location = tuple[str | int, ...]

_UNITS = {
    "Milliseconds": "milliseconds",
    "Seconds": "seconds",
    "Minutes": "minutes",
    "Days": "days",
    "Gib": "GiB",
    "Percent": "%",
}
KEY = "[key]"
"""What pydantic puts at the end of a location that is a key, not its value."""


Texts = Mapping[Location, str]
"""What stands in a file for its values: YAML makes 1.3 of `1.30`, and false of `off`."""


def read_part(
    model: type[AnyPart], content: str, place: Place, texts: Callable[[], Texts] = dict
) -> tuple[AnyPart | None, list[Problem], frozenset[Location]]:
    """Reads a part of a description.

    Args:
        model: What it should be.
        content: JSON text. Strict reading is only as strict as the files from JSON: from Python's
            own values it would refuse a list where a tuple is meant.
        place: Where it stands.
        texts: Reads what stands there for each value; called if there are problems. By default
            nothing is known but the values.

    Returns:
        The part, or None with the problems and the locations that have them.
    """
    try:
        return model.model_validate_json(content), [], frozenset()
    except ValidationError as error:
        schema = json_schema(model)
        errors = [cast("Mapping[str, Any]", one) for one in error.errors(include_url=False)]
        locations = frozenset(tuple(one["loc"]) for one in errors)
        written = texts()
        problems = [
            _problem(one, schema, place, written) for one in errors if not _echo(one, locations)
        ]
        return None, problems, locations


def _echo(error: Mapping[str, Any], locations: Collection[Location]) -> bool:
    """Whether a list only has too few entries because one of them was refused already."""
    location = tuple(error["loc"])
    return error["type"] == "too_short" and any(
        len(other) > len(location) and tuple(other[: len(location)]) == location
        for other in locations
    )


def _problem(error: Mapping[str, Any], root: Schema, place: Place, texts: Texts) -> Problem:
    location: Location = error["loc"]
    is_key = bool(location) and location[-1] == KEY
    if is_key:
        location = location[:-1]
    here = place.keys(*location)
    around, schema = _walk(root, location)
    name = str(location[-1]) if location else ""
    refused = error.get("ctx", {}).get("error")
    value = "" if is_key else _value(location, error["input"], texts)
    match error["type"]:
        case "missing":
            return here.problem("", "is missing", f"write {_wanted(name, schema, root)}")
        case "extra_forbidden":
            keys = around.get("properties", {})
            return here.problem("", "is not a known key", known_names(name, keys))
        case "value_error" if isinstance(refused, Refused):
            return here.problem(value, refused.reason, refused.remedy)
        case "literal_error":
            return _choice(here, error["input"], value, _wanted(name, schema, root), schema)
        case "string_type" if isinstance(error["input"], bool | int | float):
            return _not_text(here, error["input"], value)
        case kind:
            counted = "" if kind in ("too_short", "too_long") else value
            wanted = _wanted(name, schema, root)
            return here.problem(counted, _REASONS.get(kind, "is wrong"), f"write {wanted}")


_REASONS = {
    "bool_type": "is neither true nor false",
    "int_type": "is no whole number to YAML",
    "float_type": "is no number to YAML",
    "string_type": "is no text",
    "tuple_type": "is no list",
    "mapping_type": "is no section",
    "dict_type": "is no section",
    "model_type": "is no section",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
    "multiple_of": "is not a whole multiple",
    "too_short": "has too few entries",
    "too_long": "has too many entries",
    "string_too_short": "is too short",
    "string_too_long": "is too long",
    "finite_number": "is no number that can be reached",
}
"""What is said for each of pydantic's error types that the models can raise."""


def _not_text(here: Place, wrong: bool | float, value: str) -> Problem:  # noqa: FBT001 (data)
    """YAML takes `1.30` for 1.3 and `off` for false, where an environment has only text."""
    meant = shown(wrong)
    reason = "is not text to YAML" if value in ("", meant) else f"is {meant} to YAML"
    quoted = f'"{value}"' if value and len(value) < LONGEST_VALUE else "the value"
    return here.problem(value, reason, f"write {quoted} in quotes")


def _choice(here: Place, wrong: Any, value: str, wanted: str, schema: Schema) -> Problem:
    choices = [str(choice) for choice in _choices(schema)]
    if isinstance(wrong, int | float):
        for written in (value, str(wrong)):
            if written in choices:
                return here.problem(value, "is not text to YAML", f'write "{written}" in quotes')
    meant = closest(wrong, choices) if isinstance(wrong, str) else None
    hint = f" (did you mean {meant}?)" if meant else ""
    return here.problem(value, "is not a choice", f"write {wanted}{hint}")


def _value(location: Location, value: Any, texts: Texts) -> str:
    """What a message may show of a value: nothing if it is, or may be, a secret."""
    rendered = shown(value, *(step for step in location if isinstance(step, str)))
    if rendered and isinstance(value, bool | int | float):
        return cut(texts.get(location, rendered))
    return rendered


def _walk(root: Schema, location: Location) -> tuple[Schema, Schema]:
    """The schema of the section around a location, and that of the location itself."""
    around, schema = root, root
    for step in location:
        around = _section(schema, root)
        properties: Schema = around.get("properties", {})
        schema = (
            around.get("items", {})
            if isinstance(step, int)
            else properties.get(step, around.get("additionalProperties") or {})
        )
        # A map whose keys have a pattern stands in JSON Schema under the pattern.
        patterns: Schema = around.get("patternProperties", {})
        if not schema and isinstance(step, str) and patterns:
            schema = next(iter(patterns.values()))
    return around, schema


def _section(schema: Schema, root: Schema) -> Schema:
    """The schema itself behind a reference and a `null` beside it."""
    for option in schema.get("anyOf", ()):
        if option.get("type") != "null":
            return _section(option, root)
    if "$ref" in schema:
        return root["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
    return schema


def _choices(schema: Schema) -> list[Any]:
    return schema.get("enum") or ([schema["const"]] if "const" in schema else [])


def _wanted(name: str, schema: Schema, root: Schema) -> str:
    """What belongs at a place: `a whole number 1 to 35 (days)`."""
    optional = any(option.get("type") == "null" for option in schema.get("anyOf", ()))
    # Only what must be written although it may be nothing is told so.
    suffix = ", or null" if optional and "default" not in schema else ""
    return " ".join(_phrases(name, _section(schema, root), root)) + suffix


def _phrases(name: str, schema: Schema, root: Schema) -> Iterator[str]:
    unit = next((f"({word})" for end, word in _UNITS.items() if name.endswith(end)), "")
    choices = _choices(schema)
    kind = schema.get("type")
    if choices:
        yield listed((str(choice) for choice in choices), last="or")
    elif kind == "boolean":
        yield "true or false"
    elif kind in ("integer", "number"):
        yield "a whole number" if kind == "integer" else "a number"
        low, high = schema.get("minimum"), schema.get("maximum")
        if low is not None and high is not None:
            yield f"{low} to {high}"
        if "multipleOf" in schema:
            yield f"by steps of {schema['multipleOf']}"
    elif kind == "array":
        yield from _list(name, schema, root)
    elif kind == "object":
        yield _object(schema)
    else:
        limit = schema.get("maxLength")
        yield f"text of 1 to {limit} characters" if limit else "text"
        if "examples" in schema:
            yield f"such as {schema['examples'][0]}"
    if unit:
        yield unit


def _list(name: str, schema: Schema, root: Schema) -> Iterator[str]:
    low, high = schema.get("minItems", 0), schema.get("maxItems")
    count = f"{low} to {high}" if high else f"{low} or more" if low else ""
    entry = " ".join(_phrases(name, _section(schema.get("items", {}), root), root))
    yield f"a list of {count} entries," if count else "a list, each entry"
    yield f"each {entry}" if count else entry


def _object(schema: Schema) -> str:
    keys: Schema = schema.get("properties", {})
    if not keys:
        return "names with their values"
    needed = schema.get("required", list(keys))
    return f"a section with {listed(needed)}"
