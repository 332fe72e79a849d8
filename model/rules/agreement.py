"""Stack file and system file must speak of the same services, images and data stores."""

import re
from collections.abc import Iterator

from model.problems import Problem, known_names, shown
from model.rules.parts import Parts, SystemParts

_VERSION = re.compile(r"v?\d+\.\d+\.\d+(?:[-+._].*)?")
_COMMIT = re.compile(r"(?:.*[-_.])?[0-9a-f]{7,40}")


def is_immutable(reference: str) -> bool:
    """Whether an image reference means the same image for ever: a digest, a full version, a commit.

    Tags such as `latest`, `main`, `1` and `1.0` move to the next image by custom (trap 36).
    """
    if reference.startswith("sha256:"):
        return True
    return _VERSION.fullmatch(reference) is not None or _COMMIT.fullmatch(reference) is not None


def problems(parts: Parts, system: SystemParts) -> Iterator[Problem]:
    """What the stack file says of a system that the system does not have, and the other way."""
    if system.system is None or system.settings is None:
        return
    described, settings = system.system, system.settings
    place = parts.settings_place(system.name)
    for section, given in (("services", settings.services), ("images", settings.images)):
        for name in given:
            if name not in described.services:
                yield place.keys(section, name).problem(
                    "",
                    f"is no service of {system.place.file}",
                    known_names(name, described.services, "services"),
                )
    for name in described.services:
        if name not in settings.services:
            yield place.keys("services", name).problem(
                "",
                "is missing",
                "write minReplicas, maxReplicas, env and execEnabled of the service",
            )
        if name not in settings.images:
            yield place.keys("images", name).problem(
                "", "is missing", 'write the tag or the digest of the image, for example "1.0.0"'
            )
    for store, words, wanted, given in (
        ("database", "a database", described.database, settings.database),
        ("cache", "a cache", described.cache, settings.cache),
        ("queue", "a queue", described.queue, settings.queue),
        ("objects", "objects", described.objects, settings.objects),
        ("assets", "assets", described.assets, settings.assets),
    ):
        if wanted is not None and given is None:
            yield place.key(store).problem(
                "",
                f"is missing, but {system.place.file} describes {words}",
                "write the section's keys, as docs/config.md lists them",
            )
        if wanted is None and given is not None:
            yield place.key(store).problem(
                "",
                f"is set, but {system.place.file} describes no {store}",
                f"remove it, or describe {words} there",
            )


def warnings(parts: Parts, system: SystemParts) -> Iterator[Problem]:
    """Image tags that move; a strict environment refuses them."""
    if system.settings is None or parts.is_strict:
        return
    for name, reference in system.settings.images.items():
        if not is_immutable(reference):
            yield (
                parts.settings_place(system.name)
                .keys("images", name)
                .problem(
                    shown(reference),
                    "can mean another image tomorrow",
                    'write a full version such as "1.0.0", a commit or a sha256: digest',
                )
            )
