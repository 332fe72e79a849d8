"""AegisX on EKS: every Kubernetes value of its guide; IDs are those of docs/acceptance.md."""

import pytest

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
    way,
)
from tests.program.eks.manifests import (
    drawn,
    exists,
    manifest,
    of_kind,
    resource,
    without_checksum,
)
from tools.recording.recorder import Recording

APP = {"namespace": "aegisx", "service": "api"}


@pytest.mark.acceptance("A2", "A3", "A4", "A5", "A6", "A7", "A11")
@pytest.mark.acceptance("trap-4", "trap-19", "trap-36", "trap-40")
def test_deployment(production: Recording) -> None:
    found = manifest(production, "Deployment", "aegisx", "aegisx-api")
    # No number of pods: the autoscaler's fewest are the guide's 3.
    assert without_checksum(found) == deployment(
        "aegisx-api",
        {
            "image": f"{REGISTRY}/aegisx/api:1.0.0",
            "imagePullPolicy": "Always",
            "args": ["node", "main.js"],
            "ports": port(3333),
            "envFrom": [{"configMapRef": {"name": "api-config"}}],
            "env": from_secret(
                "api-secrets", {"DB_PASSWORD": "DB_PASSWORD", "REDIS_PASSWORD": "REDIS_PASSWORD"}
            ),
            "resources": size(("250m", "1"), ("512Mi", "1Gi")),
            "startupProbe": http("/api/health", 3333, "0/5/3/30"),
            "readinessProbe": http("/api/status", 3333, "5/5/3/2"),
            "livenessProbe": http("/api/health", 3333, "30/10/5/3"),
            "lifecycle": pre_stop(10),
        },
        **APP,
        version="v1.0.0",
        rollout=(1, 0),
        # The guide has neither a wait nor a period of its own: 10 + 30 + 10 (trap 19).
        grace=50,
    )


@pytest.mark.acceptance("A9", "trap-31")
def test_service(graph: Recording) -> None:
    """The guide's has no labels and its port no name, so that its ServiceMonitor finds neither."""
    found = manifest(graph, "Service", "aegisx", "aegisx-api-service")
    assert found["metadata"]["labels"] == labels("aegisx-api", service="api", part_of="aegisx")
    assert found["spec"] == cluster_ip("aegisx-api", 80, 3333)


@pytest.mark.acceptance("A3", "A9", "trap-23")
def test_autoscaler(production: Recording) -> None:
    found = manifest(production, "HorizontalPodAutoscaler", "aegisx", "aegisx-api-hpa")
    assert found == autoscaler(
        "aegisx-api",
        **APP,
        bounds=(3, 10),
        metrics=[utilization("cpu", 70), utilization("memory", 80)],
    )


@pytest.mark.acceptance("A10", "trap-2", "trap-3", "trap-10", "trap-21")
def test_config_map(production: Recording) -> None:
    assert manifest(production, "ConfigMap", "aegisx", "api-config") == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata("aegisx-api", **APP, name="api-config"),
        "data": {
            "NODE_ENV": "production",
            "API_HOST": "0.0.0.0",  # noqa: S104 the guide's own
            "API_PORT": "3333",
            "DB_HOST": production.one("Instance", "aegisx-database-instance").outputs["address"],
            "DB_PORT": "5432",
            "DB_NAME": "aegisx_production",
            "DB_USER": "aegisx_user",
            "DB_POOL_MIN": "2",
            "DB_POOL_MAX": "10",
            "REDIS_HOST": production.one("ReplicationGroup", "aegisx-cache-group").outputs[
                "primaryEndpointAddress"
            ],
            "REDIS_PORT": "6379",
            "REDIS_TLS": "true",
            "REDIS_DB": "0",
            "LOG_LEVEL": "info",
            "ENABLE_API_KEY_DEMO": "false",
            "HEALTH_CHECK_MEMORY_THRESHOLD": "90",
            # The guide's 5000 is longer than the probe waits (trap 21).
            "HEALTH_CHECK_DB_TIMEOUT": "2000",
            "HEALTH_CHECK_REDIS_TIMEOUT": "2000",
        },
    }


@pytest.mark.acceptance("A11", "trap-1")
def test_secret(graph: Recording) -> None:
    found = resource(graph, "Secret", "aegisx", "api-secrets")
    assert found.inputs == {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata("aegisx-api", **APP, name="api-secrets"),
        "type": "Opaque",
        "stringData": {
            "DB_PASSWORD": drawn(graph, "aegisx-database-password"),
            "REDIS_PASSWORD": drawn(graph, "aegisx-cache-token"),
        },
    }
    assert "stringData" in found.secret_inputs


@pytest.mark.acceptance("A12", "trap-15", "trap-16")
def test_the_load_balancer_reaches_the_pods_of_the_service(production: Recording) -> None:
    """What the guide's Ingress says: its host and all paths of it to port 80 of the Service."""
    group = production.one("TargetGroup", "aegisx-api-route-eks-tg")
    rule = production.one("ListenerRule", "aegisx-api-route-forward-1").inputs
    assert rule["conditions"] == [
        {"hostHeader": {"values": ["api.example.com"]}},
        {"pathPattern": {"values": ["/*"]}},
    ]
    assert rule["actions"] == [{"type": "forward", "targetGroupArn": group.outputs["arn"]}]
    found = manifest(production, "TargetGroupBinding", "aegisx", "aegisx-api")
    assert found == binding(production, "aegisx-api", **APP, name="aegisx-api-service")


@pytest.mark.acceptance("A13", "trap-19", "trap-21")
def test_check_of_the_load_balancer(graph: Recording) -> None:
    group = graph.one("TargetGroup", "aegisx-api-route-eks-tg").inputs
    assert (group["targetType"], group["port"], group["protocol"]) == ("ip", 80, "HTTP")
    assert group["loadBalancingAlgorithmType"] == "least_outstanding_requests"
    assert group["deregistrationDelay"] == 60
    assert group["healthCheck"] == {
        "enabled": True,
        "path": "/api/health",
        "port": "traffic-port",
        "protocol": "HTTP",
        "interval": 5,
        "timeout": 3,
        "healthyThreshold": 2,
        "unhealthyThreshold": 3,
        "matcher": "200-299",
    }


@pytest.mark.acceptance("A10", "trap-30")
def test_network_policy(production: Recording) -> None:
    data = blocks(production, "isolated")
    assert len(data) == 3
    assert manifest(production, "NetworkPolicy", "aegisx", "aegisx-api-netpol")["spec"] == {
        "podSelector": {"matchLabels": {"app": "aegisx-api"}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [let_in(blocks(production, "public"), 3333)],
        "egress": [NAMES, HTTPS, way(data, 6379), way(data, 5432)],
    }


@pytest.mark.acceptance("A14")
def test_nothing_is_scraped_unless_two_switches_say_so(graph: Recording) -> None:
    assert not exists(graph, "ServiceMonitor", "aegisx", "aegisx-api-monitor")


@pytest.mark.acceptance("A14", "trap-31")
def test_service_monitor(scraped: Recording) -> None:
    assert manifest(scraped, "ServiceMonitor", "aegisx", "aegisx-api-monitor") == {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "ServiceMonitor",
        "metadata": metadata("aegisx-api", **APP, name="aegisx-api-monitor"),
        "spec": {
            "selector": {"matchLabels": {"app": "aegisx-api"}},
            "endpoints": [{"port": "http", "path": "/api/metrics", "interval": "30s"}],
        },
    }
    # It finds one Service, whose port has that name and leads to the pods.
    [service] = [
        each
        for each in of_kind(scraped, "Service")
        if each["metadata"]["namespace"] == "aegisx"
        and each["metadata"]["labels"]["app"] == "aegisx-api"
    ]
    assert [port["name"] for port in service["spec"]["ports"]] == ["http"]


@pytest.mark.acceptance("A14", "trap-30")
def test_prometheus_gets_in_where_it_scrapes(scraped: Recording) -> None:
    policy = manifest(scraped, "NetworkPolicy", "aegisx", "aegisx-api-netpol")["spec"]
    peer = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}
    assert policy["ingress"][1:] == [let_in([peer], 3333)]
