"""The Kubernetes API as kubectl, the doctor and other programs meet it."""

import shutil
import subprocess

import pytest
import urllib3

from sandbox.kubernetes import api
from sandbox.kubernetes.store import Settings
from tests.support.kubernetes import LABELS, Cluster, changed, manifest

SHOP = "/api/v1/namespaces/shop"
DEPLOYMENTS = "/apis/apps/v1/namespaces/shop/deployments"


@pytest.fixture
def cluster():
    server = api.start(lambda: Settings(version="1.33", service_network="172.20.0.0/28"))
    found = Cluster(server.endpoint)
    found.have("Namespace")
    yield found
    server.stop()


def test_an_object_is_created_read_listed_and_deleted(cluster):
    body = manifest("ConfigMap")
    code, created = cluster.request("POST", f"{SHOP}/configmaps", body)
    assert code == 201
    assert created["data"] == body["data"]
    assert created["metadata"].keys() == {
        *("name", "namespace", "labels", "uid"),
        *("resourceVersion", "creationTimestamp", "generation"),
    }
    assert cluster.get(f"{SHOP}/configmaps/shop-api") == created
    listed = cluster.get(f"{SHOP}/configmaps")
    assert (listed["kind"], listed["apiVersion"]) == ("ConfigMapList", "v1")
    assert listed["items"] == [created]
    code, answer = cluster.request("DELETE", f"{SHOP}/configmaps/shop-api")
    assert (code, answer["status"]) == (200, "Success")
    assert cluster.get(f"{SHOP}/configmaps")["items"] == []


def test_the_namespace_comes_from_the_path(cluster):
    body = changed(manifest("ConfigMap"), "metadata.namespace", None)
    assert cluster.request("POST", f"{SHOP}/configmaps", body)[1]["metadata"]["namespace"] == "shop"


def status(code, reason, message, **details):
    return code, {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
        "details": details,
        "code": code,
    }


def test_errors_are_those_of_kubernetes(cluster):
    create = ("POST", DEPLOYMENTS)
    named = {"name": "shop-api", "group": "apps", "kind": "deployments"}
    assert cluster.request("GET", f"{DEPLOYMENTS}/shop-api") == status(
        404, "NotFound", 'deployments.apps "shop-api" not found', **named
    )
    wrong = changed(manifest("Deployment"), "spec.replicas", -1)
    cause = {
        "reason": "FieldValueInvalid",
        "message": "-1 is refused; use 0 or more",
        "field": "spec.replicas",
    }
    assert cluster.request(*create, wrong) == status(
        422,
        "Invalid",
        'Deployment.apps "shop-api" is invalid: spec.replicas: -1 is refused; use 0 or more',
        **named,
        causes=[cause],
    )
    assert cluster.request(*create, manifest("Deployment"))[0] == 201
    assert cluster.request(*create, manifest("Deployment")) == status(
        409, "AlreadyExists", 'deployments.apps "shop-api" already exists', **named
    )
    assert cluster.request(*create, ["no object"]) == status(
        400, "BadRequest", "the body of the request is no Deployment"
    )
    elsewhere = changed(manifest("Deployment"), "metadata.namespace", "default")
    assert cluster.request(*create, elsewhere) == status(
        400,
        "BadRequest",
        "the namespace of the provided object does not match the namespace sent on the request: "
        "default and shop",
    )
    assert cluster.request("PUT", f"{DEPLOYMENTS}/shop-api", manifest("Deployment")) == status(
        405,
        "MethodNotAllowed",
        "the sandbox's Kubernetes API does not PUT; it creates, reads and deletes",
    )


def test_a_body_that_is_no_json_is_a_bad_request(cluster):
    answer = urllib3.request("POST", cluster.endpoint + DEPLOYMENTS, body=b"{")
    assert answer.status == 400
    assert answer.json()["message"] == "the body of the request is no JSON"


@pytest.mark.parametrize(
    "path", ["/api/v1/nodes", "/apis/apps/v2/deployments", "/apis/apps", "/x", "/api/v1/a/b/c/d/e"]
)
def test_what_is_not_served_is_not_found(cluster, path):
    code, answer = cluster.request("GET", path)
    if path == "/apis/apps":
        assert answer["versions"] == [{"groupVersion": "apps/v1", "version": "v1"}]
    else:
        assert code == 404
        assert answer["message"] == "the server could not find the requested resource"


SELECTED = [
    ("labelSelector=app%3Dshop-api", ["a", "b"]),
    ("labelSelector=app%3D%3Dshop-api,tier%3Dweb", ["a"]),
    ("labelSelector=tier!%3Dweb", ["b", "c"]),
    ("labelSelector=tier", ["a"]),
    ("labelSelector=!app", ["c"]),
    ("fieldSelector=metadata.name%3Db", ["b"]),
    ("", ["a", "b", "c"]),
]


@pytest.mark.parametrize(("query", "names"), SELECTED)
def test_lists_are_selected_by_labels(cluster, query, names):
    for name, labels in (("a", {**LABELS, "tier": "web"}), ("b", LABELS), ("c", {"other": "x"})):
        metadata = {"name": name, "namespace": "shop", "labels": labels}
        cluster.create(manifest("Secret", metadata=metadata))
    found = cluster.get(f"{SHOP}/secrets?{query}")["items"]
    assert [each["metadata"]["name"] for each in found] == names


@pytest.mark.parametrize(
    ("query", "code"),
    [("labelSelector=a+in+(b)", 400), ("fieldSelector=spec.a%3Db", 400), ("watch=true", 405)],
)
def test_what_cannot_be_selected_is_refused(cluster, query, code):
    cluster.have("Secret")
    assert cluster.request("GET", f"{SHOP}/secrets?{query}")[0] == code


def test_all_namespaces_are_listed_together(cluster):
    cluster.have("ServiceAccount")
    found = cluster.get("/api/v1/serviceaccounts")["items"]
    places = [(each["metadata"]["namespace"], each["metadata"]["name"]) for each in found]
    assert places == [
        ("default", "default"),
        ("kube-node-lease", "default"),
        ("kube-public", "default"),
        ("kube-system", "default"),
        ("shop", "default"),
        ("shop", "shop-api"),
    ]


def test_a_namespace_takes_everything_in_it_along(cluster):
    cluster.have("ConfigMap")
    assert cluster.request("DELETE", SHOP)[0] == 200
    assert cluster.request("GET", f"{SHOP}/configmaps/shop-api")[0] == 404
    assert cluster.request("GET", SHOP)[0] == 404


def test_a_new_api_is_empty(cluster):
    server = api.start()
    try:
        found = Cluster(server.endpoint).get("/api/v1/namespaces")["items"]
    finally:
        server.stop()
        server.stop()
    names = [each["metadata"]["name"] for each in found]
    assert names == ["default", "kube-node-lease", "kube-public", "kube-system"]


def test_it_says_what_it_is(cluster):
    answer = cluster.get("/version")
    assert (answer["major"], answer["minor"]) == ("1", "33")
    assert cluster.get("/livez") == "ok"
    assert cluster.get("/api")["versions"] == ["v1"]
    groups = [group["name"] for group in cluster.get("/apis")["groups"]]
    assert groups == sorted(groups)
    assert {"apps", "batch", "eks.amazonaws.com", "monitoring.coreos.com"} <= {*groups}
    for path in (
        "/api/v1",
        *(f"/apis/{group}/{'v2' if group == 'autoscaling' else 'v1'}" for group in groups),
    ):
        for resource in cluster.get(path)["resources"]:
            assert cluster.get(f"{path}/{resource['name']}")["kind"] == f"{resource['kind']}List"


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not on PATH")
def test_kubectl_reads_it(cluster, tmp_path):
    cluster.have("Deployment", "Service")
    command = ["kubectl", "--server", cluster.endpoint, "--cache-dir", str(tmp_path)]

    def kubectl(*arguments):
        done = subprocess.run(  # noqa: S603 our own arguments
            [*command, *arguments], capture_output=True, text=True, check=False, timeout=60
        )
        return done.stdout + done.stderr

    assert kubectl("get", "deploy", "-n", "shop", "-o", "name") == "deployment.apps/shop-api\n"
    assert "shop-api" in kubectl("get", "svc", "-A", "-l", "app=shop-api")
    path = "-o=jsonpath={.status.availableReplicas}"
    assert kubectl("get", "deployments", "shop-api", "-n", "shop", path) == "1"
    assert "not found" in kubectl("get", "cm", "none", "-n", "shop")


def test_no_pod_runs(cluster):
    assert cluster.get(f"{SHOP}/pods")["items"] == []
    pods = [each for each in cluster.get("/api/v1")["resources"] if each["name"] == "pods"]
    assert [each["verbs"] for each in pods] == [["list"]]
