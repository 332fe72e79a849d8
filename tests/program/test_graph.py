"""What both stacks register on each runtime: the reviewed graph, and what every graph must keep."""

import json
import os

import pytest

from tests.program.conftest import ROOT
from tests.program.eks.conftest import run
from tests.support.limits import refused_names
from tools.recording.recorder import Recording

GOLDEN = {"fargate": "{stack}.json", "eks": "eks-{stack}.json"}


@pytest.fixture(params=[*GOLDEN])
def runtime(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def graph(stack: str, runtime: str, _in_the_project: None) -> Recording:
    return run(stack, runtime)


def shape(graph: Recording) -> list[str]:
    """One line a resource: what a rename, a move or a lost protection would change."""
    return sorted(
        f"{each.parent.rpartition('::')[2]} > {each.type} {each.name}"
        f"{' protected' if each.protect else ''}{' kept' if each.retain_on_delete else ''}"
        for each in graph.resources
    )


def test_the_graph_is_the_reviewed_one(stack: str, runtime: str, graph: Recording) -> None:
    golden = ROOT / "tests" / "program" / "golden" / GOLDEN[runtime].format(stack=stack)
    current = json.dumps(shape(graph), indent=1) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(current, encoding="utf-8")
    assert current == golden.read_text(encoding="utf-8"), (
        "the graph differs from tests/program/golden; if that is meant, run `make golden`, review "
        "the diff, and say in CHANGELOG.md what a preview will show"
    )


def test_a_preview_shows_the_same_resources(stack: str, runtime: str, graph: Recording) -> None:
    assert run(stack, runtime, preview=True).graph() == graph.graph()


def test_everything_uses_the_explicit_providers(graph: Recording) -> None:
    for resource in graph.custom:
        package = resource.type.partition(":")[0]
        assert f"pulumi:providers:{package}::{package}::" in resource.provider, resource.name
    assert {invoke.provider.split("::")[3] for invoke in graph.invokes} == {"aws"}


def test_every_name_fits_the_limits_of_aws(graph: Recording) -> None:
    assert refused_names(graph) == []


def test_no_output_of_the_stack_is_a_secret(graph: Recording) -> None:
    [stack] = [urn for urn in graph.outputs if urn.split("::")[2] == "pulumi:pulumi:Stack"]
    assert graph.secret_outputs[stack] == frozenset()


def test_only_the_load_balancer_is_open_to_the_world(graph: Recording) -> None:
    world = {"0.0.0.0/0", "::/0"}
    open_rules = {
        (rule.name, rule.inputs["fromPort"])
        for rule in graph.of_type("SecurityGroupIngressRule")
        if world & {rule.inputs.get("cidrIpv4"), rule.inputs.get("cidrIpv6")}
    }
    assert {port for _, port in open_rules} == {80, 443}
    assert {name.rpartition("-http")[0] for name, _ in open_rules} == {"platform-edge"}
    stores = [*graph.of_type("Instance"), *graph.of_type("Broker")]
    assert [each.name for each in stores if each.inputs["publiclyAccessible"]] == []
    assert all(not subnet.inputs.get("mapPublicIpOnLaunch") for subnet in graph.of_type("Subnet"))


def test_nothing_is_registered_with_a_password_in_clear(graph: Recording) -> None:
    drawn = [each.outputs["result"] for each in graph.of_type("RandomPassword")]
    assert len(drawn) > 10
    for resource in graph.resources:
        clear = json.dumps(
            {
                key: value
                for key, value in resource.inputs.items()
                if key not in resource.secret_inputs
            }
        )
        assert [password for password in drawn if password in clear] == [], resource.name


@pytest.mark.acceptance("trap-7")
@pytest.mark.parametrize("system", ["aegisx", "empacts", "nx", "rest-api"])
def test_production_keeps_its_data_and_staging_may_lose_it(
    production: Recording, staging: Recording, system: str
) -> None:
    name = f"{system}-database-instance"
    kept, cheap = production.one("Instance", name), staging.one("Instance", name)
    assert kept.protect
    assert not cheap.protect
    for graph_instance, expected in ((kept, True), (cheap, False)):
        inputs = graph_instance.inputs
        assert inputs["multiAz"] is expected
        assert inputs["deletionProtection"] is expected
        assert inputs["skipFinalSnapshot"] is not expected
        assert inputs["storageEncrypted"] is True
        assert inputs["storageType"] == "gp3"
    assert kept.inputs["backupRetentionPeriod"] == 30
    assert cheap.inputs["backupRetentionPeriod"] == 7


def test_a_gateway_per_zone_in_production_and_one_in_staging(
    production: Recording, staging: Recording
) -> None:
    assert len(production.of_type("NatGateway")) == 3
    assert len(staging.of_type("NatGateway")) == 1
