"""What a description must keep beyond its shape, as far as no sum is needed; one subject a file."""

from collections.abc import Iterator

from model.problems import Problem
from model.rules import (
    agreement,
    bindings,
    contract,
    edge,
    guardrails,
    health,
    kubernetes,
    observation,
    process,
    scaling,
    stores,
)
from model.rules.parts import Parts


def problems(parts: Parts) -> Iterator[Problem]:
    """Everything that the rules refuse, in the order of the files: environment, then systems."""
    yield from edge.problems(parts)
    yield from stores.platform_problems(parts)
    for system in parts.systems:
        yield from agreement.problems(parts, system)
        yield from bindings.problems(system)
        yield from contract.problems(parts, system)
        yield from process.problems(parts, system)
        yield from stores.problems(parts, system)
        yield from scaling.problems(parts, system)
        yield from health.problems(parts, system)
        yield from kubernetes.problems(system)
        yield from observation.problems(system)
    yield from contract.unused_secrets(parts)
    if parts.is_strict:
        yield from guardrails.problems(parts)


def warnings(parts: Parts) -> Iterator[Problem]:
    """Everything that is allowed and unwise."""
    yield from edge.warnings(parts)
    for system in parts.systems:
        yield from agreement.warnings(parts, system)
        yield from health.warnings(parts, system)
        yield from process.warnings(parts, system)
        yield from stores.warnings(system)
        yield from scaling.warnings(system)
