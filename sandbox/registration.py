"""What the program asks for: one registration, read from the SDK's request."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast
from urllib.parse import unquote, urlparse

from pulumi.provider.experimental.property_value import Computed, PropertyValue
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.rpc import UNKNOWN

from sandbox.errors import SandboxError
from sandbox.state import Resource


def read(request: resource_pb2.RegisterResourceRequest, urn: str, root: Path) -> Resource:
    """Turns the SDK's request into a resource that nobody has made yet.

    Args:
        request: What the SDK sends.
        urn: The URN that it gets.
        root: The project's folder; sources are told relative to it.

    Returns:
        The resource with the program's own inputs and no outputs.
    """
    return Resource(
        urn=urn,
        type=request.type,
        name=request.name,
        custom=request.custom,
        parent=request.parent,
        source=source(request, root),
        provider=request.provider,
        inputs=PropertyValue.unmarshal_map(request.object),
        dependencies=tuple(request.dependencies),
        property_dependencies={
            key: tuple(dependencies.urns)
            for key, dependencies in request.propertyDependencies.items()
        },
        ignore_changes=tuple(request.ignoreChanges),
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
        protect=request.protect,
        retain_on_delete=request.retainOnDelete,
        deleted_with=request.deletedWith,
    )


def refuse_unsupported(request: resource_pb2.RegisterResourceRequest) -> None:
    """Refuses what only Pulumi's engine does.

    Args:
        request: What the SDK sends.

    Raises:
        SandboxError: It asks for a remote component or for an import.
    """
    if request.remote:
        raise SandboxError("the sandbox runs no remote components; use a native Python component")
    if request.importId:
        raise SandboxError("the sandbox cannot import resources; the Pulumi CLI can")


def source(
    request: resource_pb2.RegisterResourceRequest | resource_pb2.ReadResourceRequest, root: Path
) -> str:
    """Tells where in the program a resource is made.

    Args:
        request: What the SDK sends.
        root: The project's folder.

    Returns:
        File, relative to the project, and line; "" if the SDK knows none.
    """
    # The generated types know no source positions.
    uri = cast("str", request.sourcePosition.uri)
    if not uri:
        return ""
    path = Path(unquote(urlparse(uri).path))
    if path.is_relative_to(root):
        path = path.relative_to(root)
    line = cast("int", request.sourcePosition.line)
    return f"{path}:{line}"


def contains_unknown(value: PropertyValue) -> bool:
    """Whether the value, or one in it, is not known before something else is deployed."""
    inner = value.value
    if isinstance(inner, str):
        return inner == UNKNOWN
    if isinstance(inner, Mapping):
        return any(contains_unknown(item) for item in inner.values())
    if isinstance(inner, Sequence):
        return any(contains_unknown(item) for item in inner)
    return isinstance(inner, Computed)


def with_answer(
    wanted: Resource,
    *,
    inputs: dict[str, PropertyValue],
    outputs: dict[str, PropertyValue],
    resource_id: str,
) -> Resource:
    """Returns the resource as it is after its provider has answered.

    Args:
        wanted: The registration.
        inputs: The inputs after the provider's check.
        outputs: What the provider returned.
        resource_id: The id that it gave.

    Returns:
        The resource. An output is secret if the provider says so, if `additionalSecretOutputs`
        names it, or if the input of the same name is secret: what went in secret comes out so.
    """
    secret = {key for key, value in inputs.items() if value.contains_secret()}
    secret.update(wanted.additional_secret_outputs)
    marked = {
        key: value.with_secret(is_secret=True)
        if key in secret and not value.contains_secret()
        else value
        for key, value in outputs.items()
    }
    return replace(wanted, inputs=inputs, outputs=marked, id=resource_id)
