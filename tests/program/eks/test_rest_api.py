"""REST API on EKS: every Kubernetes value of its guide; IDs are those of docs/acceptance.md."""

import pytest

from tests.program.conftest import waits_for
from tests.program.eks.expected import (
    CREDENTIALS,
    HTTPS,
    NAMES,
    REGISTRY,
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

APP = {"namespace": "rest-api", "service": "api"}
SECRETS = (
    "DB_PASSWORD",
    "REDIS_PASSWORD",
    "JWT_SECRET",
    "JWT_REFRESH_SECRET",
    "ENCRYPTION_KEY",
    "EMAIL_API_KEY",
    "SENTRY_DSN",
)
SCRATCH = {
    "main-scratch-1": "/app/logs",  # C7
    # What else the application writes to, for the rest of its disk is read-only.
    "main-scratch-2": "/app/uploads",
    "main-scratch-3": "/tmp",  # noqa: S108
}


@pytest.mark.acceptance("C6", "C7", "trap-4", "trap-19", "trap-22", "trap-36")
def test_deployment(production: Recording) -> None:
    found = manifest(production, "Deployment", "rest-api", "api-deployment")
    assert without_checksum(found) == deployment(
        "api-deployment",
        {
            "image": f"{REGISTRY}/rest-api:1.0.0",
            "imagePullPolicy": "IfNotPresent",
            "args": ["node", "dist/app.js"],
            "ports": port(3000),
            "envFrom": [{"configMapRef": {"name": "api-config"}}],
            "env": from_secret("api-secrets", {each: each for each in SECRETS}),
            "resources": size(("250m", "500m"), ("256Mi", "512Mi")),
            # In place of the guide's delays of 30 and 5 seconds: 150 to start, and no wait once it
            # has (trap 22).
            "startupProbe": http("/health", 3000, "0/5/5/30"),
            "readinessProbe": http("/health/ready", 3000, "0/5/3/3"),
            "livenessProbe": http("/health", 3000, "0/10/5/3"),
            "lifecycle": pre_stop(10),
            "volumeMounts": [{"name": name, "mountPath": path} for name, path in SCRATCH.items()],
        },
        **APP,
        version="v1.0.0",
        rollout=(1, 0),
        grace=50,
        replicas=3,
        user=1001,
        volumes=[{"name": name, "emptyDir": {}} for name in SCRATCH],
    )


@pytest.mark.acceptance("C7", "trap-31")
def test_service_and_no_autoscaler(graph: Recording) -> None:
    found = manifest(graph, "Service", "rest-api", "api-service")
    assert found["metadata"]["labels"] == labels(
        "api-deployment", service="api", part_of="rest-api"
    )
    assert found["spec"] == cluster_ip("api-deployment", 80, 3000)
    assert not exists(graph, "HorizontalPodAutoscaler", "rest-api", "api-deployment-hpa")


@pytest.mark.acceptance("C7", "trap-5")
def test_postgres_is_no_pod(graph: Recording) -> None:
    """Neither the guide's Deployment with its volume nor its Service; the Job is ours (trap 28)."""
    inside = [
        (each["kind"], each["metadata"]["name"])
        for each in of_kind(graph, "Deployment", "Service")
        if each["metadata"]["namespace"] == "rest-api"
    ]
    assert sorted(inside) == [("Deployment", "api-deployment"), ("Service", "api-service")]
    assert "PersistentVolumeClaim" not in {each.inputs.get("kind") for each in graph.custom}
    assert graph.one("Instance", "rest-api-database-instance").inputs["engine"] == "postgres"


@pytest.mark.acceptance("C8", "trap-2", "trap-3", "trap-4", "trap-14")
def test_config_map(production: Recording) -> None:
    bucket = production.one("aws:s3/bucket:Bucket", "rest-api-objects-bucket")
    cache = production.one("ReplicationGroup", "rest-api-cache-group")
    database = production.one("Instance", "rest-api-database-instance")
    assert manifest(production, "ConfigMap", "rest-api", "api-config") == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata("api-deployment", **APP, name="api-config"),
        "data": {
            "NODE_ENV": "production",
            "PORT": "3000",
            "API_VERSION": "v1",
            "DB_HOST": database.outputs["address"],
            "DB_PORT": "5432",
            "DB_NAME": "rest_api_db",
            # The guide's postgres is the master user, whom no application gets (trap 28).
            "DB_USERNAME": "rest_api_user",
            "REDIS_HOST": cache.outputs["primaryEndpointAddress"],
            "REDIS_PORT": "6379",
            "REDIS_TLS": "true",
            "JWT_EXPIRES_IN": "15m",
            "JWT_ISSUER": "rest-api",
            "JWT_AUDIENCE": "api-users",
            "EMAIL_SERVICE_URL": "https://api.mailgun.net/v3",
            "LOG_LEVEL": "info",
            "ENABLE_REQUEST_LOGGING": "true",
            "ALLOWED_ORIGINS": "https://rest.example.com",
            "RATE_LIMIT_WINDOW_MS": "900000",
            "RATE_LIMIT_MAX_REQUESTS": "100",
            "AUTH_RATE_LIMIT_MAX": "10",
            "MAX_FILE_SIZE": "10485760",
            "UPLOAD_DIRECTORY": "./uploads",
            "UPLOAD_BUCKET": bucket.outputs["bucket"],
            "UPLOAD_REGION": "us-east-1",
            "BCRYPT_SALT_ROUNDS": "12",
            "SESSION_TIMEOUT": "86400",
        },
    }


@pytest.mark.acceptance("C9", "trap-1", "trap-4")
def test_secret(graph: Recording) -> None:
    found = resource(graph, "Secret", "rest-api", "api-secrets")
    assert found.inputs["metadata"] == metadata("api-deployment", **APP, name="api-secrets")
    assert found.inputs["stringData"] == {
        "DB_PASSWORD": drawn(graph, "rest-api-database-password"),
        "REDIS_PASSWORD": drawn(graph, "rest-api-cache-token"),
        "JWT_SECRET": drawn(graph, "rest-api-jwt-secret-value"),
        "JWT_REFRESH_SECRET": drawn(graph, "rest-api-jwt-refresh-secret-value"),
        "ENCRYPTION_KEY": drawn(graph, "rest-api-encryption-key-value"),
        # Provided: here with what the sandbox puts where nobody has set them.
        "EMAIL_API_KEY": "sandbox-value-of-slipway.rest-api.EMAIL_API_KEY",
        "SENTRY_DSN": "sandbox-value-of-slipway.rest-api.SENTRY_DSN",
    }
    assert "stringData" in found.secret_inputs


@pytest.mark.acceptance("C1", "C10", "trap-15")
def test_the_load_balancer_reaches_the_pods_of_the_service(graph: Recording) -> None:
    check = graph.one("TargetGroup", "rest-api-api-route-eks-tg").inputs["healthCheck"]
    assert (check["path"], check["interval"], check["timeout"]) == ("/health/ready", 10, 5)
    assert (check["healthyThreshold"], check["unhealthyThreshold"]) == (2, 3)
    found = manifest(graph, "TargetGroupBinding", "rest-api", "api-deployment")
    assert found == binding(graph, "api-deployment", **APP, name="api-service")


@pytest.mark.acceptance("C1", "trap-14", "trap-30")
def test_network_policy(graph: Recording) -> None:
    data = blocks(graph, "isolated")
    assert manifest(graph, "NetworkPolicy", "rest-api", "api-deployment-netpol")["spec"] == {
        "podSelector": {"matchLabels": {"app": "api-deployment"}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [let_in(blocks(graph, "public"), 3000)],
        "egress": [NAMES, HTTPS, CREDENTIALS, way(data, 6379), way(data, 5432)],
    }


@pytest.mark.acceptance("trap-14")
def test_uploads_go_to_the_bucket_by_the_pods_role(graph: Recording) -> None:
    [found] = [
        each.inputs
        for each in graph.of_type("PodIdentityAssociation")
        if each.inputs["serviceAccount"] == "api-deployment"
    ]
    assert found["namespace"] == "rest-api"
    assert found["roleArn"] == graph.one("Role", "rest-api-api-pod").outputs["arn"]


@pytest.mark.acceptance("trap-28")
def test_the_database_is_prepared_before_the_pods_start(graph: Recording) -> None:
    needed = waits_for(graph, resource(graph, "Deployment", "rest-api", "api-deployment"))
    assert "rest-api-bootstrap-job" in needed
    [job] = [each for each in of_kind(graph, "Job") if each["metadata"]["namespace"] == "rest-api"]
    spec = job["spec"]["template"]["spec"]
    # The master user's password is RDS's: the pod itself reads it, and no Secret holds it.
    [fetch] = spec["initContainers"]
    assert "PGPASSWORD" in next(each["value"] for each in fetch["env"] if each["name"] == "SECRETS")
    [main] = spec["containers"]
    assert main["env"] == from_secret("rest-api-bootstrap", {"APP_PASSWORD": "APP_PASSWORD"})
