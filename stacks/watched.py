"""What alarms and dashboards look at, and the CloudWatch metrics of each part."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.cache import Cache
from components.database import Database
from components.fargate_service import FargateService
from components.load_balancer import LoadBalancer
from components.monitoring import MetricArgs
from components.queue import Queue
from components.status_canary import CANARY_NAMESPACE, StatusCanary
from model.description import Description


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """The parts of one system."""

    name: str
    description: Description
    load_balancer: LoadBalancer
    cluster_name: pulumi.Input[str]
    services: Mapping[str, FargateService]
    database: Database | None
    cache: Cache | None
    canary: StatusCanary | None
    queue: Queue | None = None

    def of_service(self, service: FargateService, metric: str) -> MetricArgs:
        """A metric of ECS, averaged over the service's tasks."""
        return MetricArgs(
            namespace="AWS/ECS",
            name=metric,
            dimensions={"ClusterName": self.cluster_name, "ServiceName": service.service_name},
        )

    def of_tasks(self, service: FargateService, metric: str) -> MetricArgs:
        """A metric of Container Insights, which counts a service's tasks."""
        return MetricArgs(
            namespace="ECS/ContainerInsights",
            name=metric,
            dimensions={"ClusterName": self.cluster_name, "ServiceName": service.service_name},
        )

    def of_status(self, canary: StatusCanary, metric: str) -> MetricArgs:
        """A number that the application reports of itself (A15)."""
        return MetricArgs(
            namespace=canary.metric_namespace, name=metric, dimensions={"System": self.name}
        )


def of_load_balancer(
    load_balancer: LoadBalancer,
    metric: str,
    statistic: str,
    target_group_arn_suffix: pulumi.Input[str] | None = None,
) -> MetricArgs:
    """A metric of the load balancer, or of one target group behind it."""
    dimensions: dict[str, pulumi.Input[str]] = {"LoadBalancer": load_balancer.arn_suffix}
    if target_group_arn_suffix is not None:
        dimensions["TargetGroup"] = target_group_arn_suffix
    return MetricArgs(
        namespace="AWS/ApplicationELB", name=metric, dimensions=dimensions, statistic=statistic
    )


def of_database(database: Database, metric: str) -> MetricArgs:
    """A metric of RDS about the primary."""
    return of_instance(database.identifier, metric)


def of_instance(identifier: pulumi.Input[str], metric: str) -> MetricArgs:
    """A metric of RDS about one instance, which may be a replica."""
    return MetricArgs(
        namespace="AWS/RDS", name=metric, dimensions={"DBInstanceIdentifier": identifier}
    )


def of_cache(cache: Cache, metric: str, statistic: str = "Average") -> MetricArgs:
    """A metric of ElastiCache, which are per node: the first exists in every group."""
    return MetricArgs(
        namespace="AWS/ElastiCache",
        name=metric,
        dimensions={"CacheClusterId": pulumi.Output.concat(cache.replication_group_id, "-001")},
        statistic=statistic,
    )


def of_queue(queue: Queue, metric: str) -> MetricArgs:
    """A metric of the broker as a whole."""
    return MetricArgs(
        namespace="AWS/AmazonMQ", name=metric, dimensions={"Broker": queue.broker_name}
    )


def of_canary(canary: StatusCanary) -> MetricArgs:
    """The share of the canary's own runs that succeeded, in percent."""
    return MetricArgs(
        namespace=CANARY_NAMESPACE,
        name="SuccessPercent",
        dimensions={"CanaryName": canary.canary_name},
    )
