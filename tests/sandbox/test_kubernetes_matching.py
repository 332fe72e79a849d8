"""What selects nothing by its labels is found once a deploy has ended, whatever its order."""

import pytest

from sandbox.kubernetes import api
from tests.support.kubernetes import Cluster, changed, manifest


@pytest.fixture
def cluster():
    server = api.start()
    yield Cluster(server.endpoint)
    server.stop()


UNMATCHED = [
    (
        "Service",
        "spec.selector",
        {"app": "other"},
        "spec.selector finds no pods: nothing has the labels app=other",
    ),
    (
        "Service",
        "spec.ports.0.targetPort",
        "web",
        "spec.ports[0].targetPort: the pods have no port web",
    ),
    (
        "PodDisruptionBudget",
        "spec.selector.matchLabels",
        {"app": "other"},
        "spec.selector finds no Deployment: app=other",
    ),
    (
        "NetworkPolicy",
        "spec.podSelector.matchLabels",
        {"app": "other"},
        "spec.podSelector finds no pods: app=other",
    ),
    (
        "NetworkPolicy",
        "spec.egress.0.to.0.podSelector.matchLabels",
        {"app": "cache"},
        "spec.egress[0].to[0].podSelector finds no pods: app=cache",
    ),
    (
        "ServiceMonitor",
        "spec.selector.matchLabels",
        {"app": "other"},
        "spec.selector finds no Service: app=other",
    ),
    (
        "ServiceMonitor",
        "spec.endpoints.0.port",
        "metrics",
        "spec.endpoints[0].port: Service shop-api has no port named metrics",
    ),
]


@pytest.mark.parametrize(
    ("kind", "path", "new", "reason"), UNMATCHED, ids=[f"{c[0]}-{c[1]}" for c in UNMATCHED]
)
def test_what_selects_nothing_is_found_at_the_end(cluster, kind, path, new, reason):
    others = {"Service", "PodDisruptionBudget", "NetworkPolicy", "ServiceMonitor"} - {kind}
    # In any order: the Deployment comes last.
    cluster.have("Namespace", *sorted(others))
    cluster.create(changed(manifest(kind), path, new))
    cluster.have("Deployment")
    found = [each for each in cluster.unmatched() if each.startswith(f"{kind} ")]
    assert found == [f"{kind} shop/shop-api: {reason}"]


def test_what_finds_something_is_good(cluster):
    cluster.have("Namespace", "Service", "PodDisruptionBudget", "NetworkPolicy", "ServiceMonitor")
    cluster.create(manifest("NetworkPolicy", "all", spec={"podSelector": {}}))
    cluster.create(manifest("Service", "elsewhere", spec={"ports": [{"port": 80}]}))
    assert cluster.unmatched() != []
    cluster.have("Deployment")
    assert cluster.unmatched() == []


def test_an_unnamed_port_is_no_port_for_prometheus(cluster):
    cluster.have("Namespace", "Deployment", "ServiceMonitor")
    unnamed = {"selector": {"app": "shop-api"}, "ports": [{"port": 80, "targetPort": 8080}]}
    cluster.create(manifest("Service", spec=unnamed))
    assert cluster.unmatched() == [
        "ServiceMonitor shop/shop-api: spec.endpoints[0].port: Service shop-api has no port named "
        "http"
    ]


EXPRESSIONS = [
    ({"key": "app", "operator": "In", "values": ["other", "shop-api"]}, True),
    ({"key": "app", "operator": "In", "values": ["other"]}, False),
    ({"key": "app", "operator": "NotIn", "values": ["other"]}, True),  # codespell:ignore
    ({"key": "app", "operator": "NotIn", "values": ["shop-api"]}, False),  # codespell:ignore
    ({"key": "app", "operator": "Exists"}, True),
    ({"key": "tier", "operator": "Exists"}, False),
    ({"key": "tier", "operator": "DoesNotExist"}, True),
    ({"key": "app", "operator": "DoesNotExist"}, False),
]


@pytest.mark.parametrize(("expression", "finds"), EXPRESSIONS)
def test_expressions_select_as_in_kubernetes(cluster, expression, finds):
    cluster.have("Namespace", "Deployment")
    spec = {"selector": {"matchExpressions": [expression]}, "maxUnavailable": 1}
    cluster.create(manifest("PodDisruptionBudget", spec=spec))
    nothing = "PodDisruptionBudget shop/shop-api: spec.selector finds no Deployment: an expression"
    assert cluster.unmatched() == ([] if finds else [nothing])


def test_a_monitor_may_look_into_other_namespaces(cluster):
    cluster.have("Namespace", "Deployment", "Service")
    monitor = changed(manifest("ServiceMonitor"), "metadata.namespace", "default")
    for name, where in (("any", {"any": True}), ("named", {"matchNames": ["shop"]}), ("own", {})):
        value = changed(monitor, "metadata.name", name)
        cluster.create(changed(value, "spec.namespaceSelector", where))
    assert cluster.unmatched() == [
        "ServiceMonitor default/own: spec.selector finds no Service: app=shop-api"
    ]


def test_pods_of_other_namespaces_are_not_looked_for(cluster):
    cluster.have("Namespace", "Deployment")
    prometheus = {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}},
        "podSelector": {"matchLabels": {"app": "prometheus"}},
    }
    cluster.create(changed(manifest("NetworkPolicy"), "spec.ingress.0.from", [prometheus]))
    assert cluster.unmatched() == []


def test_the_pods_of_a_job_have_its_name(cluster):
    cluster.have("Namespace", "Job")
    labels = {"batch.kubernetes.io/job-name": "shop-api"}
    cluster.create(manifest("NetworkPolicy", spec={"podSelector": {"matchLabels": labels}}))
    assert cluster.unmatched() == []


SPREAD = {
    "maxSkew": 1,
    "topologyKey": "kubernetes.io/hostname",
    "whenUnsatisfiable": "DoNotSchedule",
}


@pytest.mark.parametrize(
    ("selector", "reasons"),
    [
        ({"labelSelector": {"matchLabels": {"app": "shop-api"}}}, []),
        (
            {"labelSelector": {"matchLabels": {"app": "other"}}},
            ["labelSelector does not find the pods that it is to spread: app=other"],
        ),
        ({}, ["labelSelector is missing: it counts no pods, and spreads none"]),
    ],
)
def test_a_pod_is_spread_by_its_own_labels(cluster, selector, reasons):
    cluster.have("Namespace")
    path = "spec.template.spec.topologySpreadConstraints"
    cluster.create(changed(manifest("Deployment"), path, [{**SPREAD, **selector}]))
    assert cluster.unmatched() == [
        f"Deployment shop/shop-api: {path}[0].{each}" for each in reasons
    ]


TOKEN = {"name": "shop-api", "key": "TOKEN"}
LOGINS = [
    ({"bearerTokenSecret": TOKEN}, []),
    ({"basicAuth": {"username": TOKEN, "password": TOKEN}}, []),
    (
        {"bearerTokenSecret": {"name": "other", "key": "TOKEN"}},
        ["bearerTokenSecret: there is no Secret other in namespace shop"],
    ),
    (
        {"basicAuth": {"username": TOKEN, "password": {**TOKEN, "key": "PASSWORD"}}},
        ["basicAuth.password.key: Secret shop-api has no key PASSWORD"],
    ),
    (
        {"tlsConfig": {"ca": {"configMap": {"name": "shop-api", "key": "ca.crt"}}}},
        ["tlsConfig.ca.configMap.key: ConfigMap shop-api has no key ca.crt"],
    ),
    ({"authorization": {"credentials": {**TOKEN, "name": "other", "optional": True}}}, []),
]


@pytest.mark.parametrize(("login", "reasons"), LOGINS)
def test_a_monitor_must_find_what_it_logs_in_with(cluster, login, reasons):
    cluster.have("Namespace", "ConfigMap", "Deployment", "Service")
    endpoint = {**manifest("ServiceMonitor")["spec"]["endpoints"][0], **login}
    # The Secret may come later: Kubernetes takes the monitor either way.
    cluster.create(changed(manifest("ServiceMonitor"), "spec.endpoints.0", endpoint))
    cluster.have("Secret")
    found = [f"ServiceMonitor shop/shop-api: spec.endpoints[0].{each}" for each in reasons]
    assert cluster.unmatched() == found
