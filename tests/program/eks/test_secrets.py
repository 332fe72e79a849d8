"""Secrets in the cluster: where they are, where they are not, and who is restarted by a new one."""

import json
from collections.abc import Iterator

import pytest

from tests.program.eks.manifests import manifest, objects, of_kind, workloads
from tests.support import secret_users
from tests.support.pods import template_of
from tools.recording.recorder import Recording, Resource


def held(graph: Recording) -> dict[str, str]:
    """Every value of every Secret, by where it stands."""
    return {
        f"{each['metadata']['namespace']}/{each['metadata']['name']}/{key}": value
        for each in of_kind(graph, "Secret")
        for key, value in each["stringData"].items()
    }


def clear_texts(resource: Resource) -> Iterator[str]:
    """What a resource shows to everybody: its inputs that are no secrets."""
    for key, value in resource.inputs.items():
        if key not in resource.secret_inputs:
            yield json.dumps(value)


@pytest.mark.acceptance("trap-1")
def test_no_value_of_a_secret_stands_in_clear(graph: Recording) -> None:
    """Neither in a ConfigMap nor anywhere else, drawn, provided or part of a URL."""
    values = {*held(graph).values()}
    values |= {each.outputs["result"] for each in graph.of_type("RandomPassword")}
    assert len(values) > 20
    shown = [
        (each.name, value)
        for each in graph.resources
        for text in clear_texts(each)
        for value in values
        if value in text
    ]
    assert shown == []


@pytest.mark.acceptance("trap-1")
def test_the_data_of_every_secret_is_marked_as_secret(graph: Recording) -> None:
    found = [each for each in objects(graph) if each.inputs["kind"] == "Secret"]
    assert len(found) >= 12
    for each in found:
        # `data` would hold the same in base64, which is no protection.
        assert {*each.inputs} == {"apiVersion", "kind", "metadata", "type", "stringData"}
        assert each.secret_inputs == {"stringData"}, each.name


def test_no_output_of_the_stack_holds_a_secret(graph: Recording) -> None:
    text = json.dumps(graph.stack_outputs)
    assert [where for where, value in held(graph).items() if value in text] == []


def test_the_state_holds_no_token_of_the_cluster(graph: Recording) -> None:
    """Whoever deploys asks AWS for one, for a quarter of an hour."""
    [provider] = graph.of_type("pulumi:providers:kubernetes")
    config = json.loads(provider.inputs["kubeconfig"])
    [user] = config["users"]
    assert {*user["user"]} == {"exec"}
    assert user["user"]["exec"]["args"][:2] == ["eks", "get-token"]


@pytest.mark.acceptance("trap-1", "trap-4")
def test_every_secret_variable_comes_by_reference(graph: Recording) -> None:
    """No variable has its value in the pod's own template."""
    found = 0
    for each in workloads(graph):
        namespace = each["metadata"]["namespace"]
        for container in template_of(each)["spec"]["containers"]:
            for variable in container.get("env", []):
                reference = variable["valueFrom"]["secretKeyRef"]
                secret = manifest(graph, "Secret", namespace, reference["name"])
                assert reference["key"] in secret["stringData"]
                found += 1
    assert found > 25


@pytest.mark.acceptance("trap-39")
def test_a_new_version_reaches_who_uses_it_and_nobody_else(stack: str, graph: Recording) -> None:
    """By the checksum of the pods, which holds the versions and no values."""
    versions = {each.urn: each.name for each in graph.of_type("SecretVersion")}
    actual: dict[str, set[str]] = {}
    for each in objects(graph):
        if each.inputs["kind"] in {"Deployment", "Job", "CronJob"}:
            for urn in each.property_dependencies["spec"]:
                if urn in versions:
                    actual.setdefault(versions[urn], set()).add(each.name)

    assert actual == secret_users.of_each_version(stack, service="deployment", task="job")
    assert {*versions.values()} == {*actual}
