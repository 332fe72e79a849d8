"""Who reaches whom in Nx on EKS, and what comes before; IDs are those of docs/acceptance.md."""

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
    let_in,
    pods,
    way,
)
from tests.program.eks.manifests import Manifest, manifest, of_kind, resource
from tools.recording.recorder import Recording


@pytest.mark.acceptance("B1", "trap-29")
def test_grpc_finds_every_pod(graph: Recording) -> None:
    """A Service with an address would keep each gRPC connection on one pod."""
    found = manifest(graph, "Service", "nx", "nx-file-service")
    assert found["spec"] == cluster_ip("nx-file-service", 3001, 3001, clusterIP="None")
    told = manifest(graph, "ConfigMap", "nx", "api-gateway-config")["data"]
    assert told["FILE_SERVICE_ADDRESS"] == "nx-file-service:3001"


@pytest.mark.acceptance("B1")
@pytest.mark.parametrize("name", ["web-portal", "api-gateway"])
def test_public_services(graph: Recording, name: str) -> None:
    app = f"nx-{name}"
    assert manifest(graph, "Service", "nx", f"{app}-service")["spec"] == cluster_ip(app, 80, 3000)
    found = manifest(graph, "TargetGroupBinding", "nx", app)
    assert found == binding(graph, app, namespace="nx", service=name, name=f"{app}-service")


@pytest.mark.acceptance("B1")
def test_private_services_are_not_on_the_load_balancer(graph: Recording) -> None:
    bound = {
        each["metadata"]["name"]
        for each in of_kind(graph, "TargetGroupBinding")
        if each["metadata"]["namespace"] == "nx"
    }
    assert bound == {"nx-web-portal", "nx-api-gateway"}


def ingress(graph: Recording, name: str) -> list[Manifest]:
    """Who connects to a service: the load balancer, the gateway, or nobody."""
    if name == "worker-service":
        return []
    if name == "file-service":
        return [let_in(pods("nx-api-gateway"), 3001)]
    return [let_in(blocks(graph, "public"), 3000)]


@pytest.mark.acceptance("B1", "trap-29", "trap-30")
@pytest.mark.parametrize(
    ("name", "ports"),
    [
        ("web-portal", ()),
        ("api-gateway", (6379, 5432, 3001, 5671)),
        ("file-service", (5432,)),
        ("worker-service", (5432, 5671)),
    ],
)
def test_network_policies(graph: Recording, name: str, ports: tuple[int, ...]) -> None:
    """The arrows of the guide's picture, and the one to the database that it forgets."""
    data = blocks(graph, "isolated")
    assert manifest(graph, "NetworkPolicy", "nx", f"nx-{name}-netpol")["spec"] == {
        "podSelector": {"matchLabels": {"app": f"nx-{name}"}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": ingress(graph, name),
        "egress": [
            NAMES,
            HTTPS,
            # The bucket is reached by a role in place of MinIO's keys.
            *([CREDENTIALS] if name == "file-service" else []),
            *(way(pods("nx-file-service") if each == 3001 else data, each) for each in ports),
        ],
    }


@pytest.mark.acceptance("B5", "trap-28")
@pytest.mark.parametrize("name", ["api-gateway", "file-service", "worker-service"])
def test_the_database_is_prepared_and_migrated_before_traffic(graph: Recording, name: str) -> None:
    needed = waits_for(graph, resource(graph, "Deployment", "nx", f"nx-{name}"))
    assert {"nx-bootstrap-job", "nx-migration-job"} <= needed
    migration = graph.one("kubernetes:batch/v1:Job", "nx-migration-job")
    assert "nx-bootstrap-job" in waits_for(graph, migration)
    [main] = migration.inputs["spec"]["template"]["spec"]["containers"]
    assert main["image"] == f"{REGISTRY}/nx-api:1.0.0"
    assert main["args"] == ["node", "dist/apps/api-gateway/migrate.js"]


@pytest.mark.acceptance("B5", "trap-28")
def test_extensions_and_owner(graph: Recording) -> None:
    data = manifest(graph, "ConfigMap", "nx", "nx-bootstrap")["data"]
    assert (data["APP_USER"], data["PGDATABASE"]) == ("nx_user", "nx_production")
    assert data["APP_EXTENSIONS"] == "uuid-ossp,pg_stat_statements"
