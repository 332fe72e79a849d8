"""Words for operators instead of pydantic's: value, reason, remedy."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from model.problems import Problem, choices

_UNITS = {
    "seconds": "seconds",
    "minutes": "minutes",
    "milliseconds": "milliseconds",
    "days": "days",
    "gib": "GiB",
    "percent": "percent",
    "replicas": "tasks",
}
_TYPES = {
    "string_type": "text, in quotes if it looks like a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "mapping_type": "keys with values",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "list_type": "a list",
    "sequence_type": "a list",
    "sequence_str": "a list",
    "tuple_type": "a list",
}
_FORMS = {
    "image": "a repository such as team/api, without registry and tag",
    "host": "a host name such as api.example.com",
    "hostedZone": "a zone such as example.com",
    "backupWindow": 'a daily window such as "03:00-04:00" (UTC)',
    "snapshotWindow": 'a daily window such as "02:00-03:00" (UTC)',
    "maintenanceWindow": 'a weekly window such as "sun:04:30-sun:05:30" (UTC)',
    "instanceClass": "a class such as db.t4g.small",
    "nodeType": "a type such as cache.t4g.small",
    "version": 'a version in quotes: the major one for a database ("15"), "7.1" for a cache',
    "path": "a path that begins with / and has no *, ? or #",
    "paths": "a path pattern that begins with /, for example /*",
    "deny": "a path pattern that begins with /, for example /metrics",
    "runbookBaseUrl": "an address that begins with https://",
    "alarmEmails": "an address such as team@example.com",
    "allowedCountries": "two capital letters of ISO 3166, for example DE",
    "successCodes": "codes such as 200-299 or 200,204",
    "field": "a path in the document such as data.status",
    "user": "letters, digits and underscores, at most 63",
    "name": "letters and digits that fit the kind of name",
}


def problems_of(
    error: ValidationError, file: str, root: type[BaseModel], prefix: str = ""
) -> list[Problem]:
    """Turns pydantic's errors into problems.

    Args:
        error: What validation raised.
        file: The file that was validated.
        root: The model that it was validated against.
        prefix: What stands before the first key in the file, `slipway:` in a stack file.
    """
    return [_problem(each, file, root, prefix) for each in error.errors(include_url=False)]


def _problem(error: ErrorDetails, file: str, root: type[BaseModel], prefix: str) -> Problem:
    location = tuple(part for part in error["loc"] if part != "[key]")
    path = prefix + ".".join(map(str, location))
    model, field = _field(root, location)
    kind = error["type"]
    if kind == "missing":
        return Problem(file, path, "the key", "is missing", f"write it: {_meaning(field)}")
    if kind == "extra_forbidden":
        known = [each.alias or name for name, each in model.model_fields.items()] if model else []
        return Problem(file, path, "the key", "is not known", choices(str(location[-1]), known))
    if error["loc"] and error["loc"][-1] == "[key]":
        remedy = "write up to 20 lower-case letters, digits and hyphens, a letter first"
        if _is_variable(location):
            remedy = "write letters, digits and underscores, no digit first"
        return Problem(file, path, "the name", "is not allowed", remedy)
    value = _shown(error["input"], location)
    if kind in _TYPES:
        return Problem(
            file, path, value, f"is not {_TYPES[kind]}", f"write {_TYPES[kind]}{_unit(location)}"
        )
    return Problem(file, path, value, _reason(error), _remedy(error, field, location))


def _reason(error: ErrorDetails) -> str:
    context: Mapping[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "greater_than_equal":
            return f"is less than {context['ge']}"
        case "less_than_equal":
            return f"is more than {context['le']}"
        case "multiple_of":
            return f"is no multiple of {context['multiple_of']}"
        case "literal_error":
            return "is not allowed"
        case "string_too_long" | "too_long":
            return "is too long"
        case "string_too_short" | "too_short":
            return "is too short"
        case "string_pattern_mismatch":
            return "has the wrong form"
        case "value_error":
            return str(context.get("error", "is not allowed"))
        case _:
            return "is not allowed"


def _remedy(error: ErrorDetails, field: FieldInfo | None, location: Sequence[str | int]) -> str:
    context: Mapping[str, Any] = error.get("ctx", {})
    last = next((str(part) for part in reversed(location) if isinstance(part, str)), "")
    match error["type"]:
        case "literal_error":
            expected = re.sub(r"'", "", str(context["expected"])).replace(" or ", ", ")
            allowed = [each.strip() for each in expected.split(",")]
            return f"write one of {', '.join(allowed)}{_unit(location)}"
        case "greater_than_equal" | "less_than_equal" | "multiple_of":
            least, most = _bounds(field, context)
            whole = f", a multiple of {context['multiple_of']}" if "multiple_of" in context else ""
            if most is None:
                return f"write {least} or more{whole}{_unit(location)}"
            return f"write {least} to {most}{whole}{_unit(location)}"
        case "string_too_long" | "too_long":
            return f"write at most {context['max_length']}"
        case "string_too_short" | "too_short":
            return f"write at least {context['min_length']}"
        case "value_error" if last in ("request", "limit"):
            kind = "250m or 1" if "cpu" in location else "512Mi or 1Gi"
            return f"write a quantity such as {kind}"
        case _:
            return f"write {_FORMS.get(last, _meaning(field))}"


def _bounds(field: FieldInfo | None, context: Mapping[str, Any]) -> tuple[Any, Any]:
    least: Any = context.get("ge")
    most: Any = context.get("le")
    for each in _constraints(field):
        if isinstance(each, Ge):
            least = each.ge
        elif isinstance(each, Le):
            most = each.le
    return least, most


def _constraints(field: FieldInfo | None) -> Sequence[Any]:
    if field is None:
        return ()
    found = list(field.metadata)
    for argument in get_args(field.annotation):
        found += getattr(argument, "__metadata__", ())
        for inner in getattr(argument, "__metadata__", ()):
            found += getattr(inner, "metadata", ())
    return [each for each in found if isinstance(each, Ge | Le | MinLen | MaxLen)]


def _unit(location: Sequence[str | int]) -> str:
    last = next((str(part) for part in reversed(location) if isinstance(part, str)), "")
    words = re.findall(r"[A-Z]?[a-z]+", last)
    unit = _UNITS.get(words[-1].lower()) if words else None
    return f" ({unit})" if unit else ""


def _meaning(field: FieldInfo | None) -> str:
    text = " ".join((field.description or "").split()) if field else ""
    first = re.split(r"[.;:](?:\s|$)", text)[0].replace("`", "")
    return first[:1].lower() + first[1:] if first else "a value of another form"


def _field(
    root: type[BaseModel], location: Sequence[str | int]
) -> tuple[type[BaseModel] | None, FieldInfo | None]:
    """The model in which the last key stands, and the field if the model knows it."""
    model: type[BaseModel] | None = root
    field: FieldInfo | None = None
    for index, part in enumerate(location):
        if model is None:
            return None, field
        by_alias = {each.alias or name: each for name, each in model.model_fields.items()}
        found = by_alias.get(str(part))
        last = index == len(location) - 1
        if found is None:
            if last:
                return model, None
            # A key of a mapping: the mapping's value type stays the model for the next part.
            continue
        field = found
        if last:
            return model, field
        model = _inner(field.annotation)
    return model, field


def _inner(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _inner(argument)
        if found is not None:
            return found
    return None


def _is_variable(location: Sequence[str | int]) -> bool:
    return any(part in ("env", "bind", "secrets", "strictValues") for part in location)


def _shown(value: object, location: Sequence[str | int]) -> str:
    # The value of a variable may be a secret in the wrong place.
    if _is_variable(location) or isinstance(value, dict | list | tuple):
        return "the value"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
