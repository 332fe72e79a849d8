"""The published JSON schemas of a Kubernetes version, strict, with all errors of an object.

The schemas come with `kubernetes_validate` and from `crds/`. The library stops at the first error
and reads 1.5 MB for each object; here every kind is compiled once, its references put in place.
"""

import difflib
import functools
import importlib.util
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from jsonschema import Draft202012Validator, ValidationError, validators

from sandbox.errors import SandboxError
from sandbox.kubernetes.fields import contains_unknown
from sandbox.kubernetes.forms import REASON
from sandbox.kubernetes.kinds import ObjectKind
from sandbox.kubernetes.limits import LIMITS, REPLACED, REQUIRED
from sandbox.provider import UNKNOWN, Plain, Problem, is_list, is_map

Schema = dict[str, Any]


def _package() -> Path:
    # Found and not imported: only its files are wanted, and its code loads more than ours.
    spec = importlib.util.find_spec("kubernetes_validate")
    assert spec is not None  # noqa: S101 requirements-dev.txt has it
    assert spec.origin is not None  # noqa: S101
    return Path(spec.origin).parent


_PUBLISHED = _package() / "kubernetes-json-schema"
_CUSTOM = Path(__file__).parent / "crds"
_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_KEYS = "x-kubernetes-list-map-keys"
_KEPT = {
    *("type", "properties", "required", "additionalProperties", "items", "enum", "pattern"),
    *("minLength", "maxLength", "minimum", "maximum", "minItems", "propertyNames", REASON, _KEYS),
}
# Descriptions are long, and every keyword costs time at every field.
_DEFAULT_KEYS = {"protocol": "TCP"}
# Keys of lists that the API server fills in before it looks for duplicates.


def versions() -> list[str]:
    """Returns the versions of which there are schemas, such as `1.34`, the oldest first."""
    found = (re.fullmatch(r"v1\.(\d+)\.0-local-strict", each.name) for each in _PUBLISHED.iterdir())
    return [f"1.{minor}" for minor in sorted(int(match[1]) for match in found if match)]


def check(kind: ObjectKind, value: Plain, version: str) -> list[Problem]:
    """Compares an object with the schema of its kind.

    Args:
        kind: The kind.
        value: The object; what is UNKNOWN in it fits everywhere.
        version: Version of Kubernetes, such as `1.34`.

    Returns:
        Every field that there is not, that is missing or whose value does not fit.

    Raises:
        SandboxError: There are no schemas of that version.
    """
    found: dict[tuple[str, str], Problem] = {}
    for error in _validator(kind, version).iter_errors(value):
        for problem in _problems(error, version):
            found[problem.property, problem.reason] = problem
    return list(found.values())


def _whole(pattern: Any) -> Any:
    # Go's `$` is the end of the text; Python's is before a last line break too.
    return re.sub(r"\$\Z", r"\\Z", pattern) if isinstance(pattern, str) else pattern


@functools.cache
def _validator(kind: ObjectKind, version: str) -> Any:
    if (custom := _CUSTOM / f"{kind.name.lower()}.json").exists():
        schema = _Definitions(version).inlined(json.loads(custom.read_text(encoding="utf-8")))
        schema["properties"]["metadata"] = _Definitions(version).get(_META)
    else:
        schema = _Definitions(version).of(kind)
    own = {
        "apiVersion": {"type": "string", "enum": [kind.api_version]},
        "kind": {"type": "string", "enum": [kind.name]},
    }
    return _Validator({**schema, "properties": {**schema["properties"], **own}})


@functools.cache
class _Definitions:
    """The definitions of one version, each with our limits and with its references in place."""

    def __init__(self, version: str) -> None:
        known = versions()
        if version not in known:
            raise SandboxError(
                f"the sandbox has the schemas of Kubernetes {known[0]} to {known[-1]}, "
                f"not of {version}"
            )
        self._folder = _PUBLISHED / f"v{version}.0-local-strict"
        text = (self._folder / "_definitions.json").read_text(encoding="utf-8")
        self._published: Mapping[str, Schema] = json.loads(text)["$defs"]
        self._done: dict[str, Schema] = {}

    def of(self, kind: ObjectKind) -> Schema:
        """Returns the schema of a kind."""
        group = f"{kind.group.partition('.')[0]}-" if kind.group else ""
        path = self._folder / f"{kind.name.lower()}-{group}{kind.version}.json"
        published = json.loads(path.read_text(encoding="utf-8"))
        limits = LIMITS.get(f"io.k8s.api.{group.rstrip('-') or 'core'}.{kind.version}.{kind.name}")
        return self.inlined(_limited(published, limits or {}))

    def get(self, name: str) -> Schema:
        """Returns a definition."""
        if name not in self._done:
            done = self._done[name] = {}  # first, for a definition that refers to itself
            limited = _limited(self._published[name], LIMITS.get(name, {}))
            required = REQUIRED.get(name, ())
            if required:
                limited["required"] = [*limited.get("required", ()), *required]
            done.update(REPLACED.get(name) or self.inlined(limited))
        return self._done[name]

    def inlined(self, schema: Any) -> Any:
        """Returns a schema without references and without what no check needs."""
        if is_list(schema):
            return [self.inlined(item) for item in schema]
        if not is_map(schema):
            return schema
        reference = schema.get("$ref")
        if isinstance(reference, str):
            target = self.get(reference.rpartition("/")[2])
            own = {key: item for key, item in schema.items() if key in _KEPT}
            return {**target, **own} if own else target
        return {
            key: {name: self.inlined(field) for name, field in item.items()}
            if key == "properties"
            else _whole(item)
            if key == "pattern"
            else self.inlined(item)
            for key, item in schema.items()
            if key in _KEPT
        }


def _limited(schema: Schema, limits: Mapping[str, Mapping[str, Any]]) -> Schema:
    fields = schema.get("properties", {})
    absent = limits.keys() - fields.keys()
    if absent:
        raise KeyError(f"limits of fields that there are not: {', '.join(sorted(absent))}")
    added = {name: {**fields[name], **limit} for name, limit in limits.items()}
    return {**schema, "properties": {**fields, **added}} if added else {**schema}


def _unique_keys(
    validator: Any, keys: Sequence[str], items: Any, schema: Schema
) -> Iterator[ValidationError]:
    """Finds items of a list that is a map: two of the same key would be merged into one."""
    del validator, schema
    seen: set[tuple[str, ...]] = set()
    for place, item in enumerate(items if is_list(items) else []):
        if not is_map(item) or any(item.get(key) is UNKNOWN for key in keys):
            continue
        values = tuple(str(item.get(key, _DEFAULT_KEYS.get(key, ""))) for key in keys)
        if values in seen:
            named = ", ".join(f"{key} {value}" for key, value in zip(keys, values, strict=True))
            yield ValidationError(f"is there twice: {named}", path=[place])
        seen.add(values)


_Validator: Any = cast("Any", validators).extend(Draft202012Validator, {_KEYS: _unique_keys})


def _problems(error: Any, version: str) -> Iterator[Problem]:
    path, value = list(error.absolute_path), error.instance
    match error.validator:
        case "additionalProperties":
            for key in sorted(value.keys() - error.schema.get("properties", {}).keys()):
                close = difflib.get_close_matches(key, error.schema.get("properties", {}), 1)
                meant = f"; did you mean {close[0]}?" if close else ""
                yield Problem(shown([*path, key]), f"is no field of Kubernetes {version}{meant}")
        case "required":
            missing = re.findall("'(.*)' is a required property", error.message)
            yield Problem(shown([*path, *missing]), "is missing")
        case _ if contains_unknown(value):
            pass
        case "type":
            wanted = error.validator_value
            kinds = [wanted] if isinstance(wanted, str) else [k for k in wanted if k != "null"]
            yield Problem(shown(path), f"{_told(value)} is not of type {' or '.join(kinds)}")
        case "enum":
            allowed = ", ".join(str(each) or "nothing" for each in error.validator_value)
            yield Problem(shown(path), f"{_told(value)} is refused; use one of {allowed}")
        case _ if error.validator == _KEYS:
            yield Problem(shown(path), error.message)
        case _:
            # A key of a map has no path of its own.
            keyed = [value] if "propertyNames" in error.absolute_schema_path else []
            reason = error.schema.get(REASON) or f"it breaks the schema's {error.validator} " + str(
                error.validator_value
            )
            subject = "the key" if keyed else _told(value)
            yield Problem(shown([*path, *keyed]), f"{subject} is refused; {reason}")


def shown(path: Sequence[str | int]) -> str:
    """Writes a path as Kubernetes does: `spec.containers[0].image`."""
    text = ""
    for step in path:
        if isinstance(step, int) or "." in step or "/" in step:
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text


def _told(value: object) -> str:
    if is_map(value) or is_list(value):
        return "a map" if is_map(value) else f"a list of {len(value)}"
    return json.dumps(value)
