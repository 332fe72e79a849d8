"""The Kubernetes provider of the sandbox: Pulumi's provider interface over its Kubernetes API."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import (
    CheckFailure,
    CheckRequest,
    CheckResponse,
    ConfigureRequest,
    ConfigureResponse,
    CreateRequest,
    CreateResponse,
    DiffRequest,
    DiffResponse,
    PropertyDiff,
    PropertyDiffKind,
    ReadRequest,
    ReadResponse,
    UpdateRequest,
    UpdateResponse,
)

from sandbox.errors import SandboxError
from sandbox.kubernetes import immutable, kinds, rules, status
from sandbox.kubernetes.client import Client, server_of
from sandbox.kubernetes.fields import contains_unknown, mapping, name_of, text
from sandbox.kubernetes.kinds import AUTONAMED, ObjectKind
from sandbox.kubernetes.store import Settings
from sandbox.masking import Masker
from sandbox.provider import (
    GIVEN_KEY,
    INPUTS_KEY,
    MOCKED_KEY,
    UNKNOWN,
    Plain,
    Problem,
    TableProvider,
    is_list,
    is_map,
    plain_map,
    property_map,
)

_TAKEN = {
    *("cluster", "context", "kubeconfig", "namespace"),
    *("clusterIdentifier", "deleteUnreachable", "enableConfigMapMutable", "enablePatchForce"),
    *("enableSecretMutable", "enableServerSideApply", "kubeClientSettings"),
    *("skipUpdateUnreachable", "suppressDeprecationWarnings", "suppressHelmHookWarnings"),
}
# Behind the first row stands how objects are changed, how fast, and what is warned of: the sandbox
# changes nothing and warns of nothing.
_SKIP_AWAIT = "pulumi.com/skipAwait"
_NO_CONTAINERS = "the sandbox runs no containers, so how it ended is invented"
_SUFFIX_LENGTH = 8


class KubernetesProvider(TableProvider):
    """Creates, reads and deletes objects on the API that the provider's kubeconfig names."""

    def __init__(self) -> None:
        self._client: Client | None = None
        self.namespace = "default"
        """Where objects stand that name no namespace."""
        self._mutable: set[ObjectKind] = set()

    async def check_config(self, request: CheckRequest) -> CheckResponse:
        """Refuses a provider without kubeconfig, and what the sandbox does not do."""
        given = {key for key, value in request.new_inputs.items() if value.value is not None}
        # The engine adds the version, and keys of its own that begin with two underscores.
        strange = {key for key in given - _TAKEN - {"version"} if not key.startswith("__")}
        reason = "the sandbox's Kubernetes provider does not know it"
        failures = [CheckFailure(key, reason) for key in sorted(strange)]
        if "kubeconfig" not in given:
            reason = "is missing; the sandbox takes none from the environment or the home folder"
            failures.append(CheckFailure("kubeconfig", reason))
        return CheckResponse(inputs=request.new_inputs, failures=failures)

    async def configure(self, request: ConfigureRequest) -> ConfigureResponse:
        """Takes the API's place from the kubeconfig, which in a preview may be unknown."""
        arguments = plain_map(request.args)
        self.namespace = text(arguments, "namespace") or "default"
        # The SDK sends true as text.
        is_on = {key for key, value in arguments.items() if str(value).lower() == "true"}
        self._mutable = {kind for kind in immutable.DATA if f"enable{kind.name}Mutable" in is_on}
        wanted = [arguments.get(key, "") for key in ("kubeconfig", "context", "cluster")]
        self._client = None if UNKNOWN in wanted else Client(server_of(*wanted))
        vars(self).pop("version", None)
        return ConfigureResponse(
            accept_secrets=True, supports_preview=True, accept_resources=True, accept_outputs=False
        )

    def kind(self, type_: str) -> "_Objects | None":
        """Returns how objects of this type are made."""
        kind = kinds.BY_TOKEN.get(type_)
        return None if kind is None else _Objects(kind, self)

    async def check(self, request: CheckRequest) -> CheckResponse:
        """Names the object and refuses what the API would refuse, as far as it is known."""
        named = {**request.new_inputs, **_named(request)}
        answer = await super().check(
            CheckRequest(request.urn, request.old_inputs, named, request.random_seed)
        )
        masker = Masker()  # what is refused may be a secret
        masker.learn(named.values())
        failures = [
            CheckFailure(each.property, masker.mask(each.reason)) for each in answer.failures or ()
        ]
        return CheckResponse(inputs=answer.inputs, failures=failures)

    async def diff(self, request: DiffRequest) -> DiffResponse:
        """Tells which inputs differ, and for which of them the real provider replaces the object.

        One that keeps its name is deleted before its successor is created, as there.
        """
        answer = await super().diff(request)
        kind = self._existing_kind(request.type).object_kind
        old, new = self._placed(kind, request.old_state), self._placed(kind, request.new_inputs)
        for path in immutable.replaced(kind, old, new, self._mutable):
            key = path.partition(".")[0]
            if key in answer.detailed_diff:  # and not ignored
                change = answer.detailed_diff[key].kind.name.removesuffix("_REPLACE")
                replacing = PropertyDiffKind[f"{change}_REPLACE"]
                answer.detailed_diff[key] = PropertyDiff(replacing, input_diff=True)
                answer.replaces.append(path)
        moves = any(path.startswith("metadata.") for path in answer.replaces)
        is_drawn = mapping(new, "metadata", "annotations").get(AUTONAMED) == "true"
        answer.delete_before_replace = bool(answer.replaces) and not (moves or is_drawn)
        return answer

    async def update(self, request: UpdateRequest) -> UpdateResponse:
        """Refuses what the API would refuse, also in a preview; the rest as every provider here.

        A preview with unknown values asks the real API nothing either.
        """
        kind = self._existing_kind(request.type).object_kind
        old, new = self._placed(kind, request.olds), self._placed(kind, request.news)
        refusal = "" if contains_unknown(new) else immutable.refusal(kind, old, new)
        if refusal:
            raise SandboxError(refusal)
        return await super().update(request)

    async def create(self, request: CreateRequest) -> CreateResponse:
        """Creates the object; its outputs are the object as the API serves it."""
        if request.preview:
            return CreateResponse("", request.properties)
        kind = self._existing_kind(request.type)
        inputs = plain_map(request.properties)
        resource_id, served = await asyncio.to_thread(kind.create, inputs)
        outputs = _outputs(served, request.properties)
        if kind.mocked:
            outputs[MOCKED_KEY] = PropertyValue(kind.mocked)
        return CreateResponse(resource_id, outputs)

    async def read(self, request: ReadRequest) -> ReadResponse:
        """Returns the object as the API serves it now; no id if it is gone."""
        kind = self._existing_kind(request.type)
        found = await asyncio.to_thread(kind.read, request.resource_id, {})
        if found is None:
            return ReadResponse("")
        given = request.properties.get(GIVEN_KEY, PropertyValue({})).value
        inputs: Mapping[str, PropertyValue] = given if isinstance(given, Mapping) else {}
        return ReadResponse(request.resource_id, _outputs(found, inputs), request.inputs)

    def _existing_kind(self, type_: str) -> "_Objects":
        return cast("_Objects", super()._existing_kind(type_))

    def _placed(self, kind: ObjectKind, values: Mapping[str, PropertyValue]) -> Plain:
        """Inputs, or a state as it was given, with the namespace that none means."""
        known = plain_map(values)
        given: Plain = known.get(GIVEN_KEY, known)
        metadata = given.get("metadata")
        if not kind.namespaced or not is_map(metadata):
            return given
        return {**given, "metadata": {"namespace": self.namespace, **metadata}}

    @property
    def client(self) -> Client:
        """The API.

        Raises:
            SandboxError: The kubeconfig is not known yet.
        """
        if self._client is None:
            raise SandboxError("the kubeconfig of its provider is not known yet")
        return self._client

    @cached_property
    def version(self) -> str:
        """The API's version; in a preview without a cluster the one that it will have."""
        return self._client.version() if self._client else Settings().version


@dataclass(frozen=True)
class _Objects:
    """Objects of one kind; see `sandbox.provider.Kind`."""

    object_kind: ObjectKind
    provider: KubernetesProvider

    @property
    def mocked(self) -> str:
        return _NO_CONTAINERS if self.object_kind in {kinds.JOB, kinds.CRON_JOB} else ""

    def named(self, logical_name: str, inputs: Plain, old_inputs: Plain, seed: bytes) -> Plain:
        # The name stands among other metadata, which may be secret or unknown: see _named.
        del logical_name, inputs, old_inputs, seed
        return {}

    def problems(self, logical_name: str, inputs: Plain) -> Sequence[Problem]:
        del logical_name
        return rules.check(self.object_kind, inputs, self.provider.version)

    def create(self, inputs: Plain) -> tuple[str, Plain]:
        kind, client = self.object_kind, self.provider.client
        namespace = text(inputs, "metadata", "namespace") or self.provider.namespace
        served = client.create(kind, namespace, inputs)
        name = name_of(served)
        failure = status.has_failed(served) if kind is kinds.JOB else ""
        if failure and mapping(inputs, "metadata", "annotations").get(_SKIP_AWAIT) != "true":
            client.delete(kind, namespace, name)
            raise SandboxError(f"Job {namespace}/{name} has failed: {failure}")
        return (f"{namespace}/{name}" if kind.namespaced else name), served

    def read(self, resource_id: str, state: Plain) -> Plain | None:
        del state
        return self.provider.client.get(self.object_kind, *_parts(resource_id))

    def delete(self, resource_id: str, state: Plain) -> None:
        del state
        self.provider.client.delete(self.object_kind, *_parts(resource_id))


def _parts(resource_id: str) -> tuple[str, str]:
    namespace, _, name = resource_id.rpartition("/")
    return namespace or "default", name


def _named(request: CheckRequest) -> dict[str, PropertyValue]:
    """The metadata with a name, where the program gives none: `<logical name>-<8 digits>`.

    The annotation is the real provider's, which tells by it that the name is its own.
    """
    metadata = request.new_inputs.get("metadata", PropertyValue({}))
    inner = metadata.value
    if not isinstance(inner, Mapping) or "name" in inner:
        return {}
    old = name_of(plain_map(request.old_inputs))
    seed = (request.random_seed or request.urn.encode()).hex()[:_SUFFIX_LENGTH]
    name = old or f"{request.name}-{seed}"
    annotations = inner.get("annotations", PropertyValue({}))
    if isinstance(annotations.value, Mapping):
        marked = {**annotations.value, AUTONAMED: PropertyValue("true")}
        annotations = PropertyValue(marked, annotations.is_secret)
    named = {**inner, "name": PropertyValue(name), "annotations": annotations}
    return {"metadata": PropertyValue(named, metadata.is_secret)}


def _outputs(served: Plain, inputs: Mapping[str, PropertyValue]) -> dict[str, PropertyValue]:
    """What the state keeps: the object as it is served, and what was asked for."""
    outputs = {key: _marked(item, inputs.get(key)) for key, item in served.items()}
    outputs[INPUTS_KEY] = PropertyValue([PropertyValue(key) for key in sorted(inputs)])
    outputs[GIVEN_KEY] = PropertyValue(dict(inputs))
    return outputs


def _marked(value: Any, given: PropertyValue | None) -> PropertyValue:
    """A served value, secret wherever it was given so."""
    if given is None or given.is_secret:
        [plain] = property_map({"": value}).values()
        return plain.with_secret(is_secret=True) if given is not None else plain
    inner = given.value
    if is_map(value) and isinstance(inner, Mapping):
        return PropertyValue({key: _marked(item, inner.get(key)) for key, item in value.items()})
    if is_list(value) and isinstance(inner, Sequence) and not isinstance(inner, str):
        parts: list[PropertyValue | None] = [*inner, *[None] * len(value)]
        return PropertyValue([_marked(item, part) for item, part in zip(value, parts)])  # noqa: B905 the longer tail is for items that were added
    return _marked(value, None)
