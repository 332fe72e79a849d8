"""Rules that need sums; run after the model's own, before the first resource."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from model.description import Description, system_file
from model.environment import CacheSettings, DatabaseSettings
from model.problems import DescriptionError, Problem
from model.service import Service
from planning import capacity, windows
from planning.fargate import fit_task_size
from planning.service import plan_service
from planning.shutdown import plan_shutdown


def verify(description: Description) -> Description:
    """Checks everything that takes a sum.

    Returns:
        The same description with warnings.

    Raises:
        DescriptionError: With all problems.
    """
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for name, system in description.systems.items():
        settings = description.environment.systems[name]
        file = system_file(name)
        impossible = False
        for service_name, service in system.services.items():
            found = list(_service(file, f"services.{service_name}", service))
            impossible = impossible or bool(found)
            problems += found
            warnings += _unwise(file, f"services.{service_name}", service)
        path = f"slipway:systems.{name}"
        if settings.database is not None:
            problems += _database(description.stack_file, f"{path}.database", settings.database)
            if not impossible:
                problems += _connections(description, name, settings.database)
        if settings.cache is not None:
            problems += _cache(description.stack_file, f"{path}.cache", settings.cache)
    problems += _grace(description)
    if problems:
        raise DescriptionError(problems)
    return replace(description, warnings=(*description.warnings, *warnings))


def _service(file: str, path: str, service: Service) -> Iterator[Problem]:
    size, shutdown = service.size, service.shutdown

    def attempt(
        place: str, value: str, reason: str, work: Callable[[], object]
    ) -> Iterator[Problem]:
        try:
            work()
        except ValueError as error:
            yield Problem(file, f"{path}.{place}", value, reason, str(error))

    yield from attempt(
        "size",
        f"{size.cpu.limit} with {size.memory.limit}",
        "is bigger than any size of Fargate",
        lambda: fit_task_size(size.cpu.limit.millicores, size.memory.limit.mebibytes),
    )
    yield from attempt(
        "shutdown.drainSeconds",
        str(shutdown.drain_seconds),
        "is longer than Fargate lets a task live after SIGTERM",
        lambda: plan_shutdown(shutdown.drain_seconds, shutdown.longest_request_seconds),
    )


def _unwise(file: str, path: str, service: Service) -> Iterator[Problem]:
    if service.probes and service.probes.liveness.path == service.probes.readiness.path:
        yield Problem(
            file, f"{path}.probes.liveness.path", service.probes.liveness.path,
            "is the readiness path too, so a slow database restarts every task (trap 20)",
            "write a path that asks no other system",
        )  # fmt: skip
    if service.replicas.target_memory_percent is not None:
        yield Problem(
            file, f"{path}.replicas.targetMemoryPercent",
            str(service.replicas.target_memory_percent),
            "may keep the number of tasks at its maximum: heaps grow and rarely shrink (trap 23)",
            "watch it, or scale on the processor alone",
        )  # fmt: skip


def _database(file: str, path: str, settings: DatabaseSettings) -> Iterator[Problem]:
    if settings.max_storage_gib * 10 < settings.storage_gib * 11:
        least = -(-settings.storage_gib * 11 // 10)
        yield Problem(
            file, f"{path}.maxStorageGib", str(settings.max_storage_gib),
            f"leaves storageGib {settings.storage_gib} no room to grow",
            f"write {least} or more (GiB)",
        )  # fmt: skip
    backup = windows.daily(settings.backup_window)
    maintenance = windows.weekly(settings.maintenance_window)
    yield from _window(file, f"{path}.backupWindow", settings.backup_window, backup, 30)
    yield from _window(
        file, f"{path}.maintenanceWindow", settings.maintenance_window, maintenance, 30
    )
    if backup.overlaps(maintenance):
        yield Problem(
            file, f"{path}.maintenanceWindow", settings.maintenance_window,
            f"overlaps backupWindow {settings.backup_window}, which AWS refuses",
            "write another time (UTC)",
        )  # fmt: skip


def _cache(file: str, path: str, settings: CacheSettings) -> Iterator[Problem]:
    snapshot = windows.daily(settings.snapshot_window)
    maintenance = windows.weekly(settings.maintenance_window)
    yield from _window(file, f"{path}.snapshotWindow", settings.snapshot_window, snapshot, 60)
    yield from _window(
        file, f"{path}.maintenanceWindow", settings.maintenance_window, maintenance, 60
    )
    if settings.snapshot_retention_days and snapshot.overlaps(maintenance):
        yield Problem(
            file, f"{path}.maintenanceWindow", settings.maintenance_window,
            f"overlaps snapshotWindow {settings.snapshot_window}", "write another time (UTC)",
        )  # fmt: skip


def _window(
    file: str, path: str, text: str, window: windows.Window, least: int
) -> Iterator[Problem]:
    if window.minutes < least:
        yield Problem(
            file, path, text, f"is only {window.minutes} minutes long",
            f"write {least} minutes or more (UTC)",
        )  # fmt: skip


def _connections(
    description: Description, name: str, settings: DatabaseSettings
) -> Iterator[Problem]:
    """Trap 27: a rollout at the upper bound must not run out of connections."""
    allowed = capacity.most_connections(settings.instance_class)
    if allowed is None:
        return
    needed = 0
    parts: list[str] = []
    for service_name, service in description.systems[name].services.items():
        plan = plan_service(description, name, service_name)
        pool = service.database_pool
        text = plan.environment.get(pool.maximum_variable, "") if pool else ""
        if pool is None or not text.isdecimal():
            continue
        needed += plan.most_tasks_at_once * int(text)
        parts.append(f"{plan.most_tasks_at_once} tasks of {service_name} with {text} each")
    if needed > allowed:
        family = settings.instance_class.rpartition(".")[0]
        bigger = capacity.smallest_class(family, needed) or "a bigger family"
        yield Problem(
            description.stack_file, f"slipway:systems.{name}.database.instanceClass",
            settings.instance_class,
            f"allows {allowed} connections, and {needed} may be opened ({', '.join(parts)})",
            f"write {bigger}, fewer maxReplicas or a smaller pool",
        )  # fmt: skip


def _grace(description: Description) -> Iterator[Problem]:
    for name, system in description.systems.items():
        for service_name, service in system.services.items():
            public = service.public
            idle = description.environment.load_balancer.idle_timeout_seconds
            if public is not None and service.shutdown.longest_request_seconds > idle:
                yield Problem(
                    system_file(name), f"services.{service_name}.shutdown.longestRequestSeconds",
                    str(service.shutdown.longest_request_seconds),
                    f"is more than the load balancer's idleTimeoutSeconds {idle}, which ends it",
                    f"write at most {idle}, or raise the other in {description.stack_file} (seconds)",
                )  # fmt: skip
