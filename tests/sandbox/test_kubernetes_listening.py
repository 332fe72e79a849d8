"""A port that nobody listens on is found once a deploy has ended."""

import pytest

from sandbox.kubernetes import api
from tests.support.kubernetes import Cluster, changed, manifest

CONTAINER = "spec.template.spec.containers.0"


@pytest.fixture
def cluster():
    server = api.start()
    found = Cluster(server.endpoint)
    found.have("Namespace")
    yield found
    server.stop()


def service(**port):
    return manifest("Service", spec={"selector": {"app": "shop-api"}, "ports": [port]})


SERVED = [
    ("a number", {"port": 80, "targetPort": 8080}, ""),
    ("its own number", {"port": 8080}, ""),
    ("a name", {"port": 80, "targetPort": "http"}, ""),
    (
        "another number",
        {"port": 80, "targetPort": 8081},
        "no container of the pods declares 8081; they declare 8080",
    ),
    (
        "another number of its own",
        {"port": 80},
        "is missing and means 80, which no container of the pods declares; they declare 8080",
    ),
    ("another name", {"port": 80, "targetPort": "web"}, "the pods have no port web"),
    (
        "another protocol",
        {"port": 8080, "protocol": "UDP"},
        "is missing and means 8080/UDP, which no container of the pods declares; they declare 8080",
    ),
]


@pytest.mark.parametrize(
    ("port", "reason"), [case[1:] for case in SERVED], ids=[case[0] for case in SERVED]
)
def test_a_service_must_send_to_a_port_of_its_pods(cluster, port, reason):
    cluster.have("Deployment")
    cluster.create(service(**port))
    expected = [f"Service shop/shop-api: spec.ports[0].targetPort: {reason}"] if reason else []
    assert cluster.unmatched() == expected


def test_pods_that_declare_nothing_are_told(cluster):
    cluster.create(
        changed(
            changed(manifest("Deployment"), f"{CONTAINER}.ports", None),
            f"{CONTAINER}.readinessProbe",
            None,
        )
    )
    cluster.create(service(port=8080))
    assert cluster.unmatched() == [
        "Service shop/shop-api: spec.ports[0].targetPort: is missing and means 8080, which no "
        "container of the pods declares; they declare none"
    ]


def test_a_sidecar_listens_and_an_init_container_has_ended(cluster):
    init = {"name": "init", "image": "init:1", "ports": [{"containerPort": 53, "protocol": "UDP"}]}
    path = "spec.template.spec.initContainers"
    sidecar = {**init, "restartPolicy": "Always"}
    cluster.create(changed(manifest("Deployment"), path, [sidecar]))
    cluster.create(service(port=53, protocol="UDP"))
    assert cluster.unmatched() == []
    second = changed(manifest("Deployment"), "metadata.namespace", "default")
    cluster.create(changed(second, path, [init]))
    cluster.create(changed(service(port=53, protocol="UDP"), "metadata.namespace", "default"))
    assert cluster.unmatched() == [
        "Service default/shop-api: spec.ports[0].targetPort: is missing and means 53/UDP, which no "
        "container of the pods declares; they declare 8080"
    ]


ALLOWED = [
    ("a number", {"port": 8080}, ""),
    ("a name", {"port": "http"}, ""),
    ("a range", {"port": 8000, "endPort": 9000}, ""),
    ("every port", {"protocol": "TCP"}, ""),
    ("another number", {"port": 9090}, "9090"),
    ("another name", {"port": "metrics"}, "metrics"),
    ("another range", {"port": 9000, "endPort": 9090}, "9000 to 9090"),
    ("another protocol", {"port": 8080, "protocol": "UDP"}, "8080/UDP"),
]


@pytest.mark.parametrize("direction", ["ingress", "egress"])
@pytest.mark.parametrize(
    ("port", "missing"), [case[1:] for case in ALLOWED], ids=[case[0] for case in ALLOWED]
)
def test_a_policy_must_name_a_port_of_its_pods(cluster, direction, port, missing):
    cluster.have("Deployment")
    cluster.create(changed(manifest("NetworkPolicy"), f"spec.{direction}.0.ports", [port]))
    reason = (
        f"NetworkPolicy shop/shop-api: spec.{direction}[0].ports[0].port: no container of the pods "
        f"declares {missing}; they declare 8080"
    )
    assert cluster.unmatched() == ([reason] if missing else [])


ELSEWHERE = [
    [],
    [{"ipBlock": {"cidr": "10.0.0.0/16"}}],
    [{"podSelector": {}, "namespaceSelector": {}}],
    [{"podSelector": {}}, {"namespaceSelector": {}}],
]


@pytest.mark.parametrize("peers", ELSEWHERE)
def test_who_listens_elsewhere_is_not_known(cluster, peers):
    cluster.have("Deployment")
    rule = {"to": peers, "ports": [{"port": 5432}]}
    cluster.create(changed(manifest("NetworkPolicy"), "spec.egress.0", rule))
    assert cluster.unmatched() == []


def test_a_policy_for_every_pod_needs_one_that_listens(cluster):
    policy = manifest("NetworkPolicy", spec={"podSelector": {}, "ingress": []})
    cluster.create(changed(policy, "spec.ingress", [{"ports": [{"port": 9090}]}]))
    assert cluster.unmatched() == []
    cluster.have("Deployment")
    assert cluster.unmatched() == [
        "NetworkPolicy shop/shop-api: spec.ingress[0].ports[0].port: no container of the pods "
        "declares 9090; they declare 8080"
    ]
