"""The two things a run can do with a registration: deploy it, or compare it with what is there."""

from dataclasses import replace
from typing import Protocol

from pulumi.provider.experimental.provider import CreateRequest

from sandbox.comparing import Change, check, compare, differences
from sandbox.errors import SandboxError
from sandbox.packages import Providers, new_id
from sandbox.registration import with_answer
from sandbox.state import Resource, State


class Step(Protocol):
    """What a run does with each registration."""

    preview: bool
    """Whether the program is told that this is a preview, so that unknown values stay unknown."""

    async def apply(self, wanted: Resource) -> Resource:
        """Handles one registration.

        Args:
            wanted: The registration with the program's inputs.

        Returns:
            The resource that the program gets to see.

        Raises:
            SandboxError: It cannot be done; the text says why.
        """
        ...


class Deploy:
    """Creates what is not there, keeps what is the same, and refuses to change the rest."""

    preview = False

    def __init__(self, state: State, providers: Providers) -> None:
        self._state = state
        self._providers = providers

    async def apply(self, wanted: Resource) -> Resource:
        """Handles one registration; see `Step`."""
        old = self._state.get(wanted.urn)
        if not wanted.custom:
            resource = replace(wanted, outputs=wanted.inputs)
        elif wanted.is_provider:
            inputs = await self._providers.configure(wanted.urn, wanted.type, wanted.inputs)
            resource = with_answer(
                wanted, inputs=inputs, outputs=inputs, resource_id=old.id if old else new_id()
            )
        elif old is None:
            resource = await self._create(wanted)
        else:
            change = await compare(self._providers.get(wanted.provider), old, wanted)
            if change is not None:
                raise SandboxError(
                    f"the sandbox cannot update a deployed resource yet ({change}); "
                    "destroy it and deploy anew, or use the Pulumi CLI"
                )
            resource = old
        self._state.add(resource)
        return resource

    async def _create(self, wanted: Resource) -> Resource:
        provider = self._providers.get(wanted.provider)
        inputs = await check(provider, wanted, {})
        created = await provider.create(
            # 0 seconds: the provider's own limit, which on loopback is never reached.
            CreateRequest(wanted.urn, inputs, timeout=0, preview=False)
        )
        if not created.resource_id:
            raise SandboxError("the provider returned no id for it")
        return with_answer(
            wanted, inputs=inputs, outputs=created.properties, resource_id=created.resource_id
        )


class Compare:
    """Creates nothing: lists how the program differs from what is in the state."""

    preview = True

    def __init__(self, state: State, providers: Providers) -> None:
        self._state = state
        self._providers = providers
        self._seen: set[str] = set()
        self._changes: list[Change] = []

    async def apply(self, wanted: Resource) -> Resource:
        """Handles one registration; see `Step`."""
        self._seen.add(wanted.urn)
        old = self._state.get(wanted.urn)
        if old is None:
            self._changes.append(Change(kind="new", type=wanted.type, name=wanted.name))
            if wanted.is_provider:
                # Its resources are new too, and are compared without any provider.
                await self._providers.configure(wanted.urn, wanted.type, wanted.inputs)
            # No id: the SDK then holds id and outputs for unknown, as in a real preview.
            return replace(wanted, outputs=wanted.inputs)
        if wanted.external:
            return old
        if not wanted.custom:
            return replace(wanted, outputs=wanted.inputs)
        if wanted.is_provider:
            changed = tuple(differences(old.inputs, wanted.inputs).values())
            change = (
                Change(kind="changed", type=wanted.type, name=wanted.name, inputs=changed)
                if changed
                else None
            )
        else:
            change = await compare(self._providers.get(wanted.provider), old, wanted)
        if change is None:
            return old
        self._changes.append(change)
        return replace(wanted, id=old.id, outputs=wanted.inputs)

    def changes(self) -> list[Change]:
        """Returns every difference once the program has run to its end, sorted by type and name."""
        missing = [
            Change(kind="missing", type=resource.type, name=resource.name)
            for resource in self._state
            if resource.urn not in self._seen
        ]
        return sorted([*self._changes, *missing], key=lambda change: (change.type, change.name))
