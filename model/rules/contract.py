"""The environment contract: each variable comes from one place, and no secret from a file."""

from collections.abc import Iterator, Mapping

from model.problems import Place, Problem, listed, shown
from model.rules.parts import Parts, SystemParts
from model.secrecy import is_secret, is_secret_value
from model.service import Service
from model.system import System

_INSTEAD_OF_PLAIN_TEXT = (
    "declare the name under secrets of the service, generated or provided, or bind it to a data "
    "store; a value that stood in a file counts as known, so change it"
)


def problems(parts: Parts, system: SystemParts) -> Iterator[Problem]:
    """What the rules about environment variables refuse."""
    if system.system is None:
        return
    for name, service in system.system.services.items():
        yield from _given_twice(parts, system, name, service)
        yield from _given_by_nothing(parts, system, name, service)
        yield from _secrets_in_files(parts, system, name, service)
        yield from _strict_values(parts, system, name, service)
    yield from _provided(parts, system)
    yield from _two_origins(system)


def _given_twice(
    parts: Parts, system: SystemParts, name: str, service: Service
) -> Iterator[Problem]:
    place = system.service_place(name)
    sources: dict[str, str] = {}
    for section, variables in (
        ("env", service.env),
        ("bind", service.bind),
        ("secrets", service.secrets),
    ):
        for variable in variables:
            if variable in sources:
                yield _twice(place.keys(section, variable), sources[variable])
            sources.setdefault(variable, section)
    if system.settings is not None and name in system.settings.services:
        overrides = parts.settings_place(system.name).keys("services", name, "env")
        for variable in system.settings.services[name].env:
            # The stack file may override plain values, not what a data store or a secret gives.
            if sources.get(variable) in ("bind", "secrets"):
                yield _twice(overrides.key(variable), f"{sources[variable]} of {system.place.file}")


def _twice(place: Place, other: str) -> Problem:
    return place.problem("", f"is given by {other} already", "remove one of the two")


def _given_by_nothing(
    parts: Parts, system: SystemParts, name: str, service: Service
) -> Iterator[Problem]:
    given = {*parts.variables(system, name, service), *service.bind, *service.secrets}
    if service.version_variable is not None:
        given.add(service.version_variable)
    for index, variable in enumerate(service.requires):
        if variable not in given:
            yield (
                system.service_place(name)
                .keys("requires", index)
                .problem(
                    variable,
                    "is given by nothing, and the application does not start without it",
                    "add it to env, bind or secrets of the service",
                )
            )


def _secrets_in_files(
    parts: Parts, system: SystemParts, name: str, service: Service
) -> Iterator[Problem]:
    place = system.service_place(name)
    candidates = {
        place.keys("env", variable): (variable, value) for variable, value in service.env.items()
    }
    for variable, found in parts.variables(system, name, service).items():
        candidates[found.place] = (variable, found.value)
    for here, (variable, value) in candidates.items():
        if is_secret(variable, value):
            yield here.problem("", "holds a secret in plain text", _INSTEAD_OF_PLAIN_TEXT)
    for index, argument in enumerate(service.command):
        if is_secret_value(argument):
            yield place.keys("command", index).problem(
                "", "holds a secret in plain text", _INSTEAD_OF_PLAIN_TEXT
            )


def _strict_values(
    parts: Parts, system: SystemParts, name: str, service: Service
) -> Iterator[Problem]:
    given = parts.variables(system, name, service)
    for variable, wanted in service.strict_values.items():
        found = given.get(variable)
        if parts.is_strict and found is not None and found.value != wanted:
            meant = shown(wanted, variable) or "the value under strictValues"
            yield found.place.problem(
                shown(found.value, variable),
                f"is not {meant}, which safety strict demands",
                f"write {meant}, or remove it",
            )
        if variable in (*service.bind, *service.secrets):
            section = "bind" if variable in service.bind else "secrets"
            yield (
                system.service_place(name)
                .keys("strictValues", variable)
                .problem("", f"is given by {section}, not by env", "remove one of the two")
            )


def _two_origins(system: SystemParts) -> Iterator[Problem]:
    """A name is one secret in a system, whichever of its services take it."""
    assert system.system is not None  # noqa: S101 (narrows the type; the caller has looked)
    origins: dict[str, tuple[str, str]] = {}
    for name, service in system.system.services.items():
        for variable, origin in service.secrets.items():
            first, other = origins.setdefault(variable, (name, origin))
            if origin != other:
                yield (
                    system.service_place(name)
                    .keys("secrets", variable)
                    .problem(
                        origin,
                        f"here and {other} in service {first}: a name is one secret in a system",
                        f"write {other}, or give one of the two another name",
                    )
                )


def _provided(parts: Parts, system: SystemParts) -> Iterator[Problem]:
    assert system.system is not None  # noqa: S101 (narrows the type; the caller has looked)
    for key, names in provided_keys(system.name, system.system).items():
        command = f"run `pulumi config set --secret {key} --stack {parts.stack}`"
        place = parts.stack_place.key(key)
        if key not in parts.config_keys:
            who = (
                f"service {names[0]} needs" if len(names) == 1 else f"services {listed(names)} need"
            )
            yield place.problem("", f"is missing, and {who} it", command)
        elif key not in parts.secret_names:
            yield place.problem(
                "",
                "stands in plain text",
                f"{command} with a new value; the old one counts as known",
            )


def provided_keys(system: str, described: System) -> Mapping[str, list[str]]:
    """The keys of a stack file that hold the secrets which a system takes as provided.

    Returns:
        For each key the services that take it, in the order of the system file.
    """
    takers: dict[str, list[str]] = {}
    for name, service in described.services.items():
        for variable, origin in service.secrets.items():
            if origin == "provided":
                takers.setdefault(f"slipway:{system}.{variable}", []).append(name)
    return takers


def unused_secrets(parts: Parts) -> Iterator[Problem]:
    """Secrets in the stack file that no service takes: a misspelled name, or a forgotten one."""
    for system in parts.systems:
        if system.system is None:
            continue
        taken = provided_keys(system.name, system.system)
        prefix = f"slipway:{system.name}."
        names = [key.removeprefix(prefix) for key in taken]
        hint = f"services take {listed(names)}; " if names else ""
        for key in sorted(parts.config_keys):
            if key.startswith(prefix) and key not in taken:
                yield parts.stack_place.key(key).problem(
                    "",
                    "is taken by no service",
                    f"{hint}declare it under secrets of a service as provided, or run "
                    f"`pulumi config rm {key} --stack {parts.stack}`",
                )
