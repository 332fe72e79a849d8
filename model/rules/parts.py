"""What rules look at: the parts of a description that have their shape, and who they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model.description import system_file
from model.environment import (
    Domain,
    Encryption,
    LoadBalancer,
    Network,
)
from model.problems import Place
from model.service import Service
from model.settings import SystemSettings
from model.system import System


@dataclass(frozen=True, kw_only=True, slots=True)
class SystemParts:
    """One system: what its file says and what the stack file says of it, as far as readable."""

    name: str
    system: System | None
    settings: SystemSettings | None

    @property
    def place(self) -> Place:
        """The system file."""
        return Place(system_file(self.name))

    def service_place(self, service: str) -> Place:
        """A service in the system file."""
        return self.place.keys("services", service)


@dataclass(frozen=True, kw_only=True, slots=True)
class Variable:
    """An environment variable and where its value stands."""

    value: str
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """All parts that have their shape; a rule whose parts have not is not asked."""

    stack: str
    sections: Mapping[str, Any]
    """Sections of the environment by field name; those that are broken are absent."""
    systems: Sequence[SystemParts]
    config_keys: frozenset[str]
    """Every key of the configuration."""
    secret_names: frozenset[str]
    """Those whose values are encrypted."""

    @property
    def stack_place(self) -> Place:
        """The stack file."""
        return Place(f"Pulumi.{self.stack}.yaml")

    def settings_place(self, system: str) -> Place:
        """A system in the stack file."""
        return self.stack_place.keys("slipway:systems", system)

    @property
    def is_strict(self) -> bool:
        """Whether the guardrails hold."""
        return self.sections.get("safety") == "strict"

    @property
    def region(self) -> str | None:
        """Region of AWS."""
        return self.sections.get("region")

    @property
    def network(self) -> Network | None:
        """The section `slipway:network`."""
        return self.sections.get("network")

    @property
    def domain(self) -> Domain | None:
        """The section `slipway:domain`."""
        return self.sections.get("domain")

    @property
    def encryption(self) -> Encryption | None:
        """The section `slipway:encryption`."""
        return self.sections.get("encryption")

    @property
    def load_balancer(self) -> LoadBalancer | None:
        """The section `slipway:loadBalancer`."""
        return self.sections.get("load_balancer")

    def variables(self, parts: SystemParts, name: str, service: Service) -> dict[str, Variable]:
        """The plain environment of a service: the system file's, overridden by the stack file's."""
        place = parts.service_place(name).key("env")
        found = {
            variable: Variable(value=value, place=place.key(variable))
            for variable, value in service.env.items()
        }
        if parts.settings is not None and name in parts.settings.services:
            place = self.settings_place(parts.name).keys("services", name, "env")
            for variable, value in parts.settings.services[name].env.items():
                found[variable] = Variable(value=value, place=place.key(variable))
        return found
