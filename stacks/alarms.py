"""Which alarms watch a system and its platform: those of its file and those that all need."""

from collections.abc import Iterator

from components.load_balancer import LoadBalancer
from components.monitoring import AlarmArgs, Comparison, MissingData, Severity
from model.description import Description
from model.observation import Alert
from planning.capacity import usable_connections
from stacks.measured import Measured, is_measured, of_service, of_store, queue_share
from stacks.runbooks import runbook_url
from stacks.running import TaskMetrics
from stacks.watched import (
    Watched,
    of_cache,
    of_database,
    of_instance,
    of_load_balancer,
)


def of_platform(load_balancer: LoadBalancer, description: Description) -> list[AlarmArgs]:
    """The alarms of what all systems share."""
    return [
        AlarmArgs(
            name="load-balancer-5xx",
            summary="The load balancer itself answers with errors: no healthy target, or too slow.",
            runbook_url=runbook_url(description, "load-balancer-5xx"),
            severity=Severity.CRITICAL,
            metric=of_load_balancer(load_balancer, "HTTPCode_ELB_5XX_Count", "Sum"),
            comparison=Comparison.ABOVE,
            threshold=10,
            for_minutes=5,
        )
    ]


def of_system(watched: Watched) -> list[AlarmArgs]:
    """Every alarm of a system: its file's, then those of its services and data stores."""
    return [
        *_of_status(watched),
        *_stated(watched),
        *_of_services(watched),
        *_of_database(watched),
        *_of_cache(watched),
        *_of_queue(watched),
    ]


def _of_status(watched: Watched) -> Iterator[AlarmArgs]:
    if watched.status is None:
        return
    # Alarms on numbers that nobody reports stay silent, so silence has an alarm of its own.
    yield AlarmArgs(
        name="status-unknown",
        summary="The status of the system could not be asked for, or was no status.",
        runbook_url=runbook_url(watched.description, "status-unknown"),
        severity=Severity.CRITICAL,
        metric=watched.status.answered,
        comparison=Comparison.BELOW,
        threshold=100,
        for_minutes=5,
        treat_missing_data=MissingData.BREACHING,
    )


def _stated(watched: Watched) -> Iterator[AlarmArgs]:
    for alert in watched.description.systems[watched.name].alerts:
        if not is_measured(watched, alert.service, alert.metric):
            continue  # the preview has said so
        comparison, threshold = _condition(alert)
        measured = _measured(watched, alert)
        yield AlarmArgs(
            name=alert.slug,
            summary=alert.summary,
            runbook_url=runbook_url(watched.description, alert.slug),
            severity=Severity(alert.severity),
            metric=measured.metric,
            comparison=comparison,
            threshold=measured.in_cloudwatch(threshold),
            for_minutes=alert.for_minutes,
            team=alert.team,
            treat_missing_data=MissingData.NOT_BREACHING
            if measured.silent_without_requests
            else None,
        )


def _measured(watched: Watched, alert: Alert) -> Measured:
    if alert.service is not None:
        return of_service(watched, alert.service, alert.metric)
    if alert.store is not None:
        return of_store(watched, alert.store, alert.metric)
    if watched.status is None:
        raise AssertionError("the model refuses a metric that nothing reports")
    return Measured(metric=watched.of_status(watched.status, alert.metric))


def _of_services(watched: Watched) -> Iterator[AlarmArgs]:
    for name, service in watched.services.items():
        if service.metrics is not None:
            yield from _of_tasks(watched, name, service.metrics)
        if name in watched.routes:
            yield AlarmArgs(
                name=f"{name}-unhealthy-hosts",
                summary="The load balancer's health check fails for some tasks.",
                runbook_url=runbook_url(watched.description, "unhealthy-hosts"),
                severity=Severity.CRITICAL,
                metric=of_service(watched, name, "unhealthyTasks").metric,
                comparison=Comparison.ABOVE,
                threshold=0,
                for_minutes=5,
            )


def _of_tasks(watched: Watched, name: str, metrics: TaskMetrics) -> Iterator[AlarmArgs]:
    yield AlarmArgs(
        name=f"{name}-cpu",
        summary="The tasks are short of processor although the autoscaler may add more.",
        runbook_url=runbook_url(watched.description, "service-cpu"),
        severity=Severity.WARNING,
        metric=metrics.cpu_percent,
        comparison=Comparison.ABOVE,
        threshold=90,
        for_minutes=10,
    )
    yield AlarmArgs(
        name=f"{name}-memory",
        summary="The tasks are short of memory; one that has none left is killed.",
        runbook_url=runbook_url(watched.description, "service-memory"),
        severity=Severity.WARNING,
        metric=metrics.memory_percent,
        comparison=Comparison.ABOVE,
        threshold=90,
        for_minutes=10,
    )


def _of_database(watched: Watched) -> Iterator[AlarmArgs]:
    settings = watched.description.environment.systems[watched.name].database
    if watched.database is None or settings is None:
        return
    yield AlarmArgs(
        name="database-cpu",
        summary="The database has been short of processor for half an hour.",
        runbook_url=runbook_url(watched.description, "database-cpu"),
        severity=Severity.WARNING,
        metric=of_database(watched.database, "CPUUtilization"),
        comparison=Comparison.ABOVE,
        threshold=90,
        for_minutes=30,
    )
    yield AlarmArgs(
        name="database-connections",
        summary="Four fifths of the connections are open; soon new tasks get none.",
        runbook_url=runbook_url(watched.description, "database-connections"),
        severity=Severity.WARNING,
        metric=of_database(watched.database, "DatabaseConnections"),
        comparison=Comparison.ABOVE,
        threshold=usable_connections(settings.instance_class) * 4 // 5,
        for_minutes=10,
    )
    yield AlarmArgs(
        name="database-storage",
        summary="Less than a tenth of the storage is free; growing it has not helped.",
        runbook_url=runbook_url(watched.description, "database-storage"),
        severity=Severity.CRITICAL,
        metric=of_database(watched.database, "FreeStorageSpace"),
        comparison=Comparison.BELOW,
        # The metric counts bytes.
        threshold=settings.storage_gib * 1024**3 / 10,
        for_minutes=10,
    )
    for number, identifier in enumerate(watched.database.reader_identifiers, 1):
        yield AlarmArgs(
            name=f"database-replica-{number}-lag",
            summary="A read replica answers with data that is more than five minutes old.",
            runbook_url=runbook_url(watched.description, "database-replica-lag"),
            severity=Severity.WARNING,
            metric=of_instance(identifier, "ReplicaLag"),
            comparison=Comparison.ABOVE,
            # Without writes PostgreSQL hands something over every five minutes only.
            threshold=300,
            for_minutes=10,
        )


def _of_cache(watched: Watched) -> Iterator[AlarmArgs]:
    if watched.cache is not None:
        yield AlarmArgs(
            name="cache-memory",
            summary="The cache is nearly full: it evicts, or will refuse writes.",
            runbook_url=runbook_url(watched.description, "cache-memory"),
            severity=Severity.WARNING,
            metric=of_cache(watched.cache, "DatabaseMemoryUsagePercentage"),
            comparison=Comparison.ABOVE,
            threshold=90,
            for_minutes=10,
        )


def _of_queue(watched: Watched) -> Iterator[AlarmArgs]:
    # How many messages are too many only the system knows; where the broker stops, RabbitMQ says.
    if watched.queue is None:
        return
    yield AlarmArgs(
        name="queue-memory",
        summary="The queue has used four fifths of its memory; at the limit it takes no messages.",
        runbook_url=runbook_url(watched.description, "queue-memory"),
        severity=Severity.WARNING,
        metric=queue_share(watched.queue, "memory"),
        comparison=Comparison.ABOVE,
        threshold=80,
        for_minutes=5,
    )
    yield AlarmArgs(
        name="queue-disk",
        summary="The queue is about to take no messages: its disk is nearly at the limit.",
        runbook_url=runbook_url(watched.description, "queue-disk"),
        severity=Severity.CRITICAL,
        metric=queue_share(watched.queue, "disk"),
        comparison=Comparison.BELOW,
        threshold=125,
        for_minutes=5,
    )


def _condition(alert: Alert) -> tuple[Comparison, float]:
    for comparison, threshold in (
        (Comparison.EQUALS, alert.equals),
        (Comparison.ABOVE, alert.above),
        (Comparison.BELOW, alert.below),
    ):
        if threshold is not None:
            return comparison, threshold
    raise AssertionError("the model refuses an alert without a condition")
