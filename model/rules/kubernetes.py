"""What only Kubernetes knows of a service, as far as it speaks of the rest of its description."""

from collections.abc import Iterator

from model.problems import Place, Problem, shown
from model.rules.parts import SystemParts
from model.service import Service

_STORES = ("database.", "cache.", "queue.", "objects.")
_SECRET_OUTPUTS = ("password", "url", "readerUrl", "accessKey", "secretKey")


def problems(system: SystemParts) -> Iterator[Problem]:
    """What the rules about Kubernetes' own options refuse."""
    if system.system is None:
        return
    for name, service in system.system.services.items():
        yield from _secret_keys(
            service, system.service_place(name).keys("kubernetes", "secretKeys")
        )
        yield from _scratch(service, system.service_place(name).key("scratch"))


def _secret_keys(service: Service, place: Place) -> Iterator[Problem]:
    written = service.kubernetes.secret_keys
    secrets = {
        *service.secrets,
        *(variable for variable, source in service.bind.items() if _is_secret(source)),
    }
    keys = {variable: variable for variable in secrets if variable not in written}
    for variable, key in written.items():
        if variable in service.bind and variable not in secrets:
            yield place.key(variable).problem(
                "",
                f"is bound to {service.bind[variable]}, which is no secret and stands in the "
                "ConfigMap",
                "remove it",
            )
        elif variable not in secrets:
            yield place.key(variable).problem(
                "",
                "is in neither secrets nor bind of the service",
                "remove it, or take the variable from one of the two",
            )
        first = keys.setdefault(key, variable)
        if first != variable:
            yield place.key(variable).problem(
                shown(key), f"is the key of {first} too", "write a key of its own"
            )


def _is_secret(source: str) -> bool:
    """Whether what a variable is bound to comes from a secret."""
    return source.startswith(_STORES) and source.partition(".")[2] in _SECRET_OUTPUTS


def _scratch(service: Service, place: Place) -> Iterator[Problem]:
    for index, folder in enumerate(service.scratch):
        if folder in service.scratch[:index]:
            yield place.key(index).problem(
                shown(folder), "stands twice", "write each directory once"
            )
