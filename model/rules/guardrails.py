"""What `safety: strict` demands: no single failure and no single mistake loses data or service."""

import re
from collections.abc import Iterator, Sequence

from pydantic.alias_generators import to_camel

from model.eks import Eks
from model.problems import Place, Problem, listed, shown
from model.rules.agreement import is_immutable
from model.rules.parts import Parts
from model.settings import CacheSettings, DatabaseSettings, QueueSettings, SystemSettings

_OTHERWISE = "or set slipway:safety to relaxed"


def problems(parts: Parts) -> Iterator[Problem]:
    """What a strict environment refuses."""
    yield from _platform(parts)
    for system in parts.systems:
        if system.settings is not None:
            yield from _system(parts.settings_place(system.name), system.settings)
            holds = system.system.cache.holds if system.system and system.system.cache else ()
            kept = [what for what in holds if what != "cache"]
            if system.settings.cache is not None:
                place = parts.settings_place(system.name).key("cache")
                yield from _cache(place, system.settings.cache, kept)


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
    for section, key in (("bootstrap", "image"), ("eks", "tools_image")):
        image = getattr(parts.sections.get(section), key, None)
        if image is not None and not _is_versioned(image):
            yield _refused(
                stack.keys(f"slipway:{section}", to_camel(key)),
                shown(image),
                "can mean another image tomorrow",
                "write a full version or a sha256: digest",
            )
    eks: Eks | None = parts.sections.get("eks")
    if eks is not None and not eks.deletion_protection:
        yield _refused(
            stack.keys("slipway:eks", "deletionProtection"),
            "false",
            "lets one mistake delete the cluster with all that runs in it",
            "write true",
        )
    if parts.encryption is not None and parts.encryption.secret_recovery_days < 7:
        yield _refused(
            stack.keys("slipway:encryption", "secretRecoveryDays"),
            str(parts.encryption.secret_recovery_days),
            "leaves no time to call a deleted secret back",
            "write 7 to 30 (days)",
        )


def _is_versioned(image: str) -> bool:
    tag = image.partition("@")[2] or image.rpartition(":")[2]
    # An image of a database's own maker: its full version is x.y, without a third part.
    return is_immutable(tag) or re.match(r"\d+\.\d+", tag) is not None


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
    if settings.queue is not None:
        yield from _queue(place.key("queue"), settings.queue)


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


def _queue(place: Place, settings: QueueSettings) -> Iterator[Problem]:
    if settings.deployment != "cluster":
        yield _refused(
            place.key("deployment"),
            settings.deployment,
            "loses the messages with its zone",
            "write cluster",
        )
    if not settings.deletion_protection:
        yield _refused(
            place.key("deletionProtection"),
            "false",
            "lets one mistake delete the queue",
            "write true",
        )


def _cache(place: Place, settings: CacheSettings, kept: Sequence[str]) -> Iterator[Problem]:
    if kept and not settings.deletion_protection:
        yield _refused(
            place.key("deletionProtection"),
            "false",
            f"lets one mistake delete {listed(f'the {what}' for what in kept)}",
            "write true",
        )
    if settings.replicas < 1:
        yield _refused(
            place.key("replicas"),
            "0",
            "loses the cache with its node",
            "write 1 to 5 (copies)",
        )
