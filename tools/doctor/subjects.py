"""What a check looks at: a part of the description beside the outputs and the account it became."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from model.description import Description
from model.service import Service
from model.settings import SystemSettings
from model.system import System
from planning.fargate_service import FargatePlan
from planning.kubernetes import KubernetesPlan
from tools.doctor.account import Account
from tools.doctor.finding import Missing
from tools.doctor.outputs import (
    FargateServiceOutputs,
    PlatformOutputs,
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
    def is_moving(self) -> bool:
        """Whether the services run on both runtimes."""
        return len(self.description.environment.runtimes) > 1

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
    others: Sequence[SystemOutputs] = ()
    """For what both runtimes share: the same of the runtime to which the services move."""

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
            outputs.services[name].security_group_id
            for outputs in (self.outputs, *self.others)
            for name in users
            if name in outputs.services
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
        bindings = self.system.services[service].bind
        return any(source.partition(".")[0] == store for source in bindings.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSubject(SystemSubject):
    """One service of a system; the classes below say what runs it."""

    service_name: str
    service: Service
    plan: FargatePlan | KubernetesPlan
    deployed: ServiceOutputs

    @property
    def label(self) -> str:
        """Name in the report; while switching also the runtime, for there are two of it."""
        name = f"{self.name}/{self.service_name}"
        return f"{name} on {self.description.environment.runtime}" if self.is_moving else name

    @property
    def is_public(self) -> bool:
        """Whether the load balancer reaches it."""
        return self.service.public is not None

    @property
    def fewest(self) -> int:
        """How many of it run at least."""
        raise NotImplementedError

    @property
    def diary(self) -> str:
        """Where it tells why it is not well, as an imperative."""
        raise NotImplementedError

    def role_arn(self) -> str | None:
        """Reads which role its containers have in AWS; None for none."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class FargateServiceSubject(ServiceSubject):
    """One service on Fargate."""

    plan: FargatePlan
    deployed: FargateServiceOutputs

    @property
    def fewest(self) -> int:
        """How many tasks run at least."""
        return self.plan.minimum_tasks

    @property
    def diary(self) -> str:
        """Where it tells why it is not well, as an imperative."""
        return f"read the service's log group {self.deployed.log_group_name}"

    def role_arn(self) -> str | None:
        """Reads the task role."""
        return self.task_definition().get("taskRoleArn")

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
