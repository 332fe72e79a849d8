"""What another run would change: one registration against what is in the state."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import (
    CheckFailure,
    CheckRequest,
    DiffRequest,
    Provider,
)

from sandbox.errors import SandboxError
from sandbox.masking import plain
from sandbox.registration import contains_unknown
from sandbox.state import Resource

_SEED_BYTES = 32
# As the engine: the provider draws automatic names from these.


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that a run would do to what is deployed."""

    kind: Literal["new", "changed", "replaced", "missing"]
    """`new`: it would be created; `missing`: the program no longer makes it, so it would go."""
    type: str
    """Type token of the resource."""
    name: str
    """Its logical name."""
    inputs: tuple[str, ...] = field(default=())
    """The inputs that differ, with old and new value; secrets masked."""

    def __str__(self) -> str:
        inputs = f": {', '.join(self.inputs)}" if self.inputs else ""
        return f"{self.kind} {self.type} {self.name}{inputs}"


async def check(
    provider: Provider, wanted: Resource, old_inputs: dict[str, PropertyValue]
) -> dict[str, PropertyValue]:
    """Has the provider check the inputs and fill in what it names itself.

    Args:
        provider: The provider of the resource.
        wanted: The registration.
        old_inputs: Checked inputs of the deployed resource, so that automatic names stay.

    Returns:
        The checked inputs.

    Raises:
        SandboxError: The provider refuses inputs; the text lists every one of them.
    """
    seed = secrets.token_bytes(_SEED_BYTES)
    answer = await provider.check(CheckRequest(wanted.urn, old_inputs, wanted.inputs, seed))
    if answer.failures:
        raise SandboxError("; ".join(_failure(failure) for failure in answer.failures))
    return wanted.inputs if answer.inputs is None else answer.inputs


async def compare(provider: Provider, old: Resource, wanted: Resource) -> Change | None:
    """Finds out what a deployed resource would become.

    Args:
        provider: The provider of the resource.
        old: The resource in the state.
        wanted: The registration; `ignoreChanges` is applied to it here as the engine does,
            by putting the old inputs in place before the provider's check.

    Returns:
        The change, or None if the run would leave the resource alone.

    Raises:
        SandboxError: The provider refuses the inputs.
    """
    wanted.inputs = _without_ignored(wanted.inputs, old.inputs, wanted.ignore_changes)
    unknown = [key for key, value in wanted.inputs.items() if contains_unknown(value)]
    if unknown:
        later = tuple(f"{key} (known only after another change)" for key in unknown)
        return Change(kind="changed", type=wanted.type, name=wanted.name, inputs=later)
    checked = await check(provider, wanted, old.inputs)
    answer = await provider.diff(
        DiffRequest(wanted.urn, old.id, old.outputs, checked, list(wanted.ignore_changes))
    )
    differing = differences(old.inputs, checked)
    changed = bool(differing) if answer.changes is None else answer.changes
    if not changed:
        return None
    named = [*answer.detailed_diff, *answer.diffs, *answer.replaces]
    return Change(
        kind="replaced" if answer.replaces else "changed",
        type=wanted.type,
        name=wanted.name,
        inputs=tuple(differing.values()) or tuple(dict.fromkeys(named)),
    )


def differences(
    old: Mapping[str, PropertyValue], new: Mapping[str, PropertyValue]
) -> dict[str, str]:
    """Lists the inputs that differ.

    Args:
        old: Inputs in the state.
        new: Inputs of this run.

    Returns:
        For each such input `name: old -> new`, secrets masked.
    """
    found: dict[str, str] = {}
    for key in sorted({*old, *new}):
        before, after = old.get(key), new.get(key)
        if _revealed(before) != _revealed(after):
            found[key] = f"{key}: {_shown(before)} -> {_shown(after)}"
    return found


def _without_ignored(
    inputs: dict[str, PropertyValue], old: dict[str, PropertyValue], ignored: tuple[str, ...]
) -> dict[str, PropertyValue]:
    # Only whole top-level inputs: nothing in Slipway ignores a part of one, and a path that is
    # not understood must show as a change rather than hide one.
    kept = {key: value for key, value in inputs.items() if key not in ignored}
    return kept | {key: old[key] for key in ignored if key in old}


def _revealed(value: PropertyValue | None) -> object:
    return None if value is None else plain(value, reveal=True)


def _shown(value: PropertyValue | None) -> str:
    return "nothing" if value is None else str(plain(value))


def _failure(failure: CheckFailure) -> str:
    return f"{failure.property}: {failure.reason}" if failure.property else failure.reason
