"""A recorded graph with something changed, for tests that must see the analysis find it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tests.support.reachability import differences, matrix
from tools.recording.recorder import Recording, Resource

Inputs = Mapping[str, Any]
Change = Callable[[Recording], Recording]


def found(graph: Recording, *changes: Change) -> list[str]:
    """What is reached otherwise once the graph is changed, one change after the other."""
    after = graph
    for change in changes:
        after = change(after)
    return differences(matrix(after), matrix(graph))


def too_much(who: str, how: str, *things: str) -> list[str]:
    """What `found` says of somebody who reaches what he did not reach before."""
    return [f"too much: {who} | {how} | {what}" for what in things]


def missing(who: str, how: str, *things: str) -> list[str]:
    """What `found` says of somebody who reaches no more what he reached before."""
    return [f"missing: {who} | {how} | {what}" for what in things]


def changed(graph: Recording, type_: str, name: str, inputs: Inputs) -> Recording:
    """The graph with other inputs of one resource."""
    before = graph.one(type_, name)
    after = _with(before, inputs)
    return Recording(resources=[after if each is before else each for each in graph.resources])


def added(graph: Recording, type_: str, like: str, inputs: Inputs) -> Recording:
    """The graph with one more resource, which is like another one but for some inputs."""
    before = graph.one(type_, like)
    new = replace(_with(before, inputs), name=f"{like}-too", urn=f"{before.urn}-too")
    return Recording(resources=[*graph.resources, new])


def without(graph: Recording, type_: str, name: str) -> Recording:
    """The graph without one of its resources."""
    gone = graph.one(type_, name)
    return Recording(resources=[each for each in graph.resources if each is not gone])


def stated(graph: Recording, type_: str, name: str, statement: Inputs) -> Recording:
    """The graph with one more statement in a policy; it allows unless it says otherwise."""
    document = json.loads(graph.one(type_, name).inputs["policy"])
    document["Statement"].append({"Effect": "Allow", **statement})
    return changed(graph, type_, name, {"policy": json.dumps(document)})


def group(graph: Recording, component: str) -> str:
    """Id of a component's security group."""
    return graph.one("SecurityGroup", f"{component}-security-group").id


def _with(resource: Resource, inputs: Inputs) -> Resource:
    """A resource with other inputs; None takes one away."""
    kept = {key: value for key, value in {**resource.inputs, **inputs}.items() if value is not None}
    return replace(resource, inputs=kept, outputs={**resource.outputs, **inputs})
