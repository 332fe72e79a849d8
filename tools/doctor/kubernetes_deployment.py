"""The Deployment: what it runs, how many, how it is rolled out, asked and ended."""

from collections.abc import Iterator
from typing import Any

from tools.doctor.finding import Difference, compare, listed
from tools.doctor.kubernetes_api import Object
from tools.doctor.kubernetes_subjects import KubernetesServiceSubject

_DEFAULT_GRACE_SECONDS = 30
"""Kubernetes' own, as all the numbers that stand as defaults below."""


def rollout(subject: KubernetesServiceSubject) -> Iterator[Difference]:
    """The wanted template has been rolled out whole: all pods are of it, and available."""
    deployment = subject.deployment()
    status = deployment.get("status", {})
    wanted = _replicas(deployment)
    generation = deployment["metadata"].get("generation")
    yield from compare(
        "rollout that is paused",
        expected=False,
        found=deployment["spec"].get("paused", False),
        remedy=f"run `kubectl -n {subject.deployed.namespace} rollout resume "
        f"deployment/{subject.deployed.deployment_name}`",
    )
    # Until then all numbers below are those of the version before.
    yield from compare(
        "observed generation", generation, status.get("observedGeneration"), subject.diary
    )
    for what in ("updatedReplicas", "availableReplicas", "replicas"):
        found = status.get(what, 0)
        if found != wanted:
            yield Difference(f"{what} {wanted}", f"{found}{_trouble(status)}", subject.diary)


def count(subject: KubernetesServiceSubject) -> Iterator[Difference]:
    """As many pods are wanted as lies within the described bounds."""
    replicas = _replicas(subject.deployment())
    low, high = subject.plan.minimum_replicas, subject.plan.maximum_replicas
    if not low <= replicas <= high:
        yield Difference(f"replicas from {low} to {high}", str(replicas), subject.redeploy)


def strategy(subject: KubernetesServiceSubject) -> Iterator[Difference]:
    """A new version takes the place of the old one as described, and the old ones are kept."""
    spec = subject.deployment()["spec"]
    found = spec.get("strategy", {})
    rolling = found.get("rollingUpdate", {})
    pairs: list[tuple[str, object, object]] = [
        ("strategy", "RollingUpdate", found.get("type", "RollingUpdate")),
        ("maxSurge", subject.plan.max_surge, rolling.get("maxSurge")),
        ("maxUnavailable", subject.plan.max_unavailable, rolling.get("maxUnavailable")),
        (
            "revisionHistoryLimit",
            subject.service.kubernetes.revision_history_limit,
            spec.get("revisionHistoryLimit", 10),
        ),
    ]
    for what, expected, value in pairs:
        yield from compare(what, expected, value, subject.redeploy)


def image(subject: KubernetesServiceSubject) -> Iterator[Difference]:
    """The container runs the image that the stack file names, and its label says so."""
    found = subject.container()["image"]
    if found != subject.plan.variables.image and not found.endswith(
        f"/{subject.plan.variables.image}"
    ):
        yield Difference(f"image {subject.plan.variables.image}", found, subject.redeploy)
    labels = subject.labels()
    yield from compare(
        "label version", subject.plan.version, labels.get("version"), subject.redeploy
    )


def size(subject: KubernetesServiceSubject) -> Iterator[Difference]:
    """Requests and limits are the planned ones."""
    resources = subject.container().get("resources", {})
    plan = subject.plan
    for what, kind, resource, expected in (
        ("CPU request", "requests", "cpu", plan.cpu_request),
        ("CPU limit", "limits", "cpu", plan.cpu_limit),
        ("memory request", "requests", "memory", plan.memory_request),
        ("memory limit", "limits", "memory", plan.memory_limit),
    ):
        # As text: the API writes each quantity in the one way in which the plan does, too.
        found = resources.get(kind, {}).get(resource)
        yield from compare(what, expected, found, subject.redeploy)


def shutdown(subject: KubernetesServiceSubject) -> Iterator[Difference]:
    """A pod that leaves waits for the load balancer and gets its time to drain (trap 19)."""
    planned = subject.plan.shutdown
    before = subject.container().get("lifecycle", {}).get("preStop", {})
    yield from compare(
        "wait before SIGTERM (seconds)",
        planned.pre_stop_seconds,
        before.get("sleep", {}).get("seconds", 0),
        subject.redeploy,
    )
    yield from compare(
        "termination grace period (seconds)",
        planned.termination_grace_period_seconds,
        subject.pod().get("terminationGracePeriodSeconds", _DEFAULT_GRACE_SECONDS),
        subject.redeploy,
    )


def security(subject: KubernetesServiceSubject) -> Iterator[Difference]:
    """Its pods meet the restricted standard, and hold no key to the cluster's API.

    Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/
    """
    pod = subject.pod()
    context = pod.get("securityContext", {})
    remedy = subject.redeploy
    pairs: list[tuple[str, object, object]] = [
        ("runAsNonRoot", True, context.get("runAsNonRoot")),
        ("seccomp profile", "RuntimeDefault", context.get("seccompProfile", {}).get("type")),
        # Kubernetes mounts a token unless it is told not to.
        ("token of the service account", False, pod.get("automountServiceAccountToken", True)),
        ("network of the node", False, pod.get("hostNetwork", False)),
        ("processes of the node", False, pod.get("hostPID", False)),
        ("memory of the node's processes", False, pod.get("hostIPC", False)),
    ]
    if subject.service.user is not None:
        user = int(subject.service.user.partition(":")[0])
        pairs.append(("runAsUser", user, context.get("runAsUser")))
    for what, expected, found in pairs:
        yield from compare(what, expected, found, remedy)
    for container in [*pod.get("initContainers", []), *pod["containers"]]:
        yield from _container_security(container, remedy)
    if subject.service.scratch:
        yield from compare(
            "read-only root filesystem",
            expected=True,
            found=subject.container().get("securityContext", {}).get("readOnlyRootFilesystem"),
            remedy=remedy,
        )
    paths = {each["hostPath"]["path"] for each in pod.get("volumes", []) if "hostPath" in each}
    if paths:
        yield Difference("no directory of the node", listed(paths), remedy)


def _container_security(container: dict[str, Any], remedy: str) -> Iterator[Difference]:
    name, context = container["name"], container.get("securityContext", {})
    capabilities = context.get("capabilities", {})
    pairs: list[tuple[str, object, object]] = [
        ("privilege escalation", False, context.get("allowPrivilegeEscalation", True)),
        ("privileges", False, context.get("privileged", False)),
        ("dropped capabilities", "ALL", listed(capabilities.get("drop", []))),
    ]
    for what, expected, found in pairs:
        yield from compare(f"{what} of container {name}", expected, found, remedy)


def _replicas(deployment: Object) -> int:
    return deployment["spec"].get("replicas", 1)


def _trouble(status: dict[str, Any]) -> str:
    """Gives what the Deployment says of a rollout that does not come to its end."""
    for condition in status.get("conditions", []):
        if condition["status"] == "False" or condition["type"] == "ReplicaFailure":
            return f" ({condition.get('reason')}: {condition.get('message')})"
    return ""
