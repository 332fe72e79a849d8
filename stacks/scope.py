"""What every part of a system is built from."""

from dataclasses import dataclass

from model.description import Description
from model.environment import Environment
from model.settings import SystemSettings
from model.system import System
from stacks.platform import Platform
from stacks.providers import Clouds


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """One system in one environment."""

    description: Description
    name: str
    """Name of the system: the beginning of all its components' names."""
    platform: Platform
    clouds: Clouds

    @property
    def system(self) -> System:
        """What the system file says."""
        return self.description.systems[self.name]

    @property
    def settings(self) -> SystemSettings:
        """What the stack file says of the system."""
        return self.description.environment.systems[self.name]

    @property
    def environment(self) -> Environment:
        """What the stack file says of everything else."""
        return self.description.environment
