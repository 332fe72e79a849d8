"""One system in one environment: its data stores, services, canary and alarms."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.cache import Cache, CacheArgs
from components.database import Database, DatabaseArgs
from components.fargate_service import FargateService, FargateServiceArgs
from components.listener_rules import HealthCheckArgs, PublicArgs
from components.monitoring import Monitoring, MonitoringArgs
from components.secret import Secret, SecretArgs
from components.status_canary import StatusCanary, StatusCanaryArgs, StatusMetric
from components.task_definition import (
    ContainerHealthCheckArgs,
    SecretReference,
    health_check_command,
)
from model.description import Description
from model.environment import Environment, SystemSettings
from model.system import Service, System
from planning.capacity import max_memory_policy
from planning.service import ServicePlan, listener_priorities, plan_service
from stacks import alarms, bindings, dashboards
from stacks.platform import Platform
from stacks.providers import Clouds
from stacks.watched import Watched

METRIC_NAMESPACE = "Slipway"


@dataclass(frozen=True, kw_only=True, slots=True)
class DeployedSystem:
    """What was built for one system."""

    url: str
    """Where the system answers, for example `https://api.example.com`."""
    services: Mapping[str, FargateService]
    database: Database | None
    cache: Cache | None
    canary: StatusCanary | None
    monitoring: Monitoring


def build(
    description: Description, name: str, platform: Platform, clouds: Clouds
) -> DeployedSystem:
    """Builds one system on the platform.

    Args:
        description: The verified description.
        name: Which of its systems.
        platform: What the systems share.
        clouds: The providers.
    """
    return _Builder(
        description=description,
        name=name,
        platform=platform,
        clouds=clouds,
        system=description.systems[name],
        settings=description.environment.systems[name],
        environment=description.environment,
    ).build()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Builder:
    """Holds what every part of a system is built from."""

    description: Description
    name: str
    platform: Platform
    clouds: Clouds
    system: System
    settings: SystemSettings
    environment: Environment

    def build(self) -> DeployedSystem:
        database = self._database()
        cache = self._cache()
        stores: dict[str, bindings.Outputs] = {}
        if database is not None:
            stores["database"] = bindings.of_database(database)
        if cache is not None:
            stores["cache"] = bindings.of_cache(cache)
        services = {name: self._service(name, stores) for name in self.system.services}
        url = f"https://{self.settings.host}"
        canary = self._canary(url)
        watched = Watched(
            name=self.name,
            description=self.description,
            load_balancer=self.platform.load_balancer,
            cluster_name=self.platform.cluster.cluster_name,
            services=services,
            database=database,
            cache=cache,
            canary=canary,
        )
        monitoring = Monitoring(
            f"{self.name}-monitoring",
            MonitoringArgs(
                kms_key_arn=self.platform.key.key_arn,
                account_id=self.platform.account_id,
                emails=self.environment.monitoring.alarm_emails,
                alarms=alarms.of_system(watched),
                dashboard=dashboards.of_system(watched),
            ),
            self.clouds.options,
        )
        return DeployedSystem(
            url=url,
            services=services,
            database=database,
            cache=cache,
            canary=canary,
            monitoring=monitoring,
        )

    def _database(self) -> Database | None:
        wanted, settings = self.system.database, self.settings.database
        if wanted is None or settings is None:
            return None
        return Database(
            f"{self.name}-database",
            DatabaseArgs(
                vpc_id=self.platform.network.vpc_id,
                subnet_ids=self.platform.network.isolated_subnet_ids,
                engine_version=wanted.version,
                instance_class=settings.instance_class,
                database_name=wanted.name,
                user_name=wanted.user,
                storage_gib=settings.storage_gib,
                max_storage_gib=settings.max_storage_gib,
                multi_az=settings.multi_az,
                backup_retention_days=settings.backup_retention_days,
                backup_window=settings.backup_window,
                maintenance_window=settings.maintenance_window,
                deletion_protection=settings.deletion_protection,
                final_snapshot=settings.final_snapshot,
                performance_insights=settings.performance_insights,
                monitoring_interval_seconds=settings.monitoring_interval_seconds,
                kms_key_arn=self.platform.key.key_arn,
                secret_recovery_days=self.environment.encryption.secret_recovery_days,
                log_retention_days=self.environment.monitoring.log_retention_days,
            ),
            self.clouds.options,
        )

    def _cache(self) -> Cache | None:
        wanted, settings = self.system.cache, self.settings.cache
        if wanted is None or settings is None:
            return None
        return Cache(
            f"{self.name}-cache",
            CacheArgs(
                vpc_id=self.platform.network.vpc_id,
                subnet_ids=self.platform.network.isolated_subnet_ids,
                engine_version=wanted.version,
                node_type=settings.node_type,
                replicas=settings.replicas,
                snapshot_retention_days=settings.snapshot_retention_days,
                snapshot_window=settings.snapshot_window,
                maintenance_window=settings.maintenance_window,
                max_memory_policy=max_memory_policy(wanted.holds),
                kms_key_arn=self.platform.key.key_arn,
                secret_recovery_days=self.environment.encryption.secret_recovery_days,
            ),
            self.clouds.options,
        )

    def _service(self, name: str, stores: Mapping[str, bindings.Outputs]) -> FargateService:
        wanted = self.system.services[name]
        plan = plan_service(self.description, self.name, name)
        bound = bindings.resolve(plan.bindings, stores)
        return FargateService(
            f"{self.name}-{name}",
            FargateServiceArgs(
                cluster_arn=self.platform.cluster.cluster_arn,
                cluster_name=self.platform.cluster.cluster_name,
                vpc_id=self.platform.network.vpc_id,
                subnet_ids=self.platform.network.private_subnet_ids,
                region=self.environment.region,
                account_id=self.platform.account_id,
                image=pulumi.Output.concat(self.platform.registry, "/", plan.image),
                command=wanted.command,
                port=wanted.port,
                cpu_units=plan.cpu_units,
                memory_mib=plan.memory_mib,
                environment={**plan.environment, **bound.values},
                secrets={**bound.secrets, **self._own_secrets(name, plan)},
                minimum_tasks=plan.minimum_tasks,
                maximum_tasks=plan.maximum_tasks,
                target_cpu_percent=plan.target_cpu_percent,
                target_memory_percent=plan.target_memory_percent,
                minimum_healthy_percent=plan.minimum_healthy_percent,
                maximum_percent=plan.maximum_percent,
                health_check_grace_period_seconds=plan.health_check_grace_period_seconds,
                stop_timeout_seconds=plan.stop_timeout_seconds,
                container_health_check=_container_health_check(wanted),
                public=self._public(name, plan),
                reaches=bound.reaches,
                exec_enabled=self.settings.services[name].exec_enabled,
                exec_log_group_arn=self.platform.cluster.exec_log_group_arn,
                kms_key_arn=self.platform.key.key_arn,
                log_retention_days=self.environment.monitoring.log_retention_days,
            ),
            self.clouds.options,
        )

    def _own_secrets(self, service: str, plan: ServicePlan) -> dict[str, SecretReference]:
        """Secrets that no data store gives: drawn once, or set with `pulumi config set`."""
        references: dict[str, SecretReference] = {}
        for variable, source in plan.secrets.items():
            provided = source == "provided"
            secret = Secret(
                f"{self.name}-{service}-{variable.lower().replace('_', '-')}",
                SecretArgs(
                    description=f"{variable} of {self.name}/{service}",
                    value=pulumi.Config().require_secret(f"{self.name}.{variable}")
                    if provided
                    else None,
                    kms_key_arn=self.platform.key.key_arn,
                    recovery_days=self.environment.encryption.secret_recovery_days,
                ),
                self.clouds.options,
            )
            references[variable] = SecretReference(
                secret_arn=secret.secret_arn, version_id=secret.version_id
            )
        return references

    def _public(self, service: str, plan: ServicePlan) -> PublicArgs | None:
        public = self.system.services[service].public
        if public is None:
            return None
        check = public.health_check
        return PublicArgs(
            listener_arn=self.platform.load_balancer.listener_arn,
            load_balancer_security_group_id=self.platform.load_balancer.security_group_id,
            host=self.settings.host,
            paths=public.paths,
            deny_paths=public.deny,
            first_priority=listener_priorities(self.description)[self.name, service],
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

    def _canary(self, url: str) -> StatusCanary | None:
        exporter = self.system.status_exporter
        if exporter is None:
            return None
        return StatusCanary(
            f"{self.name}-status",
            StatusCanaryArgs(
                url=f"{url}{exporter.path}",
                interval_seconds=exporter.interval_seconds,
                namespace=METRIC_NAMESPACE,
                dimensions={"System": self.name},
                metrics={
                    metric: StatusMetric(
                        field=source.field,
                        values=source.values or None,
                        otherwise=source.otherwise,
                    )
                    for metric, source in exporter.metrics.items()
                },
                artifact_bucket_name=self.platform.artifacts.bucket_name,
                artifact_bucket_arn=self.platform.artifacts.bucket_arn,
                kms_key_arn=self.platform.key.key_arn,
                log_retention_days=self.environment.monitoring.log_retention_days,
            ),
            self.clouds.options,
        )


def _container_health_check(wanted: Service) -> ContainerHealthCheckArgs | None:
    check = wanted.container_health_check
    if check is None or wanted.port is None:
        return None
    return ContainerHealthCheckArgs(
        command=health_check_command(check.command, wanted.port, check.path),
        interval_seconds=check.interval_seconds,
        timeout_seconds=check.timeout_seconds,
        retries=check.retries,
        start_period_seconds=check.start_period_seconds,
    )
