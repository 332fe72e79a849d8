"""What Kubernetes asks a container: the probes of a system file, and those that it leaves open.

Where nothing is said of the start, a guide's liveness probe waits for a fixed time instead (trap
22). A startup probe does it better: it takes as long as the start takes, and no longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from model.health import ContainerHealthCheck, Heartbeat, Probe
from model.service import Service
from planning.shutdown import Parity

STARTUP_SECONDS = 150
"""What a container gets to start where nothing is said of it: AegisX's own budget (A7, trap 22)."""

_STARTUP_PERIOD_SECONDS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class ProbePlan:
    """One probe."""

    path: str | None = None
    """Path of the GET request; without it and without a heartbeat the port is connected to."""
    heartbeat: Heartbeat | None = None
    """File whose age is looked at, for a process without a port."""
    initial_delay_seconds: int = 0
    """Seconds before the first look."""
    period_seconds: int
    """Seconds from one look to the next."""
    timeout_seconds: int
    """Seconds to wait for the answer."""
    failure_threshold: int
    """Failures in a row that count."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProbesPlan:
    """The probes of one container; None where it has none."""

    startup: ProbePlan | None
    readiness: ProbePlan | None
    liveness: ProbePlan | None


def plan_probes(service: Service, parity: Parity = "safe") -> ProbesPlan:
    """Works out the probes of a service.

    Args:
        service: The service.
        parity: With `exact` the probes are those of the system file and no others.

    Returns:
        What the file states. Where it has no startup probe, one that gives 150 seconds and takes
        over from the others' initial delays; where it has no readiness or liveness probe, what
        stands for them on Fargate: the load balancer's check and the container's, or else whether
        its port takes connections.
    """
    stated = service.probes
    readiness = _stated(stated.readiness)
    liveness = _stated(stated.liveness)
    if parity == "exact":
        return ProbesPlan(startup=_stated(stated.startup), readiness=readiness, liveness=liveness)
    readiness = readiness or _of_load_balancer(service) or _of_port(service)
    asked = liveness or _of_container(service.container_health_check)
    # The load balancer's path may need a data store, and nobody is to be restarted for that (trap
    # 20); a process that no longer takes connections is.
    liveness = asked or _of_port(service)
    if stated.startup is not None:
        return ProbesPlan(startup=_stated(stated.startup), readiness=readiness, liveness=liveness)
    return ProbesPlan(
        startup=_derived_startup(service, [asked, readiness]),
        readiness=readiness and replace(readiness, initial_delay_seconds=0),
        liveness=liveness and replace(liveness, initial_delay_seconds=0),
    )


def _stated(probe: Probe | None) -> ProbePlan | None:
    if probe is None:
        return None
    return ProbePlan(
        path=probe.path,
        initial_delay_seconds=probe.initial_delay_seconds,
        period_seconds=probe.period_seconds,
        timeout_seconds=probe.timeout_seconds,
        failure_threshold=probe.failure_threshold,
    )


def _of_load_balancer(service: Service) -> ProbePlan | None:
    if service.public is None:
        return None
    check = service.public.health_check
    return ProbePlan(
        path=check.path,
        period_seconds=check.interval_seconds,
        timeout_seconds=check.timeout_seconds,
        failure_threshold=check.unhealthy_threshold,
    )


def _of_port(service: Service) -> ProbePlan | None:
    # Without readiness a pod would get requests from the moment its container runs, and without
    # liveness one that hangs would stay.
    if service.port is None:
        return None
    return ProbePlan(period_seconds=10, timeout_seconds=1, failure_threshold=3)


def _of_container(check: ContainerHealthCheck | None) -> ProbePlan | None:
    if check is None:
        return None
    return ProbePlan(
        path=check.path,
        heartbeat=check.heartbeat,
        period_seconds=check.interval_seconds,
        timeout_seconds=check.timeout_seconds,
        failure_threshold=check.retries,
    )


def _derived_startup(service: Service, others: Sequence[ProbePlan | None]) -> ProbePlan | None:
    """Asks what liveness asks, which needs no data store, or else what readiness asks."""
    asked = next((probe for probe in others if probe is not None), None)
    if asked is None:
        return None
    check = service.container_health_check
    seconds = max(STARTUP_SECONDS, check.start_period_seconds if check is not None else 0)
    return replace(
        asked,
        initial_delay_seconds=0,
        period_seconds=_STARTUP_PERIOD_SECONDS,
        timeout_seconds=min(asked.timeout_seconds, _STARTUP_PERIOD_SECONDS),
        failure_threshold=-(-seconds // _STARTUP_PERIOD_SECONDS),
    )
