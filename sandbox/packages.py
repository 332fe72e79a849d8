"""Which provider serves which package, and the provider instances of one run."""

import asyncio
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import CheckRequest, ConfigureRequest, Provider

from sandbox.errors import SandboxError
from sandbox.state import PROVIDER_PREFIX


@dataclass(frozen=True)
class Package:
    """A provider package that the sandbox can serve."""

    make: Callable[[str], Provider]
    """Builds one instance for the cloud's endpoint (a URL)."""
    remote: bool
    """Whether its resources exist outside of the state, so that a destroy can be checked."""


def _aws(endpoint: str) -> Provider:
    # boto3 and the handlers take longer to load than a program without AWS takes to run.
    from sandbox.aws import AwsProvider  # noqa: PLC0415

    return AwsProvider(endpoint)


def _random(endpoint: str) -> Provider:
    del endpoint  # random values need no cloud
    from sandbox.random import RandomProvider  # noqa: PLC0415

    return RandomProvider()


def _kubernetes(endpoint: str) -> Provider:
    del endpoint  # which is AWS's; where a cluster is, its provider's kubeconfig says
    from sandbox.kubernetes import KubernetesProvider  # noqa: PLC0415

    return KubernetesProvider()


PACKAGES: Mapping[str, Package] = {
    "aws": Package(make=_aws, remote=True),
    "kubernetes": Package(make=_kubernetes, remote=True),
    "random": Package(make=_random, remote=False),
}
"""What `make up` serves. A package that is not here is refused by name."""


class Providers:
    """The configured providers of one run, one instance per provider resource as in the engine."""

    def __init__(
        self, packages: Mapping[str, Package], endpoint: str, config: Mapping[str, str]
    ) -> None:
        self._packages = packages
        self._endpoint = endpoint
        self._config = config
        self._instances: dict[str, Provider] = {}
        self.default_lock = asyncio.Lock()
        """Held while a default provider is made: two first resources must not make two."""

    def refuse_default(self, type_: str) -> None:
        """Refuses a default provider where the stack disables it.

        Args:
            type_: Type or function token that named no provider.

        Raises:
            SandboxError: `pulumi:disable-default-providers` lists the package. The text is the
                engine's own.
        """
        disabled = json.loads(self._config.get("pulumi:disable-default-providers", "[]"))
        package = type_.split(":", maxsplit=1)[0]
        if package in disabled or "*" in disabled:
            raise SandboxError(
                f"Default provider for '{package}' disabled. '{type_}' must use an explicit "
                "provider: pass opts=pulumi.ResourceOptions(provider=...)."
            )

    def default_inputs(self, package: str) -> dict[str, PropertyValue]:
        """Returns what the stack file says under `<package>:` for a default provider."""
        return {
            key.split(":", 1)[1]: PropertyValue(value)
            for key, value in self._config.items()
            if key.split(":", 1)[0] == package
        }

    async def configure(
        self, urn: str, type_: str, inputs: dict[str, PropertyValue]
    ) -> dict[str, PropertyValue]:
        """Checks a provider's inputs and makes its instance ready.

        Args:
            urn: URN of the provider resource.
            type_: Its type, `pulumi:providers:<package>`.
            inputs: Its inputs; the SDK gives structured ones as JSON text.

        Returns:
            The checked inputs.

        Raises:
            SandboxError: The package is unknown, or its provider refuses the inputs.
        """
        provider = self._make(type_.removeprefix(PROVIDER_PREFIX))
        checked = await provider.check_config(CheckRequest(urn, {}, inputs, b""))
        if checked.failures:
            raise SandboxError("; ".join(f"{f.property}: {f.reason}" for f in checked.failures))
        accepted = inputs if checked.inputs is None else checked.inputs
        await provider.configure(
            ConfigureRequest({}, accepted, accept_secrets=True, accept_resources=True)
        )
        self._instances[urn] = provider
        return accepted

    def get(self, reference: str) -> Provider:
        """Returns the instance behind a provider reference `<urn>::<id>`.

        Raises:
            SandboxError: No provider was registered under it.
        """
        urn = reference.rpartition("::")[0]
        try:
            return self._instances[urn]
        except KeyError:
            raise SandboxError(f"unknown provider {urn}") from None

    def is_remote(self, package: str) -> bool:
        """Whether resources of this package exist outside of the state."""
        return self._packages[package].remote

    def _make(self, package: str) -> Provider:
        try:
            return self._packages[package].make(self._endpoint)
        except KeyError:
            known = ", ".join(sorted(self._packages))
            raise SandboxError(
                f"the sandbox serves no provider '{package}' yet; it serves {known}. "
                "With the Pulumi CLI and an account, `pulumi up` does."
            ) from None


def new_id() -> str:
    """Returns the id of a new provider resource, a UUID as the engine gives it."""
    return str(uuid.uuid4())
