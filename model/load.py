"""From files to a description. Everything that is wrong is told at once, and nothing is secret."""

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from model import rules
from model.description import Description, system_file
from model.environment import Environment
from model.problems import DescriptionError, Place, Problem, closest, known_names, shown
from model.rules.contract import provided_keys
from model.rules.parts import Parts, SystemParts
from model.settings import SystemSettings
from model.shape import KEY, Location, read_part
from model.system import System
from model.yaml_file import read_yaml

PROJECT = "slipway"
HIDDEN = "[secret]"
"""Stands for an encrypted value that only Pulumi can read."""

_SECTIONS = {cast("str", field.alias): name for name, field in Environment.model_fields.items()}
_SYSTEMS = (f"{PROJECT}:systems",)
_PLAIN = frozenset({"aws:region", f"{PROJECT}:runtime", f"{PROJECT}:safety"})
"""Keys whose values are text; all others are JSON."""


def parse(
    stack: str,
    config: Mapping[str, str],
    root: Path,
    secret_names: Collection[str],
    *,
    assume_secrets: bool = False,
) -> Description:
    """Reads a stack's configuration and the system files that it names.

    Args:
        stack: Name of the stack.
        config: The configuration as Pulumi hands it to a program: full key to text, JSON where the
            value has structure, secrets in clear.
        root: The project's folder.
        secret_names: The keys whose values are secret.
        assume_secrets: Whether provided secrets that are not set count as set, for who looks at
            the description and not at their values.

    Returns:
        The description. What its rules refuse stands in `problems`: hand it to
        `planning.checks.verify`, which adds what does not add up and raises.

    Raises:
        DescriptionError: A file is missing, cannot be read, or has not the shape that it should;
            what the rules refuse in the parts that do have it is told along with that.
    """
    place = Place(f"Pulumi.{stack}.yaml")
    broken: list[Problem] = []
    environment, locations = _environment(config, secret_names, place, broken)
    settings = environment.systems if environment else _intact_systems(config, locations)
    names = [name for name in _system_names(config) if (*_SYSTEMS, name, KEY) not in locations]
    systems = {name: _system(root, name, stack, broken) for name in names}
    assumed = (
        {key for name, system in systems.items() if system for key in provided_keys(name, system)}
        if assume_secrets
        else set[str]()
    ) - {*config}
    parts = Parts(
        stack=stack,
        sections=_intact_sections(environment, config, locations),
        systems=[
            SystemParts(name=name, system=systems[name], settings=settings.get(name))
            for name in names
        ],
        config_keys=frozenset(config) | assumed,
        secret_names=frozenset(secret_names) | assumed,
    )
    refused = [*_unknown(config, place), *rules.problems(parts)]
    whole = {name: system for name, system in systems.items() if system is not None}
    if environment is None or broken:
        raise DescriptionError([*broken, *refused])
    return Description(
        stack=stack,
        environment=environment,
        systems=whole,
        problems=tuple(refused),
        warnings=tuple(rules.warnings(parts)),
    )


def load_files(root: Path, stack: str, *, assume_secrets: bool = False) -> Description:
    """Reads `Pulumi.<stack>.yaml` itself, for tools that run without Pulumi.

    Args:
        root: The project's folder.
        stack: Name of the stack.
        assume_secrets: As of `parse`.

    Returns:
        The description, as from `parse`.

    Raises:
        DescriptionError: As from `parse`.
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
    for key, value in cast("dict[str, Any]", entries).items():
        # Pulumi takes a key without namespace as one of the project's own.
        full = key if ":" in key else f"{PROJECT}:{key}"
        if _is_encrypted(value):
            secret_names.add(full)
            config[full] = HIDDEN
        else:
            if _holds_encrypted(value):
                secret_names.add(full)
            config[full] = value if isinstance(value, str) else json.dumps(value)
    return parse(
        stack=stack,
        config=config,
        root=root,
        secret_names=secret_names,
        assume_secrets=assume_secrets,
    )


def unset_secrets(root: Path, config: Mapping[str, str]) -> tuple[str, ...]:
    """The provided secrets that a stack's configuration does not hold yet.

    Args:
        root: The project's folder.
        config: The configuration, as for `parse`.

    Returns:
        Their full keys, sorted; of systems whose files cannot be read none.
    """
    wanted: set[str] = set()
    for name in _system_names(config):
        system = _system(root, name, "", [])
        if system is not None:
            wanted |= {*provided_keys(name, system)}
    return tuple(sorted(wanted - {*config}))


def _is_encrypted(value: object) -> bool:
    return isinstance(value, dict) and list(cast("dict[str, Any]", value)) == ["secure"]


def _holds_encrypted(value: object) -> bool:
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        return _is_encrypted(entries) or any(_holds_encrypted(entry) for entry in entries.values())
    if isinstance(value, list):
        return any(_holds_encrypted(entry) for entry in cast("list[Any]", value))
    return False


def _unknown(config: Mapping[str, str], place: Place) -> Iterator[Problem]:
    """Keys of the project that are neither a section nor a secret of a system that is here."""
    systems = _system_names(config)
    for key in config:
        namespace, _, name = key.partition(":")
        if namespace != PROJECT or key in _SECTIONS:
            continue
        system, dot, _ = name.partition(".")
        if not dot:
            known = [section for section in _SECTIONS if section.startswith(f"{PROJECT}:")]
            yield place.key(key).problem("", "is not a known key", known_names(key, known))
        elif system not in systems:
            yield place.key(key).problem(
                "",
                "is a secret of a system that is not here",
                known_names(system, systems, "systems"),
            )


def _environment(
    config: Mapping[str, str],
    secret_names: Collection[str],
    place: Place,
    problems: list[Problem],
) -> tuple[Environment | None, frozenset[Location]]:
    """The environment, or None and the locations that are broken."""
    sections: dict[str, Any] = {}
    unread: set[Location] = set()
    for key in _SECTIONS:
        if key not in config:
            continue
        if key in secret_names:
            problems.append(
                place.key(key).problem(
                    "",
                    "holds a secret, and sections are shown in messages",
                    "keep secrets in keys of their own: declare the name under the service's "
                    "secrets as provided, and set it with `pulumi config set --secret`",
                )
            )
            unread.add((key,))
            continue
        try:
            sections[key] = config[key] if key in _PLAIN else json.loads(config[key])
        except json.JSONDecodeError:
            # Pulumi hands over a plain text as it is, and a structure as JSON.
            problems.append(
                place.key(key).problem(
                    "", "is text, not a section", "write keys and values below it"
                )
            )
            unread.add((key,))
    environment, found, locations = read_part(Environment, json.dumps(sections), place)
    told = {key for (key, *_) in unread}
    problems.extend(problem for problem in found if problem.path not in told)
    return (None if unread else environment), frozenset({*unread, *locations})


def _intact_sections(
    environment: Environment | None,
    config: Mapping[str, str],
    broken: Collection[Location],
) -> dict[str, Any]:
    """The sections that rules may look at, by field name."""
    if environment is not None:
        return {name: getattr(environment, name) for name in _SECTIONS.values()}
    wrong = {location[0] for location in broken if location}
    kept: dict[str, Any] = {}
    for key, name in _SECTIONS.items():
        if key in wrong or key not in config or name == "systems":
            continue
        annotation = Environment.model_fields[name].annotation
        text = config[key]
        reader = getattr(annotation, "model_validate_json", json.loads)
        kept[name] = text if key in _PLAIN else reader(text)
    return kept


def _intact_systems(
    config: Mapping[str, str], broken: Collection[Location]
) -> dict[str, SystemSettings]:
    wrong = {location[1:2] for location in broken if location[:1] == _SYSTEMS}
    if () in wrong:
        return {}
    content = _mapping(config.get(*_SYSTEMS))
    return {
        name: SystemSettings.model_validate_json(json.dumps(settings))
        for name, settings in content.items()
        if (name,) not in wrong
    }


def _mapping(text: str | None) -> dict[str, Any]:
    try:
        content = json.loads(text or "{}")
    except json.JSONDecodeError:
        return {}
    return cast("dict[str, Any]", content) if isinstance(content, dict) else {}


def _system_names(config: Mapping[str, str]) -> list[str]:
    # Pulumi sorts the keys that it hands over; the file's own order must not matter.
    return sorted(_mapping(config.get(*_SYSTEMS)))


def _system(root: Path, name: str, stack: str, problems: list[Problem]) -> System | None:
    file = system_file(name)
    known = sorted(path.stem for path in (root / "systems").glob("*.yaml"))
    meant = closest(name, known)
    content = read_yaml(
        root,
        file,
        f"describe the system there, or correct its name in slipway:systems of Pulumi.{stack}.yaml"
        + (f" (did you mean {meant}?)" if meant else ""),
    )
    if isinstance(content, Problem):
        problems.append(content)
        return None
    system, found, _ = read_part(System, json.dumps(content, default=str), Place(file))
    problems.extend(found)
    if system is not None and system.name != name:
        problems.append(
            Place(file, "name").problem(
                shown(system.name),
                "is not the name of the file",
                f"write {name}, or rename the file and its key in slipway:systems",
            )
        )
    return system
