"""What an object names must be there when it is created, or the API refuses it."""

import pytest

from sandbox.kubernetes import api
from sandbox.kubernetes.store import Settings
from tests.support.kubernetes import ARN, Cluster, changed, manifest

POD = "spec.template.spec"
MAIN = f"{POD}.containers[0]"
KEY = {"key": "b", "path": "b"}
RESTRICTED = {"name": "shop", "labels": {"pod-security.kubernetes.io/enforce": "restricted"}}


@pytest.fixture
def cluster():
    server = api.start()
    yield Cluster(server.endpoint)
    server.stop()


def container(key, value):
    return changed(manifest("Deployment"), f"{POD}.containers.0.{key}", value)


def key_of(source, key, **more):
    return [{"name": "A", "valueFrom": {source: {"name": "shop-api", "key": key, **more}}}]


DANGLING = [
    (
        "service account",
        changed(manifest("Deployment"), f"{POD}.serviceAccountName", "shop"),
        f"{POD}.serviceAccountName: there is no ServiceAccount shop in namespace shop",
    ),
    (
        "registry",
        changed(manifest("Job"), f"{POD}.imagePullSecrets", [{"name": "registry"}]),
        f"{POD}.imagePullSecrets[0]: there is no Secret registry in namespace shop",
    ),
    (
        "config map",
        container("envFrom", [{"configMapRef": {"name": "other"}}]),
        f"{MAIN}.envFrom[0].configMapRef: there is no ConfigMap other in namespace shop",
    ),
    (
        "secret",
        container("envFrom", [{"secretRef": {"name": "other"}}]),
        f"{MAIN}.envFrom[0].secretRef: there is no Secret other in namespace shop",
    ),
    (
        "key of a secret",
        container("env", key_of("secretKeyRef", "TOKN")),
        f"{MAIN}.env[0].valueFrom.secretKeyRef.key: Secret shop-api has no key TOKN",
    ),
    (
        "key of a config map",
        container("env", key_of("configMapKeyRef", "PROT")),
        f"{MAIN}.env[0].valueFrom.configMapKeyRef.key: ConfigMap shop-api has no key PROT",
    ),
    (
        "volume",
        changed(
            manifest("Deployment"),
            f"{POD}.volumes",
            [
                {
                    "name": "a",
                    "configMap": {"name": "shop-api", "items": [{"key": "b", "path": "b"}]},
                }
            ],
        ),
        f"{POD}.volumes[0].configMap.key: ConfigMap shop-api has no key b",
    ),
    (
        "volume with a secret",
        changed(
            manifest("Deployment"), f"{POD}.volumes", [{"name": "a", "secret": {"secretName": "b"}}]
        ),
        f"{POD}.volumes[0].secret: there is no Secret b in namespace shop",
    ),
    (
        "projected volume",
        changed(
            manifest("Deployment"),
            f"{POD}.volumes",
            [{"name": "a", "projected": {"sources": [{"secret": {"name": "b"}}]}}],
        ),
        f"{POD}.volumes[0].projected.sources[0].secret: there is no Secret b in namespace shop",
    ),
    (
        "scaled Deployment",
        manifest("HorizontalPodAutoscaler"),
        "spec.scaleTargetRef: there is no Deployment shop-api in namespace shop",
    ),
    (
        "scaled kind",
        changed(manifest("HorizontalPodAutoscaler"), "spec.scaleTargetRef.kind", "ConfigMap"),
        "spec.scaleTargetRef: apps/v1 ConfigMap has no scale",
    ),
    (
        "bound Service",
        manifest("TargetGroupBinding"),
        "spec.serviceRef.name: there is no Service shop-api in namespace shop",
    ),
    (
        "secret of a service account",
        manifest("ServiceAccount", imagePullSecrets=[{"name": "registry"}]),
        "imagePullSecrets[0]: there is no Secret registry in namespace shop",
    ),
]


@pytest.mark.parametrize(
    ("value", "failure"), [case[1:] for case in DANGLING], ids=[case[0] for case in DANGLING]
)
def test_refuses_what_names_nothing(cluster, value, failure):
    cluster.have("Namespace", "ConfigMap", "Secret")
    assert cluster.refusal(value).endswith(f'"shop-api" is invalid: {failure}')


def test_takes_what_names_something(cluster):
    cluster.have("Namespace", "ConfigMap", "Secret", "ServiceAccount", "Service")
    env = [*key_of("secretKeyRef", "TOKEN"), *key_of("configMapKeyRef", "NO", optional=True)]
    env[1]["name"] = "B"
    value = changed(container("env", env), f"{POD}.serviceAccountName", "shop-api")
    cluster.create(value)
    cluster.have("HorizontalPodAutoscaler", "TargetGroupBinding")


def test_a_bound_service_must_have_the_port(cluster):
    cluster.have("Namespace", "Service")
    value = changed(manifest("TargetGroupBinding"), "spec.serviceRef.port", 8080)
    reason = "spec.serviceRef.port: Service shop-api has no port 8080; it has 80"
    assert cluster.refusal(value).endswith(reason)
    cluster.create(changed(value, "spec.serviceRef.port", "http"))


GROUP = "TargetGroupBinding.eks.amazonaws.com"
ACCOUNTS = [
    (None, ""),
    ({ARN: "ip"}, ""),
    ({}, f"spec.targetGroupARN: there is no target group {ARN} in the account"),
    (
        {ARN: "instance"},
        "spec.targetType: the target group takes targets of type instance, not ip",
    ),
]


@pytest.mark.parametrize(("target_types", "reason"), ACCOUNTS)
def test_a_bound_target_group_must_be_in_the_account(target_types, reason):
    server = api.start(lambda: Settings(target_types=target_types))
    cluster = Cluster(server.endpoint)
    cluster.have("Namespace", "Service")
    if reason:
        refused = cluster.refusal(manifest("TargetGroupBinding"))
        assert refused == f'Invalid: {GROUP} "shop-api" is invalid: {reason}'
    else:
        cluster.have("TargetGroupBinding")
    server.stop()


def test_a_percentage_needs_a_request(cluster):
    cluster.have("Namespace")
    cluster.create(container("resources", {"requests": {"memory": "1Gi"}}))
    assert cluster.refusal(manifest("HorizontalPodAutoscaler")).endswith(
        "spec.metrics[0].resource.name: container main of Deployment shop-api requests no cpu, of "
        "which this is a percentage"
    )


def test_a_namespace_must_be_there(cluster):
    assert cluster.refusal(manifest("ConfigMap")) == 'NotFound: namespaces "shop" not found'


def test_an_object_is_there_once(cluster):
    cluster.have("Namespace", "ConfigMap")
    assert cluster.refusal(manifest("ConfigMap")) == (
        'AlreadyExists: configmaps "shop-api" already exists'
    )
    cluster.create(manifest("ConfigMap", "other"))


FORBIDDEN = [
    (f"{POD}.hostNetwork", True, f"{POD}.hostNetwork: must be false"),
    (
        f"{POD}.containers.0.securityContext.allowPrivilegeEscalation",
        None,
        f"{MAIN}.securityContext.allowPrivilegeEscalation: must be false",
    ),
    (
        f"{POD}.containers.0.securityContext.privileged",
        True,
        f"{MAIN}.securityContext.privileged: must be false",
    ),
    (
        f"{POD}.containers.0.securityContext.capabilities.drop",
        ["NET_RAW"],
        f"{MAIN}.securityContext.capabilities.drop: must have ALL",
    ),
    (
        f"{POD}.containers.0.securityContext.capabilities.add",
        ["NET_BIND_SERVICE", "SYS_TIME"],
        f"{MAIN}.securityContext.capabilities.add: SYS_TIME is forbidden; only NET_BIND_SERVICE "
        "may be added",
    ),
    (
        f"{POD}.securityContext.runAsNonRoot",
        None,
        f"{MAIN}.securityContext.runAsNonRoot: must be true, here or for the pod",
    ),
    (
        f"{POD}.securityContext.seccompProfile",
        None,
        f"{MAIN}.securityContext.seccompProfile.type: must be RuntimeDefault or Localhost, here or "
        "for the pod",
    ),
    (
        f"{POD}.volumes",
        [{"name": "host", "hostPath": {"path": "/etc"}}],
        f"{POD}.volumes[0]: volumes of type hostPath are forbidden",
    ),
    (f"{POD}.containers.0.ports.0.hostPort", 8080, f"{MAIN}.ports: must have no hostPort"),
]


@pytest.mark.parametrize(
    ("path", "new", "failure"), FORBIDDEN, ids=[f"{case[0]}" for case in FORBIDDEN]
)
def test_a_restricted_namespace_takes_restricted_pods_only(cluster, path, new, failure):
    cluster.have("Namespace", metadata=RESTRICTED)
    assert cluster.refusal(changed(manifest("Deployment"), path, new)) == (
        'Forbidden: deployments.apps "shop-api" is forbidden: violates PodSecurity '
        f'"restricted:latest": {failure}'
    )


def test_root_is_forbidden_in_a_restricted_namespace(cluster):
    cluster.have("Namespace", metadata=RESTRICTED)
    value = changed(manifest("Deployment"), f"{POD}.securityContext.runAsUser", 0)
    value = changed(value, f"{POD}.securityContext.runAsNonRoot", None)
    assert f"{POD}.securityContext.runAsUser: must not be 0; {MAIN}" in cluster.refusal(value)


def test_other_namespaces_take_any_pod(cluster):
    cluster.have("Namespace")
    cluster.create(changed(manifest("Deployment"), f"{POD}.hostNetwork", new=True))
    cluster.create(manifest("Job"))
