"""The AWS provider on an empty account, with the requests that an engine sends it."""

import asyncio
from typing import Any

from pulumi.provider.experimental.property_value import Computed, PropertyValue
from pulumi.provider.experimental.provider import (
    CheckRequest,
    ConfigureRequest,
    CreateRequest,
    CreateResponse,
    DeleteRequest,
    DiffRequest,
    InvokeRequest,
    ReadRequest,
    UpdateRequest,
)

from sandbox.aws import AwsProvider
from sandbox.aws.clients import Clients
from sandbox.provider import plain_map, property_map

REGION = "us-east-1"
SEED = bytes.fromhex("0123456789abcdef")


def unknown() -> PropertyValue:
    """A value that is not there before something else is created."""
    return PropertyValue(Computed())


def wire(inputs: dict[str, Any]) -> dict[str, PropertyValue]:
    """Inputs as they are sent; a value that is one already stays as it is."""
    given = {key: value for key, value in inputs.items() if isinstance(value, PropertyValue)}
    return {
        **property_map({key: item for key, item in inputs.items() if key not in given}),
        **given,
    }


class Account:
    """One account with a provider for it."""

    def __init__(self, endpoint: str, **arguments: Any) -> None:
        self.endpoint = endpoint
        self.provider = AwsProvider(endpoint)
        request = ConfigureRequest({}, wire({"region": REGION, **arguments}), True, True)
        asyncio.run(self.provider.configure(request))

    def client(self, service: str) -> Any:
        return Clients.of(self.endpoint, REGION).client(service)

    def check(self, type_: str, name: str = "it", old: dict[str, Any] | None = None, /, **inputs):
        """Returns the inputs as the provider completes them, and its refusals."""
        request = CheckRequest(urn(type_, name), wire(old or {}), wire(inputs), SEED)
        answer = asyncio.run(self.provider.check(request))
        failures = [f"{failure.property}: {failure.reason}" for failure in answer.failures or []]
        return plain_map(answer.inputs or {}), failures

    def failures(self, type_: str, /, **inputs: Any) -> list[str]:
        return self.check(type_, "it", **inputs)[1]

    def create(
        self, type_: str, name: str = "it", /, *, preview: bool = False, **inputs: Any
    ) -> "Made":
        request = CheckRequest(urn(type_, name), {}, wire(inputs), SEED)
        checked = asyncio.run(self.provider.check(request))
        assert not checked.failures, [failure.reason for failure in checked.failures]
        made = CreateRequest(urn(type_, name), checked.inputs or {}, 0, preview)
        return Made(self, type_, name, asyncio.run(self.provider.create(made)))

    def ask(self, token: str, /, **arguments: Any) -> dict[str, Any]:
        answer = asyncio.run(self.provider.invoke(InvokeRequest(token, wire(arguments))))
        return plain_map(answer.return_value or {})


class Made:
    """A resource that has been created."""

    def __init__(self, account: Account, type_: str, name: str, answer: CreateResponse) -> None:
        self._account = account
        self.urn = urn(type_, name)
        self.id = answer.resource_id or ""
        self.state = answer.properties or {}
        self.outputs = plain_map(self.state)

    def read(self) -> dict[str, Any] | None:
        """Returns its properties as the cloud has them; None if it is not there."""
        request = ReadRequest(self.urn, self.id, self.state, {})
        answer = asyncio.run(self._account.provider.read(request))
        return plain_map(answer.properties or {}) if answer.resource_id else None

    def delete(self) -> None:
        request = DeleteRequest(self.urn, self.id, self.state, 0)
        asyncio.run(self._account.provider.delete(request))

    def diff(self, *, ignore: tuple[str, ...] = (), **inputs: Any) -> dict[str, str]:
        request = DiffRequest(self.urn, self.id, self.state, wire(inputs), list(ignore))
        answer = asyncio.run(self._account.provider.diff(request))
        assert not answer.replaces
        detailed = answer.detailed_diff or {}
        assert answer.changes is bool(detailed)
        return {key: each.kind.name for key, each in detailed.items()}

    def update(self, *, preview: bool = False, **inputs: Any) -> dict[str, Any]:
        request = UpdateRequest(self.urn, self.id, self.state, wire(inputs), 0, [], preview)
        answer = asyncio.run(self._account.provider.update(request))
        return plain_map(answer.properties or {})


def urn(type_: str, name: str) -> str:
    return f"urn:pulumi:dev::shop::test:index:Box${type_}::{name}"
