"""Everything of a stack that can be checked, with its description and its outputs."""

from collections.abc import Iterator, Mapping
from typing import Any

from model.description import Description
from model.settings import SystemSettings
from model.system import System
from planning.kubernetes import plan_kubernetes_service
from planning.service import plan_service
from tools.doctor.account import Account
from tools.doctor.kubernetes_api import Cluster
from tools.doctor.kubernetes_subjects import (
    ClusterSubject,
    KubernetesServiceSubject,
    NamespaceSubject,
)
from tools.doctor.outputs import StackOutputs, SystemOutputs, UnusableOutputs
from tools.doctor.store_subjects import (
    AssetsSubject,
    CacheSubject,
    DatabaseSubject,
    ObjectsSubject,
    QueueSubject,
)
from tools.doctor.subjects import (
    FargateServiceSubject,
    PlatformSubject,
    ServiceSubject,
    SystemSubject,
)


def subjects(
    description: Description, outputs: StackOutputs, account: Account
) -> Iterator[PlatformSubject]:
    """Gives everything that can be checked, platform first, then system by system.

    Raises:
        UnusableOutputs: The description has a system, service or data store that the outputs lack,
            or another runtime.
    """
    runtime = description.environment.runtime
    if outputs.runtime != runtime:
        raise _lacking(f"runtime {runtime}", description.stack)
    shared: dict[str, Any] = {
        "account": account,
        "description": description,
        "platform": outputs.platform,
    }
    yield PlatformSubject(**shared)
    # One for all systems: it remembers what it has read, and that it was refused.
    cluster = Cluster(account, outputs.platform.cluster_name) if runtime == "eks" else None
    if cluster is not None:
        yield ClusterSubject(**shared, cluster=cluster)
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
        services = {
            service: _service(own, service, cluster, description.stack)
            for service in system.services
        }
        if cluster is not None:
            yield NamespaceSubject(**own, cluster=cluster)
        yield from services.values()
        yield from _stores(own, system, settings, published, services)


def _service(
    own: Mapping[str, Any], service: str, cluster: Cluster | None, stack: str
) -> ServiceSubject:
    """Gives a service as what its runtime makes of it."""
    name, description = own["name"], own["description"]
    deployed = own["outputs"].services.get(service)
    if deployed is None:
        raise _lacking(f"service {name}/{service}", stack)
    its: dict[str, Any] = {
        **own,
        "service_name": service,
        "service": own["system"].services[service],
        "deployed": deployed,
    }
    if cluster is None:
        return FargateServiceSubject(**its, plan=plan_service(description, name, service))
    plan = plan_kubernetes_service(description, name, service)
    return KubernetesServiceSubject(**its, plan=plan, cluster=cluster)


def _stores(
    own: Mapping[str, Any],
    system: System,
    settings: SystemSettings,
    published: SystemOutputs,
    services: Mapping[str, ServiceSubject],
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
            raise _lacking(f"{words} of system {own['name']}", own["description"].stack)
        its: dict[str, Any] = {**own, "wanted": wanted, store: outputs}
        if subject is ObjectsSubject:
            its["services"] = services
        yield subject(**its)


def _lacking(what: str, stack: str) -> UnusableOutputs:
    return UnusableOutputs(
        f"{what} is in the description but not in the outputs, so it was described after the last "
        f"deploy; deploy it with `pulumi up --stack {stack}` (or `make up STACK={stack}`)"
    )
