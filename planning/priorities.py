"""Which listener rule is asked first. All systems share one listener."""

import hashlib
from collections.abc import Mapping, Sequence

from model.description import Description

RULES_PER_SERVICE = 10
"""Ten paths and ten denied ones need as many, two paths a rule."""

SERVICES_PER_SYSTEM = 10
_BLOCK = RULES_PER_SERVICE * SERVICES_PER_SYSTEM
_BLOCKS = 50_000 // _BLOCK
"""ELB takes priorities 1 to 50000."""


class PriorityError(ValueError):
    """There are more systems, or more public services in one, than priorities."""


def plan_priorities(
    systems: Mapping[str, Mapping[str, Sequence[str]]],
) -> dict[str, dict[str, int]]:
    """Gives every public service a range of priorities of its own.

    A system's block follows from its name, so that another system that comes or goes moves no
    rules (two names that meet in one block are set apart, the later in the alphabet moves). Within
    a system a service with longer paths comes first: `/api` before `/`.

    Args:
        systems: For each system its public services with their paths.

    Returns:
        For each system and service the first of its priorities.

    Raises:
        PriorityError: There is no room.
    """
    if len(systems) > _BLOCKS:
        raise PriorityError(f"{len(systems)} systems; a listener has room for {_BLOCKS}")
    taken: set[int] = set()
    plan: dict[str, dict[str, int]] = {}
    for system in sorted(systems):
        services = systems[system]
        if len(services) > SERVICES_PER_SYSTEM:
            raise PriorityError(
                f"{system} has {len(services)} public services; there is room for "
                f"{SERVICES_PER_SYSTEM}"
            )
        block = int.from_bytes(hashlib.sha256(system.encode()).digest()[:4]) % _BLOCKS
        while block in taken:
            block = (block + 1) % _BLOCKS
        taken.add(block)
        ordered = rule_order(services)
        plan[system] = {
            name: block * _BLOCK + index * RULES_PER_SERVICE + 1
            for index, name in enumerate(ordered)
        }
    return plan


def rule_order(services: Mapping[str, Sequence[str]]) -> list[str]:
    """Services in the order in which the load balancer asks them: the longest path first.

    Args:
        services: Public services with their paths.
    """
    return sorted(services, key=lambda name: (-max(map(len, services[name])), name))


def listener_priorities(description: Description) -> dict[tuple[str, str], int]:
    """The first listener priority of every public service, by system and service.

    See `plan_priorities`.
    """
    public = {
        name: {
            service: described.public.paths
            for service, described in system.services.items()
            if described.public is not None
        }
        for name, system in description.systems.items()
    }
    return {
        (system, service): priority
        for system, services in plan_priorities(public).items()
        for service, priority in services.items()
    }
