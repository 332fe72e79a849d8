"""What the tasks of one system are made from; a part of `stacks/on_fargate.py`."""

from collections.abc import Mapping, Sequence

import pulumi

from components.fargate_service import FargateServiceArgs
from components.fargate_service_args import LoadBalancerTargetArgs
from components.heartbeat import HeartbeatArgs
from components.one_shot_task import OneShotTaskArgs
from components.public_route import PublicRoute
from components.service_connect import AppProtocol, ServiceConnectArgs
from components.task_definition import ContainerHealthCheckArgs, health_check_command
from components.task_scaling import QueueDepthArgs
from model.service import Service
from planning.fargate_service import FargatePlan, plan_fargate_service
from planning.order import is_connected
from stacks import bindings
from stacks.fargate_platform import RUNTIME, FargatePlatform
from stacks.parts import SystemParts
from stacks.prepare import Work
from stacks.scope import Scope
from stacks.stores import Stores

SMALLEST = (256, 512)
"""Processor and memory of work with an image of somebody else."""


def service_args(
    scope: Scope,
    name: str,
    parts: SystemParts,
    platform: FargatePlatform,
    *,
    offered: Mapping[str, bindings.Outputs],
    after: Sequence[pulumi.Resource],
) -> FargateServiceArgs:
    """What a service needs to know.

    Args:
        scope: The system.
        name: The service.
        parts: What services are made from, whatever runs them.
        platform: The cluster.
        offered: What data stores, and the services before this one, offer to bindings.
        after: What must be there before its tasks.
    """
    wanted = scope.system.services[name]
    shared, environment = scope.platform, scope.environment
    plan = plan_fargate_service(scope.description, scope.name, name)
    bound = parts.bound(plan.variables, offered)
    return FargateServiceArgs(
        cluster_arn=platform.cluster.cluster_arn,
        cluster_name=platform.cluster.cluster_name,
        vpc_id=shared.network.vpc_id,
        subnet_ids=shared.network.private_subnet_ids,
        region=environment.region,
        account_id=shared.account_id,
        image=pulumi.Output.concat(shared.registry, "/", plan.variables.image),
        registry_secret_arn=environment.existing.registry_secret_arn,
        command=wanted.command,
        port=wanted.port,
        user=wanted.user,
        open_files_limit=wanted.open_files,
        system_controls=wanted.system_controls,
        cpu_units=plan.cpu_units,
        memory_mib=plan.memory_mib,
        environment=bound.values,
        secrets=bound.secrets,
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
        service_connect=_service_connect(scope, name, platform),
        reaches=bound.reaches,
        permissions=bound.permissions,
        exec_enabled=scope.settings.services[name].exec_enabled,
        exec_log_group_arn=platform.cluster.exec_log_group_arn,
        kms_key_arn=shared.key_arn,
        log_retention_days=environment.monitoring.log_retention_days,
        after=after,
    )


def dns_name(scope: Scope, service: str) -> str:
    """The name by which other services call one."""
    # All systems of the environment share the namespace.
    return f"{scope.name}-{service}"


def _service_connect(
    scope: Scope, name: str, platform: FargatePlatform
) -> ServiceConnectArgs | None:
    wanted = scope.system.services[name]
    if not is_connected(wanted):
        return None
    namespace = platform.cluster.service_connect_namespace_arn
    if wanted.internal is None:
        return ServiceConnectArgs(namespace_arn=namespace)
    return ServiceConnectArgs(
        namespace_arn=namespace,
        protocol=AppProtocol(wanted.internal.protocol),
        dns_name=dns_name(scope, name),
    )


def _queue_depth(plan: FargatePlan, stores: Stores) -> QueueDepthArgs | None:
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


def task_args(
    scope: Scope, platform: FargatePlatform, work: Work, *, after: Sequence[pulumi.Resource]
) -> OneShotTaskArgs:
    """What work that runs before the services needs to know.

    Args:
        scope: The system.
        platform: The cluster.
        work: The work.
        after: What must be there before it.
    """
    shared, environment = scope.platform, scope.environment
    assert platform.runner is not None  # noqa: S101 (there is one wherever there is a database)
    cpu_units, memory_mib = SMALLEST
    if work.service is not None:
        plan = plan_fargate_service(scope.description, scope.name, work.service)
        cpu_units, memory_mib = plan.cpu_units, plan.memory_mib
    return OneShotTaskArgs(
        cluster_arn=platform.cluster.cluster_arn,
        runner_function_name=platform.runner.function_name,
        runner_role_name=platform.runner.role_name,
        vpc_id=shared.network.vpc_id,
        subnet_ids=shared.network.private_subnet_ids,
        region=environment.region,
        account_id=shared.account_id,
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
        kms_key_arn=shared.key_arn,
        log_retention_days=environment.monitoring.log_retention_days,
        after=after,
    )
