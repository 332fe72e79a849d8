# pyright: basic, reportPrivateUsage=false
# Generated SDK classes are looked up by name here, which no type checker can follow.
"""Writes the floor: a flat script that registers a recorded graph by Pulumi's bare packages.

The script is what anyone would write without components: a class call for each resource, Args
classes for nested inputs, and a reference to another resource wherever the recorded graph had one.
"""

import importlib
import importlib.util
import json
import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args, get_origin

from pulumi import _types as sdk_types

from tools.recording.recorder import Resource, record_file

PROVIDER_PREFIX = "pulumi:providers:"
KUBERNETES_PREFIX = "kubernetes:"
_CUSTOM_RESOURCE = ("pulumi_kubernetes.apiextensions", "CustomResource")
_NOBODYS = ("region", "tagsAll")
"""Outputs that nobody writes where the value is another resource's input."""
_FILLED_IN = ("apiVersion", "kind")
"""What the SDK says about each object of Kubernetes by itself."""


def write(program: Path, configuration: Path, stack: str, flat: Path) -> int:
    """Records a program and writes its flat script.

    Args:
        program: The program's file.
        configuration: Its configuration, as `child.py` takes it.
        stack: Name of the stack.
        flat: Where the script goes.

    Returns:
        How many resources both make.
    """
    settings = json.loads(configuration.read_text("utf-8"))
    recording = record_file(
        program, stack=stack, config=settings["config"], secret_keys=settings["secrets"]
    )
    flat.write_text(script(recording.resources), encoding="utf-8")
    return len(recording.custom)


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
        *(f"import {module}" for module in sorted({m.split(".")[0] for m in modules})),
        "",
    ]
    lines += [_registration(each, names, by_urn) for each in custom]
    return "\n".join(lines) + "\n"


def _variable(index: int, resource: Resource) -> str:
    return f"r{index}_" + re.sub(r"\W", "_", resource.name)


def _python_path(token: str) -> tuple[str, str]:
    """Splits `aws:ec2/vpc:Vpc` into the module and the class that make such a resource."""
    if token.startswith(KUBERNETES_PREFIX):
        return _kubernetes_path(token)
    if token.startswith(PROVIDER_PREFIX):
        return f"pulumi_{token.removeprefix(PROVIDER_PREFIX)}", "Provider"
    package, module, name = token.split(":")
    folder = module.split("/")[0]
    # A word of Python's own gets an underscore: pulumi_aws.lambda_.
    folder = f"{folder}_" if keyword.iskeyword(folder) else folder
    return (f"pulumi_{package}" if folder == "index" else f"pulumi_{package}.{folder}"), name


def _kubernetes_path(token: str) -> tuple[str, str]:
    """Splits `kubernetes:networking.k8s.io/v1:Ingress`; what has no class is a custom resource."""
    _, group_version, kind = token.split(":")
    group, _, version = group_version.partition("/")
    package = f"pulumi_kubernetes.{group.partition('.')[0]}"
    is_own = "." not in group or group.endswith(".k8s.io")
    if not is_own or importlib.util.find_spec(package) is None:
        return _CUSTOM_RESOURCE
    return f"{package}.{version}", kind


def _registration(
    resource: Resource, names: Mapping[str, str], by_urn: Mapping[str, Resource]
) -> str:
    module, name = _python_path(resource.type)
    inputs = resource.inputs
    if (module, name) != _CUSTOM_RESOURCE and resource.type.startswith(KUBERNETES_PREFIX):
        inputs = {key: value for key, value in inputs.items() if key not in _FILLED_IN}
    if resource.type.startswith(PROVIDER_PREFIX):
        # A provider's nested inputs travel as JSON; the flat script needs only the plain ones.
        inputs = {key: value for key, value in inputs.items() if not str(value).startswith("{")}
    arguments = [
        f"{python}={value}"
        for python, value in _arguments(_fields(module, name), inputs, resource, names, by_urn)
    ]
    provider = resource.provider.rpartition("::")[0]
    if provider in names:
        arguments.append(f"opts=pulumi.ResourceOptions(provider={names[provider]})")
    call = ", ".join([repr(resource.name), *arguments])
    return f"{names[resource.urn]} = {module}.{name}({call})"


_Fields = Mapping[str, tuple[str, Any]]
"""The inputs of a resource or a part of one: wire name to Python's name and the type."""


def _fields(module: str, name: str) -> _Fields:
    if (module, name) == _CUSTOM_RESOURCE:
        meta = importlib.import_module("pulumi_kubernetes.meta.v1")
        plain = {
            "apiVersion": ("api_version", None),
            "kind": ("kind", None),
            "spec": ("spec", None),
        }
        return {**plain, "metadata": ("metadata", meta.ObjectMetaArgs)}
    # Where a nested type has taken the name, the SDK calls a resource's own arguments InitArgs.
    package = importlib.import_module(module)
    return _fields_of(getattr(package, f"{name}InitArgs", None) or getattr(package, f"{name}Args"))


def _fields_of(args_class: Any) -> _Fields:
    types = sdk_types.input_type_types(args_class)
    names = sdk_types.input_type_py_to_pulumi_names(args_class)
    return {wire: (python, types.get(wire)) for python, wire in names.items()}


def _arguments(
    fields: _Fields,
    inputs: Mapping[str, Any],
    resource: Resource,
    names: Mapping[str, str],
    by_urn: Mapping[str, Resource],
) -> Iterator[tuple[str, str]]:
    for wire, value in sorted(inputs.items()):  # the wire has them in any order
        if wire not in fields:
            continue
        python, expected = fields[wire]
        urns = resource.property_dependencies.get(wire, resource.dependencies)
        referable = [by_urn[urn] for urn in urns if urn in by_urn]
        yield python, _literal(value, expected, resource, names, by_urn, referable)


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
                for python, text in _arguments(_fields_of(nested), value, owner, names, by_urn)
            ]
            return f"{nested.__module__.rsplit('.', 1)[0]}.{nested.__name__}({', '.join(inner)})"
        case dict():
            items = (
                f"{key!r}: {_literal(item, None, resource, names, by_urn, referable)}"
                for key, item in sorted(value.items())
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
        for path, output in _computed(other):
            if output == value:
                python = ".".join(re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", key) for key in path)
                fits = not any(keyword.iskeyword(key) for key in path)
                return f"{names[other.urn]}.{python.lower()}" if fits else None
    return None


def _computed(resource: Resource) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The outputs that are no inputs, those inside of a block among them."""
    for key, output in resource.outputs.items():
        if key in _NOBODYS:
            continue
        given = resource.inputs.get(key)
        if isinstance(output, dict):
            inner = given if isinstance(given, dict) else {}
            yield from (((key, each), output[each]) for each in output if each not in inner)
        elif key not in resource.inputs:
            yield (key,), output


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
