"""The API serves what Kubernetes' controllers would have made of the objects."""

import pytest

from sandbox.kubernetes import api
from sandbox.kubernetes.store import Settings
from tests.support.kubernetes import Cluster, changed, manifest

POD = "spec.template.spec"


@pytest.fixture
def cluster():
    server = api.start(lambda: Settings(service_network="172.20.0.0/28"))
    found = Cluster(server.endpoint)
    found.have("Namespace")
    yield found
    server.stop()


def served(cluster, kind, plural, name="shop-api"):
    group = manifest(kind)["apiVersion"]
    prefix = "/api/v1" if group == "v1" else f"/apis/{group}"
    return cluster.get(f"{prefix}/namespaces/shop/{plural}/{name}")


def counts(status):
    return {key: value for key, value in status.items() if key.endswith("eplicas")}


def conditions(status):
    return {each["type"]: (each["status"], each["reason"]) for each in status["conditions"]}


def test_a_deployment_is_available(cluster):
    cluster.create(changed(manifest("Deployment"), "spec.replicas", 4))
    status = served(cluster, "Deployment", "deployments")["status"]
    names = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
    assert counts(status) == dict.fromkeys(names, 4)
    assert status["observedGeneration"] == 1
    assert conditions(status) == {
        "Available": ("True", "MinimumReplicasAvailable"),
        "Progressing": ("True", "NewReplicaSetAvailable"),
    }


def test_a_deployment_gets_kubernetes_defaults(cluster):
    cluster.have("Deployment")
    spec = served(cluster, "Deployment", "deployments")["spec"]
    assert spec["replicas"] == 1
    assert spec["strategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"},
    }
    assert (spec["revisionHistoryLimit"], spec["progressDeadlineSeconds"]) == (10, 600)
    assert spec["template"]["spec"]["restartPolicy"] == "Always"
    assert spec["template"]["spec"]["terminationGracePeriodSeconds"] == 30


def test_recreate_rolls_nothing(cluster):
    cluster.create(changed(manifest("Deployment"), "spec.strategy", {"type": "Recreate"}))
    assert served(cluster, "Deployment", "deployments")["spec"]["strategy"] == {"type": "Recreate"}


def test_without_pods_there_are_no_counts(cluster):
    cluster.create(changed(manifest("Deployment"), "spec.replicas", 0))
    assert counts(served(cluster, "Deployment", "deployments")["status"]) == {}


@pytest.mark.parametrize(("own", "made"), [(None, 3), (5, 5), (12, 10)])
def test_an_autoscaler_keeps_the_deployment_in_its_bounds(cluster, own, made):
    value = manifest("Deployment")
    cluster.create(value if own is None else changed(value, "spec.replicas", own))
    cluster.have("HorizontalPodAutoscaler")
    deployment = served(cluster, "Deployment", "deployments")
    assert deployment["spec"]["replicas"] == deployment["status"]["availableReplicas"] == made
    status = served(cluster, "HorizontalPodAutoscaler", "horizontalpodautoscalers")["status"]
    assert counts(status) == {"currentReplicas": made, "desiredReplicas": made}
    assert conditions(status)["ScalingActive"] == ("True", "ValidMetricFound")


@pytest.mark.parametrize(
    ("budget", "desired"),
    [
        ({"maxUnavailable": 1}, 3),
        ({"maxUnavailable": "50%"}, 2),
        ({"minAvailable": 3}, 3),
        ({"minAvailable": "30%"}, 2),
        ({"maxUnavailable": 9}, 0),
    ],
)
def test_a_budget_counts_its_pods(cluster, budget, desired):
    cluster.create(changed(manifest("Deployment"), "spec.replicas", 4))
    spec = {"selector": {"matchLabels": {"app": "shop-api"}}, **budget}
    cluster.create(manifest("PodDisruptionBudget", spec=spec))
    status = served(cluster, "PodDisruptionBudget", "poddisruptionbudgets")["status"]
    assert (status["expectedPods"], status["currentHealthy"]) == (4, 4)
    assert (status["desiredHealthy"], status["disruptionsAllowed"]) == (desired, 4 - desired)


def test_a_job_completes(cluster):
    cluster.have("Job")
    status = served(cluster, "Job", "jobs")["status"]
    assert status["succeeded"] == 1
    assert conditions(status)["Complete"] == ("True", "CompletionsReached")


@pytest.mark.parametrize(
    "container",
    [
        {"command": ["false"]},
        {"command": ["sh", "-c", "echo migrating; false"]},
        {"command": ["sh", "-c", 'exec "$@"', "--"], "args": ["false"]},
    ],
)
def test_a_job_whose_command_is_false_fails(cluster, container):
    value = changed(manifest("Job"), "spec.backoffLimit", 1)
    value["metadata"]["annotations"] = {"pulumi.com/skipAwait": "true"}
    for key, item in container.items():
        value = changed(value, f"{POD}.containers.0.{key}", item)
    cluster.create(value)
    status = served(cluster, "Job", "jobs")["status"]
    assert (status["failed"], "succeeded" in status) == (2, False)
    assert conditions(status)["Failed"] == ("True", "BackoffLimitExceeded")


def test_services_get_addresses_of_the_clusters_network(cluster):
    for number in range(3):
        cluster.create(manifest("Service", f"s{number}"))
    headless = changed(manifest("Service", "headless"), "spec.clusterIP", "None")
    assert cluster.create(headless).outputs["spec"]["clusterIP"] == "None"
    listed = cluster.get("/api/v1/services")["items"]
    # The first is the API's own.
    assert [each["spec"]["clusterIP"] for each in listed] == [
        "None",
        "172.20.0.2",
        "172.20.0.3",
        "172.20.0.4",
    ]
    spec = listed[1]["spec"]
    assert spec["type"] == "ClusterIP"
    assert spec["ports"] == [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}]


def test_the_address_of_the_clusters_dns_is_not_given_away(cluster):
    for number in range(9):
        cluster.create(manifest("Service", f"s{number}"))
    addresses = {each["spec"]["clusterIP"] for each in cluster.get("/api/v1/services")["items"]}
    assert len(addresses) == 9
    assert "172.20.0.10" not in addresses


def test_a_secret_is_served_in_base64(cluster):
    cluster.create(manifest("Secret", data={"B": "Yg=="}, stringData={"A": "a"}))
    secret = served(cluster, "Secret", "secrets")
    assert secret["type"] == "Opaque"
    assert secret["data"] == {"A": "YQ==", "B": "Yg=="}
    assert "stringData" not in secret


def test_a_namespace_is_active_and_labelled_with_its_name(cluster):
    found = cluster.get("/api/v1/namespaces/shop")
    assert found["status"] == {"phase": "Active"}
    assert found["metadata"]["labels"]["kubernetes.io/metadata.name"] == "shop"
