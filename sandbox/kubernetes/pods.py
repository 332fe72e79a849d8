"""What Kubernetes refuses about the pod template of a workload."""

from collections.abc import Iterator

from sandbox.kubernetes.fields import at, containers, mapping, maps, numbered, quantity, text
from sandbox.kubernetes.kinds import ObjectKind
from sandbox.provider import UNKNOWN, Plain, Problem

Found = Iterator[Problem]

_PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")
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
        yield from _ports(full, container)
        yield from _resources(full, container)
        yield from _environment(full, container)
        for place, mount in numbered(container, "volumeMounts"):
            volume = text(mount, "name")
            if every_volume_known and volume and volume not in known:
                yield Problem(f"{full}.volumeMounts[{place}].name", f"there is no volume {volume}")
    yield from _users(kind.pod_path, spec)
    for place, sysctl in numbered(spec, "securityContext", "sysctls"):
        name = text(sysctl, "name")
        if name and name not in SAFE_SYSCTLS:
            yield Problem(
                f"{kind.pod_path}.securityContext.sysctls[{place}].name",
                f"{name} is not safe: no node starts the pod; it is configuration of the node",
            )


def _ports(path: str, container: Plain) -> Found:
    ports = maps(container, "ports")
    named = [text(port, "name") for port in ports if port.get("name") is not None]
    for name in sorted({name for name in named if name and named.count(name) > 1}):
        yield Problem(f"{path}.ports", f"the name {name} is there twice")
    every_name_known = UNKNOWN not in (
        container.get("ports"),
        *(port.get("name") for port in ports),
    )
    for probe in _PROBES:
        handler = mapping(container, probe)
        if not handler:
            continue
        given = [key for key in _HANDLERS if key in handler]
        if len(given) != 1:
            yield Problem(f"{path}.{probe}", f"name one of {', '.join(_HANDLERS)}")
        if probe != "readinessProbe" and handler.get("successThreshold", 1) not in (1, UNKNOWN):
            yield Problem(f"{path}.{probe}.successThreshold", "must be 1")
        for key in given:
            port = at(handler, key, "port")
            if isinstance(port, str) and port not in named and every_name_known:
                yield Problem(f"{path}.{probe}.{key}.port", f"the container has no port {port}")
    for hook, handler in mapping(container, "lifecycle").items():
        if hook in ("preStop", "postStart") and len(mapping(handler)) != 1:
            yield Problem(f"{path}.lifecycle.{hook}", "name one of exec, httpGet, sleep")


def _resources(path: str, container: Plain) -> Found:
    resources = mapping(container, "resources")
    limits = mapping(resources, "limits")
    for name, requested in mapping(resources, "requests").items():
        wanted, limit = quantity(requested), quantity(limits.get(name))
        if wanted is not None and limit is not None and wanted > limit:
            reason = f"{requested} is more than the limit {limits[name]}"
            yield Problem(f"{path}.resources.requests.{name}", reason)


def _environment(path: str, container: Plain) -> Found:
    sources = ("configMapKeyRef", "fieldRef", "fileKeyRef", "resourceFieldRef", "secretKeyRef")
    for place, variable in numbered(container, "env"):
        source = variable.get("valueFrom")
        if source is None:
            continue
        if variable.get("value"):
            yield Problem(f"{path}.env[{place}]", "has a value and valueFrom; name one of them")
        if source is not UNKNOWN and len([key for key in sources if key in mapping(source)]) != 1:
            yield Problem(f"{path}.env[{place}].valueFrom", f"name one of {', '.join(sources)}")
    for place, source in numbered(container, "envFrom"):
        if len([key for key in ("configMapRef", "secretRef") if key in source]) != 1:
            yield Problem(f"{path}.envFrom[{place}]", "name one of configMapRef, secretRef")


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
