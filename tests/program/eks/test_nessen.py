"""Nessen on EKS: every Kubernetes value of its guide; IDs are those of docs/acceptance.md."""

import pytest

from tests.program.conftest import waits_for
from tests.program.eks.expected import (
    HTTPS,
    NAMES,
    REGISTRY,
    autoscaler,
    binding,
    blocks,
    cluster_ip,
    deployment,
    from_secret,
    http,
    labels,
    let_in,
    metadata,
    port,
    pre_stop,
    size,
    utilization,
)
from tests.program.eks.manifests import (
    drawn,
    exists,
    manifest,
    of_kind,
    pod,
    resource,
    without_checksum,
)
from tools.recording.recorder import Recording

APP = {"namespace": "nessen", "service": "runtime"}
KEYS = {"JWT_SECRET": "jwt-secret", "API_KEY": "api-key"}


@pytest.mark.acceptance("D1", "D3", "D6", "D7", "D11")
@pytest.mark.acceptance("trap-18", "trap-19", "trap-22", "trap-36", "trap-44")
def test_deployment(production: Recording) -> None:
    found = manifest(production, "Deployment", "nessen", "nessen-runtime")
    # No number of pods: the autoscaler's fewest are the guide's 3.
    assert without_checksum(found) == deployment(
        "nessen-runtime",
        {
            "image": f"{REGISTRY}/nessen-runtime:1.1.0",
            "imagePullPolicy": "Always",
            "args": ["node", "dist/server.js"],
            "ports": port(3000),
            "envFrom": [{"configMapRef": {"name": "runtime-config"}}],
            "env": from_secret(
                "nessen-secrets", {"JWT_SECRET": "jwt-secret", "API_KEY": "api-key"}
            ),
            "resources": size(("250m", "500m"), ("256Mi", "512Mi")),
            # Not in the guide: the 30 seconds that table F gives a start (trap 22).
            "startupProbe": http("/health", 3000, "0/5/3/6"),
            "readinessProbe": http("/ready", 3000, "5/5/3/2"),
            "livenessProbe": http("/health", 3000, "10/10/3/3"),
            "lifecycle": pre_stop(15),
        },
        **APP,
        version="v1.1.0",
        rollout=(1, 0),
        # 15 + 30 are the guide's 45, and leave nothing between the drain and the kill (trap 19).
        grace=60,
        user=1001,
        # Of the guide's three the one that a pod may set; the others are the node's (trap 44).
        sysctls=[{"name": "net.ipv4.ip_local_port_range", "value": "1024 65535"}],
    )


@pytest.mark.acceptance("D4")
def test_service(graph: Recording) -> None:
    found = manifest(graph, "Service", "nessen", "nessen-runtime")
    assert found["metadata"]["labels"] == labels(
        "nessen-runtime", service="runtime", part_of="nessen"
    )
    assert found["spec"] == cluster_ip("nessen-runtime", 80, 3000)


@pytest.mark.acceptance("D3", "D4", "trap-23")
def test_autoscaler(production: Recording) -> None:
    found = manifest(production, "HorizontalPodAutoscaler", "nessen", "nessen-runtime-hpa")
    assert found == autoscaler(
        "nessen-runtime",
        **APP,
        bounds=(3, 10),
        metrics=[utilization("cpu", 70), utilization("memory", 80)],
    )


@pytest.mark.acceptance("D5", "trap-15", "trap-17", "trap-18")
def test_the_load_balancer_reaches_the_pods_of_the_service(production: Recording) -> None:
    group = production.one("TargetGroup", "nessen-runtime-route-eks-tg")
    rule = production.one("ListenerRule", "nessen-runtime-route-forward-1").inputs
    # The guide's api.example.com is AegisX's (trap 18).
    assert rule["conditions"][0] == {"hostHeader": {"values": ["nessen.example.com"]}}
    assert rule["actions"] == [{"type": "forward", "targetGroupArn": group.outputs["arn"]}]
    found = manifest(production, "TargetGroupBinding", "nessen", "nessen-runtime")
    assert found == binding(production, "nessen-runtime", **APP, name="nessen-runtime")


@pytest.mark.acceptance("D3", "D5", "trap-19")
def test_a_leaving_pod_ends_its_requests_first(graph: Recording) -> None:
    """The load balancer stops after the wait, the longest request ends, then comes the kill."""
    group = graph.one("TargetGroup", "nessen-runtime-route-eks-tg").inputs
    spec = pod(graph, "nessen", "nessen-runtime")
    wait = spec["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert (wait, group["deregistrationDelay"]) == (15, 30)
    assert wait + group["deregistrationDelay"] + 10 <= spec["terminationGracePeriodSeconds"]


@pytest.mark.acceptance("D6", "trap-24")
def test_config_map(production: Recording) -> None:
    assert manifest(production, "ConfigMap", "nessen", "runtime-config") == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata("nessen-runtime", **APP, name="runtime-config"),
        "data": {
            "NODE_ENV": "production",
            "PORT": "3000",
            "MAX_BODY_SIZE": "1048576",
            "REQUEST_TIMEOUT": "30000",
            "MAX_HEADER_SIZE": "16384",
            "MAX_URL_LENGTH": "8192",
            # The guide's 512 are all that the container has (trap 24).
            "NODE_OPTIONS": "--max-old-space-size=384",
            "LOG_LEVEL": "info",
            "UV_THREADPOOL_SIZE": "16",
        },
    }


@pytest.mark.acceptance("D7", "trap-1")
def test_secret(graph: Recording) -> None:
    found = resource(graph, "Secret", "nessen", "nessen-secrets")
    assert found.inputs == {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata("nessen-runtime", **APP, name="nessen-secrets"),
        "type": "Opaque",
        "stringData": {
            "jwt-secret": drawn(graph, "nessen-jwt-secret-value"),
            "api-key": drawn(graph, "nessen-api-key-value"),
        },
    }
    assert "stringData" in found.secret_inputs


@pytest.mark.acceptance("D8", "trap-30")
def test_network_policy(graph: Recording) -> None:
    """The guide lets nobody in but pods of a controller that is gone, and 5432 out, to pods.

    The load balancer has addresses, not labels; Nessen binds no database; and without names and
    HTTPS it could neither be asked nor ask.
    """
    assert manifest(graph, "NetworkPolicy", "nessen", "nessen-runtime-netpol") == {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata("nessen-runtime", **APP, name="nessen-runtime-netpol"),
        "spec": {
            "podSelector": {"matchLabels": {"app": "nessen-runtime"}},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [let_in(blocks(graph, "public"), 3000)],
            "egress": [NAMES, HTTPS],
        },
    }


@pytest.mark.acceptance("D9", "trap-30", "trap-31")
def test_prometheus_scrapes_it_where_there_is_one(graph: Recording, scraped: Recording) -> None:
    assert not exists(graph, "ServiceMonitor", "nessen", "nessen-runtime-monitor")
    monitor = manifest(scraped, "ServiceMonitor", "nessen", "nessen-runtime-monitor")
    assert monitor["spec"] == {
        "selector": {"matchLabels": {"app": "nessen-runtime"}},
        "endpoints": [{"port": "http", "path": "/metrics", "interval": "30s"}],
    }
    policy = manifest(scraped, "NetworkPolicy", "nessen", "nessen-runtime-netpol")["spec"]
    peer = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}
    assert policy["ingress"] == [
        let_in(blocks(scraped, "public"), 3000),
        let_in([peer], 3000),
    ]


@pytest.mark.acceptance("D10")
def test_alarms_ask_the_cluster(production: Recording) -> None:
    """Memory above 80 %, processor above 90 %, and pods that are missing."""
    asked = [
        metric
        for alarm in production.of_type("MetricAlarm")
        if alarm.name.startswith("nessen-")
        for metric in (
            alarm.inputs,
            *(each.get("metric", {}) for each in alarm.inputs.get("metricQueries", [])),
        )
        if metric.get("namespace") == "ContainerInsights"
    ]
    assert {each["metricName"] for each in asked} == {
        "pod_cpu_utilization_over_pod_limit",
        "pod_memory_utilization_over_pod_limit",
        "replicas_desired",
        "replicas_ready",
    }
    assert {tuple(sorted(each["dimensions"].items())) for each in asked} == {
        (
            ("ClusterName", production.one("aws:eks/cluster:Cluster").outputs["name"]),
            ("Namespace", "nessen"),
            ("PodName", "nessen-runtime"),
        )
    }


@pytest.mark.acceptance("D11")
def test_it_waits_for_no_work(graph: Recording) -> None:
    assert [
        each for each in of_kind(graph, "Job") if each["metadata"]["namespace"] == "nessen"
    ] == []
    found = waits_for(graph, resource(graph, "Deployment", "nessen", "nessen-runtime"))
    assert not [name for name in found if name.endswith("-job")]
