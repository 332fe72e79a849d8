"""Everything of a stack that can be checked, with its description and its outputs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model.description import Description
from planning.fargate_service import plan_fargate_service
from planning.kubernetes import plan_kubernetes_service
from tools.doctor.account import Account
from tools.doctor.kubernetes_api import Cluster
from tools.doctor.kubernetes_subjects import (
    ClusterSubject,
    KubernetesServiceSubject,
    NamespaceSubject,
)
from tools.doctor.moving import describe_other
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


@dataclass(frozen=True, slots=True)
class _Side:
    """What one runtime carries: all there is, but while switching."""

    description: Description
    outputs: StackOutputs
    account: Account
    cluster: Cluster | None
    """One for all systems: it remembers what it has read, and that it was refused. None on
    Fargate."""

    @staticmethod
    def of(description: Description, outputs: StackOutputs | None, account: Account) -> "_Side":
        runtime = description.environment.runtime
        if outputs is None or outputs.runtime != runtime:
            raise _lacking(f"runtime {runtime}", description.stack)
        name = outputs.platform.cluster_name
        cluster = Cluster(account, name) if runtime == "eks" else None
        return _Side(description, outputs, account, cluster)

    @property
    def shared(self) -> dict[str, Any]:
        """What every subject has."""
        return {
            "account": self.account,
            "description": self.description,
            "platform": self.outputs.platform,
        }

    def published(self, name: str) -> SystemOutputs:
        """What the outputs say of a system."""
        published = self.outputs.systems.get(name)
        if published is None:
            raise _lacking(f"system {name}", self.description.stack)
        return published

    def own(self, name: str) -> dict[str, Any]:
        """What every subject of a system has."""
        return {
            **self.shared,
            "name": name,
            "system": self.description.systems[name],
            "settings": self.description.environment.systems[name],
            "outputs": self.published(name),
        }

    def service(self, name: str, service: str) -> ServiceSubject:
        """Gives a service as what its runtime makes of it."""
        own, description = self.own(name), self.description
        deployed = own["outputs"].services.get(service)
        if deployed is None:
            raise _lacking(f"service {name}/{service}", description.stack)
        its: dict[str, Any] = {
            **own,
            "service_name": service,
            "service": own["system"].services[service],
            "deployed": deployed,
        }
        if self.cluster is None:
            plan = plan_fargate_service(description, name, service)
            return FargateServiceSubject(**its, plan=plan)
        pods = plan_kubernetes_service(description, name, service)
        return KubernetesServiceSubject(**its, plan=pods, cluster=self.cluster)


def subjects(
    description: Description, outputs: StackOutputs, other: StackOutputs | None, account: Account
) -> Iterator[PlatformSubject]:
    """Gives everything that can be checked, platform first, then system by system.

    Args:
        description: The description of the stack.
        outputs: What its deploy published.
        other: The same as the runtime has it to which the services move; None without a move.
        account: Where it runs.

    Raises:
        UnusableOutputs: The description has a runtime, system, service or data store that the
            outputs lack.
    """
    here = _Side.of(description, outputs, account)
    sides = [here]
    if len(description.environment.runtimes) > 1:
        sides.append(_Side.of(describe_other(description), other, account))
    yield PlatformSubject(**here.shared)
    for side in sides:
        if side.cluster is not None:
            yield ClusterSubject(**side.shared, cluster=side.cluster)
    for name, system in description.systems.items():
        own: dict[str, Any] = {
            **here.own(name),
            "others": [side.published(name) for side in sides[1:]],
        }
        yield SystemSubject(**own)
        running: list[ServiceSubject] = []
        for side in sides:
            services = [side.service(name, service) for service in system.services]
            if side.cluster is not None:
                yield NamespaceSubject(**side.own(name), cluster=side.cluster)
            yield from services
            running += services
        yield from _stores(own, running)


def _stores(own: Mapping[str, Any], services: Sequence[ServiceSubject]) -> Iterator[SystemSubject]:
    """Gives the data stores that both the system file and the stack file speak of."""
    system, settings, published = own["system"], own["settings"], own["outputs"]
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
