"""KubernetesService: what runs, how it is reached, rolled out and scaled; with exact inputs."""

from typing import Any

import kubernetes_validate
import pytest

from tests.unit.components import kubernetes_cases
from tests.unit.components.kubernetes_cases import SHORT_SECRET, TARGET_GROUP, container_of
from tools.recording.recorder import Recording, Resource

LABELS = {
    "app": "shop-api",
    "app.kubernetes.io/name": "api",
    "app.kubernetes.io/part-of": "shop",
    "app.kubernetes.io/managed-by": "pulumi",
}
KUBERNETES_VERSION = "1.34"


@pytest.fixture
def recording() -> Recording:
    return kubernetes_cases.recorded()


def of_service(recording: Recording, service: str) -> set[str]:
    found: list[Resource] = [r for r in recording.custom if r.name.startswith(f"{service}-")]
    return {each.type.rpartition(":")[2] for each in found}


@pytest.mark.acceptance("A3", "D3", "E2", "trap-39", "trap-40")
def test_builds_the_deployment(recording: Recording) -> None:
    deployment = recording.one("Deployment", "api-deployment")
    spec = dict(deployment.inputs["spec"])
    template = spec.pop("template")
    assert deployment.inputs["metadata"] == {
        "name": "shop-api",
        "namespace": "shop",
        "labels": {**LABELS, "version": "v1.0.0"},
    }
    assert spec == {
        "selector": {"matchLabels": {"app": "shop-api"}},
        "strategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0},
        },
        "minReadySeconds": 0,
        "revisionHistoryLimit": 10,
        "progressDeadlineSeconds": 600,
    }
    checksum = recording.outputs_of("api")["config_checksum"]
    assert len(checksum) == 64
    assert template["metadata"] == {
        "labels": {**LABELS, "version": "v1.0.0"},
        "annotations": {"slipway.dev/config-checksum": checksum},
    }


@pytest.mark.acceptance("A9", "D4", "trap-31")
def test_the_service_has_labels_and_a_named_port(recording: Recording) -> None:
    assert recording.one("Service", "api-service").inputs == {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "shop-api-service",
            "namespace": "shop",
            "labels": LABELS,
            "annotations": {"pulumi.com/skipAwait": "true"},
        },
        "spec": {
            "type": "ClusterIP",
            "selector": {"app": "shop-api"},
            "ports": [{"name": "http", "port": 80, "targetPort": 3333, "protocol": "TCP"}],
        },
    }


@pytest.mark.acceptance("A14", "trap-31")
def test_the_scrape_finds_the_service(recording: Recording) -> None:
    monitor = recording.one("ServiceMonitor", "api-monitor").inputs
    assert monitor["metadata"] == {
        "name": "shop-api-monitor",
        "namespace": "shop",
        "labels": LABELS,
    }
    assert monitor["spec"] == {
        "selector": {"matchLabels": {"app": "shop-api"}},
        "endpoints": [{"port": "http", "path": "/api/metrics", "interval": "30s"}],
    }
    service = recording.one("Service", "api-service").inputs
    wanted = monitor["spec"]["selector"]["matchLabels"].items()
    assert wanted <= service["metadata"]["labels"].items()
    (port,) = service["spec"]["ports"]
    assert port["name"] == monitor["spec"]["endpoints"][0]["port"]


def test_keeps_the_pods_in_the_target_group(recording: Recording) -> None:
    binding = recording.one("TargetGroupBinding", "api-binding")
    assert binding.inputs["metadata"]["name"] == "shop-api"
    assert binding.inputs["spec"] == {
        "serviceRef": {"name": "shop-api-service", "port": 80},
        "targetGroupARN": TARGET_GROUP,
        "targetType": "ip",
    }
    assert recording.one("Service", "api-service").urn in binding.dependencies
    # The cluster refuses another group for a binding that there is.
    assert binding.replace_on_changes == ("spec.targetGroupARN",)
    assert binding.delete_before_replace


@pytest.mark.acceptance("D8", "trap-30")
def test_guards_the_pods(recording: Recording) -> None:
    policy = recording.one("NetworkPolicy", "api-policy").inputs
    assert policy["metadata"]["name"] == "shop-api-netpol"
    assert policy["spec"]["podSelector"] == {"matchLabels": {"app": "shop-api"}}
    assert [rule["ports"] for rule in policy["spec"]["ingress"]] == [
        [{"port": 3333, "protocol": "TCP"}]
    ] * 2
    scraper = {"kubernetes.io/metadata.name": "monitoring"}
    assert [rule["from"] for rule in policy["spec"]["ingress"]] == [
        [{"ipBlock": {"cidr": cidr}} for cidr in ("10.0.1.0/24", "10.0.2.0/24")],
        [{"namespaceSelector": {"matchLabels": scraper}}],
    ]
    assert {
        "to": [{"ipBlock": {"cidr": "10.0.20.0/24"}}],
        "ports": [{"port": 5432, "protocol": "TCP"}],
    } in policy["spec"]["egress"]
    files = recording.one("NetworkPolicy", "files-policy").inputs["spec"]
    assert files["ingress"][0]["from"] == [{"podSelector": {"matchLabels": {"app": "shop-api"}}}]
    agent = {"ipBlock": {"cidr": "169.254.170.23/32"}}
    assert any(agent in rule.get("to", []) for rule in files["egress"])


@pytest.mark.acceptance("A9", "D4", "trap-23")
def test_scales_on_processor_and_memory(recording: Recording) -> None:
    def metric(resource: str, percent: int) -> dict[str, Any]:
        target = {"type": "Utilization", "averageUtilization": percent}
        return {"type": "Resource", "resource": {"name": resource, "target": target}}

    autoscaler = recording.one("HorizontalPodAutoscaler", "api-scaling")
    assert autoscaler.inputs["metadata"] == {
        "name": "shop-api-hpa",
        "namespace": "shop",
        "labels": LABELS,
    }
    assert autoscaler.inputs["spec"] == {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "shop-api"},
        "minReplicas": 3,
        "maxReplicas": 10,
        "metrics": [metric("cpu", 70), metric("memory", 80)],
        "behavior": {"scaleDown": {"stabilizationWindowSeconds": 300}},
    }
    deployment = recording.one("Deployment", "api-deployment")
    assert deployment.urn in autoscaler.dependencies
    one = recording.one("HorizontalPodAutoscaler", "runtime-scaling").inputs["spec"]
    assert one["metrics"] == [metric("memory", 60)]
    assert "behavior" not in one


@pytest.mark.acceptance("A3", "A9")
def test_sends_a_count_only_where_no_autoscaler_owns_it(recording: Recording) -> None:
    for service, count in (("api", None), ("runtime", None), ("worker", 2), ("gateway", 3)):
        deployment = recording.one("Deployment", f"{service}-deployment")
        assert deployment.inputs["spec"].get("replicas") == count
        assert deployment.ignore_changes == ()


def test_lets_nodes_be_emptied_one_pod_at_a_time(recording: Recording) -> None:
    budget = recording.one("PodDisruptionBudget", "worker-disruption").inputs
    assert budget["metadata"]["name"] == "shop-worker"
    assert budget["spec"] == {
        "maxUnavailable": 1,
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
        "selector": {"matchLabels": {"app": "shop-worker"}},
    }


@pytest.mark.acceptance("trap-29")
def test_builds_a_worker_without_port(recording: Recording) -> None:
    assert of_service(recording, "worker") == {
        *("ServiceAccount", "NetworkPolicy", "Deployment", "PodDisruptionBudget")
    }
    main = container_of(recording, "worker")
    assert {"ports", "env", "envFrom", "args", "command", "volumeMounts"} & main.keys() == set()
    assert main["livenessProbe"]["exec"]["command"][:2] == ["sh", "-c"]
    assert recording.one("NetworkPolicy", "worker-policy").inputs["spec"]["ingress"] == []
    outputs = recording.outputs_of("worker")
    assert outputs["deployment_name"] == "shop-worker"
    assert {"service_name", "role_arn"} & outputs.keys() == set()


@pytest.mark.acceptance("trap-29")
def test_names_each_pod_of_a_grpc_server(recording: Recording) -> None:
    assert recording.one("Service", "files-service").inputs["spec"] == {
        "type": "ClusterIP",
        "clusterIP": "None",
        "selector": {"app": "shop-files"},
        "ports": [{"name": "grpc", "port": 3001, "targetPort": 3001, "protocol": "TCP"}],
    }
    assert container_of(recording, "files")["startupProbe"]["tcpSocket"] == {"port": 3001}


def test_waits_for_a_rollout_of_many_pods(recording: Recording) -> None:
    deployment = recording.one("Deployment", "api-deployment")
    assert deployment.create_timeout == "60m"


def test_waits_for_all_that_a_first_pod_needs(recording: Recording) -> None:
    def names(service: str) -> set[str]:
        waits = recording.one("Deployment", f"{service}-deployment").dependencies
        return {urn.rpartition("$")[2] for urn in waits}

    assert {name.rpartition("::")[2] for name in names("api")} == {
        *("api-account", "api-config", "api-secrets", "api-policy", "api-service", "api-binding")
    }
    assert {
        "aws:eks/podIdentityAssociation:PodIdentityAssociation::files-pod",
        "aws:iam/rolePolicy:RolePolicy::files-pod",
    } <= names("files")
    assert "kubernetes:apps/v1:Deployment::files-deployment" in names("gateway")


def test_gives_the_pods_a_role_where_they_have_permissions(recording: Recording) -> None:
    association = recording.one("PodIdentityAssociation").inputs
    role = recording.one("Role", "files-pod").outputs["arn"]
    assert association["roleArn"] == role
    assert association["serviceAccount"] == "shop-files"
    account = recording.one("ServiceAccount", "files-account").inputs
    assert account["metadata"]["name"] == "shop-files"
    assert account["automountServiceAccountToken"] is False
    assert recording.outputs_of("files") == {
        "namespace": "shop",
        "deployment_name": "shop-files",
        "service_name": "files",
        "role_arn": role,
        "config_checksum": recording.outputs_of("files")["config_checksum"],
    }


def test_is_what_the_schemas_of_kubernetes_take(recording: Recording) -> None:
    objects = [r for r in recording.custom if r.type.startswith("kubernetes:")]
    own = [r.inputs for r in objects if "." not in r.inputs["apiVersion"].partition("/")[0]]
    own += [r.inputs for r in objects if ".k8s.io/" in r.inputs["apiVersion"]]
    assert len(own) > 20
    for manifest in own:
        kubernetes_validate.validate(manifest, KUBERNETES_VERSION, strict=True)


def test_shows_secrets_nowhere_but_in_the_secret(recording: Recording) -> None:
    for resource in recording.custom:
        hidden = {"stringData"} if resource.type.endswith(":Secret") else set[str]()
        assert resource.secret_inputs == hidden
        shown = {key: value for key, value in resource.inputs.items() if key not in hidden}
        assert SHORT_SECRET not in str(shown)
