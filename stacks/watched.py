"""What alarms and dashboards look at, and the CloudWatch metrics of each part."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.cache import Cache
from components.database import Database
from components.load_balancer import LoadBalancer
from components.monitoring import MetricArgs
from components.public_route import PublicRoute
from components.queue import Queue
from model.description import Description
from stacks.running import RunningService


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """What a system tells of its own state, and where the numbers are (A15)."""

    metric_namespace: pulumi.Output[str]
    """Namespace of the metrics in CloudWatch."""
    answered: MetricArgs
    """The share of the questions that were answered, in percent; silence is bad too."""
    outputs: Mapping[str, object]
    """What the stack's outputs say of what asks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """The parts of one system."""

    name: str
    description: Description
    load_balancer: LoadBalancer
    services: Mapping[str, RunningService]
    routes: Mapping[str, PublicRoute]
    """Of the public services."""
    database: Database | None
    cache: Cache | None
    status: Status | None
    queue: Queue | None = None

    def of_status(self, status: Status, metric: str) -> MetricArgs:
        """A number that the application reports of itself (A15)."""
        return MetricArgs(
            namespace=status.metric_namespace, name=metric, dimensions={"System": self.name}
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
