"""KubernetesNamespace: exact inputs, each branch, and refused arguments."""

import base64
import json
from typing import Any

import pulumi
import pytest

from components.errors import ArgumentError
from components.kubernetes_namespace import (
    KubernetesNamespace,
    KubernetesNamespaceArgs,
    RegistryCredentialsArgs,
)
from components.reach import Destination
from tests.unit.components.kubernetes_cases import record_in_cluster
from tools.recording.recorder import Recording

LABELS = {"app.kubernetes.io/part-of": "shop", "app.kubernetes.io/managed-by": "pulumi"}
PASSWORD = 'pa"ss:w#rd'


def args(**changes: Any) -> KubernetesNamespaceArgs:
    return KubernetesNamespaceArgs(
        **{
            "namespace": "shop-prod",
            "part_of": "shop",
            "pod_security_version": "v1.34",
            "cluster_security_group_id": "sg-cluster",
        }
        | changes
    )


@pytest.fixture(scope="module")
def recording() -> Recording:
    """`full` has data stores and a private registry, `bare` has nothing."""

    def build(options: pulumi.ResourceOptions) -> None:
        full = args(
            reaches={
                "database": Destination(security_group_id="sg-database", port=5432),
                "cache": Destination(security_group_id="sg-cache", port=6379),
            },
            registry_credentials=RegistryCredentialsArgs(
                host="ghcr.io", document=json.dumps({"username": "shop", "password": PASSWORD})
            ),
            tags={"team": "platform"},
        )
        KubernetesNamespace("full", full, options)
        KubernetesNamespace("bare", args(namespace="bare", pod_security_version="latest"), options)
        KubernetesNamespace("edge", args(namespace="edge", waits_for_load_balancer=True), options)

    return record_in_cluster(build)


def test_takes_restricted_pods_only(recording: Recording) -> None:
    assert recording.one("Namespace", "full-namespace").inputs == {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": "shop-prod",
            "labels": {
                **LABELS,
                "pod-security.kubernetes.io/enforce": "restricted",
                "pod-security.kubernetes.io/enforce-version": "v1.34",
                "pod-security.kubernetes.io/audit": "restricted",
                "pod-security.kubernetes.io/audit-version": "v1.34",
                "pod-security.kubernetes.io/warn": "restricted",
                "pod-security.kubernetes.io/warn-version": "v1.34",
            },
        },
    }
    labels = recording.one("Namespace", "bare-namespace").inputs["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce-version"] == "latest"


def test_pods_may_wait_for_the_load_balancer(recording: Recording) -> None:
    labels = recording.one("Namespace", "edge-namespace").inputs["metadata"]["labels"]
    assert labels["eks.amazonaws.com/pod-readiness-gate-inject"] == "enabled"


@pytest.mark.acceptance("D8", "trap-30")
def test_denies_everything_to_all_pods(recording: Recording) -> None:
    """The empty selector has to arrive: without it the policy would be refused."""
    assert recording.one("NetworkPolicy", "full-default-deny").inputs == {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "default-deny", "namespace": "shop-prod", "labels": LABELS},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
    }


@pytest.mark.parametrize(("store", "port"), [("database", 5432), ("cache", 6379)])
def test_lets_the_pods_in_to_each_data_store(recording: Recording, store: str, port: int) -> None:
    assert recording.one("SecurityGroupIngressRule", f"full-into-{store}").inputs == {
        "securityGroupId": f"sg-{store}",
        "referencedSecurityGroupId": "sg-cluster",
        "ipProtocol": "tcp",
        "fromPort": port,
        "toPort": port,
        "description": f"Pods of shop-prod to {store}",
        "tags": {"team": "platform", "Name": f"full-into-{store}"},
    }


def test_changes_nothing_in_the_cluster_s_own_group(recording: Recording) -> None:
    assert recording.of_type("SecurityGroupEgressRule") == []


@pytest.mark.acceptance("trap-37")
def test_signs_in_to_a_private_registry(recording: Recording) -> None:
    secret = recording.one("Secret", "full-registry")
    assert "stringData" in secret.secret_inputs
    inputs = dict(secret.inputs)
    data = inputs.pop("stringData")
    assert list(data) == [".dockerconfigjson"]
    assert json.loads(data[".dockerconfigjson"]) == {
        "auths": {
            "ghcr.io": {
                "username": "shop",
                "password": PASSWORD,
                "auth": base64.b64encode(f"shop:{PASSWORD}".encode()).decode(),
            }
        }
    }
    assert inputs == {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/dockerconfigjson",
        "metadata": {"name": "registry", "namespace": "shop-prod", "labels": LABELS},
    }


def test_builds_nothing_that_was_not_asked_for(recording: Recording) -> None:
    bare = recording.one("KubernetesNamespace", "bare")
    assert [each.name for each in recording.children_of(bare)] == [
        "bare-namespace",
        "bare-default-deny",
    ]


def test_everything_waits_for_the_namespace(recording: Recording) -> None:
    urn = recording.one("Namespace", "full-namespace").urn
    for type_, name in (("NetworkPolicy", "full-default-deny"), ("Secret", "full-registry")):
        assert urn in recording.one(type_, name).property_dependencies["metadata"]


def test_gives_what_its_pods_need(recording: Recording) -> None:
    assert recording.outputs_of("full") == {
        "namespace": "shop-prod",
        "image_pull_secret": "registry",
    }
    assert recording.outputs_of("bare") == {"namespace": "bare"}


def test_shows_no_credentials_when_it_is_printed() -> None:
    credentials = RegistryCredentialsArgs(host="ghcr.io", document=PASSWORD)
    assert repr(credentials) == "RegistryCredentialsArgs(host='ghcr.io')"


@pytest.mark.parametrize(
    ("field", "value", "remedy"),
    [
        (
            "namespace",
            "Shop",
            "use 1 to 63 lower-case letters, digits and hyphens, a letter first and no hyphen last",
        ),
        (
            "part_of",
            "",
            "use 1 to 63 letters, digits, hyphens, underscores and dots, a letter or digit first "
            "and last",
        ),
        (
            "pod_security_version",
            "1.34",
            "use a minor version of Kubernetes such as v1.34, or latest",
        ),
        (
            "pod_security_version",
            "v1.34.2",
            "use a minor version of Kubernetes such as v1.34, or latest",
        ),
    ],
)
def test_fails_when_kubernetes_would_refuse(field: str, value: object, remedy: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        args(**{field: value})
    expected = f"KubernetesNamespace: {field}={value!r} is not allowed; {remedy}"
    assert str(refused.value) == expected


@pytest.mark.parametrize("host", ["", "https://ghcr.io", "ghcr.io/owner"])
def test_fails_when_a_registry_is_no_host(host: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        RegistryCredentialsArgs(host=host, document="{}")
    assert str(refused.value) == (
        f"RegistryCredentials: host={host!r} is not allowed; use the host name alone, without "
        "https:// and without a path"
    )
