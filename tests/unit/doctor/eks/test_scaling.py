"""Autoscaler and disruption budget of a service, with one thing broken at a time."""

import pytest

from model.description import Description
from tests.unit.doctor import RESTORE, Failures
from tests.unit.doctor.deployed import Deployed
from tests.unit.doctor.eks import objects
from tests.unit.doctor.eks.cluster import Cluster, Manifest
from tools import doctor

CHECK = "shop/api: autoscaling"


@pytest.mark.acceptance("A9")
def test_other_bounds_and_targets(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    def edit(autoscaler: Manifest) -> None:
        autoscaler["spec"].update(objects.autoscaler("shop-api", cpu=50, memory=None)["spec"])
        autoscaler["spec"].update(minReplicas=3, maxReplicas=40)
        autoscaler["spec"]["behavior"]["scaleDown"]["stabilizationWindowSeconds"] = 0

    cluster.change("HorizontalPodAutoscaler", "shop-api-hpa", edit)

    assert failures() == [
        (CHECK, f"expected minimum replicas 2, found 3; {RESTORE}"),
        (CHECK, f"expected maximum replicas 4, found 40; {RESTORE}"),
        (CHECK, f"expected target (percent) of cpu 70, found 50; {RESTORE}"),
        (CHECK, f"expected target (percent) of memory 80, found nothing; {RESTORE}"),
        (CHECK, f"expected scale-down stabilization (seconds) 300, found 0; {RESTORE}"),
    ]


def test_no_autoscaler(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    cluster.delete("HorizontalPodAutoscaler", "shop-api-hpa")

    assert failures() == [
        ("shop/api: count", f"expected replicas from 2 to 4, found 1; {RESTORE}"),
        (CHECK, f"expected one autoscaler of Deployment shop-api, found 0; {RESTORE}"),
    ]


def test_an_autoscaler_too_many(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    cluster.create(objects.autoscaler("shop-worker"))

    assert failures() == [
        (
            "shop/worker: autoscaling",
            "expected no autoscaler of Deployment shop-worker, found HorizontalPodAutoscaler "
            f"shop-worker-hpa; {RESTORE}",
        )
    ]


LOOK = "look at it with `kubectl -n shop describe hpa shop-api-hpa`"
METRICS = "look at add-on metrics-server with `kubectl -n kube-system get pods`"
ABLE = {"type": "AbleToScale", "status": "True", "reason": "ReadyForNewScale", "message": "ready"}
ACTIVE = {"type": "ScalingActive", "status": "True", "reason": "ValidMetricFound", "message": "ok"}


def condition(kind: str, status: str, reason: str, message: str) -> Manifest:
    return {"type": kind, "status": status, "reason": reason, "message": message}


def answer(cluster: Cluster, *conditions: Manifest, created: str = "2026-11-21T12:00:00Z") -> None:
    """Gives the autoscaler these conditions, without any no status at all."""

    def edit(autoscalers: Manifest) -> None:
        autoscaler = autoscalers["items"][0]
        autoscaler["metadata"]["creationTimestamp"] = created
        del autoscaler["status"]
        if conditions:
            autoscaler["status"] = {"conditions": [*conditions]}

    cluster.alter_path("/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers", edit)


@pytest.mark.parametrize(
    ("status", "prefix"), [("False", ""), ("Unknown", "Unknown, ")], ids=["no", "unknown"]
)
def test_an_autoscaler_without_numbers(
    status: str, prefix: str, deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    said = "no metrics returned from resource metrics API"
    answer(cluster, ABLE, condition("ScalingActive", status, "FailedGetResourceMetric", said))

    assert failures() == [
        (
            CHECK,
            f"expected autoscaler shop-api-hpa with ScalingActive, found {prefix}"
            f"FailedGetResourceMetric: {said}; {METRICS}",
        )
    ]


def test_an_autoscaler_that_cannot_scale(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    said = "the HPA controller was unable to get the target's current scale"
    answer(cluster, condition("AbleToScale", "False", "FailedGetScale", said), ACTIVE)

    assert failures() == [
        (
            CHECK,
            "expected autoscaler shop-api-hpa with AbleToScale, found FailedGetScale: "
            f"{said}; {LOOK}",
        )
    ]


def warnings(description: Description, deployed: Deployed) -> list[tuple[bool, str]]:
    findings = doctor.run(description, deployed.outputs, deployed.endpoint)
    return [(finding.ok, finding.detail) for finding in findings if finding.check == CHECK]


def test_an_autoscaler_at_its_maximum(
    deployed: Deployed, description: Description, cluster: Cluster
) -> None:
    said = "the desired replica count is more than the maximum replica count"
    answer(cluster, ABLE, ACTIVE, condition("ScalingLimited", "True", "TooManyReplicas", said))

    assert warnings(description, deployed) == [
        (True, "bounds and targets as described"),
        (
            True,
            "warning: expected autoscaler shop-api-hpa below its maximum, found TooManyReplicas: "
            f"{said}; raise maxReplicas in the stack file if the load is to stay",
        ),
    ]


@pytest.mark.parametrize(
    "limited",
    [
        condition("ScalingLimited", "True", "TooFewReplicas", "at the minimum"),
        condition("ScalingLimited", "False", "DesiredWithinRange", "within"),
    ],
    ids=["at-its-minimum", "between"],
)
def test_an_autoscaler_that_lacks_nothing(
    limited: Manifest, deployed: Deployed, description: Description, cluster: Cluster
) -> None:
    answer(cluster, ABLE, ACTIVE, limited)

    assert warnings(description, deployed) == [(True, "bounds and targets as described")]


@pytest.mark.parametrize(
    ("created", "is_new"), [("2026-11-21T13:55:00Z", True), ("2026-11-21T13:54:59Z", False)]
)
def test_an_autoscaler_that_says_nothing(
    created: str, is_new: bool, deployed: Deployed, description: Description, cluster: Cluster
) -> None:
    answer(cluster, created=created)

    prefix = "warning: " if is_new else ""
    silent = [
        (
            is_new,
            f"{prefix}expected autoscaler shop-api-hpa with {kind}, found that it has not reported "
            f"yet; wait a minute and run the doctor again; if it stays so, {LOOK}",
        )
        for kind in ("AbleToScale", "ScalingActive")
    ]
    confirmed = [(True, "bounds and targets as described")] if is_new else []
    assert warnings(description, deployed) == confirmed + silent


def test_a_budget_that_lets_nothing_go(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    def edit(budget: Manifest) -> None:
        del budget["spec"]["maxUnavailable"]
        del budget["spec"]["unhealthyPodEvictionPolicy"]
        budget["spec"]["minAvailable"] = 1

    cluster.change("PodDisruptionBudget", "shop-api", edit)

    check = "shop/api: disruption"
    assert failures() == [
        (check, f"expected maxUnavailable of the budget 1, found nothing; {RESTORE}"),
        (
            check,
            f"expected unhealthyPodEvictionPolicy AlwaysAllow, found nothing; {RESTORE}",
        ),
    ]


def test_a_budget_for_nothing(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    def select_nothing(budgets: Manifest) -> None:
        for budget in budgets["items"]:
            if budget["metadata"]["name"] == "shop-worker":
                del budget["spec"]["selector"]

    cluster.alter("PodDisruptionBudget", "", select_nothing)

    assert failures() == [
        (
            "shop/worker: disruption",
            f"expected one PodDisruptionBudget for the pods of shop-worker, found 0; {RESTORE}",
        )
    ]


def test_two_budgets(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    second = objects.budget("shop-api", "second")
    second["spec"]["selector"] = {
        "matchExpressions": [
            {"key": "app", "operator": "In", "values": ["shop-api"]},
            {"key": "app", "operator": "NotIn", "values": ["shop-worker"]},  # codespell:ignore
            {"key": "version", "operator": "Exists"},
            {"key": "canary", "operator": "DoesNotExist"},
        ]
    }
    cluster.create(second)

    assert failures() == [
        (
            "shop/api: disruption",
            f"expected one PodDisruptionBudget for the pods of shop-api, found 2; {RESTORE}",
        )
    ]
