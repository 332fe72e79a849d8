"""Adds a drafted system to the project: proves first that the whole description is valid."""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from model.description import Description, system_file
from model.environment import Environment
from model.load import load_files
from model.problems import DescriptionError, Place, Problem
from planning.checks import verify
from tools.new_system.draft import SystemDraft
from tools.new_system.insertion import NoPlaceError, insert_system
from tools.new_system.settings import settings_text
from tools.new_system.system_file import system_text


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What was written."""

    files: tuple[str, ...]
    """The files, relative to the project."""
    stacks: tuple[str, ...]
    """The stacks that have the system now."""
    warnings: tuple[Problem, ...]
    """What is allowed and unwise in the new system."""


def read_stacks(root: Path, runtime: str | None = None) -> dict[str, Description]:
    """Reads every stack.

    Args:
        root: The project's folder.
        runtime: What services are to run on, in place of what the stack files say.

    Returns:
        The descriptions by stack, in the order of the names.

    Raises:
        DescriptionError: One of them is not valid; that comes first.
    """
    names = sorted(path.name.split(".")[1] for path in root.glob("Pulumi.*.yaml"))
    overrides = {} if runtime is None else {"slipway:runtime": runtime}
    found: dict[str, Description] = {}
    problems: list[Problem] = []
    for name in names:
        try:
            found[name] = verify(load_files(root, name, assume_secrets=True, overrides=overrides))
        except DescriptionError as error:
            problems += error.problems
    if not names:
        problems.append(
            Place("Pulumi.<stack>.yaml").problem(
                "", "does not exist", "run this in the project's folder"
            )
        )
    if problems:
        raise DescriptionError(problems)
    return found


def usual_host(environment: Environment, name: str) -> str:
    """The host that a system would have if its host were like those of the others.

    Args:
        environment: The stack.
        name: Name of the system, or of its part of the host.
    """
    zone = environment.domain.hosted_zone.split(".")
    above = [
        settings.host.split(".")[1:]
        for settings in environment.systems.values()
        if settings.host.endswith("." + environment.domain.hosted_zone)
    ]
    shared: list[str] = []
    for labels in zip(*(reversed(labels) for labels in above), strict=False):
        if len({*labels}) > 1:
            break
        shared.insert(0, labels[0])
    return ".".join([name, *(shared if len(shared) >= len(zone) else zone)])


def add(root: Path, draft: SystemDraft, hosts: Mapping[str, str]) -> Outcome:
    """Writes the system file, and the system's settings into every stack file.

    Args:
        root: The project's folder.
        draft: The system.
        hosts: Its host by stack; the usual one where there is none.

    Raises:
        DescriptionError: It is there already, or would not be valid. Then nothing was written.
    """
    stacks = read_stacks(root)
    texts = _texts(root, draft, hosts, stacks)
    proved = _prove(root, texts, list(stacks))
    known = {warning for stack in stacks.values() for warning in stack.warnings}
    for file, text in texts.items():
        # Line ends as they are, on every machine.
        (root / file).write_text(text, encoding="utf-8", newline="")
    return Outcome(
        files=tuple(texts),
        stacks=tuple(stacks),
        warnings=tuple(
            dict.fromkeys(
                warning
                for description in proved
                for warning in description.warnings
                if warning not in known
            )
        ),
    )


def _texts(
    root: Path, draft: SystemDraft, hosts: Mapping[str, str], stacks: Mapping[str, Description]
) -> dict[str, str]:
    own = system_file(draft.name)
    problems: list[Problem] = []
    if (root / own).exists():
        problems.append(
            Place(own).problem("", "exists already", "choose another name, or remove it first")
        )
    texts = {own: system_text(draft)}
    for stack, description in stacks.items():
        file = description.stack_file
        environment = description.environment
        host = hosts.get(stack) or usual_host(environment, draft.name)
        block = settings_text(draft, environment, host)
        with (root / file).open(encoding="utf-8", newline="") as opened:
            text = opened.read()
        try:
            texts[file] = insert_system(text, draft.name, block, file)
        except NoPlaceError as error:
            problems.append(error.problem)
    if problems:
        raise DescriptionError(problems)
    return texts


def _prove(root: Path, texts: Mapping[str, str], stacks: list[str]) -> list[Description]:
    """Reads the files as they would be, in a folder of their own."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        shutil.copytree(root / "systems", scratch / "systems")
        for stack in stacks:
            shutil.copy(root / f"Pulumi.{stack}.yaml", scratch)
        for file, text in texts.items():
            (scratch / file).write_text(text, encoding="utf-8", newline="")
        return list(read_stacks(scratch).values())
