"""The pods of a system: which of them do not run, or did not go on running, and why.

What a container wrote at its end is not told: it may hold what is secret. The kubelet's own words
are, without the signatures that addresses of image layers bear.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from tools.doctor import clock
from tools.doctor.finding import Difference, Skipped
from tools.doctor.kubernetes_api import POD, Object
from tools.doctor.kubernetes_subjects import NamespaceSubject

_RECENTLY = timedelta(hours=1)
_STARTING = timedelta(minutes=5)
"""So long a pod may take to get a node and its images; a node of Auto Mode comes within one or
two."""
_SETTLING = frozenset({"ContainerCreating", "PodInitializing"})
"""What every container waits for before it starts."""
_IMAGE = frozenset({"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName"})
_CONFIG = frozenset({"CreateContainerConfigError", "CreateContainerError"})
_QUERY = re.compile(r"\?[^\s\"'>]+")


def pods(subject: NamespaceSubject) -> Iterator[Difference]:
    """Every pod has a node, and its containers run and have not been restarted lately."""
    found = subject.cluster.objects(POD, subject.namespace)
    if not found and subject.account.is_sandbox:
        raise Skipped("the sandbox runs no containers")
    for pod in sorted(found, key=_name):
        status = pod.get("status", {})
        is_over = status.get("phase") in ("Succeeded", "Failed")
        # Of one that is over its Job tells, or its Deployment has another one in its place.
        if is_over or "deletionTimestamp" in pod["metadata"]:
            continue
        troubles = [
            trouble
            for kind in ("initContainerStatuses", "containerStatuses")
            for container in status.get(kind, [])
            for trouble in _container(subject, pod, container)
        ]
        yield from troubles or _pending(subject, pod)


def _container(
    subject: NamespaceSubject, pod: Object, container: Mapping[str, Any]
) -> Iterator[Difference]:
    name = container["name"]
    where = f"container {name} of pod {_name(pod)}"
    state: Mapping[str, Any] = container.get("state", {})
    last: Mapping[str, Any] = container.get("lastState", {}).get("terminated", {})
    waiting: Mapping[str, Any] = state.get("waiting", {})
    ended: Mapping[str, Any] = state.get("terminated", {})
    reason = waiting.get("reason")
    if reason is not None and reason not in _SETTLING:
        said = _without_signatures(waiting.get("message", "no message"))
        found = f"{reason}: {said}" + (f", after {_end(last)}" if last else "")
        yield Difference(f"{where} running", found, _remedy(subject, pod, name, (reason, last)))
    elif ended.get("exitCode", 0) != 0:
        remedy = _remedy(subject, pod, name, (None, ended))
        yield Difference(f"{where} running", _end(ended), remedy)
    elif last and last.get("exitCode", 0) != 0:
        yield from _restarted(subject, pod, container, last)


def _restarted(
    subject: NamespaceSubject, pod: Object, container: Mapping[str, Any], last: Mapping[str, Any]
) -> Iterator[Difference]:
    """It runs again, but for how long; Kubernetes keeps the last end only, with the sum of all."""
    name, count = container["name"], container.get("restartCount", 0)
    is_recent = clock.now() - datetime.fromisoformat(last["finishedAt"]) <= _RECENTLY
    # A container that had too little memory once will have it again, however long ago it was.
    if is_recent or last.get("reason") == "OOMKilled":
        yield Difference(
            f"container {name} of pod {_name(pod)} running without a restart",
            f"{count} {'restart' if count == 1 else 'restarts'}, the last one at "
            f"{last['finishedAt']} after {_end(last)}",
            _remedy(subject, pod, name, (None, last), flag=" --previous"),
            warning=not is_recent,
        )


def _pending(subject: NamespaceSubject, pod: Object) -> Iterator[Difference]:
    """A pod without a node, or whose containers do not come to their start."""
    status = pod.get("status", {})
    if status.get("phase") != "Pending":
        return
    namespace, since = subject.namespace, pod["metadata"]["creationTimestamp"]
    conditions = {each["type"]: each for each in status.get("conditions", [])}
    scheduled: Mapping[str, Any] = conditions.get("PodScheduled", {})
    is_new = clock.now() - datetime.fromisoformat(since) <= _STARTING
    if scheduled.get("status") == "False":
        yield Difference(
            f"a node for pod {_name(pod)}",
            f"{scheduled.get('reason')} since {since}: {scheduled.get('message', 'no message')}",
            "wait some minutes for a new node; if none comes, look at them with `kubectl describe "
            "nodes`",
            warning=is_new,
        )
    elif not is_new:
        yield Difference(
            f"pod {_name(pod)} running",
            f"Pending since {since}",
            f"read its events with `kubectl -n {namespace} describe pod {_name(pod)}`",
        )


def _remedy(
    subject: NamespaceSubject,
    pod: Object,
    container: str,
    trouble: tuple[str | None, Mapping[str, Any]],
    flag: str = "",
) -> str:
    """What to do about a container.

    Args:
        subject: The namespace.
        pod: The pod.
        container: Name of the container.
        trouble: What it waits for, if it does, and how it ended last.
        flag: What `kubectl logs` needs besides, to show the run that went wrong.
    """
    waits_for, ended = trouble
    if waits_for in _IMAGE:
        spec = pod["spec"]
        images = {
            each["name"]: each["image"]
            for each in [*spec["containers"], *spec.get("initContainers", [])]
        }
        return (
            f"push {images[container]}, or name an image in the stack file that the registry has "
            "and the nodes may pull"
        )
    if waits_for in _CONFIG:
        return subject.redeploy
    log = f"`kubectl -n {subject.namespace} logs {_name(pod)} -c {container}{flag}`"
    if ended.get("reason") == "OOMKilled":
        return f"raise size.memory.limit in the system file, or find what grows with {log}"
    return f"read why with {log}"


def _end(terminated: Mapping[str, Any]) -> str:
    """How a container ended, but not what it said."""
    return f"{terminated.get('reason', 'Error')} with exit code {terminated.get('exitCode')}"


def _without_signatures(message: str) -> str:
    return _QUERY.sub("?...", message)


def _name(pod: Object) -> str:
    return pod["metadata"]["name"]
