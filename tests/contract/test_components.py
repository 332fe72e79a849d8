"""What every component keeps, whoever wrote it; style.md 3.2, 3.3 and 3.7.

Each component is built by its own example, together with a twin: a second instance with the very
same arguments. What the example registers is then held against the rules.
"""

import ast
import functools
import inspect
import json
from collections import Counter
from dataclasses import fields
from typing import Any, NamedTuple

import pulumi
import pytest

from tests.support import catalogue
from tests.support.catalogue import Component
from tests.support.limits import given_name, refused_names
from tools.recording.recorder import STACK, Recording, Resource, record_file

TWIN = "a-name-of-16-abc"
"""Name of the second instance: as long as `<system>-<service>` may become."""

# Types whose name is no physical name of Pulumi's to draw.
NAMED_BY_NATURE = {
    "aws:route53/record:Record": "a DNS name that others know",
    "aws:ecs/taskDefinition:TaskDefinition": "required; AWS numbers the revisions under it",
    "aws:cloudwatch/dashboard:Dashboard": "required; people look it up by its name",
}


class Runs(NamedTuple):
    alone: Recording
    twins: Recording
    preview: Recording

    def instances(self, component: Component) -> list[Resource]:
        return [r for r in self.twins.resources if r.type == component.token]


@functools.cache
def run(component: Component) -> Runs:
    return Runs(
        alone=record_file(component.example),
        twins=_with_twin(component, preview=False),
        preview=_with_twin(component, preview=True),
    )


def _with_twin(component: Component, *, preview: bool) -> Recording:
    original = component.cls.__init__
    built: list[str] = []

    def construct(
        self: Any, name: str, args: object, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        original(self, name, args, opts)
        if not built:
            built.append(name)
            component.cls(TWIN, args, opts)  # type: ignore[call-arg, arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(component.cls, "__init__", construct)
        recording = record_file(component.example, preview=preview)
    assert built, f"{component.example} builds no {component.name}"
    return recording


def descendants(recording: Recording, root: Resource) -> list[Resource]:
    children = recording.children_of(root)
    return [*children, *(each for child in children for each in descendants(recording, child))]


every_component = pytest.mark.parametrize(
    "component", catalogue.components(), ids=lambda component: component.name
)


def test_components_are_found() -> None:
    names = {component.name for component in catalogue.components()}
    assert {"Network", "EncryptionKey", "Bucket", "Secret", "Database", "Cache"} <= names


@every_component
def test_has_the_one_signature(component: Component) -> None:
    parameters = inspect.signature(component.cls.__init__).parameters
    assert list(parameters) == ["self", "name", "args", "opts"]
    assert parameters["args"].annotation is component.args
    assert parameters["opts"].default is None


@every_component
def test_says_what_it_builds_costs_and_where_its_example_is(component: Component) -> None:
    text = inspect.getdoc(component.cls) or ""
    folder = component.example.parent.name
    for part in ("Builds:", "Not built:", "Cost:", f"Example: `examples/{folder}`"):
        assert part in text


@every_component
def test_documents_every_output(component: Component) -> None:
    assert component.outputs
    assert set(component.outputs) == catalogue.documented_attributes(component.cls)


@pytest.mark.parametrize("cls", catalogue.dataclasses(), ids=lambda cls: cls.__name__)
def test_arguments_are_frozen_named_slim_and_documented(cls: type) -> None:
    assert cls.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert all(field.kw_only for field in fields(cls))
    assert "__slots__" in vars(cls)
    assert {field.name for field in fields(cls)} == catalogue.documented_attributes(cls)


@every_component
def test_registers_its_outputs_once_and_last(component: Component) -> None:
    body = catalogue.class_body(component.cls)
    constructor = next(
        node for node in body.body if isinstance(node, ast.FunctionDef) and node.name == "__init__"
    )
    calls = [
        node
        for node in ast.walk(body)
        if isinstance(node, ast.Attribute) and node.attr == "register_outputs"
    ]
    last = constructor.body[-1]
    assert len(calls) == 1
    assert isinstance(last, ast.Expr)
    assert isinstance(last.value, ast.Call)
    assert last.value.func is calls[0]
    keys = last.value.args[0]
    assert isinstance(keys, ast.Dict)
    assert [ast.literal_eval(key) for key in keys.keys if key] == component.outputs


@every_component
def test_is_registered_under_its_token_with_its_outputs(component: Component) -> None:
    runs = run(component)
    instances = runs.instances(component)
    assert len(instances) >= 2
    for instance in instances:
        registered = runs.twins.outputs[instance.urn]
        # What is absent is None, and None is not sent.
        assert set(registered) <= set(component.outputs)
        assert registered


@every_component
def test_adopts_all_of_its_children(component: Component) -> None:
    runs = run(component)

    def orphans(recording: Recording) -> Counter[str]:
        return Counter(r.name for r in recording.resources if r.parent.endswith("::slipway-test"))

    more = orphans(runs.twins) - orphans(runs.alone)
    assert more == Counter([TWIN])
    assert STACK in runs.alone.resources[0].parent


@every_component
def test_names_children_after_itself(component: Component) -> None:
    runs = run(component)
    for instance in runs.instances(component):
        children = descendants(runs.twins, instance)
        assert children
        assert [c.name for c in children if not c.name.startswith(f"{instance.name}-")] == []


@every_component
def test_builds_the_same_for_every_name(component: Component) -> None:
    runs = run(component)
    built = [
        Counter((c.type, c.name.removeprefix(i.name)) for c in descendants(runs.twins, i))
        for i in runs.instances(component)
        if i.name == TWIN or len(runs.alone.of_type(component.token)) == 1
    ]
    assert all(each == built[0] for each in built)


@every_component
def test_shows_in_a_preview_all_that_a_deploy_builds(component: Component) -> None:
    runs = run(component)
    assert runs.preview.graph() == runs.twins.graph()


@every_component
def test_uses_explicit_providers_only(component: Component) -> None:
    recording = run(component).twins
    assert [r.name for r in recording.custom if not r.provider] == []
    assert [i.token for i in recording.invokes if not i.provider] == []


@every_component
def test_keeps_secrets_secret(component: Component) -> None:
    recording = run(component).twins

    def text(value: object) -> str:
        return value if isinstance(value, str) else json.dumps(value)

    drawn = [r.outputs["result"] for r in recording.of_type("RandomPassword")]
    drawn += [text(r.inputs[name]) for r in recording.resources for name in r.secret_inputs]

    def tells(value: object) -> bool:
        return any(secret in text(value) for secret in drawn)

    for resource in recording.resources:
        told = {name for name, value in resource.inputs.items() if tells(value)}
        assert told <= resource.secret_inputs, f"{resource.type} {resource.name}"
    for urn, outputs in recording.outputs.items():
        assert [name for name, value in outputs.items() if tells(value)] == [], urn


@every_component
def test_leaves_physical_names_to_pulumi(component: Component) -> None:
    """A given name is fine if it holds a drawn part: then two stacks can stand side by side."""
    fixed = [
        f"{r.type} {r.name}: {given_name(r)}"
        for r in run(component).twins.custom
        if r.type.startswith("aws:")
        and r.type not in NAMED_BY_NATURE
        and given_name(r) is not None
        and not any(
            r.property_dependencies.get(name)
            for name in ("name", "identifier", "bucket", "replicationGroupId")
        )
    ]
    assert fixed == []


@every_component
def test_names_fit_the_limits_of_aws(component: Component) -> None:
    assert refused_names(run(component).twins) == []


@every_component
def test_example_is_a_short_program(component: Component) -> None:
    text = component.example.read_text(encoding="utf-8")
    assert text.startswith('"""The smallest ')
    assert len(text.splitlines()) <= 120
