"""The sandbox's Kubernetes looks at every text that the program gives it.

Nonsense takes the place of one text after the other: either the sandbox refuses it there, or the
field is one of a short list whose texts Kubernetes itself takes as they are.
"""

import copy
from collections.abc import Iterator
from typing import Any

from sandbox.kubernetes import kinds, rules, schemas
from sandbox.kubernetes.kinds import ObjectKind
from sandbox.provider import is_list, is_map
from tests.program.eks.conftest import section
from tests.program.eks.manifests import Manifest, objects
from tools.recording.recorder import Recording

NONSENSE = "no: such\n(thing"
OWN_KEYS = {
    *("annotations", "data", "labels", "limits", "matchLabels", "requests", "stringData"),
    "selector",
}
"""Maps whose keys are names of one's own, which stand as `*` in a path."""

FREE = {
    # what runs, and what it reads
    "pod.containers[].args[]",
    "pod.containers[].command[]",
    "pod.containers[].livenessProbe.exec.command[]",
    "pod.containers[].startupProbe.exec.command[]",
    "pod.initContainers[].command[]",
    "pod.initContainers[].env[].value",
    "ConfigMap.data.*",
    "Secret.stringData.*",
    # what the application or the kernel knows
    "pod.containers[].livenessProbe.httpGet.path",
    "pod.containers[].readinessProbe.httpGet.path",
    "pod.containers[].startupProbe.httpGet.path",
    "pod.containers[].securityContext.capabilities.drop[]",
    "pod.initContainers[].securityContext.capabilities.drop[]",
    "pod.securityContext.sysctls[].value",
    "ServiceMonitor.spec.endpoints[].path",
    # notes, and names of alerts
    "CronJob.spec.jobTemplate.spec.template.metadata.annotations.*",
    "Deployment.spec.template.metadata.annotations.*",
    "Job.spec.template.metadata.annotations.*",
    "Job.metadata.annotations.*",
    "Service.metadata.annotations.*",
    "PrometheusRule.spec.groups[].name",
    "PrometheusRule.spec.groups[].rules[].alert",
    "PrometheusRule.spec.groups[].rules[].annotations.*",
    "PrometheusRule.spec.groups[].rules[].labels.*",
    # names that the sandbox looks for in the cluster
    "ServiceMonitor.spec.endpoints[].port",
    "TargetGroupBinding.spec.serviceRef.name",
}
"""Fields whose texts no rule limits."""

Path = tuple[str | int, ...]


def texts(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where the texts of an object stand."""
    if isinstance(value, str):
        yield path
    elif is_map(value):
        for key, item in value.items():
            yield from texts(item, (*path, key))
    elif is_list(value):
        for place, item in enumerate(value):
            yield from texts(item, (*path, place))


def field(kind: ObjectKind, path: Path) -> str:
    """The field at a path, the same for each item of a list and for the pods of each workload."""
    steps = [
        "*" if place and path[place - 1] in OWN_KEYS and step != "matchLabels" else step
        for place, step in enumerate(path)
    ]
    named = "".join("[]" if isinstance(step, int) else f".{step}" for step in steps)
    inside = f".{kind.pod_path}." if kind.template else None
    if inside and named.startswith(inside):
        return f"pod.{named.removeprefix(inside)}"
    return f"{kind.name}{named}"


def with_nonsense(value: Manifest, path: Path) -> Manifest:
    """A copy of the object with nonsense at that path."""
    copied = copy.deepcopy(value)
    inner: Any = copied
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = NONSENSE
    return copied


def test_every_text_is_limited_or_known_to_be_free(
    scraped: Recording, production: Recording
) -> None:
    """With a Prometheus that scrapes the status, and without, where a CronJob asks for it."""
    fields = {
        field(kind, path): (kind, each.inputs, path)
        for graph in (scraped, production)
        for each in objects(graph)
        for kind in [kinds.BY_TOKEN[each.type]]
        for path in texts(each.inputs)
    }
    assert len(fields) > 150
    version = section("production", "slipway:eks")["version"]
    free = {
        name
        for name, (kind, value, path) in fields.items()
        if schemas.shown(path)
        not in {each.property for each in rules.check(kind, with_nonsense(value, path), version)}
    }
    assert free == FREE
