"""What a check looks at: a part of the description beside the outputs and the account it became."""

from dataclasses import dataclass
from typing import Any, ClassVar

from model.description import Description
from model.service import Service
from model.settings import (
    AssetsSettings,
    CacheSettings,
    DatabaseSettings,
    ObjectsSettings,
    QueueSettings,
    SystemSettings,
)
from model.stores import Assets
from model.system import System
from planning.service import ServicePlan, plan_service
from tools.doctor.account import Account
from tools.doctor.outputs import (
    AssetsOutputs,
    CacheOutputs,
    DatabaseOutputs,
    ObjectsOutputs,
    PlatformOutputs,
    QueueOutputs,
    ServiceOutputs,
    SystemOutputs,
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
        """Gives the security groups of who may connect to a data store.

        Services whose bindings name it, the migration with its service's bindings, and the
        bootstrap of the database.

        Args:
            store: `database`, `cache` or `queue`.
        """
        users = self.users_of(store)
        groups = {
            self.outputs.services[name].security_group_id
            for name in users
            if name in self.outputs.services
        }
        database = self.system.database
        migration = database.migration if database is not None else None
        for task, published in self.outputs.tasks.items():
            if task == "bootstrap":
                may_connect = store == "database"
            else:
                may_connect = migration is not None and migration.service in users
            if may_connect:
                groups.add(published.security_group_id)
        return frozenset(groups)

    def users_of(self, store: str) -> frozenset[str]:
        """Gives the names of the services whose bindings name a data store.

        Args:
            store: As in `clients_of`, or `objects`.
        """
        return frozenset(name for name in self.system.services if self._binds(name, store))

    def _binds(self, service: str, store: str) -> bool:
        bindings = plan_service(self.description, self.name, service).bindings
        return any(source.partition(".")[0] == store for source in bindings.values())


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
class StoreSubject(SystemSubject):
    """A data store of a system; the classes below say which."""

    store: ClassVar[str]
    """Its name in system files."""

    @property
    def label(self) -> str:
        """Name in the report."""
        return f"{self.name}/{self.store}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSubject(StoreSubject):
    """The database of a system."""

    store: ClassVar[str] = "database"
    wanted: DatabaseSettings
    database: DatabaseOutputs


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheSubject(StoreSubject):
    """The cache of a system."""

    store: ClassVar[str] = "cache"
    wanted: CacheSettings
    cache: CacheOutputs


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSubject(StoreSubject):
    """The queue of a system."""

    store: ClassVar[str] = "queue"
    wanted: QueueSettings
    queue: QueueOutputs


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectsSubject(StoreSubject):
    """The bucket for objects of a system."""

    store: ClassVar[str] = "objects"
    wanted: ObjectsSettings
    objects: ObjectsOutputs


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetsSubject(StoreSubject):
    """The static files of a system."""

    store: ClassVar[str] = "assets"
    wanted: AssetsSettings
    assets: AssetsOutputs

    @property
    def described(self) -> Assets:
        """What the system file says."""
        assert self.system.assets is not None  # noqa: S101 (there is no subject without)
        return self.system.assets


class Missing(Exception):  # noqa: N818 (the word that the messages use)
    """Something that the outputs name does not exist; the text names it in AWS's words."""
