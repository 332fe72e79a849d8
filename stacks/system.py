"""One system in one environment: its data stores, services, status and alarms."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.monitoring import Monitoring, MonitoringArgs
from model.description import Description
from stacks import alarms, dashboards, services, status, stores
from stacks.platform import Platform
from stacks.providers import Clouds
from stacks.running import Running
from stacks.scope import Scope
from stacks.stores import Stores
from stacks.watched import Status, Watched


@dataclass(frozen=True, kw_only=True, slots=True)
class DeployedSystem:
    """What was built for one system."""

    url: str
    """Where the system answers, for example `https://api.example.com`."""
    running: Running
    """Its services."""
    moving: Mapping[str, Running]
    """While switching, the same on the other runtime, by its name; else none."""
    stores: Stores
    status: Status | None
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
    moving = dict(services.build(scope, kept))
    running = moving.pop(scope.environment.runtime)
    url = f"https://{scope.settings.host}"
    told = status.build(scope, url, running)
    return DeployedSystem(
        url=url,
        running=running,
        moving=moving,
        stores=kept,
        status=told,
        monitoring=_monitoring(scope, kept, running, told),
    )


def _monitoring(scope: Scope, kept: Stores, running: Running, told: Status | None) -> Monitoring:
    watched = Watched(
        name=scope.name,
        description=scope.description,
        load_balancer=scope.platform.load_balancer,
        services=running.services,
        routes=running.routes,
        database=kept.database,
        cache=kept.cache,
        queue=kept.queue,
        status=told,
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
