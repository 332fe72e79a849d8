"""What the services of a system are made from, whatever runs them."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.public_route import PublicRoute
from components.task_definition import SecretReference
from stacks import bindings
from stacks.stores import Stores


@dataclass(frozen=True, kw_only=True, slots=True)
class SystemParts:
    """The parts of one system that belong to no runtime, and outlive a move between them."""

    stores: Stores
    """Its data stores."""
    secrets: Mapping[str, SecretReference]
    """Its own secrets, by variable."""
    offered: Mapping[str, bindings.Outputs]
    """What the data stores offer to bindings."""
    routes: Mapping[str, PublicRoute]
    """How requests reach its public services."""
