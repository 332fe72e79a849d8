"""One system in one environment: its data stores, services, canary and alarms."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.fargate_service import FargateService
from components.monitoring import Monitoring, MonitoringArgs
from components.status_canary import StatusCanary, StatusCanaryArgs, StatusMetric
from model.description import Description
from stacks import alarms, dashboards, prepare, services, stores
from stacks.platform import Platform
from stacks.prepare import Prepared
from stacks.providers import Clouds
from stacks.scope import Scope
from stacks.stores import Stores
from stacks.watched import Watched

METRIC_NAMESPACE = "Slipway"


@dataclass(frozen=True, kw_only=True, slots=True)
class DeployedSystem:
    """What was built for one system."""

    url: str
    """Where the system answers, for example `https://api.example.com`."""
    services: Mapping[str, FargateService]
    stores: Stores
    prepared: Prepared
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
    scope = Scope(description=description, name=name, platform=platform, clouds=clouds)
    kept = stores.build(scope)
    secrets = services.build_secrets(scope)
    offered = kept.offered(scope)
    prepared = prepare.build(scope, kept, secrets, offered)
    running = services.build(scope, kept, secrets, prepared, offered_by_stores=offered)
    url = f"https://{scope.settings.host}"
    canary = _canary(scope, url)
    return DeployedSystem(
        url=url,
        services=running,
        stores=kept,
        prepared=prepared,
        canary=canary,
        monitoring=_monitoring(scope, kept, running, canary),
    )


def _canary(scope: Scope, url: str) -> StatusCanary | None:
    exporter = scope.system.status_exporter
    if exporter is None:
        return None
    return StatusCanary(
        f"{scope.name}-status",
        StatusCanaryArgs(
            url=f"{url}{exporter.path}",
            interval_seconds=exporter.interval_seconds,
            namespace=METRIC_NAMESPACE,
            dimensions={"System": scope.name},
            metrics={
                metric: StatusMetric(
                    field=source.field,
                    values=source.values or None,
                    otherwise=source.otherwise,
                )
                for metric, source in exporter.metrics.items()
            },
            artifact_bucket_name=scope.platform.artifacts.bucket_name,
            artifact_bucket_arn=scope.platform.artifacts.bucket_arn,
            kms_key_arn=scope.platform.key_arn,
            log_retention_days=scope.environment.monitoring.log_retention_days,
        ),
        scope.clouds.options,
    )


def _monitoring(
    scope: Scope,
    kept: Stores,
    running: Mapping[str, FargateService],
    canary: StatusCanary | None,
) -> Monitoring:
    watched = Watched(
        name=scope.name,
        description=scope.description,
        load_balancer=scope.platform.load_balancer,
        cluster_name=scope.platform.cluster.cluster_name,
        services=running,
        database=kept.database,
        cache=kept.cache,
        queue=kept.queue,
        canary=canary,
    )
    return Monitoring(
        f"{scope.name}-monitoring",
        MonitoringArgs(
            kms_key_arn=scope.platform.key_arn,
            account_id=scope.platform.account_id,
            emails=scope.environment.monitoring.alarm_emails,
            alarms=alarms.of_system(watched),
            dashboard=dashboards.of_system(watched),
        ),
        scope.clouds.options,
    )
