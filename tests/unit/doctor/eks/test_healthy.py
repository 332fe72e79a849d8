"""A healthy environment on EKS: every check confirms, and no check is forgotten."""

from model.description import Description
from tests.unit.doctor.deployed import Deployed
from tests.unit.doctor.eks.cluster import Cluster
from tools import doctor
from tools.doctor import checks

NO_CONTAINERS = "skipped: the sandbox runs no containers"


def test_every_check_confirms(deployed: Deployed, description: Description) -> None:
    findings = doctor.run(description, deployed.outputs, deployed.endpoint)

    assert [(finding.check, finding.detail) for finding in findings if not finding.ok] == []
    tables = {
        "platform": checks.PLATFORM,
        "cluster": checks.CLUSTER,
        "shop": checks.SYSTEM,
        "shop/namespace": checks.NAMESPACE,
        "shop/api": [*checks.PUBLIC_SERVICE, *checks.KUBERNETES_SERVICE],
        "shop/worker": checks.KUBERNETES_SERVICE,
        "shop/database": checks.DATABASE,
        "shop/cache": checks.CACHE,
    }
    assert [finding.check for finding in findings] == [
        "platform: account",
        *(f"{subject}: {check.name}" for subject, table in tables.items() for check in table),
    ]


def test_says_what_the_sandbox_cannot_show(deployed: Deployed, description: Description) -> None:
    findings = doctor.run(description, deployed.outputs, deployed.endpoint, measure_latency=True)

    skipped = [finding for finding in findings if finding.detail.startswith("skipped")]
    assert [(finding.check, finding.ok, finding.detail) for finding in skipped] == [
        ("cluster: support", True, "skipped: the sandbox has no calendar of versions"),
        ("cluster: nodes", True, "skipped: the sandbox runs no nodes"),
        ("shop/namespace: pods", True, NO_CONTAINERS),
        ("shop/api: targets", True, NO_CONTAINERS),
        ("shop/api: latency of /health", True, NO_CONTAINERS),
    ]


def test_reads_only_and_each_object_once(
    deployed: Deployed, description: Description, cluster: Cluster
) -> None:
    cluster.requests.clear()

    doctor.run(description, deployed.outputs, deployed.endpoint)

    paths = [path for method, path, _ in cluster.requests if method == "GET"]
    assert len(paths) == len(cluster.requests)
    assert len(paths) == len(set(paths))
    assert "/api/v1/namespaces/shop/secrets/api-secrets" in paths


def test_no_secret_is_in_any_finding(
    deployed: Deployed, description: Description, cluster: Cluster
) -> None:
    cluster.delete("ConfigMap", "api-config")

    assert "hidden" not in str(doctor.run(description, deployed.outputs, deployed.endpoint))
