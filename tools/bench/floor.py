# pyright: basic, reportPrivateUsage=false
# Generated SDK classes are looked up by name here, which no type checker can follow.
"""Writes the floor: a flat script that registers a recorded graph by bare pulumi-aws.

The script is what anyone would write without components: a class call for each resource, Args
classes for nested inputs, and a reference to another resource wherever the recorded graph had one.
"""

import importlib
import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args, get_origin

from pulumi import _types as sdk_types

from tools.recording.recorder import Resource

PROVIDER_PREFIX = "pulumi:providers:"


def script(resources: Sequence[Resource]) -> str:
    """Returns the text of the flat script.

    Args:
        resources: The recorded graph in the order of registration; components are left out, as
            a flat script has none.
    """
    custom = [each for each in resources if each.custom]
    names = {each.urn: _variable(index, each) for index, each in enumerate(custom)}
    by_urn = {each.urn: each for each in custom}
    modules = sorted({_python_path(each.type)[0] for each in custom})
    lines = [
        "import pulumi",
        *(f"import {module}" for module in {m.split(".")[0] for m in modules}),
        "",
    ]
    lines += [_registration(each, names, by_urn) for each in custom]
    return "\n".join(lines) + "\n"


def _variable(index: int, resource: Resource) -> str:
    return f"r{index}_" + re.sub(r"\W", "_", resource.name)


def _python_path(token: str) -> tuple[str, str]:
    """Splits `aws:ec2/vpc:Vpc` into the module and the class that make such a resource."""
    if token.startswith(PROVIDER_PREFIX):
        return f"pulumi_{token.removeprefix(PROVIDER_PREFIX)}", "Provider"
    package, module, name = token.split(":")
    folder = module.split("/")[0]
    # A word of Python's own gets an underscore: pulumi_aws.lambda_.
    folder = f"{folder}_" if keyword.iskeyword(folder) else folder
    return (f"pulumi_{package}" if folder == "index" else f"pulumi_{package}.{folder}"), name


def _registration(
    resource: Resource, names: Mapping[str, str], by_urn: Mapping[str, Resource]
) -> str:
    module, name = _python_path(resource.type)
    # Where a nested type has taken the name, the SDK calls a resource's own arguments InitArgs.
    package = importlib.import_module(module)
    args_class = getattr(package, f"{name}InitArgs", None) or getattr(package, f"{name}Args")
    inputs = resource.inputs
    if resource.type.startswith(PROVIDER_PREFIX):
        # A provider's nested inputs travel as JSON; the flat script needs only the plain ones.
        inputs = {key: value for key, value in inputs.items() if not str(value).startswith("{")}
    arguments = [
        f"{python}={value}"
        for python, value in _arguments(args_class, inputs, resource, names, by_urn)
    ]
    provider = resource.provider.rpartition("::")[0]
    if provider in names:
        arguments.append(f"opts=pulumi.ResourceOptions(provider={names[provider]})")
    call = ", ".join([repr(resource.name), *arguments])
    return f"{names[resource.urn]} = {module}.{name}({call})"


def _arguments(
    args_class: Any,
    inputs: Mapping[str, Any],
    resource: Resource,
    names: Mapping[str, str],
    by_urn: Mapping[str, Resource],
) -> Iterator[tuple[str, str]]:
    types = sdk_types.input_type_types(args_class)
    pulumi_to_python = {
        wire: python for python, wire in sdk_types.input_type_py_to_pulumi_names(args_class).items()
    }
    for wire, value in inputs.items():
        if wire not in pulumi_to_python:
            continue
        urns = resource.property_dependencies.get(wire, resource.dependencies)
        referable = [by_urn[urn] for urn in urns if urn in by_urn]
        yield (
            pulumi_to_python[wire],
            _literal(value, types.get(wire), resource, names, by_urn, referable),
        )


def _literal(  # noqa: PLR0917 the facts of one value
    value: Any,
    expected: Any,
    resource: Resource,
    names: Mapping[str, str],
    by_urn: Mapping[str, Resource],
    referable: Sequence[Resource],
) -> str:
    nested = _args_class(expected)
    match value:
        case dict() if nested is not None:
            owner = replace(resource, property_dependencies={})
            inner = [
                f"{python}={text}"
                for python, text in _arguments(nested, value, owner, names, by_urn)
            ]
            return f"{nested.__module__.rsplit('.', 1)[0]}.{nested.__name__}({', '.join(inner)})"
        case dict():
            items = (
                f"{key!r}: {_literal(item, None, resource, names, by_urn, referable)}"
                for key, item in value.items()
            )
            return "{" + ", ".join(items) + "}"
        case list():
            items = (_literal(item, expected, resource, names, by_urn, referable) for item in value)
            return "[" + ", ".join(items) + "]"
        case str():
            return _reference(value, names, referable) or repr(value)
        case float() if value.is_integer():
            return repr(int(value))
        case _:
            return repr(value)


def _reference(value: str, names: Mapping[str, str], referable: Sequence[Resource]) -> str | None:
    for other in referable:
        if value == other.id:
            return f"{names[other.urn]}.id"
        for key, output in other.outputs.items():
            # Nobody writes a region as the output of some other resource.
            if output == value and key not in other.inputs and key != "region":
                python = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", key).lower()
                return f"{names[other.urn]}.{python}" if not keyword.iskeyword(python) else None
    return None


def _args_class(expected: Any) -> Any:
    """Finds the Args class in a type such as `Sequence[Input[ListenerDefaultActionArgs]]`."""
    if isinstance(expected, type) and hasattr(expected, "__init__"):
        return expected if expected.__name__.endswith("Args") else None
    if get_origin(expected) is not None:
        for argument in get_args(expected):
            found = _args_class(argument)
            if found is not None:
                return found
    return None
