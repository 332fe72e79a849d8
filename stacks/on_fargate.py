"""The services of one system on Fargate, with what runs before them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.fargate_service import FargateService, FargateServiceArgs
from components.fargate_service_args import LoadBalancerTargetArgs
from components.monitoring import MetricArgs
from components.one_shot_task import OneShotTask, OneShotTaskArgs
from components.public_route import PublicRoute
from components.reach import Destination
from components.service_connect import AppProtocol, ServiceConnectArgs
from components.task_definition import (
    ContainerHealthCheckArgs,
    HeartbeatArgs,
    health_check_command,
)
from components.task_scaling import QueueDepthArgs
from model.service import Service
from planning.order import called_services, deploy_order, is_connected
from planning.service import ServicePlan, plan_service
from stacks import bindings
from stacks.fargate_platform import FargatePlatform
from stacks.parts import SystemParts
from stacks.prepare import Work, works
from stacks.running import Running, RunningService, TaskMetrics
from stacks.scope import Scope
from stacks.stores import Stores

RUNTIME = "fargate"
SMALLEST = (256, 512)
"""Processor and memory of work with an image of somebody else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OnFargate:
    """What one system has on Fargate."""

    services: Mapping[str, FargateService]
    """In the order of the system file."""
    tasks: Mapping[str, OneShotTask]
    """What ran before them: `bootstrap` and `migration`, as far as there is any."""


def build(
    scope: Scope, parts: SystemParts, carrier: FargatePlatform, *, prepares: bool
) -> OnFargate:
    """Builds the services, each behind all that it calls.

    Args:
        scope: The system.
        parts: What the services are made from, whatever runs them.
        carrier: The cluster.
        prepares: Whether databases are prepared here; while switching the other runtime does it.
    """
    tasks: dict[str, OneShotTask] = {}
    for work in works(scope, parts) if prepares else []:
        tasks[work.name] = _task(scope, carrier, work, after=list(tasks.values()))
    offered = dict(parts.offered)
    built: dict[str, FargateService] = {}
    for name in deploy_order(scope.system.services):
        wanted = scope.system.services[name]
        after: list[pulumi.Resource] = [built[called] for called in called_services(wanted)]
        if any(source.startswith("database.") for source in wanted.bind.values()):
            after += tasks.values()
        if name in parts.routes:
            # ECS refuses a service whose target group no listener knows.
            after.append(parts.routes[name])
        plan = plan_service(scope.description, scope.name, name)
        bound = bindings.resolve(plan.bindings, offered)
        built[name] = _service(scope, name, plan, bound, parts, carrier, after)
        if wanted.internal is not None and wanted.port is not None:
            offered[f"services.{name}"] = bindings.of_service(
                dns_name=_dns_name(scope, name),
                protocol=wanted.internal.protocol,
                port=wanted.port,
                destination=Destination(
                    security_group_id=built[name].security_group_id, port=wanted.port
                ),
            )
    return OnFargate(services={name: built[name] for name in scope.system.services}, tasks=tasks)


def _service(  # noqa: PLR0917 (what a service is made from)
    scope: Scope,
    name: str,
    plan: ServicePlan,
    bound: bindings.Bound,
    parts: SystemParts,
    carrier: FargatePlatform,
    after: Sequence[pulumi.Resource],
) -> FargateService:
    wanted = scope.system.services[name]
    platform, environment = scope.platform, scope.environment
    return FargateService(
        f"{scope.name}-{name}",
        FargateServiceArgs(
            cluster_arn=carrier.cluster.cluster_arn,
            cluster_name=carrier.cluster.cluster_name,
            vpc_id=platform.network.vpc_id,
            subnet_ids=platform.network.private_subnet_ids,
            region=environment.region,
            account_id=platform.account_id,
            image=pulumi.Output.concat(platform.registry, "/", plan.image),
            registry_secret_arn=environment.existing.registry_secret_arn,
            command=wanted.command,
            port=wanted.port,
            user=wanted.user,
            open_files_limit=wanted.open_files,
            system_controls=wanted.system_controls,
            cpu_units=plan.cpu_units,
            memory_mib=plan.memory_mib,
            environment={**plan.environment, **bound.values},
            secrets={**bound.secrets, **{each: parts.secrets[each] for each in plan.secrets}},
            minimum_tasks=plan.minimum_tasks,
            maximum_tasks=plan.maximum_tasks,
            target_cpu_percent=plan.target_cpu_percent,
            target_memory_percent=plan.target_memory_percent,
            queue_depth=_queue_depth(plan, parts.stores),
            minimum_healthy_percent=plan.minimum_healthy_percent,
            maximum_percent=plan.maximum_percent,
            health_check_grace_period_seconds=plan.health_check_grace_period_seconds,
            stop_timeout_seconds=plan.stop_timeout_seconds,
            container_health_check=_container_health_check(wanted),
            target=_target(scope, parts.routes.get(name)),
            service_connect=_service_connect(scope, name, carrier),
            reaches=bound.reaches,
            permissions=bound.permissions,
            exec_enabled=scope.settings.services[name].exec_enabled,
            exec_log_group_arn=carrier.cluster.exec_log_group_arn,
            kms_key_arn=platform.key_arn,
            log_retention_days=environment.monitoring.log_retention_days,
            after=after,
        ),
        scope.clouds.options,
    )


def _dns_name(scope: Scope, service: str) -> str:
    # All systems of the environment share the namespace.
    return f"{scope.name}-{service}"


def _service_connect(
    scope: Scope, name: str, carrier: FargatePlatform
) -> ServiceConnectArgs | None:
    wanted = scope.system.services[name]
    if not is_connected(wanted):
        return None
    namespace = carrier.cluster.service_connect_namespace_arn
    if wanted.internal is None:
        return ServiceConnectArgs(namespace_arn=namespace)
    return ServiceConnectArgs(
        namespace_arn=namespace,
        protocol=AppProtocol(wanted.internal.protocol),
        dns_name=_dns_name(scope, name),
    )


def _queue_depth(plan: ServicePlan, stores: Stores) -> QueueDepthArgs | None:
    if plan.target_queue_depth is None or stores.queue is None:
        return None
    return QueueDepthArgs(
        broker_name=stores.queue.broker_name,
        queue=plan.target_queue_depth.queue,
        messages_per_task=plan.target_queue_depth.messages_per_task,
    )


def _target(scope: Scope, route: PublicRoute | None) -> LoadBalancerTargetArgs | None:
    if route is None:
        return None
    return LoadBalancerTargetArgs(
        target_group_arn=route.target_group_arns[RUNTIME],
        load_balancer_security_group_id=scope.platform.load_balancer.security_group_id,
    )


def _container_health_check(wanted: Service) -> ContainerHealthCheckArgs | None:
    check = wanted.container_health_check
    if check is None:
        return None
    heartbeat, command = None, list[str]()
    if check.heartbeat is not None:
        heartbeat = HeartbeatArgs(
            file=check.heartbeat.file, max_age_seconds=check.heartbeat.max_age_seconds
        )
    elif check.path is not None and wanted.port is not None:
        command = health_check_command(check.command, wanted.port, check.path)
    return ContainerHealthCheckArgs(
        command=command,
        heartbeat=heartbeat,
        interval_seconds=check.interval_seconds,
        timeout_seconds=check.timeout_seconds,
        retries=check.retries,
        start_period_seconds=check.start_period_seconds,
    )


def _task(
    scope: Scope, carrier: FargatePlatform, work: Work, *, after: Sequence[pulumi.Resource]
) -> OneShotTask:
    platform, environment = scope.platform, scope.environment
    assert carrier.runner is not None  # noqa: S101 (there is one wherever there is a database)
    cpu_units, memory_mib = SMALLEST
    if work.service is not None:
        plan = plan_service(scope.description, scope.name, work.service)
        cpu_units, memory_mib = plan.cpu_units, plan.memory_mib
    return OneShotTask(
        f"{scope.name}-{work.name}",
        OneShotTaskArgs(
            cluster_arn=carrier.cluster.cluster_arn,
            runner_function_name=carrier.runner.function_name,
            runner_role_name=carrier.runner.role_name,
            vpc_id=platform.network.vpc_id,
            subnet_ids=platform.network.private_subnet_ids,
            region=environment.region,
            account_id=platform.account_id,
            image=work.image,
            registry_secret_arn=environment.existing.registry_secret_arn
            if work.service is not None
            else None,
            command=work.command,
            environment=work.bound.values,
            secrets=work.bound.secrets,
            cpu_units=cpu_units,
            memory_mib=memory_mib,
            reaches=work.bound.reaches,
            timeout_seconds=work.timeout_seconds,
            kms_key_arn=platform.key_arn,
            log_retention_days=environment.monitoring.log_retention_days,
            after=after,
        ),
        scope.clouds.options,
    )


def as_running(found: OnFargate, parts: SystemParts, carrier: FargatePlatform) -> Running:
    """What alarms, dashboards and outputs want to know.

    Args:
        found: What was built.
        parts: What it was made from.
        carrier: The cluster.
    """
    return Running(
        services={
            name: RunningService(
                metrics=_ecs_metrics(carrier, service),
                outputs={
                    "serviceName": service.service_name,
                    "taskDefinitionArn": service.task_definition_arn,
                    "securityGroupId": service.security_group_id,
                    "logGroupName": service.log_group_name,
                },
            )
            for name, service in found.services.items()
        },
        routes=parts.routes,
        tasks={
            name: {
                "securityGroupId": task.security_group_id,
                "logGroupName": task.log_group_name,
            }
            for name, task in found.tasks.items()
        },
    )


def _ecs_metrics(carrier: FargatePlatform, service: FargateService) -> TaskMetrics:
    def of(namespace: str, name: str) -> MetricArgs:
        return MetricArgs(
            namespace=namespace,
            name=name,
            dimensions={
                "ClusterName": carrier.cluster.cluster_name,
                "ServiceName": service.service_name,
            },
        )

    return TaskMetrics(
        cpu_percent=of("AWS/ECS", "CPUUtilization"),
        memory_percent=of("AWS/ECS", "MemoryUtilization"),
        desired=of("ECS/ContainerInsights", "DesiredTaskCount"),
        running=of("ECS/ContainerInsights", "RunningTaskCount"),
    )
