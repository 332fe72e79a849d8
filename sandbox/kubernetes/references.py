"""What an object names and a cluster must have before the object can work.

Kubernetes accepts most of it and waits: a pod whose ConfigMap is missing never starts. A deploy
should not end like that, so the sandbox refuses it.
"""

from collections.abc import Callable, Iterator, Mapping

from sandbox.kubernetes import kinds, pod_security
from sandbox.kubernetes.fields import (
    containers,
    mapping,
    maps,
    namespace_of,
    numbered,
    text,
)
from sandbox.kubernetes.kinds import ObjectKind
from sandbox.kubernetes.store import Store
from sandbox.provider import Plain, Problem

Found = Iterator[Problem]


def check(store: Store, kind: ObjectKind, value: Plain) -> list[Problem]:
    """Looks for everything that an object names.

    Args:
        store: The cluster.
        kind: Kind of the object.
        value: The object, which passed the checks that need no cluster.

    Returns:
        What it names and there is not, or is not as the object needs it.
    """
    if kind in kinds.WORKLOADS:
        return list(_workload(store, kind, value))
    return list(_CHECKS[kind](store, value)) if kind in _CHECKS else []


def forbidden(store: Store, kind: ObjectKind, value: Plain) -> list[Problem]:
    """Finds what the namespace's pod security standard forbids about a workload.

    Args:
        store: The cluster.
        kind: Kind of the object.
        value: The object.
    """
    namespace = store.get(kinds.NAMESPACE, "", namespace_of(value))
    enforced = mapping(namespace, "metadata", "labels").get(pod_security.LABEL)
    if kind not in kinds.WORKLOADS or enforced != "restricted":
        return []
    return list(pod_security.check(kind, value))


def _workload(store: Store, workload: ObjectKind, value: Plain) -> Found:
    where, spec = workload.pod_path, mapping(value, *workload.pod_spec)
    look = Looking(store, namespace_of(value))
    account = text(spec, "serviceAccountName")
    if account:
        yield from look.named(f"{where}.serviceAccountName", kinds.SERVICE_ACCOUNT, account)
    for place, secret in numbered(spec, "imagePullSecrets"):
        path = f"{where}.imagePullSecrets[{place}]"
        yield from look.named(path, kinds.SECRET, text(secret, "name"))
    for place, volume in numbered(spec, "volumes"):
        yield from _volume(look, f"{where}.volumes[{place}]", volume)
    for path, container in containers(spec):
        for place, source in numbered(container, "envFrom"):
            full = f"{where}.{path}.envFrom[{place}]"
            for key, kind in (("configMapRef", kinds.CONFIG_MAP), ("secretRef", kinds.SECRET)):
                if key in source:
                    yield from look.source(f"{full}.{key}", kind, mapping(source, key))
        for place, variable in numbered(container, "env"):
            full = f"{where}.{path}.env[{place}].valueFrom"
            source = mapping(variable, "valueFrom")
            pairs = (("configMapKeyRef", kinds.CONFIG_MAP), ("secretKeyRef", kinds.SECRET))
            for key, kind in pairs:
                if key in source:
                    reference = mapping(source, key)
                    yield from look.source(
                        f"{full}.{key}", kind, reference, [text(reference, "key")]
                    )


def _volume(look: "Looking", path: str, volume: Plain) -> Found:
    sources = [(path, volume)]
    sources += [
        (f"{path}.projected.sources[{place}]", source)
        for place, source in numbered(volume, "projected", "sources")
    ]
    for full, source in sources:
        for key, kind in (("configMap", kinds.CONFIG_MAP), ("secret", kinds.SECRET)):
            if key in source:
                reference = mapping(source, key)
                wanted = [text(item, "key") for item in maps(reference, "items")]
                name = text(reference, "name") or text(reference, "secretName")
                yield from look.source(f"{full}.{key}", kind, {**reference, "name": name}, wanted)


class Looking:
    """Looks for objects in one namespace."""

    def __init__(self, store: Store, namespace: str) -> None:
        self._store = store
        self._namespace = namespace

    def named(self, path: str, kind: ObjectKind, name: str) -> Found:
        """Looks for an object; `path` is where the other one names it."""
        if self._store.get(kind, self._namespace, name) is None:
            yield Problem(path, f"there is no {kind.name} {name} in namespace {self._namespace}")

    def source(
        self, path: str, kind: ObjectKind, reference: Plain, keys: list[str] | None = None
    ) -> Found:
        """Looks for a ConfigMap or Secret with these keys, unless the reference is optional."""
        if reference.get("optional"):
            return
        name = text(reference, "name")
        found = self._store.get(kind, self._namespace, name)
        if found is None:
            yield from self.named(path, kind, name)
            return
        has = {**mapping(found, "data"), **mapping(found, "binaryData")}
        has |= mapping(found, "stringData")
        for key in keys or ():
            if key not in has:
                yield Problem(f"{path}.key", f"{kind.name} {name} has no key {key}")


def _autoscaler(store: Store, value: Plain) -> Found:
    target = mapping(value, "spec", "scaleTargetRef")
    path, name = "spec.scaleTargetRef", text(target, "name")
    if (target.get("apiVersion"), target.get("kind")) != ("apps/v1", "Deployment"):
        yield Problem(path, f"{target.get('apiVersion')} {target.get('kind')} has no scale")
        return
    yield from Looking(store, namespace_of(value)).named(path, kinds.DEPLOYMENT, name)
    deployment = store.get(kinds.DEPLOYMENT, namespace_of(value), name)
    for place, metric in numbered(value, "spec", "metrics"):
        resource = text(metric, "resource", "name")
        used = text(metric, "resource", "target", "type") == "Utilization"
        spec = mapping(deployment, *kinds.DEPLOYMENT.pod_spec)
        for container in maps(spec, "containers") if resource and used else ():
            resources = mapping(container, "resources")
            requested = {**mapping(resources, "limits"), **mapping(resources, "requests")}
            if resource not in requested:
                yield Problem(
                    f"spec.metrics[{place}].resource.name",
                    f"container {text(container, 'name')} of Deployment {name} requests no "
                    f"{resource}, of which this is a percentage",
                )


def _target_group_binding(store: Store, value: Plain) -> Found:
    yield from _target_group(store.settings().target_types, mapping(value, "spec"))
    reference = mapping(value, "spec", "serviceRef")
    name, wanted = text(reference, "name"), reference.get("port")
    service = store.get(kinds.SERVICE, namespace_of(value), name)
    if service is None:
        look = Looking(store, namespace_of(value))
        yield from look.named("spec.serviceRef.name", kinds.SERVICE, name)
        return
    ports = maps(service, "spec", "ports")
    if not any(wanted in (port.get("port"), port.get("name")) for port in ports):
        has = ", ".join(str(port.get("port")) for port in ports)
        reason = f"Service {name} has no port {wanted}; it has {has}"
        yield Problem("spec.serviceRef.port", reason)


def _target_group(target_types: Mapping[str, str] | None, spec: Plain) -> Found:
    if target_types is None:
        return
    arn, wanted = text(spec, "targetGroupARN"), text(spec, "targetType")
    takes = target_types.get(arn)
    if takes is None:
        yield Problem("spec.targetGroupARN", f"there is no target group {arn} in the account")
    elif takes != wanted:
        reason = f"the target group takes targets of type {takes}, not {wanted}"
        yield Problem("spec.targetType", reason)


def _service_account(store: Store, value: Plain) -> Found:
    look = Looking(store, namespace_of(value))
    for place, secret in numbered(value, "imagePullSecrets"):
        yield from look.named(f"imagePullSecrets[{place}]", kinds.SECRET, text(secret, "name"))


_CHECKS: Mapping[ObjectKind, Callable[[Store, Plain], Found]] = {
    kinds.AUTOSCALER: _autoscaler,
    kinds.TARGET_GROUP_BINDING: _target_group_binding,
    kinds.SERVICE_ACCOUNT: _service_account,
}
