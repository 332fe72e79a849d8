"""Probes and checks: each must be able to succeed, and none may wait longer than its turn."""

import re
from collections.abc import Iterator

from model.health import ContainerHealthCheck, Probe
from model.problems import Place, Problem, shown
from model.rules.parts import Parts, SystemParts, Variable
from model.service import Service


def problems(parts: Parts, system: SystemParts) -> Iterator[Problem]:
    """What the rules about probes and checks refuse."""
    if system.system is None:
        return
    for name, service in system.system.services.items():
        place = system.service_place(name)
        variables = parts.variables(system, name, service)
        yield from _port(service, place)
        for kind, probe in _probes(service):
            here = place.keys("probes", kind)
            yield from _patience(here, probe.timeout_seconds, "periodSeconds", probe.period_seconds)
            if system.system.parity == "safe":
                yield from _application_timeouts(here, probe, variables)
        check = service.container_health_check
        if check is not None:
            yield from _subject(place.key("containerHealthCheck"), check)
            yield from _patience(
                place.key("containerHealthCheck"),
                check.timeout_seconds,
                "intervalSeconds",
                check.interval_seconds,
            )
        if service.public is not None:
            public = service.public.health_check
            yield from _patience(
                place.keys("public", "healthCheck"),
                public.timeout_seconds,
                "intervalSeconds",
                public.interval_seconds,
            )


def warnings(parts: Parts, system: SystemParts) -> Iterator[Problem]:
    """What the rules about probes and checks advise against."""
    if system.system is None:
        return
    for name, service in system.system.services.items():
        if system.system.parity == "exact":
            variables = parts.variables(system, name, service)
            for kind, probe in _probes(service):
                place = system.service_place(name).keys("probes", kind)
                yield from _application_timeouts(place, probe, variables)
        readiness, liveness = service.probes.readiness, service.probes.liveness
        if (
            readiness is not None
            and liveness is not None
            and liveness.path is not None
            and readiness.path == liveness.path
        ):
            yield (
                system.service_place(name)
                .keys("probes", "liveness", "path")
                .problem(
                    shown(liveness.path),
                    "is the path of the readiness probe too: a data store that fails it restarts "
                    "every task (trap 20)",
                    "write a path that asks nothing but the process itself",
                )
            )


def _probes(service: Service) -> Iterator[tuple[str, Probe]]:
    for kind, probe in (
        ("startup", service.probes.startup),
        ("readiness", service.probes.readiness),
        ("liveness", service.probes.liveness),
    ):
        if probe is not None:
            yield kind, probe


def _port(service: Service, place: Place) -> Iterator[Problem]:
    asked = [f"probes.{kind}" for kind, _ in _probes(service)]
    check = service.container_health_check
    if check is not None and check.path is not None:
        asked.append("containerHealthCheck")
    if service.metrics is not None:
        asked.append("metrics")
    if service.internal is not None:
        asked.append("internal")
    if service.public is not None:
        asked.append("public")
    if service.port is None and asked:
        yield place.key("port").problem(
            "",
            f"is missing, and {asked[-1]} needs it",
            "write the port that the service listens on, 1 to 65535",
        )


def _subject(place: Place, check: ContainerHealthCheck) -> Iterator[Problem]:
    if (check.path is None) == (check.heartbeat is None):
        yield place.problem(
            "",
            "names neither path nor heartbeat" if check.path is None else "has path and heartbeat",
            "write path for a service that answers requests, or heartbeat for a worker",
        )


def _patience(place: Place, timeout: int, turn: str, period: int) -> Iterator[Problem]:
    if timeout >= period:
        yield place.key("timeoutSeconds").problem(
            str(timeout),
            f"is not below {turn} {period}",
            f"write {period - 1} or less, or raise {turn} (seconds)",
        )


def _application_timeouts(
    place: Place, probe: Probe, variables: dict[str, Variable]
) -> Iterator[Problem]:
    limit = probe.timeout_seconds * 1000
    for index, name in enumerate(probe.application_timeouts):
        found = variables.get(name)
        if found is None:
            yield place.keys("applicationTimeouts", index).problem(
                name,
                "is not in env of the service",
                f"add it with less than {limit} (milliseconds), or remove it here",
            )
        elif not re.fullmatch(r"\d{1,9}", found.value):
            yield found.place.problem(
                shown(found.value, name),
                f"is no time, and {place.path} waits for it",
                f"write a whole number below {limit} (milliseconds)",
            )
        elif int(found.value) >= limit:
            yield found.place.problem(
                shown(found.value, name),
                f"is not below timeoutSeconds {probe.timeout_seconds} of {place.path}, which gives "
                "up first",
                f"write less than {limit} (milliseconds)",
            )
