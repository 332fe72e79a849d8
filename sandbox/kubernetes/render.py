"""The deployed Kubernetes objects as YAML, as the program asked for them."""

import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pulumi.provider.experimental.property_value import PropertyValue

from sandbox.kubernetes.fields import at
from sandbox.kubernetes.kinds import AUTONAMED, BY_TOKEN, SECRET
from sandbox.masking import plain, plain_map
from sandbox.provider import Plain, is_list, is_map
from sandbox.state import Resource

MASK = "<secret>"
"""What stands where a secret was."""

_FIRST = ("apiVersion", "kind", "metadata", "name", "generateName", "namespace")
_WITHOUT_NAMESPACE = "cluster"

# PyYAML quotes what YAML 1.1 reads as something else than a text. kubectl reads by go-yaml, which
# also knows numbers of YAML 1.2 (`12e45`, `0o17`), looser dates (`2024-1-2`) and more words. Rather
# one pair of quotes too many than a label that is a number.
_NUMERIC = re.compile(r"(?=.*\d)[-+.\d][-+.\d_:a-foxtz ]*|[-+]?\.(inf|nan)", re.IGNORECASE)
_WORDS = frozenset({"", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_OTHER_LINE_BREAKS = frozenset("\x85\u2028\u2029")
# They end a line in YAML 1.1 only, so that a text with one of them is the same escaped alone.


class _Dumper(yaml.SafeDumper):
    """Writes texts so that every reader of YAML takes them for the same texts."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=_style(value))


def _style(value: str) -> str | None:
    if not _OTHER_LINE_BREAKS.isdisjoint(value):
        return '"'
    if "\n" in value:
        return "|"
    return "'" if value.lower() in _WORDS or _NUMERIC.fullmatch(value) else None


_Dumper.add_representer(str, _text)


def place(build: Path) -> Path:
    """Returns the folder for the files of a run: `build/<stack>/kubernetes`."""
    return build / "kubernetes"


def remove(build: Path) -> None:
    """Removes what an earlier run wrote; see `sandbox.summary.remove`."""
    shutil.rmtree(place(build), ignore_errors=True)


def write(resources: Iterable[Resource], build: Path) -> int:
    """Writes every Kubernetes object into `<namespace>/<kind>-<name>.yaml`.

    What stands in no namespace goes into `cluster/`.

    Args:
        resources: The state of a stack.
        build: Folder of the stack's build.

    Returns:
        The number of objects.
    """
    written = 0
    for resource in resources:
        if not (resource.is_deployed and resource.type in BY_TOKEN):
            continue
        namespace, _, name = resource.id.rpartition("/")
        name = _drawn_from(resource).rstrip("-") or name
        kind = BY_TOKEN[resource.type].name.lower()
        path = place(build) / (namespace or _WITHOUT_NAMESPACE) / f"{kind}-{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_yaml(resource), encoding="utf-8")
        written += 1
    return written


def as_yaml(resource: Resource) -> str:
    """Returns one object as YAML.

    Args:
        resource: The object as it is in the state.

    Returns:
        Its inputs, so without what the API adds; keys in a fixed order, `<secret>` for secrets. A
        name that Pulumi drew is a `generateName`, so that it is the same after every run.
    """
    kind = BY_TOKEN[resource.type]
    shown = {key: _shown(value) for key, value in resource.inputs.items()}
    if kind is SECRET:
        hidden = {key for key in ("data", "stringData") if key in shown}
        shown |= {key: _masked(resource.inputs[key]) for key in hidden}
    if prefix := _drawn_from(resource):
        shown["metadata"] = _without_name(shown["metadata"], prefix)
    whole = {"apiVersion": kind.api_version, "kind": kind.name, **shown}
    # Never folded: commands and expressions are compared and copied line by line.
    return yaml.dump(
        _ordered(whole), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000
    )


def _drawn_from(resource: Resource) -> str:
    """What Pulumi drew the name from, such as `migration-`; "" if the program gave it."""
    annotations = at(plain_map(resource.inputs), "metadata", "annotations")
    drawn = is_map(annotations) and AUTONAMED in annotations
    return f"{resource.name}-" if drawn else ""


def _without_name(metadata: Plain, prefix: str) -> Plain:
    rest = {key: item for key, item in metadata.items() if key not in ("name", "annotations")}
    annotations = {k: item for k, item in metadata["annotations"].items() if k != AUTONAMED}
    return {"generateName": prefix, **rest} | ({"annotations": annotations} if annotations else {})


def _shown(value: PropertyValue) -> Any:
    if value.is_secret:
        return _masked(value)
    inner = value.value
    if isinstance(inner, Mapping):
        return {key: _shown(item) for key, item in inner.items()}
    if isinstance(inner, Sequence) and not isinstance(inner, str):
        return [_shown(item) for item in inner]
    return plain(value)


def _masked(value: PropertyValue) -> Any:
    """The keys of a secret map are no secret; without them one could not see what is there."""
    inner = value.value
    return dict.fromkeys(inner, MASK) if isinstance(inner, Mapping) else MASK


def _ordered(value: Any) -> Any:
    if is_list(value):
        return [_ordered(item) for item in value]
    if not is_map(value):
        return value
    ranks = {key: rank for rank, key in enumerate(_FIRST)}
    keys = sorted(value, key=lambda key: (ranks.get(key, len(ranks)), key))
    return {key: _ordered(value[key]) for key in keys}
