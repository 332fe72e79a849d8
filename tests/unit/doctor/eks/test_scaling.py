"""Autoscaler and disruption budget of a service, with one thing broken at a time."""

import pytest

from tests.unit.doctor import RESTORE, Failures
from tests.unit.doctor.deployed import Deployed
from tests.unit.doctor.eks import objects
from tests.unit.doctor.eks.cluster import Cluster, Manifest

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


def test_an_autoscaler_without_numbers(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    def lose(autoscalers: Manifest) -> None:
        autoscalers["items"][0]["status"]["conditions"] = [
            {
                "type": "ScalingActive",
                "status": "False",
                "reason": "FailedGetResourceMetric",
                "message": "no metrics returned from resource metrics API",
            }
        ]

    cluster.alter_path("/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers", lose)

    assert failures() == [
        (
            CHECK,
            "expected autoscaler shop-api-hpa with ScalingActive, found FailedGetResourceMetric: "
            "no metrics returned from resource metrics API; look at add-on metrics-server with "
            "`kubectl -n kube-system get pods`",
        )
    ]


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
