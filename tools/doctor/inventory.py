"""Everything of a stack that can be checked, with its description and its outputs."""

from collections.abc import Iterator
from typing import Any

from model.description import Description
from model.settings import SystemSettings
from model.system import System
from planning.service import plan_service
from tools.doctor.account import Account
from tools.doctor.outputs import StackOutputs, SystemOutputs, UnusableOutputs
from tools.doctor.subjects import (
    AssetsSubject,
    CacheSubject,
    DatabaseSubject,
    ObjectsSubject,
    PlatformSubject,
    QueueSubject,
    ServiceSubject,
    SystemSubject,
)


def subjects(
    description: Description, outputs: StackOutputs, account: Account
) -> Iterator[PlatformSubject]:
    """Gives everything that can be checked, platform first, then system by system.

    Raises:
        UnusableOutputs: The description has a system, service or data store that the outputs lack.
    """
    shared: dict[str, Any] = {
        "account": account,
        "description": description,
        "platform": outputs.platform,
    }
    yield PlatformSubject(**shared)
    for name, system in description.systems.items():
        settings = description.environment.systems[name]
        published = outputs.systems.get(name)
        if published is None:
            raise _lacking(f"system {name}", description.stack)
        own: dict[str, Any] = {
            **shared,
            "name": name,
            "system": system,
            "settings": settings,
            "outputs": published,
        }
        yield SystemSubject(**own)
        for service_name, service in system.services.items():
            deployed = published.services.get(service_name)
            if deployed is None:
                raise _lacking(f"service {name}/{service_name}", description.stack)
            yield ServiceSubject(
                **own,
                service_name=service_name,
                service=service,
                plan=plan_service(description, name, service_name),
                deployed=deployed,
            )
        yield from _hosts(own, system, settings, published, description.stack)
        yield from _files(own, system, settings, published, description.stack)


def _hosts(
    own: dict[str, Any],
    system: System,
    settings: SystemSettings,
    published: SystemOutputs,
    stack: str,
) -> Iterator[SystemSubject]:
    """Gives the data stores to which services connect."""
    name = own["name"]
    if settings.database is not None and system.database is not None:
        if published.database is None:
            raise _lacking(f"the database of system {name}", stack)
        yield DatabaseSubject(**own, wanted=settings.database, database=published.database)
    if settings.cache is not None and system.cache is not None:
        if published.cache is None:
            raise _lacking(f"the cache of system {name}", stack)
        yield CacheSubject(**own, wanted=settings.cache, cache=published.cache)
    if settings.queue is not None and system.queue is not None:
        if published.queue is None:
            raise _lacking(f"the queue of system {name}", stack)
        yield QueueSubject(**own, wanted=settings.queue, queue=published.queue)


def _files(
    own: dict[str, Any],
    system: System,
    settings: SystemSettings,
    published: SystemOutputs,
    stack: str,
) -> Iterator[SystemSubject]:
    """Gives the data stores that AWS's own APIs answer for."""
    name = own["name"]
    if settings.objects is not None and system.objects is not None:
        if published.objects is None:
            raise _lacking(f"the bucket for objects of system {name}", stack)
        yield ObjectsSubject(**own, wanted=settings.objects, objects=published.objects)
    if settings.assets is not None and system.assets is not None:
        if published.assets is None:
            raise _lacking(f"the distribution of assets of system {name}", stack)
        yield AssetsSubject(
            **own, described=system.assets, wanted=settings.assets, assets=published.assets
        )


def _lacking(what: str, stack: str) -> UnusableOutputs:
    return UnusableOutputs(
        f"{what} is in the description but not in the outputs, so it was described after the last "
        f"deploy; deploy it with `pulumi up --stack {stack}` (or `make up STACK={stack}`)"
    )
