"""What a move from one runtime to the other does to a recorded graph.

Nothing is asked of a list of types that hold data: such a list is as good as the memory of whoever
wrote it. What is allowed is listed instead, and everything else has to stay as it is.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from tools.recording.recorder import Recording, Resource

COMPONENTS: Mapping[str, frozenset[str]] = {
    "fargate": frozenset(
        ["FargateCluster", "FargateService", "OneShotTask", "TaskRunner", "StatusCanary"]
    ),
    "eks": frozenset(
        [
            *("EksCluster", "NetworkPolicyController", "KubernetesNamespace"),
            *("KubernetesService", "KubernetesJob", "StatusExporter"),
        ]
    ),
}
"""Whose resources come and go with a runtime."""

TARGET_GROUP = "aws:lb/targetGroup:TargetGroup"
LISTENER_RULE = "aws:lb/listenerRule:ListenerRule"
ALLOWED: Mapping[str, frozenset[str]] = {
    # Where requests go.
    LISTENER_RULE: frozenset(["actions"]),
    # Numbers of tasks or of pods.
    "aws:cloudwatch/dashboard:Dashboard": frozenset(["dashboardBody"]),
    "aws:cloudwatch/metricAlarm:MetricAlarm": frozenset(
        [
            "alarmDescription",
            "dimensions",
            "metricName",
            "metricQueries",
            "namespace",
            "treatMissingData",
        ]
    ),
}
"""What may change of the resources that outlive a move, by type. All of it is changed in place."""


def runtime_of(urn: str) -> str | None:
    """The runtime that a resource comes and goes with; None for what outlives a move."""
    *_, types, name = urn.split("::")
    *_, own = types.split("$")
    for runtime, components in COMPONENTS.items():
        if components & {each.rpartition(":")[2] for each in types.split("$")}:
            return runtime
    if own == TARGET_GROUP:
        return "eks" if name.endswith("-eks-tg") else "fargate"
    return "eks" if own == "pulumi:providers:kubernetes" else None


def lasting(graph: Recording) -> list[Resource]:
    """All that outlives a move."""
    return [each for each in graph.resources if runtime_of(each.urn) is None]


def damage(before: Recording, after: Recording) -> list[str]:
    """One line for everything of `before` that is gone, replaced or changed and should not be."""
    now = {each.urn: each for each in after.resources}
    lines: list[str] = []
    for resource in lasting(before):
        what = f"{resource.type.rpartition(':')[2]} {resource.name}"
        if resource.urn not in now:
            lines.append(f"gone: {what}")
            continue
        changed = _changed(resource, now[resource.urn]) - ALLOWED.get(resource.type, frozenset())
        lines += [f"changed: {what}: {key}" for key in sorted(changed)]
    known = {each.urn for each in before.resources}
    lines += [
        f"new: {each.type.rpartition(':')[2]} {each.name}"
        for each in lasting(after)
        if each.urn not in known
    ]
    return lines


def gone(before: Recording, after: Recording) -> list[Resource]:
    """What `after` has no more."""
    now = {each.urn for each in after.resources}
    return [each for each in before.resources if each.urn not in now]


def changed(before: Recording, after: Recording) -> dict[str, frozenset[str]]:
    """The inputs and options that differ, by URN; nothing about what one of the two has not."""
    now = {each.urn: each for each in after.resources}
    pairs = [(each, now[each.urn]) for each in before.resources if each.urn in now]
    return {old.urn: keys for old, new in pairs if (keys := _changed(old, new))}


def weights(rule: Resource, target_groups: Iterable[Resource]) -> dict[str, int]:
    """The share of the requests that each runtime gets by a rule; nothing for one that refuses."""
    runtimes = {each.outputs["arn"]: runtime_of(each.urn) or "" for each in target_groups}
    [action] = rule.inputs["actions"]
    if action["type"] != "forward":
        return {}
    if "targetGroupArn" in action:
        return {runtimes[action["targetGroupArn"]]: 100}
    shares = {runtimes[each["arn"]]: each["weight"] for each in action["forward"]["targetGroups"]}
    assert len(shares) == len(action["forward"]["targetGroups"]), "two targets of one runtime"
    return shares


def _changed(before: Resource, after: Resource) -> frozenset[str]:
    keys = before.inputs.keys() | after.inputs.keys()
    found = {key for key in keys if before.inputs.get(key) != after.inputs.get(key)}
    return frozenset({*found, *_options(before, after)})


def _options(before: Resource, after: Resource) -> Collection[str]:
    def told(resource: Resource) -> dict[str, Any]:
        return {
            "protect": resource.protect,
            "retain on delete": resource.retain_on_delete,
            "delete before replace": resource.delete_before_replace,
            "replacement trigger": resource.replacement_trigger,
            "provider": resource.provider,
        }

    return [name for name, value in told(before).items() if value != told(after)[name]]
