"""In which order the services of a system are deployed."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from model.service import Service


class CircleError(ValueError):
    """Services that call each other in a circle: none can be first."""

    def __init__(self, circle: tuple[str, ...]) -> None:
        self.circle = circle
        """The services, the first one again at the end."""
        super().__init__(" to ".join(circle))


def called_services(service: Service) -> tuple[str, ...]:
    """The services that one binds, sorted."""
    sources = {source for source in service.bind.values() if source.startswith("services.")}
    return tuple(sorted({source.split(".")[1] for source in sources}))


def needs_database(service: Service) -> bool:
    """Whether a service must wait until its database is prepared: it binds it."""
    return any(source.startswith("database.") for source in service.bind.values())


def is_connected(service: Service) -> bool:
    """Whether a service is in the namespace of Service Connect: it is called, or calls."""
    return service.internal is not None or bool(called_services(service))


def deploy_order(services: Mapping[str, Service]) -> tuple[str, ...]:
    """Puts a service behind all that it calls.

    Service Connect tells a task only of the services that were there when it started. Source:
    Amazon ECS developer guide, "Service Connect components", deployment order.

    Args:
        services: The services of a system by name.

    Returns:
        Their names; those that do not depend on each other by the alphabet.

    Raises:
        CircleError: Some call each other in a circle.
    """
    sorter = TopologicalSorter({name: called_services(services[name]) for name in services})
    try:
        sorter.prepare()
    except CycleError as error:
        raise CircleError(tuple(reversed(error.args[1]))) from None
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order += ready
        sorter.done(*ready)
    return tuple(order)
