"""What a process is told of its limits: heap, token lifetimes, its own version."""

import re
from collections.abc import Iterator

from model.problems import Problem, shown
from model.quantity import format_memory
from model.rules.parts import Parts, SystemParts, Variable
from model.service import Service

NODE_OPTIONS = "NODE_OPTIONS"
HEAP_PERCENT = 75
"""Share of the memory limit that Node's heap may take; the rest is stacks, buffers and code."""

LONGEST_TOKEN_SECONDS = 24 * 3600
_HEAP = re.compile(r"--max[-_]old[-_]space[-_]size[= ](\d{1,9})")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


def problems(parts: Parts, system: SystemParts) -> Iterator[Problem]:
    """What the rules about a process's limits refuse."""
    if system.system is None:
        return
    for name, service in system.system.services.items():
        variables = parts.variables(system, name, service)
        if system.system.parity == "safe":
            yield from _heap(service, variables)
        yield from _version(system, name, service, variables)
        yield from _tokens_exist(system, name, service, variables)


def warnings(parts: Parts, system: SystemParts) -> Iterator[Problem]:
    """What the rules about a process's limits advise against."""
    if system.system is None:
        return
    for name, service in system.system.services.items():
        if system.system.parity == "exact":
            yield from _heap(service, parts.variables(system, name, service))
        tokens = service.tokens
        if tokens is None or tokens.refresh_secret is not None:
            continue
        found = parts.variables(system, name, service).get(tokens.lifetime_variable)
        seconds = _seconds(found.value) if found is not None else None
        if found is not None and seconds is not None and seconds > LONGEST_TOKEN_SECONDS:
            yield found.place.problem(
                shown(found.value, tokens.lifetime_variable),
                "is how long a stolen token works: nothing can call it back (trap 41)",
                "write 24h or less, or issue refresh tokens and name their secret under "
                "tokens.refreshSecret",
            )


def _heap(service: Service, variables: dict[str, Variable]) -> Iterator[Problem]:
    found = variables.get(NODE_OPTIONS)
    if found is None:
        return
    sizes = [int(size) for size in _HEAP.findall(found.value)]
    if len(sizes) > 1:
        yield found.place.problem(
            shown(found.value),
            "gives the heap a size more than once, and the last one holds",
            "write --max-old-space-size once (MiB)",
        )
    limit = service.size.memory.limit
    most = limit * HEAP_PERCENT // 100
    if sizes and sizes[-1] > most:
        yield found.place.problem(
            shown(found.value),
            f"lets the heap grow to {format_memory(sizes[-1])}, and the process is killed at "
            f"{format_memory(limit)} (trap 24)",
            f"write --max-old-space-size={most} or less, three quarters of size.memory.limit "
            "(MiB), or raise that",
        )


def _version(
    system: SystemParts, name: str, service: Service, variables: dict[str, Variable]
) -> Iterator[Problem]:
    variable = service.version_variable
    if variable is None:
        return
    if variable in variables or variable in service.bind or variable in service.secrets:
        yield (
            system.service_place(name)
            .key("versionVariable")
            .problem(
                variable,
                "is given by env, bind or secrets too",
                "remove it there: it gets the image's tag or digest",
            )
        )


def _tokens_exist(
    system: SystemParts, name: str, service: Service, variables: dict[str, Variable]
) -> Iterator[Problem]:
    if service.tokens is None:
        return
    place = system.service_place(name).key("tokens")
    lifetime = service.tokens.lifetime_variable
    found = variables.get(lifetime)
    if found is None:
        yield place.key("lifetimeVariable").problem(
            lifetime,
            "is not in env of the service",
            "add it there, for example 15m, or remove tokens",
        )
    elif _seconds(found.value) is None:
        yield found.place.problem(
            shown(found.value, lifetime),
            "is no time",
            "write a whole number and a unit: 15m, 24h or 7d",
        )
    secret = service.tokens.refresh_secret
    if secret is not None and secret not in service.secrets:
        yield place.key("refreshSecret").problem(
            secret, "is not in secrets of the service", "add it there, or remove it here"
        )


def _seconds(value: str) -> int | None:
    match = re.fullmatch(r"(\d{1,9})([smhdw])", value)
    return int(match[1]) * _UNITS[match[2]] if match else None
