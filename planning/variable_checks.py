"""How much all plain environment variables of a service may be together."""

import json
from collections.abc import Iterator, Mapping

from model.description import Description, system_file
from model.problems import Place, Problem
from planning.variables import plan_variables

TASK_DEFINITION_KIB = 64
"""What ECS takes for a task definition, all of it as JSON. Source: Amazon ECS developer guide,
"Service quotas"."""
OTHERS_KIB = 4
"""What a task definition needs besides: image, secrets' ARNs, logs, checks."""
CONFIG_MAP_KIB = 1024
"""What Kubernetes takes for the values of a ConfigMap. Source:
kubernetes.io/docs/concepts/configuration/configmap"""


def problems(description: Description, system: str) -> Iterator[Problem]:
    """More variables than a runtime takes.

    Args:
        description: The description.
        system: One of its systems.
    """
    settings = description.environment.systems[system]
    for service in description.systems[system].services:
        # What is missing is told by the model's rules.
        if service in settings.images and service in settings.services:
            yield from _together(description, system, service)


def _together(description: Description, system: str, service: str) -> Iterator[Problem]:
    given = plan_variables(description, system, service).environment
    takers = {
        "fargate": (
            _as_json(given),
            TASK_DEFINITION_KIB - OTHERS_KIB,
            "a task definition of ECS takes beside its other parts",
        ),
        "eks": (
            sum(len(value.encode()) for value in given.values()),
            CONFIG_MAP_KIB,
            "a ConfigMap takes",
        ),
    }
    for runtime in description.environment.runtimes:
        size, most, taker = takers[runtime]
        if size > most * 1024:
            yield _place(description, system, service, given).problem(
                f"{-(-size // 1024)} KiB of variables",
                f"are more than the {most} KiB that {taker}",
                "put long texts into a file of the image",
            )


def _as_json(given: Mapping[str, str]) -> int:
    entries = [{"name": name, "value": value} for name, value in given.items()]
    return len(json.dumps(entries, ensure_ascii=False, separators=(",", ":")).encode())


def _place(description: Description, system: str, service: str, given: Mapping[str, str]) -> Place:
    """The file with the longest value."""
    longest = max(given, key=lambda name: len(given[name]))
    if longest in description.environment.systems[system].services[service].env:
        stack = Place(description.stack_file).key("slipway:systems")
        return stack.keys(system, "services", service, "env")
    return Place(system_file(system)).keys("services", service, "env")
