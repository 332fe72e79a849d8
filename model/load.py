"""From files to a description. Everything that is wrong is told at once, and nothing is secret."""

import dataclasses
import functools
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from model import rules
from model.description import Description, IntactSections, system_file
from model.environment import Environment
from model.problems import Place, Problem, closest, known_names, shown
from model.rules.contract import provided_keys
from model.rules.parts import Parts, SystemParts
from model.settings import SystemSettings
from model.shape import KEY, Location, Texts, read_part
from model.stack_file import PROJECT, read_stack_file, stack_texts
from model.system import System
from model.yaml_file import read_yaml, scalar_texts

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
        The description, as far as files can be read and have the shape that they should. All that
        is wrong stands in `problems`: hand it to `planning.checks.verify`, which adds what does
        not add up and raises.
    """
    place = Place(f"Pulumi.{stack}.yaml")
    broken: list[Problem] = []
    texts = functools.partial(stack_texts, root, stack)
    environment, locations = _environment(config, secret_names, place, texts, broken)
    settings = environment.systems if environment else _intact_systems(config, locations)
    names = [name for name in _system_names(config) if (*_SYSTEMS, name, KEY) not in locations]
    systems = {name: _system(root, name, stack, broken) for name in names}
    assumed = (
        {key for name, system in systems.items() if system for key in provided_keys(name, system)}
        if assume_secrets
        else set[str]()
    ) - {*config}
    sections = _intact_sections(environment, config, locations)
    parts = Parts(
        stack=stack,
        sections=sections,
        systems=[
            SystemParts(name=name, system=systems[name], settings=settings.get(name))
            for name in names
        ],
        config_keys=frozenset(config) | assumed,
        secret_names=frozenset(secret_names) | assumed,
    )
    present = {**sections, "systems": settings}
    return Description(
        stack=stack,
        environment=environment or IntactSections.model_construct(None, **present),
        systems={
            name: system
            for name, system in systems.items()
            if system is not None and name in settings
        },
        is_partial=environment is None or bool(broken),
        problems=(*broken, *_unknown(config, place), *rules.problems(parts)),
        warnings=tuple(rules.warnings(parts)),
    )


def load_files(
    root: Path,
    stack: str,
    *,
    assume_secrets: bool = False,
    overrides: Mapping[str, str] | None = None,
) -> Description:
    """Reads `Pulumi.<stack>.yaml` itself, for tools that run without Pulumi.

    Args:
        root: The project's folder.
        stack: Name of the stack.
        assume_secrets: As of `parse`.
        overrides: Values of keys in place of what the file says; none by default.

    Returns:
        The description, as from `parse`.

    Raises:
        DescriptionError: The stack file cannot be read, or holds no configuration.
    """
    file = read_stack_file(root, stack)
    description = parse(
        stack=stack,
        config={**file.config, **(overrides or {})},
        root=root,
        secret_names=file.secret_names,
        assume_secrets=assume_secrets,
    )
    return dataclasses.replace(description, problems=(*file.problems, *description.problems))


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
    texts: Callable[[], Texts],
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
        except (ValueError, RecursionError):
            # Pulumi hands over a plain text as it is, and a structure as JSON.
            problems.append(
                place.key(key).problem(
                    "", "is text, not a section", "write keys and values below it"
                )
            )
            unread.add((key,))
    environment, found, locations = read_part(Environment, json.dumps(sections), place, texts)
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
    except (ValueError, RecursionError):
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
    system, found, _ = read_part(
        System, json.dumps(content), Place(file), functools.partial(scalar_texts, root, file)
    )
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
