"""What a description must keep beyond its shape, where it takes a sum."""

import dataclasses
from collections.abc import Iterator

from model.description import Description, system_file
from model.problems import DescriptionError, Place, Problem, known_names, shown
from model.quantity import format_cpu, format_memory
from planning import capacity, priorities
from planning.fargate import TaskSizeError, fit_task_size
from planning.rollout import plan_rollout, task_surge
from planning.windows import Window, parse_daily, parse_weekly


def verify(description: Description) -> Description:
    """Checks a description across its files.

    Args:
        description: As from `model.load`.

    Returns:
        The description, with what is allowed and unwise in `warnings`.

    Raises:
        DescriptionError: It cannot be deployed; every problem is told, also those that the model's
            rules have found.
    """
    problems = (*description.problems, *_problems(description))
    if problems:
        raise DescriptionError(problems)
    return dataclasses.replace(description, problems=())


def _problems(description: Description) -> Iterator[Problem]:
    yield from _public_services(description)
    for name in description.systems:
        yield from _sizes(description, name)
        yield from _database(description, name)
        yield from _cache(description, name)


def _settings_place(description: Description, system: str) -> Place:
    return Place(description.stack_file).keys("slipway:systems", system)


def _public_services(description: Description) -> Iterator[Problem]:
    for name, system in description.systems.items():
        count = sum(service.public is not None for service in system.services.values())
        if count > priorities.SERVICES_PER_SYSTEM:
            yield Place(system_file(name), "services").problem(
                f"{count} public services",
                "are more than the load balancer's rules have room for",
                f"make {priorities.SERVICES_PER_SYSTEM} or fewer public, or split the system",
            )


def _sizes(description: Description, system: str) -> Iterator[Problem]:
    for name, service in description.systems[system].services.items():
        cpu, memory = service.size.cpu.limit, service.size.memory.limit
        try:
            fit_task_size(cpu, memory)
        except TaskSizeError:
            yield (
                Place(system_file(system))
                .keys("services", name, "size")
                .problem(
                    f"{format_cpu(cpu)} and {format_memory(memory)}",
                    "are more than a Fargate task has",
                    "write limits of up to 16 processors and 120Gi, or run more and smaller tasks",
                )
            )


def _database(description: Description, system: str) -> Iterator[Problem]:
    settings = description.environment.systems[system].database
    if settings is None:
        return
    place = _settings_place(description, system).key("database")
    yield from _windows(
        place,
        ("backupWindow", settings.backup_window),
        ("maintenanceWindow", settings.maintenance_window),
        shortest=30,
    )
    classes = capacity.instance_classes()
    if settings.instance_class not in classes:
        yield place.key("instanceClass").problem(
            shown(settings.instance_class),
            "is no class that Slipway knows the memory of",
            _similar(settings.instance_class, classes, "db.t4g.small"),
        )
        return
    yield from _connections(description, system, settings.instance_class, place)


def _connections(
    description: Description, system: str, instance_class: str, place: Place
) -> Iterator[Problem]:
    needed = 0
    sums: list[str] = []
    for name, service in description.systems[system].services.items():
        settings = description.environment.systems[system].services.get(name)
        if service.database_pool is None or settings is None:
            continue
        variable = service.database_pool.maximum_variable
        value = settings.env.get(variable, service.env.get(variable))
        if value is None or not value.isdecimal() or int(value) < 1:
            where = (
                _settings_place(description, system).keys("services", name)
                if variable in settings.env
                else Place(system_file(system)).keys("services", name)
            )
            yield where.keys("env", variable).problem(
                shown(value) if value is not None else "",
                "is no number of connections" if value is not None else "is missing",
                "write a whole number, 1 or more: databasePool reads the pool's maximum there",
            )
            continue
        rollout = plan_rollout(
            settings.min_replicas, service.rollout.max_surge, service.rollout.max_unavailable
        )
        surge = task_surge(settings.max_replicas, rollout.maximum_percent)
        needed += capacity.pooled_connections(int(value), settings.max_replicas, surge)
        sums.append(f"{name} {value} x ({settings.max_replicas} + {surge} while rolling out)")
    usable = capacity.usable_connections(instance_class)
    if needed > usable:
        yield place.key("instanceClass").problem(
            shown(instance_class),
            f"takes {usable} connections, and services open {needed}: {' + '.join(sums)}",
            f"{_larger(needed)}lower the pool or maxReplicas",
        )


def _larger(needed: int) -> str:
    enough = [
        name for name in capacity.instance_classes() if capacity.usable_connections(name) >= needed
    ]
    if not enough:
        return "put a proxy before the database, or "
    burstable = next((name for name in enough if ".t4g." in name), enough[0])
    return f"write {burstable} or larger, or "


def _cache(description: Description, system: str) -> Iterator[Problem]:
    described = description.systems[system].cache
    settings = description.environment.systems[system].cache
    if described is None or settings is None:
        return
    place = _settings_place(description, system).key("cache")
    # ElastiCache wants an hour for each, where RDS is content with half of one.
    yield from _windows(
        place,
        ("snapshotWindow", settings.snapshot_window),
        ("maintenanceWindow", settings.maintenance_window),
        shortest=60,
    )
    types = capacity.node_types()
    if settings.node_type not in types:
        yield place.key("nodeType").problem(
            shown(settings.node_type),
            "is no node type that Slipway knows the memory of",
            _similar(settings.node_type, types, "cache.t4g.small"),
        )
        return
    usable = capacity.usable_cache_mib(settings.node_type)
    if described.minimum_memory is not None and usable < described.minimum_memory:
        enough = [
            name for name in types if capacity.usable_cache_mib(name) >= described.minimum_memory
        ]
        best = next((name for name in enough if ".t4g." in name), enough[0] if enough else None)
        yield place.key("nodeType").problem(
            shown(settings.node_type),
            f"holds {usable} MiB of data, and {system_file(system)} wants "
            f"{format_memory(described.minimum_memory)}",
            f"write {best} or larger" if best else "lower minimumMemory there",
        )


def _similar(name: str, known: tuple[str, ...], example: str) -> str:
    # A list of a hundred classes helps nobody.
    meant = known_names(name, known)
    return meant if meant.startswith("did you mean") else f"write one such as {example}"


def _windows(
    place: Place, daily: tuple[str, str], weekly: tuple[str, str], shortest: int
) -> Iterator[Problem]:
    first, second = parse_daily(daily[1]), parse_weekly(weekly[1])
    for (key, text), window in ((daily, first), (weekly, second)):
        yield from _length(place.key(key), text, window, shortest)
    if first.overlaps(second):
        yield place.key(weekly[0]).problem(
            shown(weekly[1]),
            f"overlaps {daily[0]} {daily[1]}",
            "move one of the two; windows that touch are apart (UTC)",
        )


def _length(place: Place, text: str, window: Window, shortest: int) -> Iterator[Problem]:
    longest = 24 * 60 if window.every > 24 * 60 else 23 * 60
    if window.minutes < shortest:
        yield place.problem(
            shown(text),
            f"lasts {window.minutes} minutes",
            f"write a window of {shortest} minutes or more",
        )
    elif window.minutes > longest:
        yield place.problem(
            shown(text),
            f"lasts {window.minutes} minutes, so it may well end before it starts",
            f"write a window of {longest // 60} hours or less",
        )
