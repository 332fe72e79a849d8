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
        yield from _stores(own, system, settings, published, description.stack)


def _stores(
    own: dict[str, Any],
    system: System,
    settings: SystemSettings,
    published: SystemOutputs,
    stack: str,
) -> Iterator[SystemSubject]:
    """Gives the data stores that both the system file and the stack file speak of."""
    for subject, words in (
        (DatabaseSubject, "the database"),
        (CacheSubject, "the cache"),
        (QueueSubject, "the queue"),
        (ObjectsSubject, "the bucket for objects"),
        (AssetsSubject, "the distribution of assets"),
    ):
        store = subject.store
        described, wanted = getattr(system, store), getattr(settings, store)
        if described is None or wanted is None:
            continue
        outputs = getattr(published, store)
        if outputs is None:
            raise _lacking(f"{words} of system {own['name']}", stack)
        yield subject(**own, wanted=wanted, **{store: outputs})


def _lacking(what: str, stack: str) -> UnusableOutputs:
    return UnusableOutputs(
        f"{what} is in the description but not in the outputs, so it was described after the last "
        f"deploy; deploy it with `pulumi up --stack {stack}` (or `make up STACK={stack}`)"
    )
