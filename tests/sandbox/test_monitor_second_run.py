"""A second run lists every difference to what is deployed, and creates nothing."""

import pytest

from tests.support.things import bench

PROGRAM = """
    provider = Provider("p", place="here")
    first = Thing("first", pulumi.ResourceOptions(provider=provider), size=3, kind="round")
    second = Thing("second", pulumi.ResourceOptions(provider=provider), of=first.shown)
"""


def changes_after(tmp_path, before, after):
    with bench(tmp_path, before) as run:
        run.session.deploy()
        created = list(run.provider.created)
        run.rewrite(after)
        found = [str(change) for change in run.session.second_run()]
        assert run.provider.created == created
        return found


def test_the_same_program_changes_nothing(tmp_path):
    assert changes_after(tmp_path, PROGRAM, PROGRAM) == []


def test_a_changed_input_is_named_with_both_values(tmp_path):
    after = PROGRAM.replace("size=3", "size=4")
    found = changes_after(tmp_path, PROGRAM, after)
    assert "changed thing:index:Thing first: size: 3 -> 4" in found


def test_what_hangs_on_a_changed_resource_is_listed_as_open(tmp_path):
    after = PROGRAM.replace("size=3", "size=4")
    found = changes_after(tmp_path, PROGRAM, after)
    assert found[1:] == ["changed thing:index:Thing second: of (known only after another change)"]


def test_a_replacement_is_told_from_an_update(tmp_path):
    found = changes_after(tmp_path, PROGRAM, PROGRAM.replace("round", "flat"))
    assert found[0] == "replaced thing:index:Thing first: kind: round -> flat"


def test_a_removed_input_is_a_change(tmp_path):
    found = changes_after(tmp_path, PROGRAM, PROGRAM.replace("size=3, ", ""))
    assert found[0] == "changed thing:index:Thing first: size: 3 -> nothing"


def test_new_and_missing_resources_are_listed(tmp_path):
    before = PROGRAM + '    Thing("old", pulumi.ResourceOptions(provider=provider))\n'
    after = PROGRAM + '    Thing("new", pulumi.ResourceOptions(provider=provider))\n'
    assert changes_after(tmp_path, before, after) == [
        "new thing:index:Thing new",
        "missing thing:index:Thing old",
    ]


def test_a_new_component_and_a_new_provider_are_listed(tmp_path):
    after = PROGRAM + '    Box("box")\n    Provider("q")\n'
    assert changes_after(tmp_path, PROGRAM, after) == [
        "new pulumi:providers:thing q",
        "new test:index:Box box",
    ]


def test_a_changed_provider_is_listed(tmp_path):
    found = changes_after(tmp_path, PROGRAM, PROGRAM.replace('"here"', '"there"'))
    assert "changed pulumi:providers:thing p: place: here -> there" in found


def test_an_ignored_input_does_not_count(tmp_path):
    ignoring = PROGRAM.replace(
        "pulumi.ResourceOptions(provider=provider), size",
        'pulumi.ResourceOptions(provider=provider, ignore_changes=["size"]), size',
    )
    assert changes_after(tmp_path, ignoring, ignoring.replace("size=3", "size=9")) == []


def test_a_changed_secret_is_listed_without_its_value(tmp_path):
    before = PROGRAM.replace('"round"', 'pulumi.Output.secret("hunter2")')
    found = changes_after(tmp_path, before, before.replace("hunter2", "swordfish"))
    assert found[0] == "replaced thing:index:Thing first: kind: [secret] -> [secret]"


def test_the_program_is_told_that_it_is_a_preview(tmp_path):
    source = 'pulumi.log.info(f"preview {pulumi.runtime.is_dry_run()}")'
    with bench(tmp_path, source) as run:
        run.session.deploy()
        run.session.second_run()
        assert run.shown.count("preview False") == 1
        assert run.shown.count("preview True") == 1


@pytest.mark.parametrize("length", [20, 24])
def test_random_values_stay(tmp_path, length):
    source = """
    import pulumi_random as random
    provider = random.Provider("r")
    options = pulumi.ResourceOptions(provider=provider)
    random.RandomPassword("password", length={length}, special=False, opts=options)
    """
    with bench(tmp_path, source.format(length=20)) as run:
        run.session.deploy()
        run.rewrite(source.format(length=length))
        found = [str(change) for change in run.session.second_run()]
    kind = "random:index/randomPassword:RandomPassword"
    assert found == ([] if length == 20 else [f"replaced {kind} password: length: 20 -> 24"])
