"""The environment of the pods: every variable that is promised resolves to a value.

A container whose Secret or key is missing never starts, and only the pod's events say so. Of
Secrets the keys alone are kept; see `kubernetes_api`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tools.doctor.finding import Difference, Missing, compare, listed
from tools.doctor.kubernetes_api import CONFIG_MAP, SECRET, Kind
from tools.doctor.kubernetes_subjects import KubernetesServiceSubject

_SOURCES: Mapping[str, Kind] = {
    "configMapRef": CONFIG_MAP,
    "configMapKeyRef": CONFIG_MAP,
    "secretRef": SECRET,
    "secretKeyRef": SECRET,
}
_REGISTRY = "kubernetes.io/dockerconfigjson"
_STORES = frozenset({"database", "cache", "queue", "objects"})
_SECRET_OUTPUTS = frozenset({"password", "url", "readerUrl", "accessKey", "secretKey"})


def environment(subject: KubernetesServiceSubject) -> Iterator[Difference]:
    """Every name that the application refuses to start without is there, with its planned value."""
    values = _values(subject)
    promised = {
        *subject.plan.variables.bindings,
        *subject.plan.variables.secrets,
        *subject.service.requires,
    }
    absent = promised - set(values)
    if absent:
        yield Difference(
            "every promised variable in the container's environment",
            f"no {listed(absent)}",
            subject.redeploy,
        )
    for name, value in subject.plan.variables.environment.items():
        yield from compare(
            f"environment variable {name}", value, values.get(name), subject.redeploy
        )


def references(subject: KubernetesServiceSubject) -> Iterator[Difference]:
    """Every ConfigMap and Secret that a container names exists, with the key that it asks for."""
    container = subject.container()
    for source in container.get("envFrom", []):
        for word, kind in _SOURCES.items():
            if word in source:
                yield from _reference(subject, kind, source[word], "all variables")
    for variable in container.get("env", []):
        for word, reference in variable.get("valueFrom", {}).items():
            if word in _SOURCES:
                yield from _reference(subject, _SOURCES[word], reference, variable["name"])
    for reference in subject.pod().get("imagePullSecrets", []):
        yield from _pull_secret(subject, reference["name"])


def secrecy(subject: KubernetesServiceSubject) -> Iterator[Difference]:
    """What is secret comes from a Secret; Deployments and ConfigMaps are for everybody to read."""
    bound = {
        variable
        for variable, source in subject.plan.variables.bindings.items()
        if source.partition(".")[0] in _STORES and source.rpartition(".")[2] in _SECRET_OUTPUTS
    }
    kinds = _kinds(subject)
    plain = {
        name
        for name in {*subject.plan.variables.secrets, *bound}
        if kinds.get(name, SECRET) != SECRET
    }
    if plain:
        yield Difference(
            f"{listed(plain)} from a Secret", "a value that everybody can read", subject.redeploy
        )


def _values(subject: KubernetesServiceSubject) -> dict[str, str]:
    """Gives the variables with their values, empty for those out of Secrets.

    What does not exist is left out, as the container would not get it; `references` names it.
    """
    return {name: value for name, (_, value) in _resolved(subject).items()}


def _kinds(subject: KubernetesServiceSubject) -> dict[str, Kind | None]:
    """Gives where each variable comes from, None for the Deployment itself."""
    return {name: kind for name, (kind, _) in _resolved(subject).items()}


def _resolved(subject: KubernetesServiceSubject) -> dict[str, tuple[Kind | None, str]]:
    container = subject.container()
    found: dict[str, tuple[Kind | None, str]] = {}
    for source in container.get("envFrom", []):
        for word, kind in _SOURCES.items():
            data = _data(subject, kind, source[word]["name"]) if word in source else {}
            prefix = source.get("prefix", "")
            found.update({f"{prefix}{key}": (kind, value) for key, value in data.items()})
    # Kubernetes lets `env` win over `envFrom`.
    for variable in container.get("env", []):
        if "valueFrom" not in variable:
            found[variable["name"]] = (None, variable.get("value", ""))
        for word, reference in variable.get("valueFrom", {}).items():
            if word not in _SOURCES:
                continue
            data = _data(subject, _SOURCES[word], reference["name"])
            if reference["key"] in data:
                found[variable["name"]] = (_SOURCES[word], data[reference["key"]])
    return found


def _data(subject: KubernetesServiceSubject, kind: Kind, name: str) -> dict[str, str]:
    try:
        return subject.object(kind, name).get("data", {})
    except Missing:
        return {}


def _reference(
    subject: KubernetesServiceSubject, kind: Kind, reference: dict[str, Any], variable: str
) -> Iterator[Difference]:
    if reference.get("optional"):
        return
    name, key = reference["name"], reference.get("key")
    try:
        data = subject.object(kind, name).get("data", {})
    except Missing as missing:
        yield Difference(f"{missing} for {variable}", "nothing", subject.redeploy)
        return
    if key is not None and key not in data:
        yield Difference(
            f"key {key} in {kind.name} {name} for {variable}",
            f"keys {listed(data)}",
            subject.redeploy,
        )


def _pull_secret(subject: KubernetesServiceSubject, name: str) -> Iterator[Difference]:
    try:
        secret = subject.object(SECRET, name)
    except Missing as missing:
        yield Difference(f"{missing} for the registry", "nothing", subject.redeploy)
        return
    yield from compare(f"type of Secret {name}", _REGISTRY, secret.get("type"), subject.redeploy)
