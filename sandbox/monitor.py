"""The door in this process: what the SDK takes for the engine's resource monitor.

The names of the methods are those of Pulumi's protocol (proto/pulumi/resource.proto), so that the
object stands where the SDK expects the generated gRPC stub.
"""

# ruff: noqa: N802

import time
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import InvokeRequest, ReadRequest
from pulumi.runtime.proto import engine_pb2, resource_pb2

from sandbox import registration
from sandbox.errors import ResourceError, SandboxError, StoppedError
from sandbox.failures import of_provider
from sandbox.masking import Masker
from sandbox.packages import Providers
from sandbox.runner import Runner
from sandbox.state import PROVIDER_PREFIX, STACK_TYPE, Resource, State, make_urn
from sandbox.steps import Step

_FEATURES = (
    # SECRETS has the value 0. Without it the SDK would send secrets in plain text.
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    # Transforms, hooks and parameterised packages are left out: a program that uses them is
    # told so by the SDK instead of being deployed without them.
)


class FunctionError(grpc.RpcError):
    """What the SDK takes for the engine's answer when a provider's function has failed."""

    def code(self) -> grpc.StatusCode:
        """The kind of failure."""
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        """The provider's text."""
        return str(self)


class Watcher(Protocol):
    """Who wants to know what is going on; called from several threads."""

    def started(self, resource: Resource) -> None:
        """A registration begins."""
        ...

    def finished(self, resource: Resource, seconds: float) -> None:
        """A registration ended well after this many seconds."""
        ...

    def log(self, text: str, *, warning: bool = False) -> None:
        """The program, or the SDK, says something."""
        ...


class Monitor:
    """Answers the SDK's calls: hands each registration to the step, and keeps what came of it."""

    def __init__(
        self,
        *,
        stack: str,
        project: str,
        root: Path,
        state: State,
        step: Step,
        providers: Providers,
        runner: Runner,
        masker: Masker,
        watcher: Watcher,
    ) -> None:
        self._stack = stack
        self._project = project
        self._root = root
        self._state = state
        self._step = step
        self._providers = providers
        self._runner = runner
        self._masker = masker
        self._watcher = watcher
        self._seen: set[str] = set()
        self._stopped = False
        self.failures: list[SandboxError] = []
        """What went wrong, one entry per resource, in the order in which it happened."""
        self.unanswered: list[ResourceError] = []
        """What functions of providers refused; a program may catch that and go on."""

    def stop(self) -> None:
        """Refuses every further registration; what is under way may end."""
        self._stopped = True

    def cancel(self) -> None:
        """Refuses every further registration and gives up those that are under way."""
        self._stopped = True
        self._runner.cancel()

    # ---- registrations -------------------------------------------------------------------

    def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Deploys or compares one resource; see `Step`."""
        urn = make_urn(self._stack, self._project, request.parent, request.type, request.name)
        wanted = registration.read(request, urn, self._root)

        async def register() -> Resource:
            registration.refuse_unsupported(request)
            return await self._register(wanted)

        resource = self._guarded(wanted, register)
        return resource_pb2.RegisterResourceResponse(
            urn=urn, id=resource.id, object=PropertyValue.marshal_map(resource.outputs)
        )

    def RegisterResourceOutputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> Empty:
        """Keeps the outputs of a component, and those of the stack as the stack's outputs."""
        outputs = PropertyValue.unmarshal_map(request.outputs)
        self._masker.learn(outputs.values())
        resource = self._state.get(request.urn)
        if resource is not None and not self._step.preview:
            resource.outputs = outputs
            if resource.type == STACK_TYPE:
                self._state.outputs = outputs
        return Empty()

    def ReadResource(
        self, request: resource_pb2.ReadResourceRequest
    ) -> resource_pb2.ReadResourceResponse:
        """Looks up a resource that the program only reads, as `aws.X.get()` does."""
        urn = make_urn(self._stack, self._project, request.parent, request.type, request.name)
        wanted = Resource(
            urn=urn,
            type=request.type,
            name=request.name,
            custom=True,
            parent=request.parent,
            source=registration.source(request, self._root),
            provider=request.provider,
            inputs=PropertyValue.unmarshal_map(request.properties),
            id=request.id,
            additional_secret_outputs=tuple(request.additionalSecretOutputs),
            external=True,
        )
        resource = self._guarded(wanted, partial(self._read, wanted))
        return resource_pb2.ReadResourceResponse(
            urn=urn, id=resource.id, properties=PropertyValue.marshal_map(resource.outputs)
        )

    def Invoke(
        self, request: resource_pb2.ResourceInvokeRequest
    ) -> resource_pb2.ResourceInvokeResponse:
        """Calls a provider's function."""
        called = Resource(urn="", type=request.tok, name="()", custom=False)
        called.inputs = PropertyValue.unmarshal_map(request.args)
        called.provider = request.provider
        try:
            answer = self._guarded(called, partial(self._invoke, called), ends_run=False)
        except ResourceError as error:
            raise FunctionError(error.reason) from None
        response = resource_pb2.ResourceInvokeResponse()
        # The field's name is a keyword of Python.
        getattr(response, "return").CopyFrom(PropertyValue.marshal_map(answer.outputs))
        return response

    # ---- the rest of the protocol ------------------------------------------------------------

    def GetDeploymentInfo(self, request: Empty) -> resource_pb2.DeploymentInfo:
        """Says what this monitor can do."""
        del request
        return resource_pb2.DeploymentInfo(
            project=self._project,
            stack=self._stack,
            dryRun=self._step.preview,
            supportedFeatures=_FEATURES,
        )

    def SignalAndWaitForShutdown(self, request: Empty) -> Empty:
        """Lets the program end; nothing is left to be done then."""
        del request
        return Empty()

    # ---- work, on the runner's loop ------------------------------------------------------------

    async def _register(self, wanted: Resource) -> Resource:
        if wanted.urn in self._seen:
            raise SandboxError(
                f"Duplicate resource URN '{wanted.urn}'; give it a name of its own, "
                "or another parent"
            )
        self._seen.add(wanted.urn)
        if wanted.custom and not wanted.is_provider and not wanted.provider:
            wanted.provider = await self._default_provider(wanted.type)
        return await self._step.apply(wanted)

    async def _read(self, wanted: Resource) -> Resource:
        known = self._state.get(wanted.urn)
        if self._step.preview and known is not None:
            return await self._step.apply(wanted)
        wanted.provider = wanted.provider or await self._default_provider(wanted.type)
        answer = await self._providers.get(wanted.provider).read(
            ReadRequest(wanted.urn, wanted.id, wanted.inputs, {})
        )
        if not answer.resource_id:
            raise SandboxError(f"there is none with id {wanted.id}")
        resource = registration.with_answer(
            wanted,
            inputs=wanted.inputs,
            outputs=answer.properties,
            resource_id=answer.resource_id,
        )
        if not self._step.preview:
            self._state.add(resource)
        return resource

    async def _invoke(self, called: Resource) -> Resource:
        reference = called.provider or await self._default_provider(called.type)
        answer = await self._providers.get(reference).invoke(
            InvokeRequest(called.type, called.inputs)
        )
        if answer.failures:
            raise SandboxError("; ".join(f"{f.property}: {f.reason}" for f in answer.failures))
        called.outputs = answer.return_value or {}
        return called

    async def _default_provider(self, type_: str) -> str:
        self._providers.refuse_default(type_)
        package = type_.split(":", maxsplit=1)[0]
        provider_type = PROVIDER_PREFIX + package
        urn = make_urn(self._stack, self._project, "", provider_type, "default")
        async with self._providers.default_lock:
            known = self._state.get(urn)
            if known is None or urn not in self._seen:
                self._seen.add(urn)
                inputs = self._providers.default_inputs(package)
                known = await self._step.apply(
                    Resource(
                        urn=urn, type=provider_type, name="default", custom=True, inputs=inputs
                    )
                )
        return f"{urn}::{known.id}"

    def _guarded(
        self,
        subject: Resource,
        work: Callable[[], Coroutine[Any, Any, Resource]],
        *,
        ends_run: bool = True,
    ) -> Resource:
        """Runs the work, watched; whatever goes wrong is kept and told with the resource's name."""
        if self._stopped:
            raise StoppedError("the run was stopped")
        self._masker.learn(subject.inputs.values())
        self._watcher.started(subject)
        begin = time.perf_counter()
        try:
            resource = self._runner.call(work())
        except StoppedError:
            raise
        except Exception as error:
            reason = self._masker.mask(of_provider(error))
            failure = ResourceError(subject.type, subject.name, subject.source, reason)
            if ends_run:
                # From here on nothing new is begun: what follows would only fail for want of this.
                self._stopped = True
                self.failures.append(failure)
            else:
                self.unanswered.append(failure)
            raise failure from None
        self._masker.learn(resource.outputs.values())
        self._watcher.finished(resource, time.perf_counter() - begin)
        return resource


class Engine:
    """What the SDK takes for the engine itself: it only carries the program's messages."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher

    def Log(self, request: engine_pb2.LogRequest) -> Empty:
        """Shows what the program logs; debug messages are dropped, as without `--debug`."""
        if request.severity != engine_pb2.DEBUG:
            self._watcher.log(request.message, warning=request.severity >= engine_pb2.WARNING)
        return Empty()
