"""What a check looks at: a part of the description beside the outputs and the account it became."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from model.description import Description
from model.environment import CacheSettings, DatabaseSettings, SystemSettings
from model.system import Service, System
from planning.service import ServicePlan, plan_service
from tools.doctor.account import Account
from tools.doctor.outputs import (
    CacheOutputs,
    DatabaseOutputs,
    PlatformOutputs,
    ServiceOutputs,
    StackOutputs,
    SystemOutputs,
    UnusableOutputs,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformSubject:
    """What the systems of the stack share."""

    account: Account
    description: Description
    platform: PlatformOutputs

    @property
    def label(self) -> str:
        """Name in the report."""
        return "platform"

    @property
    def redeploy(self) -> str:
        """Remedy for what was changed behind Pulumi's back."""
        return f"run `pulumi up --refresh --stack {self.description.stack}` to restore it"


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemSubject(PlatformSubject):
    """One system."""

    name: str
    system: System
    settings: SystemSettings
    outputs: SystemOutputs

    @property
    def label(self) -> str:
        """Name in the report."""
        return self.name

    def clients_of(self, store: str) -> frozenset[str]:
        """Gives the security groups of the services whose bindings name a data store.

        Args:
            store: `database` or `cache`.
        """
        return frozenset(
            self.outputs.services[service].security_group_id
            for service in self.system.services
            if service in self.outputs.services
            and any(
                source.partition(".")[0] == store
                for source in plan_service(self.description, self.name, service).bindings.values()
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSubject(SystemSubject):
    """One service of a system."""

    service_name: str
    service: Service
    plan: ServicePlan
    deployed: ServiceOutputs

    @property
    def label(self) -> str:
        """Name in the report."""
        return f"{self.name}/{self.service_name}"

    @property
    def is_public(self) -> bool:
        """Whether the load balancer reaches it."""
        return self.service.public is not None

    def ecs_service(self) -> dict[str, Any]:
        """Reads the ECS service.

        Raises:
            Missing: ECS does not know it, or it is being deleted.
        """
        answer = self.account.read(
            "ecs",
            "describe_services",
            cluster=self.platform.cluster_name,
            services=[self.deployed.service_name],
        )
        for service in answer["services"]:
            if service["status"] == "ACTIVE":
                return service
        raise Missing(
            f"ECS service {self.deployed.service_name} in cluster {self.platform.cluster_name}"
        )

    def task_definition(self) -> dict[str, Any]:
        """Reads the task definition that the deploy asked for."""
        return self.account.read(
            "ecs", "describe_task_definition", taskDefinition=self.deployed.task_definition_arn
        )["taskDefinition"]

    def container(self) -> dict[str, Any]:
        """Reads the definition of the service's own container, which is the first one."""
        return self.task_definition()["containerDefinitions"][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSubject(SystemSubject):
    """The database of a system."""

    wanted: DatabaseSettings
    database: DatabaseOutputs

    @property
    def label(self) -> str:
        """Name in the report."""
        return f"{self.name}/database"


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheSubject(SystemSubject):
    """The cache of a system."""

    wanted: CacheSettings
    cache: CacheOutputs

    @property
    def label(self) -> str:
        """Name in the report."""
        return f"{self.name}/cache"


class Missing(Exception):  # noqa: N818 (the word that the messages use)
    """Something that the outputs name does not exist; the text names it in AWS's words."""


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
        if settings.database is not None and system.database is not None:
            if published.database is None:
                raise _lacking(f"the database of system {name}", description.stack)
            yield DatabaseSubject(**own, wanted=settings.database, database=published.database)
        if settings.cache is not None and system.cache is not None:
            if published.cache is None:
                raise _lacking(f"the cache of system {name}", description.stack)
            yield CacheSubject(**own, wanted=settings.cache, cache=published.cache)


def _lacking(what: str, stack: str) -> UnusableOutputs:
    return UnusableOutputs(
        f"{what} is in the description but not in the outputs, so it was described after the last "
        f"deploy; deploy it with `pulumi up --stack {stack}` (or `make up STACK={stack}`)"
    )
