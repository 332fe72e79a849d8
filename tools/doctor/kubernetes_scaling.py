"""How many pods run: the autoscaler's bounds and targets, and how many may go at once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tools.doctor import clock
from tools.doctor.finding import Difference, compare
from tools.doctor.kubernetes_api import AUTOSCALER, DISRUPTION_BUDGET, Object
from tools.doctor.kubernetes_policies import selects
from tools.doctor.kubernetes_subjects import KubernetesServiceSubject

_METRICS = "look at add-on metrics-server with `kubectl -n kube-system get pods`"
_SETTLING = timedelta(minutes=5)
"""So long a new autoscaler may have nothing to say: it looks at metrics every 15 seconds, and has
none of pods that have just started."""


def autoscaling(subject: KubernetesServiceSubject) -> Iterator[Difference]:
    """The Deployment scales within the described bounds by the described targets, or not at all."""
    scalers = _autoscalers(subject)
    name, plan, remedy = subject.deployed.deployment_name, subject.plan, subject.redeploy
    if not plan.scales:
        for scaler in scalers:
            yield Difference(
                f"no autoscaler of Deployment {name}",
                f"HorizontalPodAutoscaler {scaler['metadata']['name']}",
                remedy,
            )
        return
    if len(scalers) != 1:
        # Two of them would each undo what the other one does.
        yield Difference(f"one autoscaler of Deployment {name}", str(len(scalers)), remedy)
        return
    spec = scalers[0]["spec"]
    targets = {
        metric["resource"]["name"]: metric["resource"]["target"].get("averageUtilization")
        for metric in spec.get("metrics", [])
        if metric["type"] == "Resource"
    }
    down = spec.get("behavior", {}).get("scaleDown", {})
    pairs: list[tuple[str, object, object]] = [
        ("minimum replicas", plan.minimum_replicas, spec.get("minReplicas", 1)),
        ("maximum replicas", plan.maximum_replicas, spec["maxReplicas"]),
        ("target (percent) of cpu", plan.target_cpu_percent, targets.get("cpu")),
        ("target (percent) of memory", plan.target_memory_percent, targets.get("memory")),
    ]
    if plan.scale_down_stabilization_seconds is not None:
        pairs.append(
            (
                "scale-down stabilization (seconds)",
                plan.scale_down_stabilization_seconds,
                down.get("stabilizationWindowSeconds"),
            )
        )
    for what, expected, found in pairs:
        yield from compare(what, expected, found, remedy)
    yield from _activity(scalers[0])


def disruption(subject: KubernetesServiceSubject) -> Iterator[Difference]:
    """Whoever empties a node takes one pod at a time, and one that is unwell at any time."""
    labels = subject.labels()
    budgets = [
        budget["spec"]
        for budget in subject.objects(DISRUPTION_BUDGET)
        if selects(budget["spec"].get("selector"), labels)
    ]
    if len(budgets) != 1:
        # With two of them Kubernetes evicts no pod at all.
        yield Difference(
            f"one PodDisruptionBudget for the pods of {subject.deployed.deployment_name}",
            str(len(budgets)),
            subject.redeploy,
        )
        return
    pairs: list[tuple[str, object, object]] = [
        ("maxUnavailable of the budget", 1, budgets[0].get("maxUnavailable")),
        (
            "unhealthyPodEvictionPolicy",
            "AlwaysAllow",
            budgets[0].get("unhealthyPodEvictionPolicy"),
        ),
    ]
    for what, expected, found in pairs:
        yield from compare(what, expected, found, subject.redeploy)


def _autoscalers(subject: KubernetesServiceSubject) -> list[Object]:
    def scales_it(reference: dict[str, Any]) -> bool:
        wanted = ("Deployment", subject.deployed.deployment_name)
        return (reference.get("kind"), reference.get("name")) == wanted

    return [
        scaler
        for scaler in subject.objects(AUTOSCALER)
        if scales_it(scaler["spec"].get("scaleTargetRef", {}))
    ]


def _activity(scaler: Object) -> Iterator[Difference]:
    """An autoscaler that cannot scale leaves the count where it is, and says so here only."""
    name, metadata = scaler["metadata"]["name"], scaler["metadata"]
    found = {each["type"]: each for each in scaler.get("status", {}).get("conditions", [])}
    look = f"look at it with `kubectl -n {metadata['namespace']} describe hpa {name}`"
    for wanted, remedy in (("AbleToScale", look), ("ScalingActive", _METRICS)):
        condition = found.get(wanted)
        if condition is None:
            age = clock.now() - datetime.fromisoformat(metadata["creationTimestamp"])
            yield Difference(
                f"autoscaler {name} with {wanted}",
                "that it has not reported yet",
                f"wait a minute and run the doctor again; if it stays so, {look}",
                warning=age <= _SETTLING,
            )
        elif condition["status"] != "True":
            yield Difference(f"autoscaler {name} with {wanted}", _said(condition), remedy)
    limited = found.get("ScalingLimited", {})
    # At its minimum it is limited too, and nobody lacks anything.
    if limited.get("status") == "True" and limited.get("reason") == "TooManyReplicas":
        yield Difference(
            f"autoscaler {name} below its maximum",
            _said(limited),
            "raise maxReplicas in the stack file if the load is to stay",
            warning=True,
        )


def _said(condition: dict[str, Any]) -> str:
    status = "" if condition["status"] != "Unknown" else "Unknown, "
    return f"{status}{condition.get('reason')}: {condition.get('message')}"
