"""The pod security standard `restricted` where a namespace enforces it, and how it says so.

https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

import json
import re
from collections.abc import Iterator

from sandbox.kubernetes.fields import containers, mapping, maps, numbered
from sandbox.kubernetes.kinds import ObjectKind
from sandbox.provider import UNKNOWN, Plain, Problem, is_list

_PREFIX = "pod-security.kubernetes.io/"
LABEL = f"{_PREFIX}enforce"
"""The namespace's label that names the standard."""

_MODES = ("enforce", "audit", "warn")
_LEVELS = ("privileged", "baseline", "restricted")
_VERSION = re.compile(r"latest|v1\.(0|[1-9][0-9]*)")

_VOLUMES = {
    *("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim"),
    *("projected", "secret"),
}


def check(kind: ObjectKind, workload: Plain) -> Iterator[Problem]:
    """Finds what the standard forbids about the pods of a workload.

    Args:
        kind: Kind of the object, one that has pods.
        workload: The object, which passed the checks on its form, and so that on its sysctls.

    Yields:
        What keeps its pods from being created. Kubernetes itself only warns about the workload and
        refuses the pods later, which nobody sees who does not look for them.
    """
    place, spec = kind.pod_path, mapping(workload, *kind.pod_spec)
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(key):
            yield Problem(f"{place}.{key}", "must be false")
    pod = mapping(spec, "securityContext")
    if pod.get("runAsUser") == 0:
        yield Problem(f"{place}.securityContext.runAsUser", "must not be 0")
    for number, volume in numbered(spec, "volumes"):
        if forbidden := sorted(volume.keys() - _VOLUMES - {"name"}):
            reason = f"volumes of type {', '.join(forbidden)} are forbidden"
            yield Problem(f"{place}.volumes[{number}]", reason)
    for path, container in containers(spec):
        yield from _container(f"{place}.{path}", container, pod)


def _container(path: str, container: Plain, pod: Plain) -> Iterator[Problem]:
    own = mapping(container, "securityContext")
    context = f"{path}.securityContext"
    if own.get("allowPrivilegeEscalation") not in (False, UNKNOWN):
        yield Problem(f"{context}.allowPrivilegeEscalation", "must be false")
    if own.get("privileged"):
        yield Problem(f"{context}.privileged", "must be false")
    if own.get("runAsNonRoot", pod.get("runAsNonRoot")) not in (True, UNKNOWN):
        yield Problem(f"{context}.runAsNonRoot", "must be true, here or for the pod")
    if own.get("runAsUser") == 0:
        yield Problem(f"{context}.runAsUser", "must not be 0")
    seccomp = mapping(own, "seccompProfile") or mapping(pod, "seccompProfile")
    if seccomp.get("type") not in ("RuntimeDefault", "Localhost", UNKNOWN):
        reason = "must be RuntimeDefault or Localhost, here or for the pod"
        yield Problem(f"{context}.seccompProfile.type", reason)
    capabilities = mapping(own, "capabilities")
    dropped, added = capabilities.get("drop", []), capabilities.get("add", [])
    if is_list(dropped) and "ALL" not in dropped:
        yield Problem(f"{context}.capabilities.drop", "must have ALL")
    if is_list(added) and (extra := [name for name in added if name != "NET_BIND_SERVICE"]):
        reason = f"{', '.join(map(str, extra))} is forbidden; only NET_BIND_SERVICE may be added"
        yield Problem(f"{context}.capabilities.add", reason)
    if any(port.get("hostPort") for port in maps(container, "ports")):
        yield Problem(f"{path}.ports", "must have no hostPort")


def namespace(value: Plain) -> Iterator[Problem]:
    """Finds what is wrong with the labels by which a namespace names its standards.

    Args:
        value: A Namespace; what is UNKNOWN in it is taken for good.

    Yields:
        What the API server refuses, and a misspelt label, which would switch the check off unseen.
    """
    for label, told in mapping(value, "metadata", "labels").items():
        if not label.startswith(_PREFIX):
            continue
        path = f"metadata.labels[{label}]"
        mode, _, versioned = label.removeprefix(_PREFIX).partition("-")
        if mode not in _MODES or versioned not in ("", "version") or label.endswith("-"):
            names = ", ".join(f"{mode}, {mode}-version" for mode in _MODES)
            yield Problem(path, f"is no label of pod security; after '/' use one of {names}")
        elif told is UNKNOWN or not isinstance(told, str):
            pass
        elif versioned and not _VERSION.fullmatch(told):
            reason = f"{json.dumps(told)} is refused; use latest or a version such as v1.34"
            yield Problem(path, reason)
        elif not versioned and told not in _LEVELS:
            reason = f"{json.dumps(told)} is refused; use one of {', '.join(_LEVELS)}"
            yield Problem(path, reason)
