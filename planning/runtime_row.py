"""What a field of a description becomes on each runtime: the form of the table of runtimes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from model.description import Description, system_file
from model.environment import Runtime
from model.problems import Place, Problem
from model.service import Service
from model.settings import SystemSettings
from model.system import System


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """One system in its environment: where a loss is looked for."""

    description: Description
    name: str
    """The system's name."""

    @property
    def system(self) -> System:
        """What the system file says."""
        return self.description.systems[self.name]

    @property
    def settings(self) -> SystemSettings:
        """What the stack file says."""
        return self.description.environment.systems[self.name]

    @property
    def place(self) -> Place:
        """The system file."""
        return Place(system_file(self.name))

    def services(self) -> Iterator[tuple[str, Service, Place]]:
        """Each service with its name and its place."""
        for name, service in self.system.services.items():
            yield name, service, self.place.keys("services", name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Loss:
    """What a runtime cannot do although a description asks for it; a preview warns of it."""

    runtime: Runtime
    when: str
    """When that is so, for the page: what follows `A preview warns`."""
    find: Callable[[Use], Iterator[Problem]]
    """Finds where a system asks for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """Fields that become one thing."""

    part: str = ""
    """The section of the fields below that of the area, with dots; none by default."""
    keys: tuple[str, ...]
    """Their keys in that section."""
    fargate: str
    """What they become on Fargate, or why nothing."""
    eks: str
    """What they become on EKS, or why nothing."""
    losses: tuple[Loss, ...] = ()
    """Where a runtime cannot do what they ask for; none by default, for what is not needed on a
    runtime is no loss."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Same:
    """Fields that are the same on both runtimes."""

    part: str = ""
    """As of `Row`."""
    keys: tuple[str, ...]
    """As of `Row`."""
    why: str
    """What they become, or who reads them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """A section of a file: one chapter of the page."""

    title: str
    section: str
    """Beginning of the fields' paths, with `*` for a name and `[]` for a list; empty for a system
    file as a whole."""
    rows: tuple[Row, ...]
    """What the runtime matters to."""
    same: tuple[Same, ...] = ()
    """What it does not matter to."""

    def paths(self) -> Iterator[str]:
        """Every field that the area speaks of, in full."""
        for each in (*self.rows, *self.same):
            for key in each.keys:
                yield ".".join(filter(None, (self.section, each.part, key)))
