"""What only Kubernetes knows of a service, as far as it speaks of the rest of its description."""

from collections.abc import Iterator

from model.problems import Problem, shown
from model.rules.parts import SystemParts


def problems(system: SystemParts) -> Iterator[Problem]:
    """What the rules about Kubernetes' own options refuse."""
    if system.system is None:
        return
    for name, service in system.system.services.items():
        place = system.service_place(name).keys("kubernetes", "secretKeys")
        keys: dict[str, str] = {}
        for variable, key in service.kubernetes.secret_keys.items():
            if variable not in service.secrets and variable not in service.bind:
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
