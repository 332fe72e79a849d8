"""What `safety: strict` demands: no single failure and no single mistake loses data or service."""

from collections.abc import Iterator

from model.environment import CacheSettings, DatabaseSettings, SystemSettings
from model.problems import Place, Problem, shown
from model.rules.agreement import is_immutable
from model.rules.parts import Parts

_OTHERWISE = "or set slipway:safety to relaxed"


def problems(parts: Parts) -> Iterator[Problem]:
    """What a strict environment refuses."""
    yield from _platform(parts)
    for system in parts.systems:
        if system.settings is not None:
            yield from _system(parts.settings_place(system.name), system.settings)


def _refused(place: Place, value: str, reason: str, remedy: str) -> Problem:
    return place.problem(value, f"{reason} (safety: strict)", f"{remedy}, {_OTHERWISE}")


def _platform(parts: Parts) -> Iterator[Problem]:
    stack = parts.stack_place
    if parts.network is not None and parts.network.nat_gateways == "single":
        yield _refused(
            stack.keys("slipway:network", "natGateways"),
            "single",
            "takes all zones off the Internet when its own fails",
            "write per-zone",
        )
    if parts.load_balancer is not None and not parts.load_balancer.deletion_protection:
        yield _refused(
            stack.keys("slipway:loadBalancer", "deletionProtection"),
            "false",
            "lets one mistake delete the way in",
            "write true",
        )
    if parts.encryption is not None and parts.encryption.secret_recovery_days < 7:
        yield _refused(
            stack.keys("slipway:encryption", "secretRecoveryDays"),
            str(parts.encryption.secret_recovery_days),
            "leaves no time to call a deleted secret back",
            "write 7 to 30 (days)",
        )


def _system(place: Place, settings: SystemSettings) -> Iterator[Problem]:
    for name, reference in settings.images.items():
        if not is_immutable(reference):
            yield _refused(
                place.keys("images", name),
                shown(reference),
                "can mean another image tomorrow",
                'write a full version such as "1.0.0", a commit or a sha256: digest',
            )
    for name, service in settings.services.items():
        here = place.keys("services", name)
        if service.min_replicas < 2:
            yield _refused(
                here.key("minReplicas"),
                str(service.min_replicas),
                "leaves nothing running when a task or a zone fails",
                "write 2 or more (tasks)",
            )
        if service.exec_enabled:
            yield _refused(
                here.key("execEnabled"),
                "true",
                "opens a shell in what serves people",
                "write false",
            )
    if settings.database is not None:
        yield from _database(place.key("database"), settings.database)
    if settings.cache is not None:
        yield from _cache(place.key("cache"), settings.cache)


def _database(place: Place, settings: DatabaseSettings) -> Iterator[Problem]:
    if not settings.multi_az:
        yield _refused(
            place.key("multiAz"), "false", "loses the database with its zone", "write true"
        )
    if not settings.final_snapshot:
        yield _refused(
            place.key("finalSnapshot"), "false", "deletes the data with the database", "write true"
        )
    if not settings.deletion_protection:
        yield _refused(
            place.key("deletionProtection"),
            "false",
            "lets one mistake delete the database",
            "write true",
        )
    if settings.backup_retention_days < 7:
        yield _refused(
            place.key("backupRetentionDays"),
            str(settings.backup_retention_days),
            "is less than a mistake needs to be noticed",
            "write 7 to 35 (days)",
        )


def _cache(place: Place, settings: CacheSettings) -> Iterator[Problem]:
    if settings.replicas < 1:
        yield _refused(
            place.key("replicas"),
            "0",
            "loses the cache with its node",
            "write 1 to 5 (copies)",
        )
