"""What Kubernetes refuses about one container of a pod."""

from collections.abc import Iterator

from sandbox.kubernetes.fields import at, mapping, maps, numbered, quantity, text
from sandbox.provider import UNKNOWN, Plain, Problem

Found = Iterator[Problem]

_PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
_PROBE_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")
_HOOKS = ("preStop", "postStart")
_HOOK_HANDLERS = ("exec", "httpGet", "sleep")
_GRACE_SECONDS = 30
# Kubernetes' own default of terminationGracePeriodSeconds.
_WHOLE = ("metadata.labels", "metadata.annotations")
_SOURCES = ("configMapKeyRef", "fieldRef", "fileKeyRef", "resourceFieldRef", "secretKeyRef")


def check(path: str, container: Plain, pod: Plain) -> Found:
    """Finds what is wrong with a container.

    Args:
        path: Where it stands.
        container: The container; what is UNKNOWN in it is taken for good.
        pod: Spec of its pod.

    Yields:
        What the API server refuses.
    """
    yield from _ports(path, container)
    yield from _hooks(path, container, pod)
    yield from _resources(path, container)
    yield from _environment(path, container)
    yield from seccomp(f"{path}.securityContext", mapping(container, "securityContext"))


def seccomp(path: str, context: Plain) -> Found:
    """Finds what is wrong with the seccomp profile of a container or of a pod.

    Args:
        path: Where its security context stands.
        context: The security context.
    """
    profile = mapping(context, "seccompProfile")
    type_, local = profile.get("type"), profile.get("localhostProfile")
    if type_ == "Localhost" and not local:
        yield Problem(
            f"{path}.seccompProfile.localhostProfile", "is missing: the type is Localhost"
        )
    elif type_ not in ("Localhost", UNKNOWN) and local is not None:
        yield Problem(f"{path}.seccompProfile.localhostProfile", "is for the type Localhost only")


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
        given = [key for key in _PROBE_HANDLERS if key in handler]
        if len(given) != 1:
            yield Problem(f"{path}.{probe}", f"name one of {', '.join(_PROBE_HANDLERS)}")
        if probe != "readinessProbe" and handler.get("successThreshold", 1) not in (1, UNKNOWN):
            yield Problem(f"{path}.{probe}.successThreshold", "must be 1")
        if probe == "readinessProbe" and handler.get("terminationGracePeriodSeconds") is not None:
            reason = "must be left out: a readiness probe ends nothing"
            yield Problem(f"{path}.{probe}.terminationGracePeriodSeconds", reason)
        for key in given:
            port = at(handler, key, "port")
            if isinstance(port, str) and port not in named and every_name_known:
                yield Problem(f"{path}.{probe}.{key}.port", f"the container has no port {port}")


def _hooks(path: str, container: Plain, pod: Plain) -> Found:
    grace = pod.get("terminationGracePeriodSeconds", _GRACE_SECONDS)
    for hook, handler in mapping(container, "lifecycle").items():
        if hook not in _HOOKS or handler is UNKNOWN:
            continue
        if len(mapping(handler)) != 1:
            reason = f"name one of {', '.join(_HOOK_HANDLERS)}"
            yield Problem(f"{path}.lifecycle.{hook}", reason)
        seconds = at(handler, "sleep", "seconds")
        if isinstance(seconds, int) and isinstance(grace, int) and seconds > grace:
            reason = f"{seconds} is more than terminationGracePeriodSeconds, which is {grace}"
            yield Problem(f"{path}.lifecycle.{hook}.sleep.seconds", reason)


def _resources(path: str, container: Plain) -> Found:
    resources = mapping(container, "resources")
    limits = mapping(resources, "limits")
    for name, requested in mapping(resources, "requests").items():
        wanted, limit = quantity(requested), quantity(limits.get(name))
        if wanted is not None and limit is not None and wanted > limit:
            reason = f"{requested} is more than the limit {limits[name]}"
            yield Problem(f"{path}.resources.requests.{name}", reason)


def _environment(path: str, container: Plain) -> Found:
    for place, variable in numbered(container, "env"):
        source = variable.get("valueFrom")
        if source is None:
            continue
        if variable.get("value"):
            yield Problem(f"{path}.env[{place}]", "has a value and valueFrom; name one of them")
        if source is not UNKNOWN and len([key for key in _SOURCES if key in mapping(source)]) != 1:
            yield Problem(f"{path}.env[{place}].valueFrom", f"name one of {', '.join(_SOURCES)}")
        field = text(source, "fieldRef", "fieldPath")
        if field in _WHOLE:
            reason = f"a variable takes one of them; use {field}['<key>']"
            yield Problem(f"{path}.env[{place}].valueFrom.fieldRef.fieldPath", reason)
    for place, source in numbered(container, "envFrom"):
        if len([key for key in ("configMapRef", "secretRef") if key in source]) != 1:
            yield Problem(f"{path}.envFrom[{place}]", "name one of configMapRef, secretRef")
