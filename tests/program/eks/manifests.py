"""The manifests of a recorded graph."""

from typing import Any

from tests.support.pods import template_of
from tools.recording.recorder import Recording, Resource

Manifest = dict[str, Any]

CHECKSUM = "slipway.dev/config-checksum"


def objects(graph: Recording) -> list[Resource]:
    """All that Kubernetes is given."""
    return [each for each in graph.custom if each.type.startswith("kubernetes:")]


def of_kind(graph: Recording, *kinds: str) -> list[Manifest]:
    """The manifests of some kinds."""
    return [each.inputs for each in objects(graph) if each.inputs["kind"] in kinds]


def resource(graph: Recording, kind: str, namespace: str | None, name: str) -> Resource:
    """The object of that name."""
    found = [
        each
        for each in objects(graph)
        if each.inputs["kind"] == kind
        and each.inputs["metadata"].get("namespace") == namespace
        and each.inputs["metadata"].get("name") == name
    ]
    assert len(found) == 1, f"{len(found)} of {kind} {namespace}/{name}"
    return found[0]


def manifest(graph: Recording, kind: str, namespace: str | None, name: str) -> Manifest:
    """The manifest of that name, as the cluster gets it."""
    return resource(graph, kind, namespace, name).inputs


def exists(graph: Recording, kind: str, namespace: str, name: str) -> bool:
    """Whether there is such an object."""
    return any(
        each["metadata"].get("namespace") == namespace and each["metadata"].get("name") == name
        for each in of_kind(graph, kind)
    )


def workloads(graph: Recording) -> list[Manifest]:
    """The manifests of all that has pods."""
    return of_kind(graph, "Deployment", "Job", "CronJob")


def pod(graph: Recording, namespace: str, workload: str) -> Manifest:
    """The template's spec of a Deployment or CronJob."""
    kind = "CronJob" if exists(graph, "CronJob", namespace, workload) else "Deployment"
    return template_of(manifest(graph, kind, namespace, workload))["spec"]


def container(graph: Recording, namespace: str, workload: str) -> Manifest:
    """The only container of a Deployment or CronJob."""
    [found] = pod(graph, namespace, workload)["containers"]
    return found


def drawn(graph: Recording, name: str) -> str:
    """A password that the program draws."""
    return graph.one("RandomPassword", name).outputs["result"]


def without_checksum(found: Manifest) -> Manifest:
    """A Deployment without the annotation that no test can foresee, once it is a checksum."""
    spec = found["spec"]
    template = spec["template"]
    annotations = dict(template["metadata"]["annotations"])
    assert len(annotations.pop(CHECKSUM)) == 64
    assert annotations == {}
    kept = {key: value for key, value in template["metadata"].items() if key != "annotations"}
    return {**found, "spec": {**spec, "template": {**template, "metadata": kept}}}
