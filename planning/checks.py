"""What a description must keep beyond its shape, where it takes a sum."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime

from model.description import Description, intact, system_file
from model.paths import below
from model.problems import DescriptionError, Place, Problem, shown
from model.quantity import format_cpu, format_memory
from model.service import Public
from planning import eks_checks, priorities, runtimes, store_checks, variable_checks
from planning.fargate import TaskSizeError, fit_task_size
from planning.order import CircleError, deploy_order
from planning.startup import (
    BEFORE_THE_START_SECONDS,
    LONGEST_START_SECONDS,
    ROLLOUT_SECONDS,
    startup_seconds,
)


def verify(description: Description, today: date | None = None) -> Description:
    """Checks a description across its files.

    Args:
        description: As from `model.load`.
        today: The day by which versions are near their end; today's date by default.

    Returns:
        The description, with what is allowed and unwise in `warnings`.

    Raises:
        DescriptionError: It cannot be deployed; every problem is told, also those that the model's
            rules have found.
    """
    day = today or datetime.now(UTC).date()
    problems = (*description.problems, *_problems(description, day))
    if problems:
        raise DescriptionError(problems)
    ending = (
        warning
        for name in description.systems
        for warning in store_checks.warnings(description, name, day)
    )
    return dataclasses.replace(
        description,
        problems=(),
        warnings=(
            *description.warnings,
            *ending,
            *eks_checks.warnings(description, day),
            *runtimes.runtime_warnings(description),
        ),
    )


def _problems(description: Description, today: date) -> Iterator[Problem]:
    yield from _public_services(description)
    yield from eks_checks.problems(description, today)
    for name in description.systems:
        for check in (
            _order,
            _shadowed,
            _sizes,
            _starts,
            store_checks.problems,
            variable_checks.problems,
        ):
            yield from intact(check(description, name))


def _public_services(description: Description) -> Iterator[Problem]:
    for name, system in description.systems.items():
        count = sum(service.public is not None for service in system.services.values())
        if count > priorities.SERVICES_PER_SYSTEM:
            yield Place(system_file(name), "services").problem(
                f"{count} public services",
                "are more than the load balancer's rules have room for",
                f"make {priorities.SERVICES_PER_SYSTEM} or fewer public, or split the system",
            )


def _sizes(description: Description, system: str) -> Iterator[Problem]:
    if "fargate" not in description.environment.runtimes:
        return
    for name, service in description.systems[system].services.items():
        cpu, memory = service.size.cpu.limit, service.size.memory.limit
        try:
            fit_task_size(cpu, memory)
        except TaskSizeError:
            yield (
                Place(system_file(system))
                .keys("services", name, "size")
                .problem(
                    f"{format_cpu(cpu)} and {format_memory(memory)}",
                    "are more than a Fargate task has",
                    "write limits of up to 16 processors and 120Gi, or run more and smaller tasks",
                )
            )


def _starts(description: Description, system: str) -> Iterator[Problem]:
    if "eks" not in description.environment.runtimes:
        return
    for name, service in description.systems[system].services.items():
        probe = service.probes.startup
        if probe is not None and startup_seconds(probe) > LONGEST_START_SECONDS:
            yield (
                Place(system_file(system))
                .keys("services", name, "probes", "startup")
                .problem(
                    f"{startup_seconds(probe)} s",
                    f"is more than a deploy waits for a pod ({ROLLOUT_SECONDS} s, and "
                    f"{BEFORE_THE_START_SECONDS} may pass before it starts)",
                    "lower initialDelaySeconds, periodSeconds or failureThreshold: the first and "
                    f"the product of the others are {LONGEST_START_SECONDS} at most (s)",
                )
            )


def _order(description: Description, system: str) -> Iterator[Problem]:
    try:
        deploy_order(description.systems[system].services)
    except CircleError as error:
        if len(set(error.circle)) == 1:
            return  # a service that binds itself is told by the model's rules
        yield Place(system_file(system), "services").problem(
            " to ".join(error.circle),
            "call each other in a circle, so that none can be deployed first",
            "remove a binding between them, or let one of them send through the queue",
        )


def _shadowed(description: Description, system: str) -> Iterator[Problem]:
    """Paths that never see a request, because a service that is asked first takes them."""
    public = {
        name: service.public
        for name, service in description.systems[system].services.items()
        if service.public is not None
    }
    asked = priorities.rule_order({name: each.paths for name, each in public.items()})
    for index, name in enumerate(asked):
        for position, path in enumerate(public[name].paths):
            place = Place(system_file(system)).keys("services", name, "public", "paths", position)
            for first in asked[:index]:
                yield from _taken(place, path, first, public[first])


def _taken(place: Place, path: str, first: str, before: Public) -> Iterator[Problem]:
    if path in before.paths:
        return  # told by the model's rules
    reason = f"gets no requests: {first}, whose longest path is as long or longer, is asked first"
    denied = next((deny for deny in before.deny if below(path, deny)), None)
    taken = next((beginning for beginning in before.paths if below(path, beginning)), None)
    if denied is not None:
        yield place.problem(
            shown(path),
            f"{reason} and denies {denied} with all below it",
            f"remove {denied} from deny of {first}, or {path} here",
        )
    elif taken is not None:
        yield place.problem(
            shown(path),
            f"{reason} and takes {taken} with all below it",
            f"give {path} to {first}, or split {first} so that {taken} is a service of its own",
        )
