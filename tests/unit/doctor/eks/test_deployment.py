"""The Deployment of a service, with one thing broken at a time."""

from collections.abc import Callable

import pytest

from tests.unit.doctor import RESTORE, Failures
from tests.unit.doctor.deployed import IMAGE, Deployed
from tests.unit.doctor.eks import objects
from tests.unit.doctor.eks.cluster import Cluster, Edit, Manifest

Described = Callable[..., Failures]
LOOK = "look at its pods with `kubectl -n shop describe pods -l app=shop-api`"


def edit_container(edit: Edit) -> Edit:
    return lambda deployment: edit(_pod(deployment)["containers"][0])


def test_a_deployment_that_is_gone(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    cluster.delete("Deployment", "shop-worker")

    gone = f"expected Deployment shop-worker in namespace shop, found nothing; {RESTORE}"
    found = failures()
    assert ("shop/worker: rollout", gone) in found
    assert {detail for _, detail in found} == {gone}


def test_a_rollout_that_hangs(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    def hang(deployment: Manifest) -> None:
        deployment["status"] = {
            "observedGeneration": 1,
            "replicas": 3,
            "updatedReplicas": 1,
            "availableReplicas": 2,
            "conditions": [
                {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"},
                {
                    "type": "Progressing",
                    "status": "False",
                    "reason": "ProgressDeadlineExceeded",
                    "message": 'ReplicaSet "shop-api-1" has timed out progressing.',
                },
            ],
        }

    cluster.alter("Deployment", "shop-api", hang)

    why = '(ProgressDeadlineExceeded: ReplicaSet "shop-api-1" has timed out progressing.)'
    assert failures() == [
        ("shop/api: rollout", f"expected updatedReplicas 2, found 1 {why}; {LOOK}"),
        ("shop/api: rollout", f"expected replicas 2, found 3 {why}; {LOOK}"),
    ]


def test_a_rollout_that_has_just_begun(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    def begin(deployment: Manifest) -> None:
        del deployment["status"]["availableReplicas"]
        deployment["status"]["conditions"] = []

    cluster.alter("Deployment", "shop-api", begin)

    assert failures() == [
        ("shop/api: rollout", f"expected availableReplicas 2, found 0; {LOOK}"),
    ]


def test_a_rollout_that_nobody_has_seen(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    def pause(deployment: Manifest) -> None:
        deployment["spec"]["paused"] = True
        deployment["metadata"]["generation"] = 7

    cluster.alter("Deployment", "shop-api", pause)

    assert failures() == [
        (
            "shop/api: rollout",
            "expected rollout that is paused off, found on; run `kubectl -n shop rollout resume "
            "deployment/shop-api`",
        ),
        ("shop/api: rollout", f"expected observed generation 7, found 1; {LOOK}"),
    ]


def test_too_many_pods(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    def scale(deployment: Manifest) -> None:
        deployment["spec"]["replicas"] = 5

    cluster.change("Deployment", "shop-worker", scale)

    assert failures() == [
        ("shop/worker: count", f"expected replicas from 2 to 2, found 5; {RESTORE}")
    ]


def test_another_strategy(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    def recreate(deployment: Manifest) -> None:
        deployment["spec"]["strategy"] = {"type": "Recreate"}
        deployment["spec"]["revisionHistoryLimit"] = 1

    cluster.change("Deployment", "shop-worker", recreate)

    check = "shop/worker: strategy"
    assert failures() == [
        (check, f"expected strategy RollingUpdate, found Recreate; {RESTORE}"),
        (check, f"expected maxSurge 1, found nothing; {RESTORE}"),
        (check, f"expected maxUnavailable 0, found nothing; {RESTORE}"),
        (check, f"expected revisionHistoryLimit 10, found 1; {RESTORE}"),
    ]


def test_another_image(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    def undo(deployment: Manifest) -> None:
        deployment["spec"]["template"]["metadata"]["labels"]["version"] = "v0.9.0"
        _pod(deployment)["containers"][0]["image"] = IMAGE.replace("1.0.0", "0.9.0")

    cluster.change("Deployment", "shop-api", undo)

    other = IMAGE.replace("1.0.0", "0.9.0")
    assert failures() == [
        ("shop/api: image", f"expected image shop/api:1.0.0, found {other}; {RESTORE}"),
        ("shop/api: image", f"expected label version v1.0.0, found v0.9.0; {RESTORE}"),
    ]


def test_another_size(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    def grow(container: Manifest) -> None:
        container["resources"] = {
            "requests": {"cpu": "500m", "memory": "512Mi"},
            "limits": {"memory": "2Gi"},
        }

    cluster.change("Deployment", "shop-api", edit_container(grow))

    assert failures() == [
        ("shop/api: size", f"expected CPU request 250m, found 500m; {RESTORE}"),
        ("shop/api: size", f"expected CPU limit 1, found nothing; {RESTORE}"),
        ("shop/api: size", f"expected memory limit 1Gi, found 2Gi; {RESTORE}"),
    ]


@pytest.mark.acceptance("trap-19")
def test_a_pod_that_leaves_at_once(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    def hurry(deployment: Manifest) -> None:
        del _pod(deployment)["containers"][0]["lifecycle"]
        del _pod(deployment)["terminationGracePeriodSeconds"]

    cluster.change("Deployment", "shop-api", hurry)

    assert failures() == [
        ("shop/api: shutdown", f"expected wait before SIGTERM (seconds) 10, found 0; {RESTORE}"),
        (
            "shop/api: shutdown",
            f"expected termination grace period (seconds) 50, found 30; {RESTORE}",
        ),
    ]


def test_probes_that_differ(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    def ask_otherwise(container: Manifest) -> None:
        del container["startupProbe"]
        container["readinessProbe"] = {"tcpSocket": {"port": 3001}, "initialDelaySeconds": 5}
        container["livenessProbe"]["httpGet"]["path"] = "/ready"

    cluster.change("Deployment", "shop-api", edit_container(ask_otherwise))

    check = "shop/api: probes"
    assert failures() == [
        (check, f"expected startup probe on, found off; {RESTORE}"),
        (check, f"expected path of the readiness probe /ready, found nothing; {RESTORE}"),
        (check, f"expected port of the readiness probe 3000, found 3001; {RESTORE}"),
        (check, f"expected initial delay (seconds) of the readiness probe 0, found 5; {RESTORE}"),
        (check, f"expected period (seconds) of the readiness probe 5, found 10; {RESTORE}"),
        (check, f"expected timeout (seconds) of the readiness probe 3, found 1; {RESTORE}"),
        (check, f"expected failure threshold of the readiness probe 2, found 3; {RESTORE}"),
        (check, f"expected path of the liveness probe /health, found /ready; {RESTORE}"),
    ]


def test_a_probe_too_many(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    def ask(container: Manifest) -> None:
        container["livenessProbe"] = {"exec": {"command": ["true"]}}

    cluster.change("Deployment", "shop-worker", edit_container(ask))

    assert failures() == [
        ("shop/worker: probes", f"expected liveness probe off, found on; {RESTORE}")
    ]


def test_a_heartbeat(deployed: Deployed, described: Described, cluster: Cluster) -> None:
    beat = "containerHealthCheck: {heartbeat: {file: /tmp/beat}, intervalSeconds: 10}"
    changes = {"    bind: {DATABASE_URL": f"    {beat}\n    bind: {{DATABASE_URL"}

    def ask(file: str) -> Edit:
        command = ["sh", "-c", f"[ -f {file} ]"]
        usual = {"exec": {"command": command}, "timeoutSeconds": 5}

        def edit(container: Manifest) -> None:
            container["livenessProbe"] = {**usual, "periodSeconds": 10}
            container["startupProbe"] = {**usual, "periodSeconds": 5, "failureThreshold": 30}

        return edit_container(edit)

    examine = described(system=changes)
    cluster.change("Deployment", "shop-worker", ask("/tmp/beat"))  # noqa: S108
    assert examine() == []
    cluster.change("Deployment", "shop-worker", ask("/tmp/other"))  # noqa: S108
    assert examine() == [
        (
            "shop/worker: probes",
            f"expected look at the heartbeat of the {name} probe on, found off; {RESTORE}",
        )
        for name in ("startup", "liveness")
    ]


def test_pods_that_may_do_more(deployed: Deployed, described: Described, cluster: Cluster) -> None:
    def free(deployment: Manifest) -> None:
        pod = _pod(deployment)
        pod.pop("securityContext")
        pod.pop("automountServiceAccountToken")
        pod.update(hostNetwork=True, hostPID=True, hostIPC=True)
        pod["volumes"] = [{"name": "node", "hostPath": {"path": "/var/run"}}]
        pod["containers"][0]["securityContext"] = {"privileged": True}
        # What Kubernetes refuses in such a namespace may be older than the namespace's label.
        pod["initContainers"] = [{**objects.container(), "name": "first"}]

    cluster.alter("Deployment", "shop-api", free)
    user = {
        "    requires: [NODE": '    user: "1001:1001"\n    scratch: [/tmp]\n    requires: [NODE'
    }

    check = "shop/api: security"
    assert described(system=user)() == [
        (check, f"expected runAsNonRoot on, found nothing; {RESTORE}"),
        (check, f"expected seccomp profile RuntimeDefault, found nothing; {RESTORE}"),
        (check, f"expected token of the service account off, found on; {RESTORE}"),
        (check, f"expected network of the node off, found on; {RESTORE}"),
        (check, f"expected processes of the node off, found on; {RESTORE}"),
        (check, f"expected memory of the node's processes off, found on; {RESTORE}"),
        (check, f"expected runAsUser 1001, found nothing; {RESTORE}"),
        (check, f"expected privilege escalation of container main off, found on; {RESTORE}"),
        (check, f"expected privileges of container main off, found on; {RESTORE}"),
        (check, f"expected dropped capabilities of container main ALL, found none; {RESTORE}"),
        (check, f"expected read-only root filesystem on, found nothing; {RESTORE}"),
        (check, f"expected no directory of the node, found /var/run; {RESTORE}"),
    ]


def _pod(deployment: Manifest) -> Manifest:
    return deployment["spec"]["template"]["spec"]
