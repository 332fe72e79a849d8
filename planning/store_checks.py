"""What the sums say of data stores: connections, memory, windows and the ends of versions."""

import re
from collections.abc import Iterator
from datetime import date

from model.description import Description, system_file
from model.problems import Place, Problem, known_names, shown
from model.quantity import format_memory
from model.secrecy import is_secret
from model.settings import DatabaseSettings
from planning import capacity, lifecycle
from planning.peak import peak
from planning.windows import Window, parse_daily, parse_weekly

_POOL = re.compile(r"0*[1-9]\d{0,5}")


def problems(description: Description, system: str) -> Iterator[Problem]:
    """What the sums about a system's data stores refuse."""
    yield from _database(description, system)
    yield from _cache(description, system)


def warnings(description: Description, system: str, today: date) -> Iterator[Problem]:
    """Engine versions whose support has ended or is about to (trap 6).

    Args:
        description: The description.
        system: One of its systems.
        today: The day that counts.
    """
    described = description.systems[system]
    for section, engine, store in (
        ("database", "postgres", described.database),
        ("cache", "redis", described.cache),
        ("queue", "rabbitmq", described.queue),
    ):
        if store is None:
            continue
        end = lifecycle.end_of_support(engine, store.version)
        if end is not None and lifecycle.is_near_its_end(end, today):
            past = end < today
            yield (
                Place(system_file(system))
                .keys(section, "version")
                .problem(
                    shown(store.version),
                    f"{'has left' if past else 'leaves'} AWS's standard support on {end}, "
                    "and extended support is charged for",
                    "plan the upgrade to a newer major version",
                )
            )


def _settings_place(description: Description, system: str) -> Place:
    return Place(description.stack_file).keys("slipway:systems", system)


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
    yield from _backup_start(description, place, settings)
    classes = capacity.instance_classes()
    if settings.instance_class not in classes:
        yield place.key("instanceClass").problem(
            shown(settings.instance_class),
            "is no class that Slipway knows the memory of",
            _similar(settings.instance_class, classes, "db.t4g.small"),
        )
        return
    yield from _connections(description, system, settings.instance_class, place)


def _backup_start(
    description: Description, place: Place, settings: DatabaseSettings
) -> Iterator[Problem]:
    """AWS Backup cannot start in an hour before a window of RDS, nor in the window.

    Source: AWS Backup developer guide, "Amazon RDS backups", timing.
    """
    daily_at = description.environment.backup.daily_at
    job = parse_daily(f"{daily_at}-{daily_at}")
    for key, text, window in (
        ("backupWindow", settings.backup_window, parse_daily(settings.backup_window)),
        (
            "maintenanceWindow",
            settings.maintenance_window,
            parse_weekly(settings.maintenance_window),
        ),
    ):
        closed = Window(window.start - 60, window.minutes + 60, window.every)
        if closed.overlaps(Window(job.start, 1, job.every)):
            yield (
                Place(description.stack_file)
                .keys("slipway:backup", "dailyAt")
                .problem(
                    shown(daily_at),
                    f"is in {key} {text} of {place.path}, or in the hour before, when AWS Backup "
                    "cannot start",
                    "move one of the two (UTC)",
                )
            )


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
        if value is not None and is_secret(variable, value):
            continue  # told by the model's rules
        if value is None or not _POOL.fullmatch(value):
            where = (
                _settings_place(description, system).keys("services", name)
                if variable in settings.env
                else Place(system_file(system)).keys("services", name)
            )
            yield where.keys("env", variable).problem(
                shown(value, variable) if value is not None else "",
                "is no number of connections" if value is not None else "is missing",
                "write a whole number, 1 or more: databasePool reads the pool's maximum there",
            )
            continue
        most = _most_tasks(description, system, name)
        needed += capacity.pooled_connections(int(value), sum(count for count, _ in most))
        sums.append(f"{name} {value} x ({' + '.join(words for _, words in most)})")
    usable = capacity.usable_connections(instance_class)
    if needed > usable:
        yield place.key("instanceClass").problem(
            shown(instance_class),
            f"takes {usable} connections, and services open {needed}: {' + '.join(sums)}",
            f"{_larger(needed)}lower the pool or maxReplicas",
        )


def _most_tasks(description: Description, system: str, name: str) -> list[tuple[int, str]]:
    """Tasks of a service that there may be at one time: their numbers, each in words."""
    service = description.systems[system].services[name]
    settings = description.environment.systems[system].services[name]
    runtimes = description.environment.runtimes
    peaks = {runtime: peak(service, settings, runtime) for runtime in runtimes}
    if len(peaks) > 1:
        # docs/switching.md: no version rolls out meanwhile, so that there is no surge.
        return [(each.steady, f"{each.steady} on {runtime}") for runtime, each in peaks.items()]
    only = peaks[runtimes[0]]
    return [(only.steady, str(only.steady)), (only.surge, f"{only.surge} while rolling out")]


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
