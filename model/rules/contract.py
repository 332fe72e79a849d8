"""The environment contract: each variable comes from one place, and no secret from a file."""

from collections.abc import Iterator, Mapping

from model.problems import Place, Problem, known_names, listed, shown
from model.rules.parts import Parts, SystemParts
from model.secrecy import is_secret, is_secret_value
from model.service import Service
from model.system import System

OUTPUTS: Mapping[str, tuple[str, ...]] = {
    "database": ("host", "port", "name", "username", "password", "url"),
    "cache": ("host", "port", "password", "url", "tls"),
}
"""What each data store offers to `bind`."""

_INSTEAD_OF_PLAIN_TEXT = (
    "declare the name under secrets of the service, generated or provided, or bind it to a data "
    "store; a value that stood in a file counts as known, so change it"
)


def problems(parts: Parts, system: SystemParts) -> Iterator[Problem]:
    """What the rules about environment variables refuse."""
    if system.system is None:
        return
    for name, service in system.system.services.items():
        place = system.service_place(name)
        yield from _bindings(system.system, service, place)
        yield from _given_twice(parts, system, name, service)
        yield from _given_by_nothing(parts, system, name, service)
        yield from _secrets_in_files(parts, system, name, service)
        yield from _strict_values(parts, system, name, service)
        yield from _provided(parts, system, name, service)


def _bindings(system: System, service: Service, place: Place) -> Iterator[Problem]:
    described = {"database": system.database is not None, "cache": system.cache is not None}
    for variable, source in service.bind.items():
        here = place.keys("bind", variable)
        store, _, output = source.partition(".")
        if store not in OUTPUTS:
            yield here.problem(
                shown(source), "names no data store", known_names(store, OUTPUTS, "data stores")
            )
        elif output not in OUTPUTS[store]:
            sources = [f"{store}.{known}" for known in OUTPUTS[store]]
            yield here.problem(
                shown(source), "is no output", known_names(source, sources, "outputs")
            )
        elif not described[store]:
            yield here.problem(
                shown(source),
                f"needs a {store}, and the system describes none",
                f"add the section {store}, or remove the binding",
            )


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
            yield found.place.problem(
                shown(found.value),
                f"is not {shown(wanted)}, which safety strict demands",
                f"write {shown(wanted)}, or remove it",
            )
        if variable in (*service.bind, *service.secrets):
            section = "bind" if variable in service.bind else "secrets"
            yield (
                system.service_place(name)
                .keys("strictValues", variable)
                .problem("", f"is given by {section}, not by env", "remove one of the two")
            )


def _provided(parts: Parts, system: SystemParts, name: str, service: Service) -> Iterator[Problem]:
    for variable, origin in service.secrets.items():
        if origin != "provided":
            continue
        key = f"slipway:{system.name}.{variable}"
        command = f"run `pulumi config set --secret {key} --stack {parts.stack}`"
        place = parts.stack_place.key(key)
        if key not in parts.config_keys:
            yield place.problem("", f"is missing, and service {name} needs it", command)
        elif key not in parts.secret_names:
            yield place.problem(
                "",
                "stands in plain text",
                f"{command} with a new value; the old one counts as known",
            )


def unused_secrets(parts: Parts) -> Iterator[Problem]:
    """Secrets in the stack file that no service takes: a misspelled name, or a forgotten one."""
    for system in parts.systems:
        if system.system is None:
            continue
        taken = [
            variable
            for service in system.system.services.values()
            for variable, origin in service.secrets.items()
            if origin == "provided"
        ]
        prefix = f"slipway:{system.name}."
        for key in sorted(parts.config_keys):
            variable = key.removeprefix(prefix)
            if key.startswith(prefix) and variable not in taken:
                hint = f"services take {listed(taken)}; " if taken else ""
                yield parts.stack_place.key(key).problem(
                    "",
                    "is taken by no service",
                    f"{hint}declare it under secrets of a service as provided, or run "
                    f"`pulumi config rm {key} --stack {parts.stack}`",
                )
