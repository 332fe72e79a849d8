"""Data stores: what a database, a cache and a queue need from the rest of the description."""

from collections.abc import Iterator

from model.environment import Backup
from model.problems import Place, Problem, known_names, listed, shown
from model.rules.parts import Parts, SystemParts
from model.settings import QueueSettings
from model.stores import Queue
from model.system import System


def problems(parts: Parts, system: SystemParts) -> Iterator[Problem]:
    """What the rules about data stores refuse."""
    described, settings = system.system, system.settings
    if described is None:
        return
    yield from _migration(described, system.place)
    if described.queue is not None and settings is not None and settings.queue is not None:
        place = parts.settings_place(system.name).key("queue")
        yield from _broker(described.queue, settings.queue, place, system.place)


def platform_problems(parts: Parts) -> Iterator[Problem]:
    """What the rules about backups refuse."""
    backup: Backup | None = parts.sections.get("backup")
    if backup is not None and backup.region is not None and backup.region == parts.region:
        yield parts.stack_place.keys("slipway:backup", "region").problem(
            shown(backup.region),
            "is the region of the environment itself",
            "write another region, or null for no copies elsewhere",
        )


def _migration(system: System, place: Place) -> Iterator[Problem]:
    if system.database is None or system.database.migration is None:
        return
    migration = system.database.migration
    here = place.keys("database", "migration", "service")
    service = system.services.get(migration.service)
    if service is None:
        yield here.problem(
            shown(migration.service),
            "is no service here",
            known_names(migration.service, system.services, "services"),
        )
    elif not any(source.startswith("database.") for source in service.bind.values()):
        yield here.problem(
            shown(migration.service),
            "binds nothing of the database, so its command could not reach it",
            "name a service that binds the database, or add the bindings there",
        )


def _broker(queue: Queue, settings: QueueSettings, place: Place, file: Place) -> Iterator[Problem]:
    family, size = settings.instance_type.split(".")[1:]
    here = place.key("instanceType")
    if queue.version == "4.2" and family != "m7g":
        yield here.problem(
            shown(settings.instance_type),
            f"does not run RabbitMQ 4.2 of {file.file}",
            "write a type of the family mq.m7g, for example mq.m7g.medium",
        )
    elif settings.deployment == "cluster" and (family, size) == ("t3", "micro"):
        yield here.problem(
            shown(settings.instance_type),
            "is too small for a cluster",
            "write mq.m7g.medium or larger, or deployment single-instance",
        )


def warnings(system: SystemParts) -> Iterator[Problem]:
    """What the rules about data stores advise against."""
    if system.system is None or system.system.objects is None:
        return
    if system.system.objects.static_keys:
        users = [
            name
            for name, service in system.system.services.items()
            if any(source.startswith("objects.") for source in service.bind.values())
        ]
        yield system.place.keys("objects", "staticKeys").problem(
            "true",
            "makes a key that does not end and works from anywhere (trap 14)",
            f"let {listed(users) if users else 'the services'} take AWS's default credentials, "
            "which the tasks' role gives",
        )
