"""What the dashboards show, from the edge inwards (B13)."""

from collections.abc import Iterator

from components.load_balancer import LoadBalancer
from components.monitoring import WidgetArgs
from stacks.measured import queue_share
from stacks.requests import error_rates, of_targets, per_second
from stacks.watched import (
    Watched,
    of_cache,
    of_database,
    of_instance,
    of_load_balancer,
    of_queue,
)

_THIRD = 8


def of_platform(load_balancer: LoadBalancer) -> list[WidgetArgs]:
    """Requests and errors of all systems together."""
    return [
        WidgetArgs(
            title="Requests", metrics=[of_load_balancer(load_balancer, "RequestCount", "Sum")]
        ),
        WidgetArgs(
            title="Errors of load balancer and targets",
            metrics=[
                of_load_balancer(load_balancer, "HTTPCode_ELB_5XX_Count", "Sum"),
                of_load_balancer(load_balancer, "HTTPCode_Target_5XX_Count", "Sum"),
            ],
        ),
        WidgetArgs(
            title="Connections",
            metrics=[
                of_load_balancer(load_balancer, name, "Sum")
                for name in ("ActiveConnectionCount", "NewConnectionCount")
            ],
        ),
        WidgetArgs(
            title="Response time",
            metrics=[
                of_load_balancer(load_balancer, "TargetResponseTime", statistic)
                for statistic in ("p50", "p95", "p99")
            ],
        ),
    ]


def of_system(watched: Watched) -> list[WidgetArgs]:
    """Services, data stores and the application's own status."""
    return [
        *_services(watched),
        *_database(watched),
        *_cache(watched),
        *_queue(watched),
        *_status(watched),
    ]


def _services(watched: Watched) -> Iterator[WidgetArgs]:
    for name, service in watched.services.items():
        if name in watched.routes:
            yield from _traffic(watched, name)
        if service.metrics is None:
            continue
        yield WidgetArgs(
            title=f"{name}: processor and memory",
            metrics=[service.metrics.cpu_percent, service.metrics.memory_percent],
        )
        yield WidgetArgs(
            title=f"{name}: tasks", metrics=[service.metrics.desired, service.metrics.running]
        )


def _traffic(watched: Watched, name: str) -> Iterator[WidgetArgs]:
    # While a service moves, a line for each runtime: where its requests go is what is looked at.
    yield WidgetArgs(
        title=f"{name}: requests a second",
        metrics=[*per_second(watched, name, "requests").values()],
        width=_THIRD,
    )
    yield WidgetArgs(
        title=f"{name}: response time",
        metrics=[
            metric
            for statistic in ("p50", "p95", "p99")
            for metric in of_targets(watched, name, "TargetResponseTime", statistic).values()
        ],
        width=_THIRD,
    )
    yield WidgetArgs(
        title=f"{name}: error rate",
        metrics=[*error_rates(watched, name).values()],
        width=_THIRD,
    )


def _database(watched: Watched) -> Iterator[WidgetArgs]:
    if watched.database is None:
        return
    for title, names in (
        ("Database: load", ("CPUUtilization", "DatabaseConnections")),
        ("Database: latency", ("ReadLatency", "WriteLatency")),
        ("Database: free storage", ("FreeStorageSpace",)),
    ):
        yield WidgetArgs(
            title=title,
            metrics=[of_database(watched.database, name) for name in names],
            width=_THIRD,
        )
    readers = watched.database.reader_identifiers
    if readers:
        yield WidgetArgs(
            title="Database: lag of the replicas",
            metrics=[of_instance(identifier, "ReplicaLag") for identifier in readers],
        )


def _cache(watched: Watched) -> Iterator[WidgetArgs]:
    if watched.cache is not None:
        yield WidgetArgs(
            title="Cache",
            metrics=[
                of_cache(watched.cache, name)
                for name in ("DatabaseMemoryUsagePercentage", "EngineCPUUtilization")
            ],
        )


def _queue(watched: Watched) -> Iterator[WidgetArgs]:
    if watched.queue is None:
        return
    for title, names in (
        ("Queue: messages", ("MessageReadyCount", "MessageUnacknowledgedCount")),
        ("Queue: messages a second", ("PublishRate", "AckRate")),
    ):
        yield WidgetArgs(
            title=title, metrics=[of_queue(watched.queue, name) for name in names], width=_THIRD
        )
    yield WidgetArgs(
        title="Queue: memory and disk",
        metrics=[queue_share(watched.queue, what) for what in ("memory", "disk")],
        width=_THIRD,
    )


def _status(watched: Watched) -> Iterator[WidgetArgs]:
    exporter = watched.description.systems[watched.name].status_exporter
    if watched.status is not None and exporter is not None:
        yield WidgetArgs(
            title="Status, as the application reports it",
            metrics=[watched.of_status(watched.status, name) for name in exporter.metrics],
        )
