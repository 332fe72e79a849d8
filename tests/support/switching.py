"""What a move from one runtime to the other does to a recorded graph.

Nothing is asked of a list of types that hold data: such a list is as good as the memory of whoever
wrote it. What is allowed is listed instead, and everything else has to stay as it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields
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
DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"

_ALLOWED: Mapping[str, frozenset[str]] = {
    # Where requests go. The former names are those of Fargate's component, and go with it.
    LISTENER_RULE: frozenset(["actions", "aliases"]),
    TARGET_GROUP: frozenset(["aliases"]),
    # Numbers of tasks or of pods.
    DASHBOARD: frozenset(["dashboardBody"]),
}
_OF_TASKS = frozenset(["AWS/ECS", "ECS/ContainerInsights", "ContainerInsights"])
_OF_STATUS = frozenset(["CloudWatchSynthetics", "Slipway"])
_OPTIONS = frozenset(each.name for each in fields(Resource)) - {
    *("urn", "type", "name", "id", "parent", "custom", "inputs", "outputs"),
    # Who depends on what of a runtime's own changes with it; `_changed` looks at the rest.
    *("dependencies", "property_dependencies"),
}


def allowed(type_: str, *states: Mapping[str, Any]) -> frozenset[str]:
    """What may change of a resource that both sides of a step have, all of it in place.

    Args:
        type_: Its type.
        states: Its inputs before and after: an alarm that comes to look at another kind of thing
            may change nothing.
    """
    if type_ != ALARM:
        return _ALLOWED.get(type_, frozenset())
    return frozenset[str].intersection(*(_allowed_of_alarm(each) for each in states))


def watched(alarm: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The metrics that an alarm looks at, by its inputs."""
    queries: list[Mapping[str, Any]] = alarm.get("metricQueries", [])
    return [each["metric"] for each in queries if "metric" in each] or [alarm]


def _allowed_of_alarm(alarm: Mapping[str, Any]) -> frozenset[str]:
    metrics = watched(alarm)
    if all("TargetGroup" in each.get("dimensions", {}) for each in metrics):
        # One metric becomes an expression over both target groups, and one again.
        kept = ["dimensions", "metricName", "namespace", "period"]
        return frozenset([*kept, "statistic", "extendedStatistic", "metricQueries"])
    if all(each["namespace"] in _OF_TASKS for each in metrics):
        return frozenset(["dimensions", "metricName", "namespace", "metricQueries"])
    if all(each["namespace"] in _OF_STATUS for each in metrics):
        # Who asks, not what is asked.
        return frozenset(["dimensions", "namespace"])
    return frozenset()


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
    """One line for everything of `before` that is gone, replaced or changed and should not be.

    What a runtime has of its own may come and go. Where both sides have it nothing of it changes
    either: tasks and pods run on, and no field that cannot change in place is ever asked to.
    """
    now = {each.urn: each for each in after.resources}
    lines: list[str] = []
    for resource in before.resources:
        what = f"{resource.type.rpartition(':')[2]} {resource.name}"
        if resource.urn in now:
            new = now[resource.urn]
            changed = _changed(resource, new) - allowed(resource.type, resource.inputs, new.inputs)
            lines += [f"changed: {what}: {key}" for key in sorted(changed)]
        elif runtime_of(resource.urn) is None:
            lines.append(f"gone: {what}")
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
    found |= {each for each in _OPTIONS if getattr(before, each) != getattr(after, each)}
    if _needs(before) != _needs(after):
        found.add("dependencies")
    return frozenset(found)


def _needs(resource: Resource) -> set[str]:
    return {each for each in resource.dependencies if runtime_of(each) is None}
