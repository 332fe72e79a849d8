"""The probes: what the kubelet asks a container, and when it has asked often enough."""

from collections.abc import Iterator
from typing import Any

from planning.probes import ProbePlan
from tools.doctor.finding import Difference, compare
from tools.doctor.kubernetes_subjects import KubernetesServiceSubject


def probes(subject: KubernetesServiceSubject) -> Iterator[Difference]:
    """Startup, readiness and liveness are the planned ones, and where none is planned is none."""
    container = subject.container()
    planned = subject.plan.probes
    for name, plan in (
        ("startup", planned.startup),
        ("readiness", planned.readiness),
        ("liveness", planned.liveness),
    ):
        found: dict[str, Any] | None = container.get(f"{name}Probe")
        if plan is None or found is None:
            yield from compare(
                f"{name} probe", plan is not None, found is not None, subject.redeploy
            )
            continue
        for what, expected, value in _pairs(plan, subject.service.port, found):
            yield from compare(f"{what} of the {name} probe", expected, value, subject.redeploy)


def _pairs(
    plan: ProbePlan, port: int | None, found: dict[str, Any]
) -> Iterator[tuple[str, object, object]]:
    """Gives what is planned beside what is there; what is left out has Kubernetes' default."""
    asked: dict[str, Any] = found.get("httpGet", found.get("tcpSocket", {}))
    if plan.heartbeat is not None:
        command = " ".join(found.get("exec", {}).get("command", []))
        yield "look at the heartbeat", True, plan.heartbeat.file in command
    else:
        yield "path", plan.path, asked.get("path")
        yield "port", port, asked.get("port")
    yield (
        "initial delay (seconds)",
        plan.initial_delay_seconds,
        found.get("initialDelaySeconds", 0),
    )
    yield "period (seconds)", plan.period_seconds, found.get("periodSeconds", 10)
    yield "timeout (seconds)", plan.timeout_seconds, found.get("timeoutSeconds", 1)
    yield "failure threshold", plan.failure_threshold, found.get("failureThreshold", 3)
