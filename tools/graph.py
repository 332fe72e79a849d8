"""Records what a Pulumi program would register, without an engine, an account or the network."""

import asyncio
import runpy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pulumi
from pulumi.runtime import mocks, rpc, settings, stack

REGION = "us-east-1"
ACCOUNT = "123456789012"

# What the AWS provider would answer; only lookups that a program here makes have a place in it.
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT, "id": ACCOUNT},
    "aws:index/getRegion:getRegion": {"name": REGION, "region": REGION, "id": REGION},
    "aws:index/getPartition:getPartition": {"partition": "aws", "dnsSuffix": "amazonaws.com"},
    "aws:route53/getZone:getZone": {"zoneId": "Z0EXAMPLE", "name": "example.com"},
    "aws:ecr/getRepository:getRepository": {
        "repositoryUrl": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/example"
    },
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """One registered resource."""

    urn: str
    """Unique within the program."""
    type: str
    """Pulumi's type token, such as `aws:ec2/vpc:Vpc`."""
    name: str
    """Logical name, the second identity of a resource beside its type."""
    parent: str
    """URN of the parent; empty for the stack itself."""
    inputs: Mapping[str, Any]
    """Inputs as the provider would receive them; what no engine computed is an `Unknown`."""


class _Cloud(mocks.Mocks):
    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[Any, Any]]:
        return f"{args.name}-id", dict(cast("dict[Any, Any]", args.inputs))

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]]]:
        if args.token not in ANSWERS:
            raise NotImplementedError(f"{args.token}: give its answer a place in {__file__}")
        return dict(ANSWERS[args.token]), []


class _Recorder(mocks.MockMonitor):
    def __init__(self) -> None:
        super().__init__(_Cloud())
        self.recorded: list[Resource] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802  the name is gRPC's
        response = super().RegisterResource(request)  # pyright: ignore[reportUnknownVariableType]
        inputs = rpc.deserialize_properties(request.object, keep_unknowns=False)
        self.recorded.append(
            Resource(
                urn=str(response.urn),  # pyright: ignore[reportUnknownArgumentType]
                type=str(request.type),
                name=str(request.name),
                parent=str(request.parent),
                inputs=dict(cast("Mapping[str, Any]", inputs)),
            )
        )
        return response  # pyright: ignore[reportUnknownVariableType]


def record(program: Path) -> list[Resource]:
    """Runs a program as a preview under Pulumi's mocks and returns what it registers.

    A preview, because then an output that no engine computed is unknown, as it is for a user; a
    resource that is made inside `apply` would be missing here as it is there.

    Args:
        program: The program's `__main__.py`.

    Returns:
        The resources, the stack itself first and parents before their children.
    """
    recorder = _Recorder()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # `set_mocks` makes a root stack unless there is one; `run_in_stack` refuses to make a second.
    settings.ROOT.set(object())  # pyright: ignore[reportArgumentType]
    mocks.set_mocks(_Cloud(), project="slipway", stack="docs", preview=True, monitor=recorder)
    settings.ROOT.set(None)
    pulumi.runtime.set_config("aws:region", REGION)
    pulumi.runtime.set_config("pulumi:disable-default-providers", '["aws", "random"]')

    def run() -> None:
        runpy.run_path(str(program), run_name="__main__")

    try:
        loop.run_until_complete(stack.run_in_stack(run))
    finally:
        loop.close()
        asyncio.set_event_loop(None)
    return recorder.recorded


def below(resources: list[Resource], type_token: str) -> list[Resource]:
    """The resources that a component made: those with an ancestor of the given type.

    Args:
        resources: A recorded program, parents before children.
        type_token: The component's token, such as `slipway:index:Network`.

    Returns:
        The descendants, the component itself left out.
    """
    inside = {resource.urn for resource in resources if resource.type == type_token}
    descendants: list[Resource] = []
    for resource in resources:
        if resource.parent in inside:
            inside.add(resource.urn)
            descendants.append(resource)
    return descendants
