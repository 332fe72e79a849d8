"""Pods that do not run, as the API answers them; the sandbox has none."""

import copy
from typing import Any

import pytest

from model.description import Description
from tests.unit.doctor import RESTORE, Failures
from tests.unit.doctor.deployed import IMAGE, Deployed
from tests.unit.doctor.eks.cluster import Cluster, Manifest
from tools import doctor

CHECK = "shop/namespace: pods"
POD = "shop-api-6c9f7d5b8-x2x7q"
LOG = f"`kubectl -n shop logs {POD} -c main`"
BEFORE = f"`kubectl -n shop logs {POD} -c main --previous`"
WHERE = f"container main of pod {POD}"
RUNNING = {"running": {"startedAt": "2026-11-21T13:30:00Z"}}


def pod(name: str = POD, **status: Any) -> Manifest:
    """A pod that runs, with changes to its status."""
    return {
        "metadata": {
            "name": name,
            "namespace": "shop",
            "creationTimestamp": "2026-11-21T09:00:00Z",
            "labels": {"app": "shop-api"},
        },
        "spec": {"containers": [{"name": "main", "image": IMAGE}]},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "PodScheduled", "status": "True"}],
            "containerStatuses": [container()],
            **status,
        },
    }


def container(**changes: Any) -> Manifest:
    state = {"name": "main", "ready": True, "restartCount": 0, "state": RUNNING, "lastState": {}}
    return state | changes


def waiting(reason: str, message: str) -> Manifest:
    return {"waiting": {"reason": reason, "message": message}}


def ended(reason: str, code: int, at: str, **more: Any) -> Manifest:
    return {"terminated": {"reason": reason, "exitCode": code, "finishedAt": at, **more}}


def serve(cluster: Cluster, *pods: Manifest) -> None:
    answer = {"kind": "PodList", "items": [*pods]}
    cluster.answer("/api/v1/namespaces/shop/pods", 200, answer)


def test_pods_that_run(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    over = [
        pod("shop-migration-x", phase="Succeeded", containerStatuses=[]),
        pod("shop-api-old", phase="Failed", reason="Evicted"),
    ]
    leaving = pod("shop-api-leaving", phase="Pending")
    leaving["metadata"]["deletionTimestamp"] = "2026-11-21T13:59:59Z"
    done = {"name": "wait", "state": ended("Completed", 0, "2026-11-21T13:59:00Z")}
    long_ago = container(restartCount=3, lastState=ended("Error", 1, "2026-11-21T12:59:59Z"))
    stopped = container(restartCount=1, lastState=ended("Completed", 0, "2026-11-21T13:59:00Z"))
    serve(
        cluster,
        pod(initContainerStatuses=[done]),
        pod("shop-api-b", containerStatuses=[long_ago]),
        pod("shop-api-c", containerStatuses=[stopped]),
        *over,
        leaving,
    )

    assert failures() == []


@pytest.mark.parametrize(
    ("status", "said"),
    [
        pytest.param(
            container(
                restartCount=7,
                state=waiting("CrashLoopBackOff", "back-off 5m0s restarting failed container=main"),
                lastState=ended("Error", 1, "2026-11-21T13:58:00Z", message="hidden-password"),
            ),
            f"expected {WHERE} running, found CrashLoopBackOff: back-off 5m0s restarting failed "
            f"container=main, after Error with exit code 1; read why with {LOG}",
            id="CrashLoopBackOff",
        ),
        pytest.param(
            container(
                restartCount=7,
                state=waiting("CrashLoopBackOff", "back-off 5m0s"),
                lastState=ended("OOMKilled", 137, "2026-11-21T13:58:00Z"),
            ),
            f"expected {WHERE} running, found CrashLoopBackOff: back-off 5m0s, after OOMKilled "
            "with exit code 137; raise size.memory.limit in the system file, or find what grows "
            f"with {LOG}",
            id="OOMKilled over and over",
        ),
        pytest.param(
            container(restartCount=1, lastState=ended("OOMKilled", 137, "2026-11-21T13:00:00Z")),
            f"expected {WHERE} running without a restart, found 1 restart, the last one at "
            "2026-11-21T13:00:00Z after OOMKilled with exit code 137; raise size.memory.limit in "
            f"the system file, or find what grows with {BEFORE}",
            id="OOMKilled within the hour",
        ),
        pytest.param(
            container(restartCount=4, lastState=ended("Error", 2, "2026-11-21T13:59:00Z")),
            f"expected {WHERE} running without a restart, found 4 restarts, the last one at "
            f"2026-11-21T13:59:00Z after Error with exit code 2; read why with {BEFORE}",
            id="restarted within the hour",
        ),
        pytest.param(
            container(state=ended("Error", 3, "2026-11-21T13:59:00Z", message="hidden-token")),
            f"expected {WHERE} running, found Error with exit code 3; read why with {LOG}",
            id="ended just now",
        ),
        pytest.param(
            container(state=waiting("ImagePullBackOff", f'Back-off pulling image "{IMAGE}"')),
            f'expected {WHERE} running, found ImagePullBackOff: Back-off pulling image "{IMAGE}"; '
            f"push {IMAGE}, or name an image in the stack file that the registry has and the nodes "
            "may pull",
            id="ImagePullBackOff",
        ),
        pytest.param(
            container(
                state=waiting(
                    "ErrImagePull",
                    'Get "https://layers.example/abc?X-Amz-Signature=hidden&b=c": timeout',
                )
            ),
            f"expected {WHERE} running, found ErrImagePull: Get "
            f'"https://layers.example/abc?...": timeout; push {IMAGE}, or name an image in the '
            "stack file that the registry has and the nodes may pull",
            id="ErrImagePull",
        ),
        pytest.param(
            container(
                state=waiting(
                    "CreateContainerConfigError", "couldn't find key api-key in Secret shop/api"
                )
            ),
            f"expected {WHERE} running, found CreateContainerConfigError: couldn't find key "
            f"api-key in Secret shop/api; {RESTORE}",
            id="CreateContainerConfigError",
        ),
        pytest.param(
            container(state={"waiting": {"reason": "StartError"}}),
            f"expected {WHERE} running, found StartError: no message; read why with {LOG}",
            id="something else",
        ),
    ],
)
def test_a_container_that_does_not_run(
    status: Manifest, said: str, deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    serve(cluster, pod(containerStatuses=[copy.deepcopy(status)]))

    assert failures() == [(CHECK, said)]


def test_an_init_container_that_does_not_start(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    broken = pod(
        phase="Pending",
        initContainerStatuses=[{"name": "wait", "state": waiting("InvalidImageName", "no such")}],
        containerStatuses=[container(state={"waiting": {"reason": "PodInitializing"}})],
    )
    broken["spec"]["initContainers"] = [{"name": "wait", "image": "wait:latest:1"}]
    serve(cluster, broken)

    assert failures() == [
        (
            CHECK,
            f"expected container wait of pod {POD} running, found InvalidImageName: no such; push "
            "wait:latest:1, or name an image in the stack file that the registry has and the nodes "
            "may pull",
        )
    ]


def said(description: Description, deployed: Deployed) -> list[tuple[bool, str]]:
    findings = doctor.run(description, deployed.outputs, deployed.endpoint)
    return [(finding.ok, finding.detail) for finding in findings if finding.check == CHECK]


CONFIRMED = (True, "all run, none was restarted within the hour")


def test_too_little_memory_some_time_ago(
    deployed: Deployed, description: Description, cluster: Cluster
) -> None:
    last = ended("OOMKilled", 137, "2026-11-20T08:00:00Z")
    serve(cluster, pod(containerStatuses=[container(restartCount=1, lastState=last)]))

    assert said(description, deployed) == [
        CONFIRMED,
        (
            True,
            f"warning: expected {WHERE} running without a restart, found 1 restart, the last one "
            "at 2026-11-20T08:00:00Z after OOMKilled with exit code 137; raise size.memory.limit "
            f"in the system file, or find what grows with {BEFORE}",
        ),
    ]


@pytest.mark.parametrize(
    ("created", "is_new"), [("2026-11-21T13:55:00Z", True), ("2026-11-21T13:54:59Z", False)]
)
def test_a_pod_without_a_node(
    created: str, is_new: bool, deployed: Deployed, description: Description, cluster: Cluster
) -> None:
    message = "0/3 nodes are available: 3 Insufficient cpu."
    unscheduled = {
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "message": message,
    }
    lost = pod(phase="Pending", conditions=[unscheduled], containerStatuses=[])
    lost["metadata"]["creationTimestamp"] = created
    serve(cluster, lost)

    sentence = (
        f"expected a node for pod {POD}, found Unschedulable since {created}: {message}; wait some "
        "minutes for a new node; if none comes, look at them with `kubectl describe nodes`"
    )
    assert said(description, deployed) == (
        [CONFIRMED, (True, f"warning: {sentence}")] if is_new else [(False, sentence)]
    )


@pytest.mark.parametrize(
    ("created", "is_new"), [("2026-11-21T13:55:00Z", True), ("2026-11-21T13:54:59Z", False)]
)
def test_a_pod_that_does_not_come_to_its_start(
    created: str, is_new: bool, deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    creating = {"waiting": {"reason": "ContainerCreating"}}
    slow = pod(phase="Pending", containerStatuses=[container(state=creating)])
    slow["metadata"]["creationTimestamp"] = created
    serve(cluster, slow)

    sentence = (
        f"expected pod {POD} running, found Pending since {created}; read its events with "
        f"`kubectl -n shop describe pod {POD}`"
    )
    assert failures() == ([] if is_new else [(CHECK, sentence)])


def test_what_a_container_said_is_not_told(
    deployed: Deployed, description: Description, cluster: Cluster
) -> None:
    last = ended("Error", 1, "2026-11-21T13:58:00Z", message="hidden-password")
    serve(cluster, pod(containerStatuses=[container(restartCount=1, lastState=last)]))

    assert "hidden" not in str(doctor.run(description, deployed.outputs, deployed.endpoint))
