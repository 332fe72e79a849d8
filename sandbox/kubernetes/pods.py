"""What Kubernetes refuses about the pod template of a workload."""

from collections.abc import Iterator

from sandbox.kubernetes.containers import check as check_container
from sandbox.kubernetes.containers import seccomp
from sandbox.kubernetes.fields import at, containers, mapping, maps, numbered, text
from sandbox.kubernetes.kinds import ObjectKind
from sandbox.provider import UNKNOWN, Plain, Problem, is_list

Found = Iterator[Problem]

SAFE_SYSCTLS = frozenset(
    {
        "kernel.shm_rmid_forced",
        *("net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports"),
        *("net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range"),
        *("net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl"),
        *("net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_keepalive_time"),
        *("net.ipv4.tcp_rmem", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_wmem"),
    }
)
"""Those that a node lets every pod set, since Kubernetes 1.32
(https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls)."""


def check(kind: ObjectKind, workload: Plain) -> Found:
    """Finds what is wrong with the pods of a workload.

    Args:
        kind: Kind of the object, one that has pods.
        workload: The object; what is UNKNOWN in it is taken for good.

    Yields:
        What the API server refuses, and what a node would.
    """
    spec = mapping(workload, *kind.pod_spec)
    known = {text(volume, "name") for volume in maps(spec, "volumes")}
    every_volume_known = UNKNOWN not in (
        at(spec, "volumes"),
        *(volume.get("name") for volume in maps(spec, "volumes")),
    )
    names: list[str] = []
    for path, container in containers(spec):
        full = f"{kind.pod_path}.{path}"
        name = text(container, "name")
        if name and name in names:
            # Within one of the two lists the schema says so itself.
            yield Problem(f"{full}.name", f"{name} is there twice")
        names.append(name)
        yield from check_container(full, container, spec)
        for place, mount in numbered(container, "volumeMounts"):
            volume = text(mount, "name")
            if every_volume_known and volume and volume not in known:
                yield Problem(f"{full}.volumeMounts[{place}].name", f"there is no volume {volume}")
    yield from _users(kind.pod_path, spec)
    yield from seccomp(f"{kind.pod_path}.securityContext", mapping(spec, "securityContext"))
    yield from _sysctls(f"{kind.pod_path}.securityContext.sysctls", spec)
    for place, volume in numbered(spec, "volumes"):
        sources = sorted(key for key in volume if key != "name" and volume[key] is not None)
        if len(sources) > 1:
            reason = f"has {' and '.join(sources)}; make two volumes of them"
            yield Problem(f"{kind.pod_path}.volumes[{place}]", reason)
    for place, constraint in numbered(spec, "topologySpreadConstraints"):
        yield from _spread(f"{kind.pod_path}.topologySpreadConstraints[{place}]", constraint)


def _sysctls(path: str, spec: Plain) -> Found:
    seen: set[str] = set()
    for place, sysctl in numbered(spec, "securityContext", "sysctls"):
        name = text(sysctl, "name")
        if name and name not in SAFE_SYSCTLS:
            reason = f"{name} is not safe: no node starts the pod; it is configuration of the node"
            yield Problem(f"{path}[{place}].name", reason)
        elif name in seen:
            yield Problem(f"{path}[{place}].name", f"{name} is there twice")
        seen.add(name)


def _spread(path: str, constraint: Plain) -> Found:
    if constraint.get("minDomains") is not None and constraint.get("whenUnsatisfiable") not in (
        UNKNOWN,
        "DoNotSchedule",
    ):
        yield Problem(f"{path}.minDomains", "is for whenUnsatisfiable DoNotSchedule only")
    keys = constraint.get("matchLabelKeys")
    if not is_list(keys) or not keys:
        return
    if constraint.get("labelSelector") is None:
        yield Problem(f"{path}.matchLabelKeys", "needs a labelSelector beside it")
    selected = mapping(constraint, "labelSelector", "matchLabels")
    for place, key in enumerate(keys):
        if isinstance(key, str) and key in selected:
            reason = f"{key} stands in the labelSelector, too"
            yield Problem(f"{path}.matchLabelKeys[{place}]", reason)


def _users(place: str, spec: Plain) -> Found:
    """Root where root is forbidden: a node does not start such a container."""
    pod = mapping(spec, "securityContext")
    for path, container in containers(spec):
        own = mapping(container, "securityContext")
        if (own.get("runAsNonRoot", pod.get("runAsNonRoot")) is True) and (
            own.get("runAsUser", pod.get("runAsUser")) == 0
        ):
            yield Problem(
                f"{place}.{path}.securityContext.runAsUser", "0 is root, and runAsNonRoot is true"
            )
