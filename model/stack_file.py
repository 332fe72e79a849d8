"""Reads `Pulumi.<stack>.yaml` as Pulumi does, for tools that run without it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from model.problems import DescriptionError, Place, Problem, known_names
from model.shape import Texts
from model.yaml_file import read_yaml, scalar_texts

PROJECT = "slipway"
HIDDEN = "[secret]"
"""Stands for an encrypted value that only Pulumi can read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StackFile:
    """What a stack file hands over to a program."""

    config: Mapping[str, str]
    """Full key to text, JSON where the value has structure, `HIDDEN` where it is encrypted."""
    secret_names: frozenset[str]
    """The keys whose values are encrypted, or hold something that is."""
    problems: tuple[Problem, ...]
    """What is wrong with the keys themselves."""


def read_stack_file(root: Path, stack: str) -> StackFile:
    """Reads a stack's configuration from its file.

    Args:
        root: The project's folder.
        stack: Name of the stack.

    Raises:
        DescriptionError: There is no such file, or it holds no configuration.
    """
    file = f"Pulumi.{stack}.yaml"
    known = sorted(path.name.split(".")[1] for path in root.glob("Pulumi.*.yaml"))
    meant = known_names(stack, known, "stacks")
    content = read_yaml(root, file, f"choose a stack that has a file; {meant}")
    if isinstance(content, Problem):
        raise DescriptionError([content])
    entries = content.get("config")
    if not isinstance(entries, dict):
        raise DescriptionError(
            [Place(file, "config").problem("", "is missing", "write the keys of docs/config.md")]
        )
    config: dict[str, str] = {}
    secret_names: set[str] = set()
    problems: list[Problem] = []
    for key, value in cast("dict[str, Any]", entries).items():
        full = _full(key)
        if full in config:
            short = full.removeprefix(f"{PROJECT}:")
            reason = f"stands twice, once as {short}"
            problems.append(Place(file, full).problem("", reason, "remove one of the two"))
        if _is_encrypted(value):
            config[full] = HIDDEN
        else:
            config[full] = value if isinstance(value, str) else json.dumps(value)
        if _holds_encrypted(value):
            secret_names.add(full)
    return StackFile(config=config, secret_names=frozenset(secret_names), problems=tuple(problems))


def stack_texts(root: Path, stack: str) -> Texts:
    """What stands in a stack file for each value of its configuration.

    Args:
        root: The project's folder.
        stack: Name of the stack.
    """
    return dict(_configured(scalar_texts(root, f"Pulumi.{stack}.yaml")))


def _configured(texts: Texts) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for path, text in texts.items():
        match path:
            case ("config", str(key), *below):
                yield (_full(key), *below), text
            case _:
                pass


def _full(key: str) -> str:
    # Pulumi takes a key without namespace as one of the project's own.
    return key if ":" in key else f"{PROJECT}:{key}"


def _is_encrypted(value: object) -> bool:
    return isinstance(value, dict) and list(cast("dict[str, Any]", value)) == ["secure"]


def _holds_encrypted(value: object) -> bool:
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        return _is_encrypted(entries) or any(_holds_encrypted(entry) for entry in entries.values())
    if isinstance(value, list):
        return any(_holds_encrypted(entry) for entry in cast("list[Any]", value))
    return False
