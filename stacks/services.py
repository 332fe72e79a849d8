"""The services of one system, each behind all that it calls."""

from collections.abc import Mapping, Sequence

import pulumi

from components.fargate_service import FargateService, FargateServiceArgs
from components.listener_rules import HealthCheckArgs, PublicArgs
from components.secret import Secret, SecretArgs
from components.service_connect import AppProtocol, ServiceConnectArgs
from components.task_definition import (
    ContainerHealthCheckArgs,
    HeartbeatArgs,
    SecretReference,
    health_check_command,
)
from components.task_scaling import QueueDepthArgs
from model.service import Service
from planning.order import called_services, deploy_order, is_connected
from planning.service import ServicePlan, plan_service
from stacks import bindings
from stacks.prepare import Prepared
from stacks.scope import Scope
from stacks.stores import Stores

GENERATED_LENGTHS = {"generated": 48, "generated-32": 32}
"""Characters of a drawn secret."""


def build_secrets(scope: Scope) -> Mapping[str, SecretReference]:
    """Builds the secrets that no data store gives, one for each name in the system."""
    origins = {
        variable: origin
        for service in scope.system.services.values()
        for variable, origin in service.secrets.items()
    }
    return {variable: _secret(scope, variable, origin) for variable, origin in origins.items()}


def _secret(scope: Scope, variable: str, origin: str) -> SecretReference:
    value = None
    if origin == "provided":
        value = pulumi.Config().require_secret(f"{scope.name}.{variable}")
    secret = Secret(
        f"{scope.name}-{variable.lower().replace('_', '-')}",
        SecretArgs(
            description=f"{variable} of {scope.name}",
            value=value,
            length=GENERATED_LENGTHS.get(origin, 48),
            kms_key_arn=scope.platform.key_arn,
            recovery_days=scope.environment.encryption.secret_recovery_days,
        ),
        scope.clouds.options,
    )
    return SecretReference(secret_arn=secret.secret_arn, version_id=secret.version_id)


def build(
    scope: Scope,
    stores: Stores,
    secrets: Mapping[str, SecretReference],
    prepared: Prepared,
    *,
    offered_by_stores: Mapping[str, bindings.Outputs],
) -> Mapping[str, FargateService]:
    """Builds the services, in the order of the system file.

    Args:
        scope: The system.
        stores: Its data stores.
        secrets: As from `build_secrets`.
        prepared: What must have run before a service that uses the database.
        offered_by_stores: As from `Stores.offered`.
    """
    offered = dict(offered_by_stores)
    built: dict[str, FargateService] = {}
    for name in deploy_order(scope.system.services):
        wanted = scope.system.services[name]
        after: list[pulumi.Resource] = [built[called] for called in called_services(wanted)]
        if any(source.startswith("database.") for source in wanted.bind.values()):
            after += prepared.before_services
        built[name] = _service(scope, name, stores, offered=offered, secrets=secrets, after=after)
        if wanted.internal is not None and wanted.port is not None:
            offered[f"services.{name}"] = bindings.of_service(
                built[name],
                dns_name=_dns_name(scope, name),
                protocol=wanted.internal.protocol,
                port=wanted.port,
            )
    return {name: built[name] for name in scope.system.services}


def _service(
    scope: Scope,
    name: str,
    stores: Stores,
    *,
    offered: Mapping[str, bindings.Outputs],
    secrets: Mapping[str, SecretReference],
    after: Sequence[pulumi.Resource],
) -> FargateService:
    wanted = scope.system.services[name]
    plan = plan_service(scope.description, scope.name, name)
    bound = bindings.resolve(plan.bindings, offered)
    platform, environment = scope.platform, scope.environment
    return FargateService(
        f"{scope.name}-{name}",
        FargateServiceArgs(
            cluster_arn=platform.cluster.cluster_arn,
            cluster_name=platform.cluster.cluster_name,
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
            secrets={**bound.secrets, **{each: secrets[each] for each in plan.secrets}},
            minimum_tasks=plan.minimum_tasks,
            maximum_tasks=plan.maximum_tasks,
            target_cpu_percent=plan.target_cpu_percent,
            target_memory_percent=plan.target_memory_percent,
            queue_depth=_queue_depth(plan, stores),
            minimum_healthy_percent=plan.minimum_healthy_percent,
            maximum_percent=plan.maximum_percent,
            health_check_grace_period_seconds=plan.health_check_grace_period_seconds,
            stop_timeout_seconds=plan.stop_timeout_seconds,
            container_health_check=_container_health_check(wanted),
            public=_public(scope, name, plan),
            service_connect=_service_connect(scope, name),
            reaches=bound.reaches,
            permissions=bound.permissions,
            exec_enabled=scope.settings.services[name].exec_enabled,
            exec_log_group_arn=platform.cluster.exec_log_group_arn,
            kms_key_arn=platform.key_arn,
            log_retention_days=environment.monitoring.log_retention_days,
            after=after,
        ),
        scope.clouds.options,
    )


def _dns_name(scope: Scope, service: str) -> str:
    # All systems of the environment share the namespace.
    return f"{scope.name}-{service}"


def _service_connect(scope: Scope, name: str) -> ServiceConnectArgs | None:
    wanted = scope.system.services[name]
    if not is_connected(wanted):
        return None
    namespace = scope.platform.cluster.service_connect_namespace_arn
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


def _public(scope: Scope, name: str, plan: ServicePlan) -> PublicArgs | None:
    public = scope.system.services[name].public
    if public is None:
        return None
    check = public.health_check
    return PublicArgs(
        listener_arn=scope.platform.load_balancer.listener_arn,
        load_balancer_security_group_id=scope.platform.load_balancer.security_group_id,
        host=scope.settings.host,
        paths=public.paths,
        deny_paths=public.deny,
        first_priority=scope.platform.priorities[scope.name, name],
        health_check=HealthCheckArgs(
            path=check.path,
            interval_seconds=check.interval_seconds,
            timeout_seconds=check.timeout_seconds,
            healthy_threshold=check.healthy_threshold,
            unhealthy_threshold=check.unhealthy_threshold,
            success_codes=check.success_codes,
        ),
        deregistration_delay_seconds=plan.deregistration_delay_seconds,
        algorithm=public.load_balancing,
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
