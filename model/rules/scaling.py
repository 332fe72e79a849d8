"""Size, number of tasks and rollout."""

from collections.abc import Iterator

from model.problems import Problem, shown
from model.quantity import format_cpu, format_memory
from model.rules.parts import Parts, SystemParts


def problems(parts: Parts, system: SystemParts) -> Iterator[Problem]:
    """What the rules about size and numbers refuse."""
    if system.system is not None:
        yield from _of_system(system)
    if system.settings is None:
        return
    for name, settings in system.settings.services.items():
        place = parts.settings_place(system.name).keys("services", name)
        if settings.min_replicas > settings.max_replicas:
            yield place.key("minReplicas").problem(
                str(settings.min_replicas),
                f"is above maxReplicas {settings.max_replicas}",
                f"write 1 to {settings.max_replicas} (tasks), or raise maxReplicas",
            )
        replicas = (
            system.system.services[name].replicas
            if system.system is not None and name in system.system.services
            else None
        )
        if (
            replicas is not None
            and settings.min_replicas < settings.max_replicas
            and not replicas.scales
        ):
            yield place.key("maxReplicas").problem(
                str(settings.max_replicas),
                "is never reached: the system file gives autoscaling nothing to aim at",
                f"write {settings.min_replicas} (tasks), or add targetCpuPercent in "
                f"{system.place.file}",
            )
    database = system.settings.database
    if database is not None and database.max_storage_gib is not None:
        least = -(-database.storage_gib * 11 // 10)
        if database.max_storage_gib < least:
            yield (
                parts.settings_place(system.name)
                .keys("database", "maxStorageGib")
                .problem(
                    str(database.max_storage_gib),
                    "is not a tenth above storageGib, as RDS demands",
                    f"write {least} or more, or null for a disk that does not grow (GiB)",
                )
            )


def warnings(system: SystemParts) -> Iterator[Problem]:
    """What the rules about size and numbers advise against."""
    if system.system is None:
        return
    for name, service in system.system.services.items():
        if service.replicas.target_memory_percent is not None:
            yield (
                system.service_place(name)
                .keys("replicas", "targetMemoryPercent")
                .problem(
                    str(service.replicas.target_memory_percent),
                    "keeps tasks running that a process which never gives memory back once needed, "
                    "and prevents no out-of-memory kill (trap 23)",
                    "watch the number of tasks after a peak; scale by processor alone if it stays "
                    "at the maximum (%)",
                )
            )


def _of_system(system: SystemParts) -> Iterator[Problem]:
    assert system.system is not None  # noqa: S101 (narrows the type; the caller has looked)
    for name, service in system.system.services.items():
        place = system.service_place(name)
        depth = service.replicas.target_queue_depth
        if depth is not None and system.system.queue is None:
            yield place.keys("replicas", "targetQueueDepth").problem(
                shown(depth.queue),
                "is in no broker: the system describes none",
                "add the section queue, or aim at targetCpuPercent",
            )
        for kind, request, limit, write in (
            ("cpu", service.size.cpu.request, service.size.cpu.limit, format_cpu),
            ("memory", service.size.memory.request, service.size.memory.limit, format_memory),
        ):
            if request > limit:
                yield place.keys("size", kind, "request").problem(
                    write(request),
                    f"is above the limit {write(limit)}",
                    f"write {write(limit)} or less, or raise the limit",
                )
        replicas = service.replicas
        if replicas.min > replicas.max:
            yield place.keys("replicas", "min").problem(
                str(replicas.min),
                f"is above max {replicas.max}",
                f"write 1 to {replicas.max} (tasks), or raise max",
            )
        if service.rollout.max_surge == 0 and service.rollout.max_unavailable == 0:
            yield place.keys("rollout", "maxSurge").problem(
                "0",
                "with maxUnavailable 0 leaves no way to start a new task or to stop an old one",
                "write 1 or more in one of the two (tasks)",
            )
