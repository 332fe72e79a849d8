"""A system that runs, as alarms see it: on either runtime, and while it moves."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from components.monitoring import ExpressionArgs, MetricArgs
from stacks.measured import Measured
from stacks.on_fargate import OnFargate
from stacks.on_kubernetes import OnKubernetes
from stacks.running import Running
from stacks.watched import Watched

# What the components have as outputs once they are deployed; alarms look at nothing else of them.
SUFFIXES = {"fargate": "targetgroup/api/1", "eks": "targetgroup/api/2"}
_PLATFORM: Any = SimpleNamespace(
    cluster=SimpleNamespace(cluster_name="cluster", security_group_id="sg-cluster")
)
_NAMES = ("api", "worker")


def _scope(*, container_insights: bool = True) -> Any:
    described = SimpleNamespace(internal=None, bind={})
    return SimpleNamespace(
        system=SimpleNamespace(services=dict.fromkeys(_NAMES, described)),
        environment=SimpleNamespace(eks=SimpleNamespace(container_insights=container_insights)),
    )


def _parts(*runtimes: str) -> Any:
    suffixes = {each: SUFFIXES[each] for each in runtimes}
    return SimpleNamespace(routes={"api": SimpleNamespace(target_group_arn_suffixes=suffixes)})


def on_ecs(standby: Sequence[str] = ()) -> Running:
    services: Any = {
        name: SimpleNamespace(
            service_name=f"{name}-1",
            task_definition_arn="task",
            security_group_id="sg",
            log_group_name="logs",
        )
        for name in _NAMES
    }
    return OnFargate(
        scope=_scope(), parts=_parts("fargate", *standby), platform=_PLATFORM, services=services
    ).running()


def on_eks(standby: Sequence[str] = (), *, container_insights: bool = True) -> Running:
    services: Any = {
        name: SimpleNamespace(
            namespace="shop", deployment_name=f"shop-{name}", service_name=f"shop-{name}-service"
        )
        for name in _NAMES
    }
    namespace: Any = SimpleNamespace(namespace="shop")
    return OnKubernetes(
        scope=_scope(container_insights=container_insights),
        parts=_parts("eks", *standby),
        platform=_PLATFORM,
        namespace=namespace,
        services=services,
    ).running()


def watched(running: Running | None = None) -> Watched:
    running = running or on_ecs()
    fields: dict[str, Any] = {
        "name": "shop",
        "description": None,
        "load_balancer": SimpleNamespace(arn_suffix="app/edge/1"),
        "services": running.services,
        "routes": running.routes,
        "database": SimpleNamespace(identifier="database-1"),
        "cache": SimpleNamespace(replication_group_id="cache-1"),
        "queue": SimpleNamespace(broker_name="queue-1"),
        "status": None,
    }
    return Watched(**fields)


def sources(found: Measured) -> dict[str, MetricArgs]:
    if isinstance(found.metric, ExpressionArgs):
        return dict(found.metric.metrics)
    return {"": found.metric}


TARGETS = {"LoadBalancer": "app/edge/1", "TargetGroup": "targetgroup/api/1"}
