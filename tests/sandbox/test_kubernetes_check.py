"""What Kubernetes would refuse is refused by the provider's check, so in a preview already."""

import time

import pytest
from pulumi.provider.experimental.property_value import PropertyValue

from sandbox.errors import SandboxError
from sandbox.kubernetes import api, schemas
from sandbox.kubernetes.kinds import BY_TOKEN
from sandbox.kubernetes.store import Settings
from sandbox.provider import UNKNOWN
from tests.support.kubernetes import TOKENS, Cluster, changed, manifest

POD = "spec.template.spec"
SUBDOMAIN = (
    "use 1 to 253 lower-case letters, digits, hyphens and dots, with a letter or digit at both "
    "ends of each part"
)


@pytest.mark.parametrize("kind", TOKENS)
def test_accepts(cluster, kind):
    assert cluster.failures(manifest(kind)) == []


@pytest.mark.parametrize("kind", TOKENS)
def test_every_kind_is_strict(cluster, kind):
    value = changed(manifest(kind), "metadata.labelz", {})
    [failure] = cluster.failures({**value, "spce": {}})[:1]
    assert failure.startswith("metadata.labelz: is no field of Kubernetes 1.34; did you mean lab")


ACCEPTED = [
    ("Service", "spec", {"clusterIP": "None", "selector": {"app": "a"}, "ports": [{"port": 1}]}),
    ("Service", "spec.ports.1", {"port": 80, "protocol": "UDP", "name": "dns"}),
    ("ConfigMap", "data", {"key": "a" * 1024 * 1024}),
    ("ConfigMap", "metadata.annotations", {"a": "b" * (256 * 1024 - 1)}),
    ("ConfigMap", "metadata.labels", {"example.com/" + "k" * 63: "v" * 63, "empty": ""}),
    ("Deployment", "metadata.name", "a." + "b" * 251),
    ("Deployment", f"{POD}.containers.0.resources.limits", {"cpu": 1.5, "memory": "1e9"}),
    ("Deployment", f"{POD}.securityContext.sysctls", [{"name": "net.ipv4.tcp_rmem", "value": "1"}]),
    ("Deployment", "spec.strategy", {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}}),
    (
        "Deployment",
        "spec.selector",
        {"matchExpressions": [{"key": "app", "operator": "In", "values": ["shop-api", "b"]}]},
    ),
    (
        "Secret",
        "stringData",
        {".dockerconfigjson": '{"auths": {"registry.example.com": {"auth": "YTpi"}}}'},
    ),
    ("TargetGroupBinding", "spec.serviceRef.port", "http"),
    ("NetworkPolicy", "spec.podSelector", {}),
    ("NetworkPolicy", "spec.ingress.0.from.0.ipBlock.except", ["10.0.1.0/24"]),
    ("PrometheusRule", "spec.groups.0.partial_response_strategy", "Warn"),
]


@pytest.mark.parametrize(
    ("kind", "path", "new"), ACCEPTED, ids=[f"{c[0]}-{c[1]}" for c in ACCEPTED]
)
def test_accepts_the_last_that_is_good(cluster, kind, path, new):
    assert cluster.failures(changed(manifest(kind), path, new)) == []


def test_tells_all_that_is_wrong_at_once(cluster):
    value = changed(manifest("Deployment"), f"{POD}.containers.0.image", None)
    value = changed(value, "spec.replcas", 3)
    value = changed(value, "metadata.name", "A")
    assert [failure.partition(":")[0] for failure in cluster.failures(value)] == [
        "metadata.name",
        "spec.replcas",
        f"{POD}.containers[0].image",
    ]


def test_a_refused_secret_is_not_repeated(cluster):
    secret = PropertyValue("hunter2", is_secret=True)
    assert cluster.failures(manifest("Secret", immutable=secret)) == [
        'immutable: "[secret]" is not of type boolean'
    ]


PENDING = [
    ("Deployment", "metadata.namespace"),
    ("Deployment", "metadata.labels.version"),
    ("Deployment", "spec.replicas"),
    ("Deployment", "spec.template"),
    ("Deployment", "spec.template.metadata.labels"),
    ("Deployment", "spec.template.metadata.annotations"),
    ("Deployment", "spec.selector"),
    ("Deployment", "spec.selector.matchLabels.app"),
    ("Deployment", "spec.template.spec.containers"),
    ("Deployment", "spec.template.spec.containers.0.image"),
    ("Deployment", "spec.template.spec.containers.0.ports"),
    ("Deployment", "spec.template.spec.containers.0.ports.0.name"),
    ("Deployment", "spec.template.spec.containers.0.resources.limits.cpu"),
    ("Deployment", "spec.template.spec.securityContext"),
    ("ConfigMap", "data"),
    ("ConfigMap", "data.PORT"),
    ("Secret", "stringData"),
    ("Secret", "stringData.TOKEN"),
    ("Job", "spec.template.spec.restartPolicy"),
    ("Service", "spec.ports"),
    ("Service", "spec.selector"),
    ("HorizontalPodAutoscaler", "spec.minReplicas"),
    ("HorizontalPodAutoscaler", "spec.metrics"),
    ("NetworkPolicy", "spec.ingress"),
    ("NetworkPolicy", "spec.ingress.0.from"),
    ("NetworkPolicy", "spec.ingress.0.from.0.ipBlock.cidr"),
    ("PodDisruptionBudget", "spec.selector"),
    ("TargetGroupBinding", "spec.targetGroupARN"),
    ("ServiceMonitor", "spec.endpoints"),
    ("PrometheusRule", "spec.groups.0.rules"),
    ("Namespace", "metadata"),
]


@pytest.mark.parametrize(("kind", "path"), PENDING, ids=[f"{c[0]}-{c[1]}" for c in PENDING])
def test_values_that_are_not_known_yet_pass_in_a_preview(cluster, kind, path):
    value = changed(manifest(kind), path, UNKNOWN)
    assert cluster.create(value, preview=True).id == ""


def test_an_unknown_value_hides_no_other_mistake(cluster):
    value = changed(manifest("Deployment"), f"{POD}.containers.0.image", UNKNOWN)
    value = changed(value, "metadata.name", "A")
    assert cluster.failures(value) == [f'metadata.name: "A" is refused; {SUBDOMAIN}']


def test_hundreds_of_objects_take_seconds_at_most():
    """A quarter of a second alone; fifty times that if each compiled its schema anew."""
    kind, value = BY_TOKEN[TOKENS["Deployment"]], manifest("Deployment")
    schemas.check(kind, value, "1.34")
    begin = time.thread_time()
    assert [schemas.check(kind, value, "1.34") for _ in range(300)] == [[]] * 300
    assert time.thread_time() - begin < 6


def test_the_schemas_are_those_of_the_clusters_version():
    file = {"volumeName": "a", "path": "b", "key": "c"}
    variables = [{"name": "A", "valueFrom": {"fileKeyRef": file}}]
    value = changed(manifest("Deployment"), f"{POD}.containers.0.env", variables)
    assert failures_of("1.34", value) == []
    [failure] = failures_of("1.33", value)
    assert "fileKeyRef: is no field of Kubernetes 1.33" in failure


def test_a_version_without_schemas_is_named():
    with pytest.raises(SandboxError, match=r"schemas of Kubernetes 1\.25 to 1\.\d+, not of 1\.99"):
        failures_of("1.99", manifest("Deployment"))


def failures_of(version, value):
    server = api.start(lambda: Settings(version=version))
    try:
        return Cluster(server.endpoint).failures(value)
    finally:
        server.stop()


def test_without_a_cluster_the_default_version_is_checked(cluster):
    waiting = Cluster(cluster.endpoint, kubeconfig=UNKNOWN)
    value = changed(manifest("Deployment"), "spec.replcas", 3)
    assert waiting.failures(value) == [
        "spec.replcas: is no field of Kubernetes 1.34; did you mean replicas?"
    ]
