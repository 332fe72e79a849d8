"""What the services of a system are made from, whatever runs them."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from components.public_route import PublicRoute
from components.secret_reference import SecretReference
from planning.variables import Variables
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

    def bound(
        self, variables: Variables, offered: Mapping[str, bindings.Outputs]
    ) -> bindings.Bound:
        """What a container is told by others and by itself: the bindings win over plain variables.

        Args:
            variables: Its own.
            offered: What data stores and other services offer to its bindings.
        """
        found = bindings.resolve(variables.bindings, offered)
        return dataclasses.replace(
            found,
            values={**variables.environment, **found.values},
            secrets={**found.secrets, **{each: self.secrets[each] for each in variables.secrets}},
        )
