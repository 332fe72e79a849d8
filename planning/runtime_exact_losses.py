"""Where `parity: exact` keeps on EKS what harms there; a preview warns of it (ADR 16).

Fargate has numbers of its own, which parity does not touch.
"""

from collections.abc import Iterator

from model.problems import Problem
from planning.probes import plan_probes
from planning.runtime_row import Use
from planning.shutdown import MARGIN_SECONDS, PRE_STOP_SECONDS, plan_pod_shutdown
from planning.startup import startup_seconds


def unasked_check(use: Use) -> Iterator[Problem]:
    """EKS: a check that stands for a probe, where the file's probes are taken as they are."""
    for _, service, place in use.services():
        if service.container_health_check is None:
            continue
        if plan_probes(service, use.system.parity).liveness is None:
            yield place.key("containerHealthCheck").problem(
                "",
                "is asked by nobody on eks with parity: exact, which takes the file's probes and "
                "derives none: a pod that hangs stays",
                "write probes.liveness, or parity: safe"
                if service.port is not None
                else "write parity: safe",
            )


def unwatched_start(use: Use) -> Iterator[Problem]:
    """A start that liveness does not wait for."""
    for _, service, place in use.services():
        found, liveness = plan_probes(service, use.system.parity), service.probes.liveness
        if found.startup is None and liveness is not None:
            yield place.keys("probes", "startup").problem(
                "",
                "is missing, and parity: exact derives none on eks: a container that takes "
                f"{startup_seconds(liveness)} seconds to start is restarted by its liveness probe, "
                "again and again (trap 22)",
                "write probes.startup, or parity: safe",
            )


def unasked_readiness(use: Use) -> Iterator[Problem]:
    """Requests for a pod of which nobody knows whether it is ready."""
    for _, service, place in use.services():
        if service.port is None or plan_probes(service, use.system.parity).readiness is not None:
            continue
        yield place.keys("probes", "readiness").problem(
            "",
            "is missing, and parity: exact derives none on eks: a pod gets requests from the "
            "moment its container runs (trap 22)",
            "write probes.readiness, or parity: safe",
        )


def early_end(use: Use) -> Iterator[Problem]:
    """A pod that ends while the load balancer, or a caller, still sends to it."""
    for _, service, place in use.services():
        if use.system.parity != "exact" or service.port is None:
            continue
        if service.shutdown.pre_stop_seconds is None:
            yield place.keys("shutdown", "preStopSeconds").problem(
                "",
                "is missing, and parity: exact derives none on eks: a pod gets SIGTERM while "
                "requests still come, and refuses them (trap 19)",
                f"write {PRE_STOP_SECONDS} (seconds), or parity: safe",
            )


def tight_end(use: Use) -> Iterator[Problem]:
    """A pod that is killed in the second in which its drain ends."""
    for _, service, place in use.services():
        if use.system.parity != "exact":
            continue
        drain = service.shutdown.drain_seconds
        end = plan_pod_shutdown(
            drain,
            pre_stop_seconds=service.shutdown.pre_stop_seconds,
            has_port=service.port is not None,
            parity=use.system.parity,
        )
        yield place.keys("shutdown", "drainSeconds").problem(
            str(drain),
            "leaves no margin on eks with parity: exact: a pod is killed "
            f"{end.termination_grace_period_seconds} seconds after it is told to leave, as its "
            f"drain ends (trap 19)",
            f"see that the process ends {MARGIN_SECONDS} seconds before that, or write "
            "parity: safe",
        )
