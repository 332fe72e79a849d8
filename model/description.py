"""A description: an environment with the systems that run in it."""

from collections.abc import Mapping
from dataclasses import dataclass

from model.environment import Environment
from model.problems import Problem
from model.system import System


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """What is to be deployed; `planning.checks.verify` says whether it can be."""

    stack: str
    """Name of the stack."""
    environment: Environment
    """What the stack file says."""
    systems: Mapping[str, System]
    """What the system files say, by name, in the order of the names."""
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
