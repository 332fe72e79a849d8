# pyright: basic, reportPrivateUsage=false
# The wire format and the SDK's own monitor have no types.
"""Runs a Pulumi program without engine and records what it registers, options included.

The stock mocks show type, name and inputs only. This monitor keeps the whole request, refuses
what the engine refuses (a second resource of the same URN) and what would hide an error (an
unknown data source), keeps secrets secret as the engine does, and in a preview leaves every
computed output unknown.
"""

import runpy
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pulumi
import pulumi_aws as aws
import pulumi_random as random
from google.protobuf import empty_pb2, json_format
from pulumi.runtime import mocks, settings
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.sync_await import _ensure_event_loop, _sync_await

from tools.recording import aws_outputs, eks_outputs
from tools.recording.frozen import frozen
from tools.recording.recording import STACK, Invoke, Recording, Resource
from tools.recording.wire import holds_secret, plain, secret


def record(
    program: Callable[[], object],
    *,
    preview: bool = False,
    project: str = "slipway",
    stack: str = "test",
    config: Mapping[str, str] | None = None,
    secret_keys: Collection[str] = (),
) -> Recording:
    """Runs a function as the program of a stack and returns once everything is registered.

    Assert on the recording, not inside `apply`: an assertion there may never run.
    """
    monitor = _RecordingMonitor(preview=preview)
    # set_mocks makes a root stack of its own unless it finds one; run_in_stack needs none.
    settings.ROOT.set(object())  # type: ignore[arg-type]
    mocks.set_mocks(monitor.mocks, project=project, stack=stack, preview=preview, monitor=monitor)
    settings.ROOT.set(None)
    # What was made before, by a test or while its module was imported, may belong to an event loop
    # that never runs again, and would be waited for without end.
    ambient: Any = settings.SETTINGS
    ambient.outputs.clear()
    ambient.rpc_manager.clear()
    pulumi.runtime.set_all_config(dict(config or {}), list(secret_keys))

    def run() -> None:
        program()

    _ensure_event_loop().set_default_executor(_AtOnce())
    try:
        _sync_await(pulumi.runtime.run_in_stack(run))
    finally:
        pulumi.runtime.set_all_config({}, [])
        settings.ROOT.set(None)
    if monitor.refusals:
        raise AssertionError("; ".join(monitor.refusals))
    return monitor.recording


def record_file(path: Path, **options: Any) -> Recording:
    """Runs a program file, as `pulumi up` would in its folder; options as for `record`."""
    return record(lambda: runpy.run_path(str(path), run_name="__main__"), **options)


def providers() -> pulumi.ResourceOptions:
    """Options for a component under test, with explicit providers as the stacks give them."""
    return pulumi.ResourceOptions(
        providers=[aws.Provider("aws", region=aws_outputs.REGION), random.Provider("random")]
    )


def record_component(
    build: Callable[[pulumi.ResourceOptions], object], **options: Any
) -> Recording:
    """Runs `build` with explicit providers; options as for `record`."""
    return record(lambda: build(providers()), **options)


class _AtOnce(ThreadPoolExecutor):
    """Answers each registration when it is asked for, so that their order is always the same.

    The SDK asks in threads, and a test that compares a list would hold on most days.
    """

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        answer: Future[Any] = Future()
        try:
            answer.set_result(fn(*args, **kwargs))
        except BaseException as error:
            answer.set_exception(error)
        return answer


class _EngineError(grpc.RpcError):
    """What the SDK takes for the engine's answer; any other error is a fault of the test."""

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        return str(self)


class _NoMocks(mocks.Mocks):
    """The monitor below answers by itself."""

    def call(self, args: mocks.MockCallArgs) -> Any:
        raise NotImplementedError

    def new_resource(self, args: mocks.MockResourceArgs) -> Any:
        raise NotImplementedError


class _RecordingMonitor(mocks.MockMonitor):
    def __init__(self, *, preview: bool) -> None:
        super().__init__(_NoMocks())
        self.preview = preview
        self.recording = Recording()
        # Raised after the run: an error in the middle makes Pulumi's tasks fail one by one.
        self.refusals: list[str] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == STACK:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        if any(known.urn == urn for known in self.recording.resources):
            self.refusals.append(f"Duplicate resource URN {urn}")

        raw = json_format.MessageToDict(request.object)
        inputs = plain(raw)
        id_, outputs = self._answer(request, inputs)
        self.recording.resources.append(
            Resource(
                urn=urn,
                type=request.type,
                name=request.name,
                id=id_,
                parent=request.parent,
                custom=request.custom,
                inputs=frozen(inputs),
                secret_inputs=frozenset(k for k, v in raw.items() if holds_secret(v)),
                outputs=frozen(inputs | plain(outputs)),
                provider=request.provider,
                dependencies=frozenset(request.dependencies),
                property_dependencies={
                    name: frozenset(each.urns)
                    for name, each in request.propertyDependencies.items()
                },
                protect=request.protect,
                retain_on_delete=request.retainOnDelete,
                delete_before_replace=request.deleteBeforeReplace,
                replacement_trigger=json_format.MessageToDict(request.replacement_trigger)
                if request.HasField("replacement_trigger")
                else None,
                ignore_changes=tuple(request.ignoreChanges),
                replace_on_changes=tuple(request.replaceOnChanges),
                additional_secret_outputs=frozenset(request.additionalSecretOutputs),
                aliases=tuple((each.spec.parentUrn, each.spec.name) for each in request.aliases),
                create_timeout=request.customTimeouts.create,
            )
        )
        answer = resource_pb2.RegisterResourceResponse(urn=urn, id=id_)
        answer.object.CopyFrom(request.object)
        for name, value in outputs.items():
            if name not in raw:
                hidden = name in request.additionalSecretOutputs
                answer.object[name] = secret(value) if hidden else value
            elif isinstance(value, dict):
                # What the cloud adds to a block that the program gives.
                block = answer.object.get_or_create_struct(name)
                block.update({k: v for k, v in value.items() if k not in raw[name]})
        return answer

    def _answer(self, request: Any, inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        if request.type.startswith("pulumi:providers:"):
            return f"{request.name}-id", {}
        if not request.custom:
            return "", {}
        if self.preview:
            return "", eks_outputs.unknown(request.type, inputs)
        return aws_outputs.computed(request.type, request.name, inputs)

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        if request.urn in self.recording.outputs:
            self.refusals.append(f"register_outputs twice for {request.urn}")
        raw = json_format.MessageToDict(request.outputs)
        self.recording.outputs[request.urn] = frozen(plain(raw))
        self.recording.secret_outputs[request.urn] = frozenset(
            name for name, value in raw.items() if holds_secret(value)
        )
        return empty_pb2.Empty()

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        args = plain(json_format.MessageToDict(request.args))
        if request.tok not in aws_outputs.INVOKES:
            raise AssertionError(f"unknown data source {request.tok}")
        self.recording.invokes.append(
            Invoke(token=request.tok, args=frozen(args), provider=request.provider)
        )
        answer = resource_pb2.ResourceInvokeResponse()
        try:
            getattr(answer, "return").update(aws_outputs.INVOKES[request.tok](args))
        except aws_outputs.NothingFoundError as error:
            raise _EngineError(str(error)) from None
        return answer

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        raise AssertionError(f"{request.type} {request.name}: nothing may be read by id")
