"""Nx on EKS: every Kubernetes value of its guide; IDs are those of docs/acceptance.md."""

import pytest

from tests.program.eks.expected import (
    REGISTRY,
    autoscaler,
    deployment,
    execute,
    from_secret,
    http,
    metadata,
    port,
    pre_stop,
    size,
    tcp,
    utilization,
)
from tests.program.eks.manifests import (
    drawn,
    exists,
    manifest,
    resource,
    without_checksum,
)
from tests.program.test_nx import to_database, to_queue
from tools.recording.recorder import Recording

# What the guide's worker has no port for: the file that it touches is not older than a minute.
HEARTBEAT = [
    "sh",
    "-c",
    "written=$(date -r /tmp/heartbeat +%s) && [ $(($(date +%s) - written)) -le 60 ]",
]
GATEWAY_SECRETS = (
    "DATABASE_PASSWORD",
    "JWT_SECRET",
    "RABBITMQ_PASSWORD",
    "RABBITMQ_URL",
    "REDIS_PASSWORD",
)


@pytest.mark.acceptance("B2", "B3", "B4", "trap-4", "trap-19", "trap-20", "trap-22", "trap-26")
def test_gateway(production: Recording) -> None:
    found = manifest(production, "Deployment", "nx", "nx-api-gateway")
    # No number of pods: the autoscaler has it, 3 as the guide's Kubernetes to 4 as its PM2.
    assert without_checksum(found) == deployment(
        "nx-api-gateway",
        {
            "image": f"{REGISTRY}/nx-api:1.0.0",
            "imagePullPolicy": "IfNotPresent",
            # One process: what PM2 made four of are pods (trap 26).
            "args": ["node", "dist/apps/api-gateway/main.js"],
            "ports": port(3000),
            "envFrom": [{"configMapRef": {"name": "api-gateway-config"}}],
            "env": from_secret("api-gateway-secrets", {each: each for each in GATEWAY_SECRETS}),
            "resources": size(("500m", "1"), ("512Mi", "1Gi")),
            # The guide waits 30 and 10 seconds in place of a startup probe (trap 22), and asks
            # /health, which asks database and cache (trap 20).
            "startupProbe": http("/health/live", 3000, "0/5/5/30"),
            "livenessProbe": http("/health/live", 3000, "0/10/5/3"),
            "readinessProbe": http("/health/ready", 3000, "0/5/3/3"),
            "lifecycle": pre_stop(10),
        },
        namespace="nx",
        service="api-gateway",
        version="v1.0.0",
        rollout=(1, 0),
        grace=50,
    )


@pytest.mark.acceptance("B2", "trap-26")
def test_autoscaler_of_the_gateway(production: Recording) -> None:
    found = manifest(production, "HorizontalPodAutoscaler", "nx", "nx-api-gateway-hpa")
    assert found == autoscaler(
        "nx-api-gateway",
        namespace="nx",
        service="api-gateway",
        bounds=(3, 4),
        metrics=[utilization("cpu", 70)],
    )


@pytest.mark.acceptance("B1", "trap-22", "trap-26")
def test_portal(production: Recording) -> None:
    found = manifest(production, "Deployment", "nx", "nx-web-portal")
    assert without_checksum(found) == deployment(
        "nx-web-portal",
        {
            "image": f"{REGISTRY}/nx-web:1.0.0",
            "imagePullPolicy": "IfNotPresent",
            "ports": port(3000),
            "envFrom": [{"configMapRef": {"name": "web-portal-config"}}],
            "resources": size(("250m", "500m"), ("512Mi", "1Gi")),
            # The guide has no probes for it: what the load balancer asks, and whether it listens.
            "startupProbe": http("/", 3000, "0/5/5/30"),
            "readinessProbe": http("/", 3000, "0/15/5/3"),
            "livenessProbe": tcp(3000, "0/10/1/3"),
            "lifecycle": pre_stop(10),
        },
        namespace="nx",
        service="web-portal",
        version="v1.0.0",
        rollout=(1, 0),
        grace=50,
        replicas=2,
    )


@pytest.mark.acceptance("B1", "B2", "trap-22", "trap-26")
def test_file_service(production: Recording) -> None:
    found = manifest(production, "Deployment", "nx", "nx-file-service")
    assert without_checksum(found) == deployment(
        "nx-file-service",
        {
            "image": f"{REGISTRY}/nx-file:1.0.0",
            "imagePullPolicy": "IfNotPresent",
            "args": ["node", "dist/apps/file-service/main.js"],
            "ports": port(3001),
            "envFrom": [{"configMapRef": {"name": "file-service-config"}}],
            "env": from_secret("file-service-secrets", {"DATABASE_PASSWORD": "DATABASE_PASSWORD"}),
            "resources": size(("250m", "500m"), ("512Mi", "1Gi")),
            "startupProbe": http("/health/live", 3001, "0/5/5/30"),
            "livenessProbe": http("/health/live", 3001, "0/30/5/3"),
            "readinessProbe": tcp(3001, "0/10/1/3"),
            "lifecycle": pre_stop(10),
        },
        namespace="nx",
        service="file-service",
        version="v1.0.0",
        rollout=(1, 0),
        grace=50,
        replicas=2,
    )


@pytest.mark.acceptance("B1", "B2", "trap-26", "trap-29")
def test_worker_without_a_port(production: Recording) -> None:
    found = manifest(production, "Deployment", "nx", "nx-worker-service")
    assert without_checksum(found) == deployment(
        "nx-worker-service",
        {
            "image": f"{REGISTRY}/nx-worker:1.0.0",
            "imagePullPolicy": "IfNotPresent",
            "args": ["node", "dist/apps/worker-service/main.js"],
            "envFrom": [{"configMapRef": {"name": "worker-service-config"}}],
            "env": from_secret(
                "worker-service-secrets",
                {each: each for each in ("DATABASE_PASSWORD", "RABBITMQ_PASSWORD", "RABBITMQ_URL")},
            ),
            "resources": size(("250m", "500m"), ("512Mi", "1Gi")),
            "startupProbe": execute(HEARTBEAT, "0/5/5/30"),
            "livenessProbe": execute(HEARTBEAT, "0/30/5/3"),
        },
        namespace="nx",
        service="worker-service",
        version="v1.0.0",
        rollout=(1, 0),
        # Nobody sends to it, so it need not wait; 110 for the job that it has begun, and 10.
        grace=120,
        replicas=2,
    )
    assert not exists(production, "Service", "nx", "nx-worker-service")


@pytest.mark.acceptance("B4", "B5", "B6", "B7", "B9")
@pytest.mark.acceptance("trap-2", "trap-3", "trap-10", "trap-13", "trap-24", "trap-43")
def test_config_map_of_the_gateway(production: Recording) -> None:
    cache = production.one("ReplicationGroup", "nx-cache-group").outputs
    assert manifest(production, "ConfigMap", "nx", "api-gateway-config") == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(
            "nx-api-gateway", namespace="nx", service="api-gateway", name="api-gateway-config"
        ),
        "data": {
            "NODE_ENV": "production",
            "PORT": "3000",
            "JWT_EXPIRES_IN": "7d",
            "LOG_LEVEL": "info",
            # The guide's 4096 are four times the limit (trap 24).
            "NODE_OPTIONS": "--max-old-space-size=768",
            **to_database(production),
            **to_queue(production),
            "REDIS_HOST": cache["primaryEndpointAddress"],
            "REDIS_PORT": "6379",
            "REDIS_TLS": "true",
            "FILE_SERVICE_ADDRESS": "nx-file-service:3001",
        },
    }


@pytest.mark.acceptance("B8", "B9", "trap-14")
def test_config_map_of_the_file_service(production: Recording) -> None:
    bucket = production.one("aws:s3/bucket:Bucket", "nx-objects-bucket").outputs["bucket"]
    assert manifest(production, "ConfigMap", "nx", "file-service-config")["data"] == {
        "NODE_ENV": "production",
        "PORT": "3001",
        "LOG_LEVEL": "info",
        **to_database(production),
        "MINIO_ENDPOINT": "s3.us-east-1.amazonaws.com",
        "MINIO_PORT": "443",
        "MINIO_USE_SSL": "true",
        "MINIO_BUCKET": bucket,
        "MINIO_REGION": "us-east-1",
    }


@pytest.mark.acceptance("B9", "trap-29")
def test_config_maps_of_portal_and_worker(production: Recording) -> None:
    own = {"NODE_ENV": "production", "LOG_LEVEL": "info"}
    portal = manifest(production, "ConfigMap", "nx", "web-portal-config")["data"]
    worker = manifest(production, "ConfigMap", "nx", "worker-service-config")["data"]
    assert portal == {**own, "PORT": "3000"}
    assert worker == {**own, **to_database(production), **to_queue(production)}


@pytest.mark.acceptance("B10", "trap-1")
def test_secrets(graph: Recording) -> None:
    gateway = resource(graph, "Secret", "nx", "api-gateway-secrets")
    assert "stringData" in gateway.secret_inputs
    data = gateway.inputs["stringData"]
    assert {*data} == {*GATEWAY_SECRETS}
    assert data["DATABASE_PASSWORD"] == drawn(graph, "nx-database-password")
    assert data["REDIS_PASSWORD"] == drawn(graph, "nx-cache-token")
    assert data["RABBITMQ_PASSWORD"] == drawn(graph, "nx-queue-password")
    assert data["JWT_SECRET"] == drawn(graph, "nx-jwt-secret-value")
    assert data["RABBITMQ_URL"].startswith("amqps://admin:")
