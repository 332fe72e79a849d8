"""A move of all services from one runtime to the other, as that other one sees it.

It is the same from both sides: what is described and published is turned round here, so that every
check looks at either runtime as it looks at the only one.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from pydantic import ValidationError

from model.description import Description
from model.environment import Switch
from tools.doctor.outputs import Outputs, StackOutputs, parse, unusable


class _OtherRuntime(Outputs, frozen=True):
    """What the runtime to which the services move has for itself."""

    runtime: Literal["fargate", "eks"]
    platform: Mapping[str, Any]
    systems: Mapping[str, Mapping[str, Any]]


class _Stack(Outputs, frozen=True):
    """Outputs of a stack whose services may move."""

    other_runtime: _OtherRuntime | None = None


def describe_other(description: Description) -> Description:
    """Gives the description with the runtimes exchanged.

    What asks for the status is left out: it stays with the runtime that the services come from.

    Args:
        description: That of a stack whose services move.
    """
    environment = description.environment
    back = Switch(to=environment.runtime, percent=100 - environment.switch.percent)
    exchanged = environment.model_copy(update={"runtime": environment.switch.to, "switch": back})
    systems = {
        name: system.model_copy(update={"status_exporter": None})
        for name, system in description.systems.items()
    }
    return replace(description, environment=exchanged, systems=systems)


def parse_other(outputs: Mapping[str, Any]) -> StackOutputs | None:
    """Gives the outputs as they would be if the services had moved; None without a move.

    The cluster, services and tasks of the other runtime stand under `otherRuntime`; all else is the
    same for both.

    Args:
        outputs: The stack's outputs, which `parse` has taken.

    Raises:
        UnusableOutputs: A key is missing or of the wrong type.
    """
    try:
        other = _Stack.model_validate(outputs).other_runtime
    except ValidationError as error:
        raise unusable(error) from None
    if other is None:
        return None
    nothing: Mapping[str, Any] = {"services": {}, "tasks": {}, "statusExporter": None}
    return parse(
        {
            **outputs,
            "runtime": other.runtime,
            "platform": {**outputs["platform"], **other.platform},
            "systems": {
                name: {**system, **nothing, **other.systems.get(name, {})}
                for name, system in outputs["systems"].items()
            },
        }
    )
