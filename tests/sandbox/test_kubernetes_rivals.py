"""Objects that are right each for itself and get in each other's way are found after a deploy."""

import pytest

from sandbox.kubernetes import api
from tests.support.kubernetes import Cluster, changed, manifest

OTHER = {"app": "other"}


@pytest.fixture
def cluster():
    server = api.start()
    found = Cluster(server.endpoint)
    found.have("Namespace")
    yield found
    server.stop()


def other_deployment():
    """A Deployment with pods of its own."""
    value = changed(manifest("Deployment", "other"), "spec.selector.matchLabels", OTHER)
    return changed(value, "spec.template.metadata.labels", OTHER)


def test_two_autoscalers_of_one_deployment_are_found(cluster):
    cluster.have("Deployment", "HorizontalPodAutoscaler")
    cluster.create(manifest("HorizontalPodAutoscaler", "again"))
    assert cluster.unmatched() == [
        "HorizontalPodAutoscaler shop/shop-api: spec.scaleTargetRef: HorizontalPodAutoscaler again "
        "scales Deployment shop-api already; leave one of them"
    ]


def test_autoscalers_of_two_deployments_are_good(cluster):
    cluster.have("Deployment", "HorizontalPodAutoscaler")
    cluster.create(other_deployment())
    second = manifest("HorizontalPodAutoscaler", "other")
    cluster.create(changed(second, "spec.scaleTargetRef.name", "other"))
    assert cluster.unmatched() == []


def test_replicas_of_a_scaled_deployment_are_found(cluster):
    cluster.create(changed(manifest("Deployment"), "spec.replicas", 3))
    assert cluster.unmatched() == []
    cluster.have("HorizontalPodAutoscaler")
    assert cluster.unmatched() == [
        "Deployment shop/shop-api: spec.replicas: HorizontalPodAutoscaler shop-api sets it, and "
        "every deploy would set it back to 3; leave it out"
    ]


def test_two_budgets_for_the_same_pods_are_found(cluster):
    cluster.have("Deployment", "PodDisruptionBudget")
    cluster.create(manifest("PodDisruptionBudget", "all", spec={"selector": {}, "minAvailable": 1}))
    assert cluster.unmatched() == [
        "PodDisruptionBudget shop/shop-api: spec.selector: PodDisruptionBudget all has the pods of "
        "Deployment shop-api already, and a pod with two is never evicted; leave one of them"
    ]


def test_budgets_for_different_pods_are_good(cluster):
    cluster.have("Deployment", "PodDisruptionBudget")
    cluster.create(other_deployment())
    second = manifest("PodDisruptionBudget", "other")
    cluster.create(changed(second, "spec.selector.matchLabels", OTHER))
    assert cluster.unmatched() == []


def test_a_service_that_mixes_deployments_is_found(cluster):
    cluster.have("Deployment", "Service")
    second = changed(other_deployment(), "spec.template.metadata.labels.app", "shop-api")
    second = changed(second, "spec.template.metadata.labels.tier", "other")
    cluster.create(changed(second, "spec.selector.matchLabels", {"tier": "other"}))
    assert cluster.unmatched() == [
        "Service shop/shop-api: spec.selector mixes the pods of Deployment other, Deployment "
        "shop-api; name a label that only one of them has",
        "Deployment shop/shop-api: spec.selector finds the pods of Deployment other too; name a "
        "label that only its own have",
    ]


def test_a_service_that_mixes_in_a_job_is_found(cluster):
    cluster.have("Deployment", "Service")
    labels = {"app": "shop-api"}
    cluster.create(changed(manifest("Job", "migrate"), "spec.template.metadata.labels", labels))
    assert cluster.unmatched() == [
        "Service shop/shop-api: spec.selector mixes the pods of Deployment shop-api, Job migrate; "
        "name a label that only one of them has",
        "Deployment shop/shop-api: spec.selector finds the pods of Job migrate too; name a label "
        "that only its own have",
    ]


def test_the_same_labels_in_two_namespaces_are_good(cluster):
    cluster.have("Deployment", "Service", "PodDisruptionBudget")
    for kind in ("Deployment", "Service", "PodDisruptionBudget"):
        cluster.create(changed(manifest(kind), "metadata.namespace", "default"))
    assert cluster.unmatched() == []


def test_two_bindings_of_one_target_group_are_found(cluster):
    cluster.have("Deployment", "Service", "TargetGroupBinding")
    second = changed(manifest("Service"), "metadata.namespace", "default")
    cluster.create(second)
    cluster.create(changed(manifest("Deployment"), "metadata.namespace", "default"))
    cluster.create(changed(manifest("TargetGroupBinding"), "metadata.namespace", "default"))
    assert cluster.unmatched() == [
        "TargetGroupBinding shop/shop-api: spec.targetGroupARN: TargetGroupBinding "
        "default/shop-api fills this target group already; leave one of them"
    ]


@pytest.mark.parametrize(
    ("type_", "reasons"),
    [
        (
            "ClusterIP",
            [
                "TargetGroupBinding shop/shop-api: spec.targetType: Service shop-api is of type "
                "ClusterIP and has no port on the nodes; write ip, or make it a NodePort"
            ],
        ),
        ("NodePort", []),
        ("LoadBalancer", []),
    ],
)
def test_nodes_as_targets_need_a_port_of_their_own(cluster, type_, reasons):
    cluster.have("Deployment")
    cluster.create(changed(manifest("Service"), "spec.type", type_))
    cluster.create(changed(manifest("TargetGroupBinding"), "spec.targetType", "instance"))
    assert cluster.unmatched() == reasons
