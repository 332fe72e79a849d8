"""The namespace of a system, with one thing broken at a time."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.doctor import RESTORE, Failures
from tests.unit.doctor.conftest import PROJECT
from tests.unit.doctor.deployed import Deployed
from tests.unit.doctor.eks import exporter, objects
from tests.unit.doctor.eks.cluster import Cluster, Manifest


def test_a_namespace_that_takes_any_pod(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    def relax(namespace: Manifest) -> None:
        namespace["metadata"]["labels"] = {"pod-security.kubernetes.io/enforce": "baseline"}

    cluster.alter("Namespace", "shop", relax)

    def label(mode: str, found: str) -> tuple[str, str]:
        return (
            "shop/namespace: pod security",
            f"expected label pod-security.kubernetes.io/{mode} of namespace shop restricted, "
            f"found {found}; {RESTORE}",
        )

    assert failures() == [
        label("enforce", "baseline"),
        label("audit", "nothing"),
        label("warn", "nothing"),
    ]


@pytest.mark.acceptance("trap-30")
def test_nothing_is_closed(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    cluster.delete("NetworkPolicy", "default-deny")

    assert failures() == [
        (
            "shop/namespace: default deny",
            f"expected a network policy of namespace shop that denies all {direction}, found none; "
            f"{RESTORE}",
        )
        for direction in ("Ingress", "Egress")
    ]


def test_only_one_direction_is_closed(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    def let_out(policy: Manifest) -> None:
        policy["spec"]["policyTypes"] = ["Ingress"]

    cluster.change("NetworkPolicy", "default-deny", let_out)

    assert failures() == [
        (
            "shop/namespace: default deny",
            "expected a network policy of namespace shop that denies all Egress, found none; "
            f"{RESTORE}",
        )
    ]


def test_a_policy_for_all_pods_that_opens(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    def let_in(policy: Manifest) -> None:
        policy["spec"]["ingress"] = [{"from": [{"podSelector": {}}]}]

    cluster.change("NetworkPolicy", "default-deny", let_in)

    assert [check for check, _ in failures()] == ["shop/namespace: default deny"] * 2


def test_a_job_that_failed(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    cluster.delete("Job", "shop-bootstrap")
    cluster.create(objects.job("shop-bootstrap", "false"))

    assert failures() == [
        (
            "shop/namespace: tasks",
            "expected Job shop-bootstrap of the bootstrap Complete, found BackoffLimitExceeded: "
            "Job has reached the specified backoff limit; read its log with `kubectl -n shop logs "
            "job/shop-bootstrap`; a deploy runs it again",
        )
    ]


def test_a_job_that_still_runs(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    cluster.alter("Job", "shop-bootstrap", lambda job: job["status"].pop("conditions"))

    assert failures() == [
        (
            "shop/namespace: tasks",
            "expected Job shop-bootstrap of the bootstrap Complete, found still running; read its "
            "log with `kubectl -n shop logs job/shop-bootstrap`; a deploy runs it again",
        )
    ]


def test_a_job_that_is_gone(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    cluster.delete("Job", "shop-bootstrap")

    assert failures() == [
        (
            "shop/namespace: tasks",
            "expected Job shop-bootstrap in namespace shop, the bootstrap, found nothing; "
            f"{RESTORE}",
        )
    ]


@pytest.mark.acceptance("trap-33")
def test_a_status_exporter_that_does_not_run(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    deploy_exporter(deployed, cluster)

    def stop(deployment: Manifest) -> None:
        del deployment["status"]["availableReplicas"]

    cluster.alter("Deployment", "shop-status", stop)

    assert failures() == [
        (
            "shop/namespace: status exporter",
            "expected available replicas of Deployment shop-status 1, found 0; read its log with "
            "`kubectl -n shop logs deployment/shop-status`",
        )
    ]


def test_a_status_exporter_that_always_runs(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    deploy_exporter(deployed, cluster)

    assert failures() == []


@pytest.mark.acceptance("trap-33")
@pytest.mark.parametrize("succeeded", ["2026-11-21T13:59:04Z", "2026-11-21T13:00:00Z", None])
def test_a_suspended_status_exporter(
    deployed: Deployed, failures: Failures, cluster: Cluster, succeeded: str | None
) -> None:
    exporter.record(cluster, succeeded=succeeded, suspend=True)

    assert failures() == [
        (
            "shop/namespace: status exporter",
            "expected spec.suspend of CronJob shop-status off, found on; run `kubectl -n shop "
            """patch cronjob shop-status -p '{"spec":{"suspend":false}}'`""",
        )
    ]


@pytest.mark.acceptance("trap-33")
@pytest.mark.parametrize(
    ("succeeded", "found"),
    [("2026-11-21T13:56:59Z", "2026-11-21T13:56:59Z"), (None, "none")],
)
def test_a_status_exporter_that_fails(
    deployed: Deployed, failures: Failures, cluster: Cluster, succeeded: str | None, found: str
) -> None:
    exporter.record(cluster, created="2026-11-21T13:56:59Z", succeeded=succeeded)

    assert failures() == [
        (
            "shop/namespace: status exporter",
            "expected a run of CronJob shop-status that succeeded within the last 180 seconds, "
            f"found {found}; find its newest Job with `kubectl -n shop get jobs` and read the log "
            "with `kubectl -n shop logs job/<the newest>`",
        )
    ]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"succeeded": "2026-11-21T13:57:00Z"}, id="succeeded just in time"),
        pytest.param({"suspend": None}, id="nothing said of suspending"),
        pytest.param(
            {"created": "2026-11-21T13:57:00Z", "succeeded": None}, id="too new for a run"
        ),
    ],
)
def test_a_status_exporter_that_may_be_so(
    deployed: Deployed, failures: Failures, cluster: Cluster, changes: dict[str, Any]
) -> None:
    exporter.record(cluster, **changes)

    assert failures() == []


def test_the_described_interval_counts(
    deployed: Deployed, described: Callable[..., Failures], cluster: Cluster
) -> None:
    exporter.record(cluster, succeeded="2026-11-21T13:44:59Z")
    examine = described(system={"intervalSeconds: 60": "intervalSeconds: 300"})

    assert examine() == [
        (
            "shop/namespace: status exporter",
            "expected a run of CronJob shop-status that succeeded within the last 900 seconds, "
            "found 2026-11-21T13:44:59Z; find its newest Job with `kubectl -n shop get jobs` and "
            "read the log with `kubectl -n shop logs job/<the newest>`",
        )
    ]

    exporter.record(cluster, succeeded="2026-11-21T13:45:00Z")
    assert examine() == []


def test_a_status_exporter_that_is_gone(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    exporter.forget(cluster)

    assert failures() == [
        (
            "shop/namespace: status exporter",
            f"expected CronJob shop-status in namespace shop, found nothing; {RESTORE}",
        )
    ]


def test_no_status_exporter_described(
    deployed: Deployed, described: Callable[..., Failures], cluster: Cluster
) -> None:
    del deployed.outputs["systems"]["shop"]["statusExporter"]
    exporter.forget(cluster)
    text = (PROJECT / "systems" / "shop.yaml").read_text()
    section = text[text.index("statusExporter:") : text.index("postDeployChecks:")]

    assert described(system={section: ""})() == []


def test_no_status_exporter(deployed: Deployed, failures: Failures) -> None:
    del deployed.outputs["systems"]["shop"]["statusExporter"]

    assert failures() == [
        (
            "shop/namespace: status exporter",
            f"expected status exporter of shop, found nothing; {RESTORE}",
        )
    ]


def deploy_exporter(deployed: Deployed, cluster: Cluster) -> None:
    exporter.replace(cluster)
    deployed.outputs["systems"]["shop"]["statusExporter"]["kind"] = "Deployment"
