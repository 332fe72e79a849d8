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

    @property
    def stack_place(self) -> Place:
        """The stack file; what is wrong there is the same for every system."""
        return Place(self.description.stack_file)

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
class Rendered:
    """Fields, and where in the graph each of them shows; a test changes them and looks there."""

    part: str = ""
    """The section of the fields below that of the area, with dots; none by default."""
    keys: tuple[str, ...]
    """Their keys in that section."""
    into: tuple[str, ...] = ()
    """What they become on both runtimes: a kind of resource, for example `Deployment`, or one with
    a section, `Deployment spec.strategy`. None by default, for what only a person, a preview or the
    doctor reads."""
    fargate_into: tuple[str, ...] = ()
    """What they become on Fargate besides."""
    eks_into: tuple[str, ...] = ()
    """What they become on EKS besides."""

    def rendered(self, runtime: Runtime) -> tuple[str, ...]:
        """What they become on a runtime; nothing where it cannot use them."""
        return (*self.into, *(self.fargate_into if runtime == "fargate" else self.eks_into))


@dataclass(frozen=True, kw_only=True, slots=True)
class Row(Rendered):
    """Fields that become one thing."""

    fargate: str
    """What they become on Fargate, or why nothing."""
    eks: str
    """What they become on EKS, or why nothing."""
    losses: tuple[Loss, ...] = ()
    """Where a runtime cannot do what they ask for; none by default, for what is not needed on a
    runtime is no loss."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Same(Rendered):
    """Fields that are the same on both runtimes."""

    why: str
    """What they become, or who reads them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """A section of a file: one chapter of the page."""

    module: str
    """Where it is written, `__name__`: the page names it to whoever wants to change it."""
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
            yield from self.paths_of(each)

    def paths_of(self, row: Rendered) -> Iterator[str]:
        """The fields of one of its rows, in full."""
        for key in row.keys:
            yield ".".join(filter(None, (self.section, row.part, key)))
