"""The part of a provider that is the same for every cloud: names, comparison, secrets, threads."""

import asyncio
import hashlib
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeGuard, cast

import pulumi
from pulumi.provider.experimental.property_value import Computed, PropertyValue, ResourceReference
from pulumi.provider.experimental.provider import (
    CheckFailure,
    CheckRequest,
    CheckResponse,
    CreateRequest,
    CreateResponse,
    DeleteRequest,
    DiffRequest,
    DiffResponse,
    InvokeRequest,
    InvokeResponse,
    PropertyDiff,
    PropertyDiffKind,
    Provider,
    ReadRequest,
    ReadResponse,
    UpdateRequest,
    UpdateResponse,
)
from pulumi.runtime.rpc import UNKNOWN as UNKNOWN_TEXT

from sandbox.errors import SandboxError

Plain = dict[str, Any]
"""Property values as Python has them: secrets in clear, whole numbers as int, UNKNOWN for
what is not known yet."""

INPUTS_KEY = "__inputs"
# Inputs and outputs share one map in the state; without the list of inputs a removed one could
# not be told from an output. The SDK hides keys that begin with two underscores.
MOCKED_KEY = "__mocked"
GIVEN_KEY = "__given"
# Inputs to which the cloud has added something of its own, such as the security group of a
# cluster's network, as the program gave them: another run must not take that for a change.


def is_map(value: object) -> TypeGuard[Plain]:
    """Whether a plain value is a map; isinstance would leave its items without a type."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a plain value is a list; isinstance would leave its items without a type."""
    return isinstance(value, list)


class Unknown:
    """The type of UNKNOWN."""

    def __repr__(self) -> str:
        return "unknown"


UNKNOWN = Unknown()
"""A value that only exists once something else is created."""


@dataclass(frozen=True)
class Problem:
    """An input that the cloud would refuse."""

    property: str
    """Path of the input, for example `rules[0].name`; "" for the resource as a whole."""
    reason: str
    """What is wrong and what would be right, in one line."""


class Kind(Protocol):
    """How resources of one type are named, checked, created, read and deleted."""

    @property
    def mocked(self) -> str:
        """Why they are only pretended; "" for a type that is really created."""
        ...

    def named(self, logical_name: str, inputs: Plain, old_inputs: Plain, seed: bytes) -> Plain:
        """Returns the inputs that the provider chooses itself, such as a name."""
        ...

    def problems(self, logical_name: str, inputs: Plain) -> Sequence[Problem]:
        """Returns everything that the cloud would refuse about these inputs."""
        ...

    def create(self, inputs: Plain) -> tuple[str, Plain]:
        """Creates one; returns its id and the outputs besides the inputs."""
        ...

    def read(self, resource_id: str, state: Plain) -> Plain | None:
        """Returns the outputs of an existing one; None if there is none."""
        ...

    def delete(self, resource_id: str, state: Plain) -> None:
        """Deletes one; one that is gone already is no error."""
        ...


class TableProvider(Provider):
    """A provider whose types stand in a table of `Kind`s."""

    @abstractmethod
    def kind(self, type_: str) -> Kind | None:
        """Returns the kind of a type token, or None for a type that is not served."""

    def later(self, type_: str) -> Plain:
        """Returns what the cloud adds to inputs that are maps, as UNKNOWN: for a preview."""
        del type_
        return {}

    async def check(self, request: CheckRequest) -> CheckResponse:
        """Names the resource and refuses what the cloud would refuse."""
        kind = self.kind(_own_type(request.type))
        if kind is None:
            reason = f"the sandbox serves no {_own_type(request.type)} yet; see sandbox/README.md"
            return CheckResponse(failures=[CheckFailure("", reason)])
        inputs, old = plain_map(request.new_inputs), plain_map(request.old_inputs)
        chosen = kind.named(request.name, inputs, old, request.random_seed or _seed(request.urn))
        problems = kind.problems(request.name, {**inputs, **chosen})
        return CheckResponse(
            inputs={**request.new_inputs, **property_map(chosen)},
            failures=[CheckFailure(problem.property, problem.reason) for problem in problems],
        )

    async def diff(self, request: DiffRequest) -> DiffResponse:
        """Tells which inputs differ; never asks for a replacement, the sandbox makes none."""
        old, new = _as_given(request.old_state), plain_map(request.new_inputs)
        old_keys: list[str] = old.get(INPUTS_KEY, [])
        changed: dict[str, PropertyDiff] = {}
        for key in sorted({*old_keys, *new} - {*request.ignore_changes}):
            if key not in old_keys:
                kind = PropertyDiffKind.ADD
            elif key not in new:
                kind = PropertyDiffKind.DELETE
            elif old.get(key) != new[key]:
                kind = PropertyDiffKind.UPDATE
            else:
                continue
            changed[key] = PropertyDiff(kind, True)  # noqa: FBT003 Pulumi's own signature
        return DiffResponse(changes=bool(changed), diffs=list(changed), detailed_diff=changed)

    async def create(self, request: CreateRequest) -> CreateResponse:
        """Creates the resource; in a preview only its inputs are known."""
        kind = self._existing_kind(request.type)
        inputs = plain_map(request.properties)
        if request.preview:
            later = self.later(_own_type(request.type))
            return CreateResponse("", {**request.properties, **_added(request.properties, later)})
        resource_id, computed = await asyncio.to_thread(kind.create, inputs)
        keys = PropertyValue([PropertyValue(key) for key in sorted(request.properties)])
        added = _added(request.properties, computed)
        given = {key: request.properties[key] for key in added}
        outputs = {**property_map(computed), **request.properties, **added, INPUTS_KEY: keys}
        if given:
            outputs[GIVEN_KEY] = PropertyValue(given)
        if kind.mocked:
            outputs[MOCKED_KEY] = PropertyValue(kind.mocked)
        return CreateResponse(resource_id, outputs)

    async def update(self, request: UpdateRequest) -> UpdateResponse:
        """Shows a preview of an update, and refuses to carry one out."""
        if request.preview:
            news = {**request.news, **_added(request.news, plain_map(request.olds))}
            return UpdateResponse({**request.olds, **news})
        old, new = _as_given(request.olds), plain_map(request.news)
        changed = [key for key in sorted(new) if old.get(key) != new[key]]
        removed = [key for key in old.get(INPUTS_KEY, []) if key not in new]
        raise SandboxError(
            f"the sandbox cannot update {_own_type(request.type)} {request.name} in place yet: "
            f"changed {', '.join([*changed, *removed])}"
        )

    async def read(self, request: ReadRequest) -> ReadResponse:
        """Returns what the cloud has now; no id if the resource is gone."""
        kind = self._existing_kind(request.type)
        state = plain_map(request.properties)
        found = await asyncio.to_thread(kind.read, request.resource_id, state)
        if found is None:
            return ReadResponse("")
        return ReadResponse(
            request.resource_id, {**property_map(found), **request.properties}, request.inputs
        )

    async def delete(self, request: DeleteRequest) -> None:
        """Deletes the resource; protection in the cloud is lifted first, as `destroy` says."""
        kind = self._existing_kind(request.type)
        await asyncio.to_thread(kind.delete, request.resource_id, plain_map(request.properties))

    async def invoke(self, request: InvokeRequest) -> InvokeResponse:
        """Answers a function of the provider."""
        answer = await asyncio.to_thread(self.answer, request.tok, plain_map(request.args))
        return InvokeResponse(property_map(answer))

    def answer(self, token: str, arguments: Plain) -> Plain:
        """Computes a function's result.

        Raises:
            SandboxError: The provider has no such function.
        """
        del arguments
        raise SandboxError(f"the sandbox serves no function {token} yet; see sandbox/README.md")

    def _existing_kind(self, type_: str) -> Kind:
        kind = self.kind(_own_type(type_))
        if kind is None:  # check() has refused such a type before
            raise SandboxError(f"the sandbox serves no {_own_type(type_)} yet")
        return kind


def _added(inputs: Mapping[str, PropertyValue], computed: Plain) -> dict[str, PropertyValue]:
    """Returns the inputs that are maps to which the cloud has added keys, with those."""
    found: dict[str, PropertyValue] = {}
    for key, given in inputs.items():
        extra, inner = computed.get(key), given.value
        if is_map(extra) and isinstance(inner, Mapping) and extra.keys() - inner.keys():
            found[key] = PropertyValue({**property_map(extra), **inner}, given.is_secret)
    return found


def _as_given(state: Mapping[str, PropertyValue]) -> Plain:
    """Returns a resource's state with its inputs as the program gave them."""
    plain_state = plain_map(state)
    return {**plain_state, **plain_state.get(GIVEN_KEY, {})}


def plain(value: PropertyValue) -> Any:  # noqa: PLR0911 one for each kind of value
    """Turns a property value into what Python and boto3 work with; see `Plain`."""
    inner = value.value
    match inner:
        case str():
            return UNKNOWN if inner == UNKNOWN_TEXT else inner
        case float():
            return int(inner) if inner.is_integer() else inner
        case Computed():
            return UNKNOWN
        case ResourceReference():
            return plain(inner.resource_id) if inner.resource_id else inner.urn
        case Mapping():
            return plain_map(inner)
        case Sequence():
            return [plain(item) for item in inner]
        case _:
            return inner


def plain_map(values: Mapping[str, PropertyValue]) -> Plain:
    """Turns a map of property values into plain ones; a null is as good as absent."""
    return {key: plain(item) for key, item in values.items() if item.value is not None}


def property_map(values: Plain) -> dict[str, PropertyValue]:
    """Turns plain values into property values, as the wire has them."""
    return {key: _property(value) for key, value in values.items()}


def _property(value: Any) -> PropertyValue:
    match value:
        case Unknown():
            return PropertyValue(UNKNOWN_TEXT)  # the SDK cannot send its own Computed
        case bool() | str() | None | pulumi.Asset() | pulumi.Archive():
            return PropertyValue(value)
        case int() | float():
            return PropertyValue(float(value))
        case Mapping():
            return PropertyValue(property_map(cast("Plain", value)))
        case Sequence():
            return PropertyValue([_property(item) for item in cast("Sequence[Any]", value)])
        case _:
            return PropertyValue(str(value))  # dates, which the SDK knows as text only


def _own_type(qualified: str) -> str:
    # The request's type comes from the URN, so the types of the parents stand before it.
    return qualified.rpartition("$")[2]


def _seed(urn: str) -> bytes:
    # The engine sends one; a caller that has none still gets a name, the same one each time.
    return hashlib.sha256(urn.encode()).digest()
