"""The embedded engine deploys what a program registers, as Pulumi's engine would."""

from dataclasses import replace

import pytest

from sandbox.masking import plain_map
from sandbox.session import DeployError
from tests.support.things import bench

NESTED = """
    provider = Provider("p", place="here")
    outer = Box("outer", pulumi.ResourceOptions(provider=provider))
    inner = Box("inner", pulumi.ResourceOptions(parent=outer))
    first = Thing("first", pulumi.ResourceOptions(parent=inner), size=3)
    second = Thing("second", pulumi.ResourceOptions(parent=outer, depends_on=[first]))
    third = Thing("third", pulumi.ResourceOptions(provider=provider), of=second.shown)
    pulumi.export("third", third.shown)
"""


def test_urns_are_those_of_the_engine(tmp_path):
    with bench(tmp_path, NESTED) as run:
        run.session.deploy()
        urns = [resource.urn for resource in run.session.state]
    assert sorted(urns) == [
        "urn:pulumi:dev::shop::pulumi:providers:thing::p",
        "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev",
        "urn:pulumi:dev::shop::test:index:Box$test:index:Box$thing:index:Thing::first",
        "urn:pulumi:dev::shop::test:index:Box$test:index:Box::inner",
        "urn:pulumi:dev::shop::test:index:Box$thing:index:Thing::second",
        "urn:pulumi:dev::shop::test:index:Box::outer",
        "urn:pulumi:dev::shop::thing:index:Thing::third",
    ]


def test_options_and_dependencies_are_recorded(tmp_path):
    with bench(tmp_path, NESTED) as run:
        run.session.deploy()
        first, second, third = (run.resource(name) for name in ("first", "second", "third"))
        provider = run.resource("p")
    assert second.dependencies == (first.urn,)
    assert third.property_dependencies["of"] == (second.urn,)
    assert first.provider == f"{provider.urn}::{provider.id}"
    assert first.source == run.place('Thing("first"')
    assert run.provider.configured == [{"place": "here"}]


def test_outputs_reach_the_program_and_the_stack(tmp_path):
    with bench(tmp_path, NESTED) as run:
        run.session.deploy()
        assert plain_map(run.session.state.outputs) == {"third": "shown-third"}
        assert run.resource("third").inputs["of"].value == "shown-second"


def test_a_program_gets_structured_configuration_as_the_engine_gives_it(tmp_path):
    source = """
    provider = Provider("p")
    config = pulumi.Config()
    pulumi.export("zones", config.require_object("network")["zones"])
    pulumi.export("strict", config.require_bool("strict"))
    pulumi.export("version", config.require("version"))
    pulumi.export("where", [pulumi.get_project(), pulumi.get_stack()])
    """
    config = {"network": {"zones": ["a", "b"]}, "shop:strict": True, "version": "15"}
    with bench(tmp_path, source, config) as run:
        run.session.deploy()
        outputs = plain_map(run.session.state.outputs)
    assert outputs == {
        "zones": ["a", "b"],
        "strict": True,
        "version": "15",
        "where": ["shop", "dev"],
    }


def test_two_resources_of_one_name_are_refused(tmp_path):
    source = """
    provider = Provider("p")
    Thing("same", pulumi.ResourceOptions(provider=provider))
    Thing("same", pulumi.ResourceOptions(provider=provider))
    """
    with bench(tmp_path, source) as run:
        with pytest.raises(DeployError, match="Duplicate resource URN") as error:
            run.session.deploy()
        assert "urn:pulumi:dev::shop::thing:index:Thing::same" in str(error.value)
        assert run.provider.created.count("same") <= 1


def test_a_default_provider_is_refused_where_the_stack_disables_it(tmp_path):
    config = {"pulumi:disable-default-providers": ["thing"]}
    with bench(tmp_path, 'Thing("lonely")', config) as run:
        with pytest.raises(DeployError) as error:
            run.session.deploy()
        assert "Default provider for 'thing' disabled" in str(error.value)
        assert str(error.value).startswith(f"thing:index:Thing lonely ({run.place('lonely')}): ")
        assert run.provider.created == []


def test_a_default_provider_is_configured_once_from_the_stack_file(tmp_path):
    source = """
    for number in range(8):
        Thing(f"thing-{number}")
    """
    with bench(tmp_path, source, {"thing:place": "there"}) as run:
        run.session.deploy()
        assert run.provider.configured == [{"place": "there"}]
        assert len(run.provider.created) == 8
        assert run.session.second_run() == []


def test_reads_and_functions(tmp_path):
    source = """
    provider = Provider("p")
    options = pulumi.ResourceOptions(provider=provider)
    made = Thing("made", options)
    class Found(pulumi.CustomResource):
        shown: pulumi.Output[str]
        def __init__(self, name, id, opts):
            opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id))
            super().__init__("thing:index:Thing", name, {"shown": None}, opts)
    found = Found("found", made.id, options)
    answer = pulumi.runtime.invoke_output(
        "thing:index:ask", {"question": found.shown}, pulumi.InvokeOptions(provider=provider)
    )
    pulumi.export("answer", answer.apply(lambda value: value["answer"]))
    """
    with bench(tmp_path, source) as run:
        run.session.deploy()
        assert plain_map(run.session.state.outputs) == {"answer": "shown-made!"}
        assert run.provider.created == ["made"]
        assert run.resource("found").external
        assert run.session.second_run() == []
        run.session.destroy()
        assert run.provider.deleted == ["made"]


def test_a_read_of_nothing_names_what_is_missing(tmp_path):
    source = """
    provider = Provider("p")
    options = pulumi.ResourceOptions(provider=provider, id="id-nobody")
    pulumi.CustomResource("thing:index:Thing", "found", {}, options)
    """
    with bench(tmp_path, source) as run, pytest.raises(DeployError, match="none with id id-nobody"):
        run.session.deploy()


def test_destroy_deletes_users_before_what_they_use_and_leaves_nothing(tmp_path):
    with bench(tmp_path, NESTED) as run:
        run.session.deploy()
        assert run.session.destroy() == []
        assert run.provider.deleted == ["third", "second", "first"]
        assert run.provider.things == {}
        assert len(run.session.state) == 0


def test_destroy_takes_protected_resources_too_and_says_so(tmp_path):
    source = """
    provider = Provider("p")
    Thing("safe", pulumi.ResourceOptions(provider=provider, protect=True))
    Thing("kept", pulumi.ResourceOptions(provider=provider, retain_on_delete=True))
    """
    with bench(tmp_path, source) as run:
        run.session.deploy()
        assert run.session.destroy() == []
        assert sorted(run.provider.deleted) == ["kept", "safe"]
        assert "thing:index:Thing safe: is protected" in run.shown
        assert "thing:index:Thing kept: is retained" in run.shown


def test_destroy_reports_what_is_still_there(tmp_path):
    with bench(tmp_path, NESTED) as run:
        run.session.deploy()
        run.provider.lasting = {"second"}
        assert [resource.name for resource in run.session.destroy()] == ["second"]


def test_what_goes_with_another_resource_is_not_deleted_by_itself(tmp_path):
    source = """
    provider = Provider("p")
    whole = Thing("whole", pulumi.ResourceOptions(provider=provider))
    Thing("part", pulumi.ResourceOptions(provider=provider, deleted_with=whole))
    """
    with bench(tmp_path, source) as run:
        run.session.deploy()
        run.provider.things.pop("id-part")
        assert run.session.destroy() == []
        assert run.provider.deleted == ["whole"]


def test_deploying_again_keeps_what_is_the_same_and_refuses_a_change(tmp_path):
    with bench(tmp_path, NESTED) as run:
        run.session.deploy()
        before = [replace(resource) for resource in run.session.state if resource.custom]
        run.session.deploy()
        assert [resource for resource in run.session.state if resource.custom] == before
        run.rewrite(NESTED.replace("size=3", "size=4"))
        with pytest.raises(DeployError, match=r"cannot update .*size: 3 -> 4.*destroy it"):
            run.session.deploy()
        assert run.provider.created == ["first", "second", "third"]
