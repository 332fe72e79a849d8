"""What CloudWatch calls the built-in metrics of a system file, and in which unit it counts them.

Sources: CloudWatch metrics of Application Load Balancers, Amazon ECS and Container Insights, Amazon
RDS, ElastiCache for Redis, and "Available CloudWatch metrics for Amazon MQ for RabbitMQ brokers".
"""

from dataclasses import dataclass

from components.monitoring import ExpressionArgs, MetricArgs
from components.queue import Queue
from model.metrics import StoreName
from planning.runtime_losses import MEASURED_BY_INSIGHTS
from stacks.requests import error_rates, of_targets, per_second, together, worse
from stacks.running import TaskMetrics
from stacks.watched import Watched, of_cache, of_database, of_queue

_MILLISECONDS = 1000.0
_GIB = 1 / 1024**3


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """A metric and its unit."""

    metric: MetricArgs | ExpressionArgs
    """Where the numbers are."""
    scale: float = 1
    """How many of the system file's units are one of CloudWatch's: 1000 for milliseconds, which it
    counts in seconds."""
    silent_without_requests: bool = False
    """Whether silence means that nobody asked, which is no problem."""

    def in_cloudwatch(self, threshold: float) -> float:
        """Turns a threshold of the system file into CloudWatch's unit."""
        return threshold / self.scale


def of_service(watched: Watched, name: str, metric: str) -> Measured:
    """A built-in metric of a service.

    Args:
        watched: The system.
        name: The service.
        metric: One of `model.metrics.SERVICE_METRICS`.
    """
    match metric:
        case "cpuPercent":
            found = Measured(metric=_of_tasks(watched, name).cpu_percent)
        case "memoryPercent":
            found = Measured(metric=_of_tasks(watched, name).memory_percent)
        case "missingTasks":
            found = Measured(metric=_of_tasks(watched, name).missing)
        case "errorRatePercent":
            found = Measured(metric=worse(error_rates(watched, name)))
        case "errorsPerSecond":
            found = Measured(metric=together(per_second(watched, name, "errors")))
        case "requestsPerSecond":
            found = Measured(metric=together(per_second(watched, name, "requests")))
        case "responseTimeP95Milliseconds":
            found = Measured(
                metric=worse(of_targets(watched, name, "TargetResponseTime", "p95")),
                scale=_MILLISECONDS,
                silent_without_requests=True,
            )
        case "unhealthyTasks":
            found = Measured(
                metric=together(of_targets(watched, name, "UnHealthyHostCount", "Maximum"))
            )
        case _:
            raise AssertionError(f"the model refuses {metric} of a service")
    return found


def of_store(watched: Watched, store: StoreName, metric: str) -> Measured:
    """A built-in metric of a data store.

    Args:
        watched: The system.
        store: The store.
        metric: One of `model.metrics.STORE_METRICS`.
    """
    if store == "database" and watched.database is not None:
        name, scale = {
            "cpuPercent": ("CPUUtilization", 1.0),
            "connections": ("DatabaseConnections", 1.0),
            "freeStorageGib": ("FreeStorageSpace", _GIB),
            "readLatencyMilliseconds": ("ReadLatency", _MILLISECONDS),
        }[metric]
        return Measured(metric=of_database(watched.database, name), scale=scale)
    if store == "cache" and watched.cache is not None:
        name, statistic = {
            "cpuPercent": ("EngineCPUUtilization", "Average"),
            "memoryPercent": ("DatabaseMemoryUsagePercentage", "Average"),
            "evictions": ("Evictions", "Sum"),
        }[metric]
        return Measured(metric=of_cache(watched.cache, name, statistic))
    if store == "queue" and watched.queue is not None:
        if metric == "memoryPercent":
            return Measured(metric=queue_share(watched.queue, "memory"))
        name = {
            "messagesReady": "MessageReadyCount",
            "messagesUnacknowledged": "MessageUnacknowledgedCount",
            "connections": "ConnectionCount",
            "consumers": "ConsumerCount",
        }[metric]
        return Measured(metric=of_queue(watched.queue, name))
    raise AssertionError(f"the model refuses an alert on a {store} that the system has not")


def _of_tasks(watched: Watched, name: str) -> TaskMetrics:
    metrics = watched.services[name].metrics
    if metrics is None:
        raise AssertionError("nothing is asked for that nobody measures; see `is_measured`")
    return metrics


def is_measured(watched: Watched, service: str | None, metric: str) -> bool:
    """Whether anything measures a metric here: that of pods only Container Insights does.

    Args:
        watched: The system.
        service: The service; None for a metric of something else.
        metric: As of `of_service`.
    """
    if service is None or metric not in MEASURED_BY_INSIGHTS:
        return True
    return watched.services[service].metrics is not None


def queue_share(queue: Queue, what: str) -> ExpressionArgs:
    """How near the broker is to refusing messages, in percent of its limit.

    Args:
        queue: The broker.
        what: `memory`, of which too much may be used, or `disk`, of which too little may be free.
    """
    measured, limit, label = {
        "memory": ("RabbitMQMemUsed", "RabbitMQMemLimit", "memory in use, percent of the limit"),
        "disk": ("RabbitMQDiskFree", "RabbitMQDiskFreeLimit", "free disk, percent of the limit"),
    }[what]
    return ExpressionArgs(
        label=label,
        expression=f"100 * {what} / {what}_limit",
        # In a cluster both are sums over the nodes.
        metrics={
            what: of_queue(queue, measured),
            f"{what}_limit": of_queue(queue, limit),
        },
    )
