"""How many pods run: the autoscaler's bounds and targets, and how many may go at once."""

from collections.abc import Iterator
from typing import Any

from tools.doctor.finding import Difference, compare
from tools.doctor.kubernetes_api import AUTOSCALER, DISRUPTION_BUDGET, Object
from tools.doctor.kubernetes_policies import selects
from tools.doctor.kubernetes_subjects import KubernetesServiceSubject


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
    """An autoscaler that gets no numbers leaves the count where it is, and says so here only."""
    for condition in scaler.get("status", {}).get("conditions", []):
        if condition["type"] == "ScalingActive" and condition["status"] == "False":
            yield Difference(
                f"autoscaler {scaler['metadata']['name']} with ScalingActive",
                f"{condition.get('reason')}: {condition.get('message')}",
                "look at add-on metrics-server with `kubectl -n kube-system get pods`",
            )
