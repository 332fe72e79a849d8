"""EMPACTS on EKS: every Kubernetes value of its guide; IDs are those of docs/acceptance.md."""

from urllib.parse import quote

import pytest

from tests.program.conftest import waits_for
from tests.program.eks.expected import (
    HTTPS,
    NAMES,
    REGISTRY,
    binding,
    blocks,
    cluster_ip,
    deployment,
    from_secret,
    http,
    let_in,
    metadata,
    port,
    pre_stop,
    size,
    tcp,
    way,
)
from tests.program.eks.manifests import (
    drawn,
    exists,
    manifest,
    resource,
    without_checksum,
)
from tools.recording.recorder import Recording

APP = {"namespace": "empacts", "service": "api"}
PROVIDED = ("EMAIL_SERVICE_API_KEY", "SMS_SERVICE_API_KEY", "PAYMENT_GATEWAY_KEY", "SENTRY_DSN")
KEYS = {
    "JWT_SECRET": "jwt-secret",
    "DATABASE_URL": "database-url",
    "DATABASE_READER_URL": "DATABASE_READER_URL",
    "REDIS_URL": "REDIS_URL",
    **{name: name for name in PROVIDED},
}


@pytest.mark.acceptance("E1", "E2", "E3")
@pytest.mark.acceptance("trap-19", "trap-20", "trap-22", "trap-36", "trap-39", "trap-40")
def test_deployment(production: Recording) -> None:
    found = manifest(production, "Deployment", "empacts", "empacts-api")
    assert found["spec"]["revisionHistoryLimit"] == 10  # E2
    assert without_checksum(found) == deployment(
        "empacts-api",
        {
            "image": f"{REGISTRY}/empacts/api:1.0.0",
            "imagePullPolicy": "IfNotPresent",
            "ports": port(3000),
            "envFrom": [{"configMapRef": {"name": "api-config"}}],
            "env": from_secret("empacts-secrets", KEYS),
            "resources": size(("250m", "500m"), ("512Mi", "1Gi")),
            # The guide asks /health, which asks both data stores: a database that is away for a
            # minute would have every pod restarted (trap 20).
            "startupProbe": tcp(3000, "0/5/5/30"),
            "livenessProbe": tcp(3000, "0/10/5/3"),
            "readinessProbe": http("/health", 3000, "0/5/3/3"),
            "lifecycle": pre_stop(10),
        },
        **APP,
        version="v1.0.0",
        rollout=(1, 1),
        grace=50,
        replicas=3,
    )


@pytest.mark.acceptance("E2", "trap-31")
def test_service_and_no_autoscaler(graph: Recording) -> None:
    found = manifest(graph, "Service", "empacts", "empacts-api-service")
    assert found["spec"] == cluster_ip("empacts-api", 80, 3000)
    assert not exists(graph, "HorizontalPodAutoscaler", "empacts", "empacts-api-hpa")


@pytest.mark.acceptance("E3", "trap-36")
def test_config_map(production: Recording) -> None:
    assert manifest(production, "ConfigMap", "empacts", "api-config") == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata("empacts-api", **APP, name="api-config"),
        "data": {
            "NODE_ENV": "production",
            "PORT": "3000",
            "JWT_EXPIRES_IN": "24h",
            "LOG_LEVEL": "info",
            "APP_VERSION": "1.0.0",
            "ASSETS_URL": "https://assets.empacts.example.com",
        },
    }


@pytest.mark.acceptance("E3", "trap-1", "trap-2")
def test_secret(graph: Recording) -> None:
    found = resource(graph, "Secret", "empacts", "empacts-secrets")
    assert found.inputs["metadata"] == metadata("empacts-api", **APP, name="empacts-secrets")
    database = graph.one("Instance", "empacts-database-instance").outputs["address"]
    cache = graph.one("ReplicationGroup", "empacts-cache-group").outputs["primaryEndpointAddress"]
    password = quote(drawn(graph, "empacts-database-password"), safe="")
    token = quote(drawn(graph, "empacts-cache-token"), safe="")
    data = dict(found.inputs["stringData"])
    reader = data.pop("DATABASE_READER_URL")
    assert data == {
        "jwt-secret": drawn(graph, "empacts-jwt-secret-value"),
        "database-url": (
            f"postgresql://empacts_user:{password}@{database}:5432/empacts?sslmode=require"
        ),
        "REDIS_URL": f"rediss://:{token}@{cache}:6379",
        # Provided: here with what the sandbox puts where nobody has set them.
        **{name: f"sandbox-value-of-slipway.empacts.{name}" for name in PROVIDED},
    }
    # A replica in production, the database itself in staging.
    assert reader.startswith(f"postgresql://empacts_user:{password}@")
    assert "stringData" in found.secret_inputs


@pytest.mark.acceptance("E2")
def test_the_load_balancer_reaches_the_pods_of_the_service(graph: Recording) -> None:
    found = manifest(graph, "TargetGroupBinding", "empacts", "empacts-api")
    assert found == binding(graph, "empacts-api", **APP, name="empacts-api-service")


@pytest.mark.acceptance("E1", "trap-18")
def test_the_environments_are_stacks_and_the_namespace_is_its_own(graph: Recording) -> None:
    """Not the guide's `staging` and `production`, which it would share with Nessen (trap 18)."""
    found = manifest(graph, "Namespace", None, "empacts")
    assert found["metadata"]["labels"]["app.kubernetes.io/part-of"] == "empacts"
    assert not any(
        each.inputs["metadata"]["name"] in {"staging", "production"}
        for each in graph.of_type("kubernetes:core/v1:Namespace")
    )


@pytest.mark.acceptance("E8", "trap-30")
def test_network_policy(graph: Recording) -> None:
    data = blocks(graph, "isolated")
    assert manifest(graph, "NetworkPolicy", "empacts", "empacts-api-netpol")["spec"] == {
        "podSelector": {"matchLabels": {"app": "empacts-api"}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [let_in(blocks(graph, "public"), 3000)],
        "egress": [NAMES, HTTPS, way(data, 6379), way(data, 5432)],
    }


@pytest.mark.acceptance("E8")
def test_secrets_of_the_cluster_are_encrypted_with_a_key_of_ours(graph: Recording) -> None:
    encryption = graph.one("aws:eks/cluster:Cluster").inputs["encryptionConfig"]
    assert encryption["resources"] == ["secrets"]
    assert encryption["provider"]["keyArn"] in {
        each.outputs["arn"] for each in graph.of_type("aws:kms/key:Key")
    }


@pytest.mark.acceptance("trap-28")
def test_the_database_is_prepared_before_the_pods_start(graph: Recording) -> None:
    needed = waits_for(graph, resource(graph, "Deployment", "empacts", "empacts-api"))
    assert "empacts-bootstrap-job" in needed
