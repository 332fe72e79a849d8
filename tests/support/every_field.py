"""A small description that uses every field, and what a change of one does to the recorded graph.

Its files are in `tests/program/every_field`.
"""

import contextlib
import copy
import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

import yaml

from model.environment import Runtime
from tests.support.existing_account import Answers, ExistingAccount
from tools.recording import aws_outputs, recorder
from tools.recording.recorder import Recording, Resource

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "program" / "every_field"
SYSTEM, STACK = "shop", "full"
NAMES = frozenset({"services", "metrics", "slipway:systems"})
"""Sections whose keys are names of somebody's choice."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """Another value of one field."""

    key: str
    """Where it stands: `services.api.port`, `alerts.0.name`."""
    value: Any
    base: str
    """What the description says besides, as JSON: by key, as here."""

    @property
    def field(self) -> str:
        """The field as the table calls it: `services.*.port`, `alerts[].name`."""
        found: list[str] = []
        for step in self.key.split("."):
            if step.isdecimal():
                found[-1] += "[]"
            # The metrics of a service are a section of fields, those of the exporter have names.
            elif found and found[-1] in NAMES and found != ["services", "*", "metrics"]:
                found.append("*")
            else:
                found.append(step)
        return ".".join(found)


def read_changes() -> list[Change]:
    """Every change of `changes.yaml`."""
    groups = yaml.safe_load((FOLDER / "changes.yaml").read_text(encoding="utf-8"))
    return [
        Change(key=key, value=value, base=json.dumps(group["base"], sort_keys=True))
        for group in groups
        for key, value in group["fields"].items()
    ]


def record(runtime: Runtime, values: Mapping[str, Any], folder: Path) -> Recording:
    """The graph of the description with other values.

    Args:
        runtime: What carries the services.
        values: The other values, by key.
        folder: Empty folder: the program reads the system file from where it runs.
    """
    stack = _read(f"Pulumi.{STACK}.yaml")["config"]
    system = _read(f"systems/{SYSTEM}.yaml")
    for key, value in {"slipway:runtime": runtime, **values}.items():
        steps = key.split(".")
        _put(stack if steps[0] in stack else system, steps, value)
    (folder / "systems").mkdir(exist_ok=True)
    path = folder / "systems" / f"{SYSTEM}.yaml"
    path.write_text(json.dumps(system), encoding="utf-8")  # which is YAML too, and read faster
    config = {
        key: value if isinstance(value, str) else json.dumps(value) for key, value in stack.items()
    }
    answers = _answers(stack["slipway:existing"]["vpc"])
    # Its warnings are another test's matter.
    logging.disable(logging.WARNING)
    try:
        with contextlib.chdir(folder), patch.dict(aws_outputs.INVOKES, answers):
            return recorder.record_file(ROOT / "__main__.py", stack=STACK, config=config)
    finally:
        logging.disable(logging.NOTSET)


def changed(before: Recording, after: Recording) -> set[str]:
    """What differs: `Deployment spec.revisionHistoryLimit`, or `Rule` for one that came or went."""
    old, new = (
        {each.urn: each for each in graph.resources if each.custom} for graph in (before, after)
    )
    found = {
        _kind(each)
        for each in (*old.values(), *new.values())
        if (each.urn in old) != (each.urn in new)
    }
    for urn in old.keys() & new.keys():
        for path in _differences(_properties(old[urn]), _properties(new[urn])):
            found.add(f"{_kind(old[urn])} {'.'.join(path)}".replace(".[]", "[]"))
    return found


def covers(path: str, changed_path: str) -> bool:
    """Whether a path of the table names what has changed, or a section around it."""
    return changed_path == path or changed_path.startswith((f"{path}.", f"{path}[", f"{path} "))


def overlap(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether two sets of paths could name the same change."""
    others = list(others)
    return any(covers(one, other) or covers(other, one) for one in some for other in others)


def _read(file: str) -> dict[str, Any]:
    return yaml.safe_load((FOLDER / file).read_text(encoding="utf-8"))


def _put(content: Any, steps: list[str], value: Any) -> None:
    *above, last = steps
    for step in above:
        content = content[int(step) if step.isdecimal() else step]
    content[last] = copy.deepcopy(value)


def _answers(vpc: Mapping[str, Any] | None) -> Answers:
    """The data sources of an account that has the VPC of the description, and every zone."""
    account = ExistingAccount()
    if vpc is not None:
        account.vpc["id"] = vpc["id"]
        for subnet in account.subnets.values():
            subnet["vpcId"] = vpc["id"]

    def zone(inputs: Any) -> dict[str, Any]:
        name = inputs.get("name", "example.com")
        found = {"name": name, "privateZone": False, "zoneId": f"zone-of-{name}"}
        return {**found, **inputs}

    return {**account.answers(), "aws:route53/getZone:getZone": zone}


def _kind(resource: Resource) -> str:
    if resource.type.startswith("pulumi:providers:"):
        return "Provider"
    return resource.type.rpartition(":")[2]


def _properties(resource: Resource) -> dict[str, Any]:
    found = dict(resource.inputs)
    if "containerDefinitions" in found:
        found["containerDefinitions"] = json.loads(found["containerDefinitions"])
    return found | {
        "protect": resource.protect,
        "retainOnDelete": resource.retain_on_delete,
        "replacementTrigger": resource.replacement_trigger,
        "createTimeout": resource.create_timeout,
        "ignoreChanges": resource.ignore_changes,
    }


def _differences(old: Any, new: Any) -> Iterator[tuple[str, ...]]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        was, now = cast("Mapping[str, Any]", old), cast("Mapping[str, Any]", new)
        keys = sorted({*was, *now})
        # Variables, labels and tags: the section says enough.
        if all(re.fullmatch(r"[a-z][A-Za-z0-9]*", key) for key in keys):
            for key in keys:
                yield from ((key, *path) for path in _differences(was.get(key), now.get(key)))
            return
    elif isinstance(old, Sequence) and isinstance(new, Sequence) and not isinstance(old, str):
        were, are = cast("Sequence[Any]", old), cast("Sequence[Any]", new)
        if len(were) == len(are):
            for one, other in zip(were, are, strict=True):
                yield from (("[]", *path) for path in _differences(one, other))
            return
    yield ()
