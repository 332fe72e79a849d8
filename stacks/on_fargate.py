"""The services of one system on Fargate, with what runs before them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.fargate_service import FargateService
from components.monitoring import MetricArgs
from components.one_shot_task import OneShotTask
from components.reach import Destination
from model.observation import StatusExporter
from planning.order import is_connected
from stacks import bindings, status_canary
from stacks.fargate_platform import FargatePlatform
from stacks.parts import SystemParts
from stacks.prepare import Work
from stacks.running import Running, RunningService, TaskMetrics
from stacks.scope import Scope
from stacks.tasks import dns_name, service_args, task_args
from stacks.watched import Status


@dataclass(frozen=True, kw_only=True, slots=True)
class OnFargate:
    """What one system has on Fargate; see `stacks.runtime.SystemRuntime`."""

    scope: Scope
    parts: SystemParts
    platform: FargatePlatform
    services: dict[str, FargateService] = field(default_factory=dict[str, FargateService])
    """In the order in which they are deployed."""
    tasks: dict[str, OneShotTask] = field(default_factory=dict[str, OneShotTask])
    """What ran before them: `bootstrap` and `migration`, as far as there is any."""

    def prepare(self, work: Work, after: Sequence[pulumi.Resource]) -> OneShotTask:
        """Runs a task once."""
        task = self.tasks[work.name] = OneShotTask(
            f"{self.scope.name}-{work.name}",
            task_args(self.scope, self.platform, work, after=after),
            self.scope.clouds.options,
        )
        return task

    def deploy(
        self,
        name: str,
        offered: Mapping[str, bindings.Outputs],
        after: Sequence[pulumi.Resource],
    ) -> FargateService:
        """Builds a service of ECS."""
        service = self.services[name] = FargateService(
            f"{self.scope.name}-{name}",
            service_args(self.scope, name, self.parts, self.platform, offered=offered, after=after),
            self.scope.clouds.options,
        )
        return service

    def offers(self, name: str) -> bindings.Outputs | None:
        """Its name in Service Connect, and its port."""
        wanted = self.scope.system.services[name]
        if wanted.internal is None or wanted.port is None:
            return None
        return bindings.of_service(
            dns_name=dns_name(self.scope, name),
            protocol=wanted.internal.protocol,
            port=wanted.port,
            destination=Destination(
                security_group_id=self.services[name].security_group_id, port=wanted.port
            ),
        )

    def running(self) -> Running:
        """What was built, and what ECS measures of it."""
        return Running(
            services={
                name: RunningService(
                    metrics=_ecs_metrics(self.platform, self.services[name]),
                    outputs={
                        "serviceName": self.services[name].service_name,
                        "taskDefinitionArn": self.services[name].task_definition_arn,
                        "securityGroupId": self.services[name].security_group_id,
                        "logGroupName": self.services[name].log_group_name,
                        "serviceConnect": is_connected(described),
                    },
                )
                for name, described in self.scope.system.services.items()
            },
            routes=self.parts.routes,
            tasks={
                name: {
                    "securityGroupId": task.security_group_id,
                    "logGroupName": task.log_group_name,
                }
                for name, task in self.tasks.items()
            },
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Fargate:
    """The runtime `fargate`; see `stacks.runtime.Runtime`."""

    platform: FargatePlatform

    @property
    def outputs(self) -> Mapping[str, object]:
        """ARN and name of the cluster, and where its services find each other."""
        cluster = self.platform.cluster
        return {
            "clusterArn": cluster.cluster_arn,
            "clusterName": cluster.cluster_name,
            "serviceConnectNamespaceArn": cluster.service_connect_namespace_arn,
        }

    @property
    def target_tags(self) -> Mapping[str, pulumi.Input[str]]:
        """None: ECS is told of a service's target group by the service."""
        return {}

    def system(self, scope: Scope, parts: SystemParts, works: Sequence[Work]) -> OnFargate:  # noqa: ARG002
        """Begins with a system, which has nothing of its own before its tasks."""
        return OnFargate(scope=scope, parts=parts, platform=self.platform)

    def status(
        self,
        scope: Scope,
        described: StatusExporter,
        address: str,
        running: Running,  # noqa: ARG002
    ) -> Status:
        """Builds a canary, which asks from outside."""
        return status_canary.build(scope, described, address)


def _ecs_metrics(platform: FargatePlatform, service: FargateService) -> TaskMetrics:
    def of(namespace: str, name: str) -> MetricArgs:
        return MetricArgs(
            namespace=namespace,
            name=name,
            dimensions={
                "ClusterName": platform.cluster.cluster_name,
                "ServiceName": service.service_name,
            },
        )

    return TaskMetrics(
        cpu_percent=of("AWS/ECS", "CPUUtilization"),
        memory_percent=of("AWS/ECS", "MemoryUtilization"),
        desired=of("ECS/ContainerInsights", "DesiredTaskCount"),
        running=of("ECS/ContainerInsights", "RunningTaskCount"),
    )
