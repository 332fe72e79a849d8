"""What `safety: strict` demands: the guardrails of an environment that people depend on."""

import re
from collections.abc import Iterator

from model.description import Description
from model.environment import SystemSettings
from model.problems import Problem

_RELAX = "or set safety to relaxed"
# A tag that names a version does not move; these do, by habit (trap 36).
_MOVING_TAG = re.compile(
    r"^(latest|stable|edge|nightly|main|master|trunk|develop|dev|staging|production|prod|release)$"
)


def guardrails(description: Description) -> Iterator[Problem]:
    """Which guardrails of a strict environment do not hold; none in a relaxed one."""
    if not description.strict:
        return
    yield from _platform(description)
    for name, settings in description.environment.systems.items():
        path = f"slipway:systems.{name}"
        yield from _services(description, name, settings, path)
        yield from _database(description.stack_file, settings, path)
        yield from _cache(description.stack_file, settings, path)


def _platform(description: Description) -> Iterator[Problem]:
    environment, file = description.environment, description.stack_file
    if environment.network.nat_gateways == "single":
        yield _refused(
            file,
            "slipway:network.natGateways",
            "single",
            "takes all zones down with one",
            "per-zone",
        )
    if not environment.load_balancer.deletion_protection:
        yield _refused(
            file,
            "slipway:loadBalancer.deletionProtection",
            "false",
            "lets anyone delete the way in",
            "true",
        )
    days = environment.encryption.secret_recovery_days
    if days < 7:
        yield _refused(
            file,
            "slipway:encryption.secretRecoveryDays",
            str(days),
            "loses deleted secrets",
            "7 to 30 (days)",
        )


def _services(
    description: Description, name: str, settings: SystemSettings, path: str
) -> Iterator[Problem]:
    file, system = description.stack_file, description.systems[name]
    for service, image in settings.images.items():
        if _MOVING_TAG.match(image):
            yield _refused(
                file,
                f"{path}.images.{service}",
                image,
                "is a tag that moves",
                "a version such as 1.0.0, or a digest",
            )
    for service, numbers in settings.services.items():
        place = f"{path}.services.{service}"
        if numbers.min_replicas < 2:
            yield _refused(
                file,
                f"{place}.minReplicas",
                str(numbers.min_replicas),
                "stops with one task",
                "2 or more (tasks)",
            )
        if numbers.exec_enabled:
            yield _refused(
                file, f"{place}.execEnabled", "true", "opens a shell to live data", "false"
            )
        known = system.services.get(service)
        for variable, value in (known.strict_values if known else {}).items():
            if numbers.env.get(variable, value) != value:
                yield _refused(
                    file,
                    f"{place}.env.{variable}",
                    "the value",
                    "is not allowed by the system's strictValues",
                    value,
                )


def _database(file: str, settings: SystemSettings, path: str) -> Iterator[Problem]:
    database = settings.database
    if database is None:
        return
    place = f"{path}.database"
    if not database.multi_az:
        yield _refused(file, f"{place}.multiAz", "false", "stops with one zone", "true")
    if not database.deletion_protection:
        yield _refused(
            file, f"{place}.deletionProtection", "false", "lets anyone delete the data", "true"
        )
    if not database.final_snapshot:
        yield _refused(file, f"{place}.finalSnapshot", "false", "loses the data on delete", "true")
    if database.backup_retention_days < 7:
        yield _refused(
            file,
            f"{place}.backupRetentionDays",
            str(database.backup_retention_days),
            "is too short to notice a mistake",
            "7 to 35 (days)",
        )


def _cache(file: str, settings: SystemSettings, path: str) -> Iterator[Problem]:
    if settings.cache is not None and settings.cache.replicas < 1:
        yield _refused(
            file,
            f"{path}.cache.replicas",
            str(settings.cache.replicas),
            "stops with one node",
            "1 to 5 (replicas)",
        )


def _refused(file: str, path: str, value: str, reason: str, instead: str) -> Problem:
    return Problem(file, path, value, reason, f"write {instead}, {_RELAX}")
