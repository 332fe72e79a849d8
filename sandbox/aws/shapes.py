"""Pulumi's inputs onto the input shape of an AWS operation, refusing whatever does not fit.

Pulumi writes `subnetIds` where AWS writes `SubnetIds`, `parameters` for `Parameter`, a map for a
list of keys and values. Everything else is in botocore's models, limits and choices included.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from sandbox.provider import UNKNOWN, Plain, Problem, is_list, is_map

_NUMBERS = {"integer": "a whole number", "long": "a whole number", "double": "a number"}
_NUMBERS["float"] = "a number"
_SHOWN = 60  # characters of a refused value that a message repeats


@dataclass
class Fitting:
    """One attempt to fit inputs onto an operation."""

    operation: OperationModel
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Where AWS has another word: path of the input without positions, to the name in AWS."""
    problems: list[Problem] = field(default_factory=list[Problem])
    """What does not fit."""

    def fit(self, inputs: Plain) -> Plain:
        """Returns the arguments of the operation; UNKNOWN stays where the inputs have it."""
        shape = _input_shape(self.operation)
        if shape is None:
            return {}
        return self._structure(shape, inputs, "", "")

    def _refuse(self, path: str, reason: str) -> None:
        self.problems.append(Problem(path, reason))

    def _any(self, shape: Shape, value: Any, path: str, dotted: str) -> Any:
        if value is UNKNOWN:
            return value
        match shape:
            case StructureShape():
                return self._structure(shape, _single(value), path, dotted)
            case ListShape():
                return self._list(shape, value, path, dotted)
            case MapShape():
                return self._map(shape, value, path, dotted)
            case _:
                return self._scalar(shape, value, path)

    def _structure(self, shape: StructureShape, value: Any, path: str, dotted: str) -> Plain:
        if not is_map(value):
            self._refuse(path, f"{_shown(value)} is not a group of inputs")
            return {}
        fitted: Plain = {}
        members = _members(shape)
        for key, item in value.items():
            inner, inner_dotted = (f"{path}.{key}", f"{dotted}.{key}") if path else (key, key)
            name = self.names.get(inner_dotted, key)
            member = _members_of(shape).get(name) and name
            member = member or members.get(name.lower()) or members.get(_singular(name.lower()))
            if member is None:
                self._refuse(inner, f"the sandbox knows no such input of {self._operation}")
                continue
            fitted[member] = self._any(_members_of(shape)[member], item, inner, inner_dotted)
        return fitted

    def _list(self, shape: ListShape, value: Any, path: str, dotted: str) -> list[Any]:
        if is_map(value):
            value = _pairs(shape, value) or [value]
        elif not is_list(value):
            value = [value]
        self._count(shape, len(value), path, "items")
        return [
            self._any(_item(shape), item, f"{path}[{position}]", dotted)
            for position, item in enumerate(value)
        ]

    def _map(self, shape: MapShape, value: Any, path: str, dotted: str) -> Plain:
        if not is_map(value):
            self._refuse(path, f"{_shown(value)} is not a map")
            return {}
        self._count(shape, len(value), path, "entries")
        return {
            key: self._any(_value(shape), item, f"{path}.{key}", dotted)
            for key, item in value.items()
        }

    def _scalar(self, shape: Shape, value: Any, path: str) -> Any:
        match cast("str", cast("Any", shape).type_name):
            case "string":
                return self._string(shape, value, path)
            case "boolean":
                if not isinstance(value, bool):
                    self._refuse(path, f"{_shown(value)} is neither true nor false")
            case "integer" | "long" | "double" | "float" as type_name:
                whole = type_name in {"integer", "long"}
                fits = isinstance(value, int if whole else int | float)
                if not fits or isinstance(value, bool):
                    self._refuse(path, f"{_shown(value)} is not {_NUMBERS[type_name]}")
                else:
                    self._number(shape, value, path)
            case _:
                pass  # bytes and dates, which botocore checks itself
        return value

    def _string(self, shape: Shape, value: Any, path: str) -> Any:
        if is_map(value) and "policy" in path.lower():
            return json.dumps(value)  # policies may be given as objects
        if not isinstance(value, str):
            self._refuse(path, f"{_shown(value)} is not a text")
            return value
        choices: list[str] = getattr(shape, "enum", [])
        if choices and value not in choices:
            self._refuse(path, f"{_shown(value)} is not one of {', '.join(sorted(choices))}")
            return value
        self._count(shape, len(value), path, "characters")
        pattern = _pattern(_limits(shape).get("pattern", ""))
        if pattern is not None and not pattern.fullmatch(value):
            wanted = _limits(shape)["pattern"]
            self._refuse(path, f"{_shown(value)} does not match {wanted}, as AWS demands")
        return value

    def _number(self, shape: Shape, value: float, path: str) -> None:
        low, high = _limits(shape).get("min"), _limits(shape).get("max")
        if (low is not None and value < low) or (high is not None and value > high):
            self._refuse(path, f"{value} is not {_range(low, high)}")

    def _count(self, shape: Shape, count: int, path: str, what: str) -> None:
        low, high = _limits(shape).get("min"), _limits(shape).get("max")
        if (low is not None and count < low) or (high is not None and count > high):
            self._refuse(path, f"has {count} {what}; AWS allows {_range(low, high)}")

    @property
    def _operation(self) -> str:
        return f"{self.operation.service_model.service_name}:{self.operation.name}"


def tag_arguments(operation: OperationModel, tags: Mapping[str, str], resource_type: str) -> Plain:
    """Returns the tags as an operation wants them, in whichever of AWS's seven ways.

    Args:
        operation: The operation that creates the resource.
        tags: All tags, the provider's default ones included.
        resource_type: EC2's or AWS Backup's word for the type, for operations that ask for it.

    Raises:
        LookupError: The operation takes no tags.
    """
    shape = _input_shape(operation)
    assert shape is not None  # noqa: S101 it creates something
    if not tags:
        return {}
    if "TagSpecifications" in _members_of(shape):
        pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
        return {"TagSpecifications": [{"ResourceType": resource_type, "Tags": pairs}]}
    members = _members(shape)
    member = members.get("tag") or members[f"{resource_type.lower()}tag"]
    inner = _members_of(shape)[member]
    return {member: _pairs(inner, tags) if isinstance(inner, ListShape) else dict(tags)}


def _pairs(shape: ListShape, value: Mapping[str, Any]) -> list[Plain]:
    """A map as the list of keys and values that AWS has in its place."""
    member = _item(shape)
    if not isinstance(member, StructureShape):
        return []
    by_word = {name.lower().removeprefix("tag"): name for name in _members_of(member)}
    key = by_word.get("key") or by_word.get("name")
    if len(by_word) != 2 or key is None or "value" not in by_word:
        return []
    if {name.lower() for name in value} == {"key" if "key" in by_word else "name", "value"}:
        return []  # one such pair, not a map
    return [{key: name, by_word["value"]: item} for name, item in value.items()]


# botocore has no types for what it computes once and keeps.
def _input_shape(operation: OperationModel) -> StructureShape | None:
    return cast("Any", operation).input_shape


def _members_of(shape: Shape) -> dict[str, Shape]:
    return cast("Any", shape).members


def _item(shape: ListShape) -> Shape:
    return cast("Any", shape).member


def _value(shape: MapShape) -> Shape:
    return cast("Any", shape).value


def _limits(shape: Shape) -> dict[str, Any]:
    return cast("Any", shape).metadata


def _single(value: Any) -> Any:
    # Pulumi keeps some of Terraform's lists of at most one where AWS has no list.
    return value[0] if is_list(value) and len(value) == 1 else value


@lru_cache(maxsize=2048)
def _members(shape: StructureShape) -> dict[str, str]:
    names = {_singular(name.lower()): name for name in _members_of(shape)}
    return names | {name.lower(): name for name in _members_of(shape)}


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return name[:-3] + "y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


@lru_cache(maxsize=2048)
def _pattern(pattern: str) -> re.Pattern[str] | None:
    if not pattern:
        return None
    try:
        return re.compile(pattern, re.DOTALL)
    except re.error:
        return None  # Java's classes such as \p{L}; AWS's answer is the check then


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high}"
    return f"at least {low}" if high is None else f"{low} to {high}"


def _shown(value: Any) -> str:
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
