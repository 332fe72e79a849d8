"""A description: an environment with the systems that run in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from model.environment import Environment
from model.problems import Problem
from model.system import System


class BrokenSectionError(Exception):
    """A section that somebody asks for has not its shape, which the problems tell."""


class IntactSections(Environment):
    """The sections of a stack file that have their shape, where others have not."""

    def __getattr__(self, name: str) -> Any:
        """Refuses a section that is broken.

        Raises:
            BrokenSectionError: It is, so that nobody computes with what is not there.
        """
        if name.startswith("_"):
            raise AttributeError(name)
        raise BrokenSectionError(name)


def intact(check: Iterator[Problem]) -> Iterator[Problem]:
    """What a check says, up to the first section that it asks for and that is broken."""
    try:
        yield from check
    except BrokenSectionError:
        return


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """What is to be deployed; `planning.checks.verify` says whether it can be."""

    stack: str
    """Name of the stack."""
    environment: Environment
    """What the stack file says; `IntactSections` where some of it has not its shape."""
    systems: Mapping[str, System]
    """What the system files say, by name, in the order of the names; those of which either file
    says something that has not its shape are absent."""
    is_partial: bool = False
    """Whether something is absent for that reason. `verify` then refuses the description."""
    problems: tuple[Problem, ...] = ()
    """What the model's rules refuse; `verify` raises them together with what its sums refuse, so
    that everything is told at once. Empty after `verify`."""
    warnings: tuple[Problem, ...] = ()
    """What is allowed and unwise."""

    @property
    def stack_file(self) -> str:
        """Name of the stack file, for messages."""
        return f"Pulumi.{self.stack}.yaml"


def system_file(name: str) -> str:
    """Name of a system's file, relative to the project."""
    return f"systems/{name}.yaml"
