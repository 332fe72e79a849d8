"""Bindings: each names an output of a part of the same system that can be reached."""

from collections.abc import Iterator, Mapping, Sequence

from model.problems import Place, Problem, known_names, shown
from model.rules.parts import SystemParts
from model.system import System

OUTPUTS: Mapping[str, tuple[str, ...]] = {
    "database": (
        *("host", "port", "name", "username", "password", "url"),
        *("readerHost", "readerUrl"),
    ),
    "cache": ("host", "port", "password", "url", "tls"),
    "queue": ("host", "port", "protocol", "username", "password", "url"),
    "objects": ("endpoint", "port", "ssl", "bucket", "region", "accessKey", "secretKey"),
    "assets": ("url", "bucket"),
}
"""What each data store offers to `bind`."""

SERVICE_OUTPUTS = ("host", "port", "address", "url")
"""What a service with `internal` offers: `address` is host and port, `url` has the scheme too."""

STATIC_KEYS = ("accessKey", "secretKey")


def described_stores(system: System) -> Mapping[str, bool]:
    """Which of the data stores a system has."""
    return {
        "database": system.database is not None,
        "cache": system.cache is not None,
        "queue": system.queue is not None,
        "objects": system.objects is not None,
        "assets": system.assets is not None,
    }


def problems(system: SystemParts) -> Iterator[Problem]:
    """What the rules about bindings refuse."""
    if system.system is None:
        return
    for name, service in system.system.services.items():
        for variable, source in service.bind.items():
            place = system.service_place(name).keys("bind", variable)
            if source.startswith("services."):
                yield from _of_service(system.system, name, source, place)
            else:
                yield from _of_store(system.system, variable, source, place)


def _of_store(system: System, variable: str, source: str, place: Place) -> Iterator[Problem]:
    store, _, output = source.partition(".")
    if store not in OUTPUTS:
        yield place.problem(
            # Who takes bind for env writes the secret itself.
            shown(source, variable),
            "names no part of a system",
            known_names(store, (*OUTPUTS, "services"), "parts"),
        )
    elif output not in OUTPUTS[store]:
        yield _no_output(place, source, store, OUTPUTS[store])
    elif not described_stores(system)[store]:
        needed = store if store in ("objects", "assets") else f"a {store}"
        yield place.problem(
            shown(source),
            f"needs {needed}, and the system describes none",
            f"add the section {store}, or remove the binding",
        )
    elif output in STATIC_KEYS and (system.objects is None or not system.objects.static_keys):
        yield place.problem(
            shown(source),
            "needs a key that does not end, and the tasks' own role needs none",
            "remove the binding if the client takes AWS's default credentials, or write "
            "staticKeys: true under objects",
        )


def _of_service(system: System, own: str, source: str, place: Place) -> Iterator[Problem]:
    _, _, rest = source.partition(".")
    name, _, output = rest.partition(".")
    target = system.services.get(name)
    if target is None:
        yield place.problem(
            shown(source),
            "names no service of the system",
            known_names(name, system.services, "services"),
        )
    elif output not in SERVICE_OUTPUTS:
        yield _no_output(place, source, f"services.{name}", SERVICE_OUTPUTS)
    elif name == own:
        yield place.problem(
            shown(source),
            "is the service itself",
            "write localhost and its port under env, or remove the binding",
        )
    elif target.internal is None:
        yield place.problem(
            shown(source),
            f"cannot be reached: service {name} opens no port to other services",
            f"add internal to services.{name}, or remove the binding",
        )


def _no_output(place: Place, source: str, part: str, outputs: Sequence[str]) -> Problem:
    sources = [f"{part}.{output}" for output in outputs]
    # Without an output every one is as close as the next.
    given = source if source != part else ""
    return place.problem(shown(source), "is no output", known_names(given, sources, "outputs"))
