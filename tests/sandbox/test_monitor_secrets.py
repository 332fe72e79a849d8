"""A secret stays one on every way through the engine, and no text shows it."""

import re

import pytest

from sandbox import project
from sandbox.masking import Masker, plain_map
from sandbox.session import DeployError
from tests.support.things import bench, write_project

SECRET = 'hun"ter/2 ünd\nmore'


def test_an_output_is_secret_when_its_input_is_or_the_program_says_so(tmp_path):
    source = f"""
    provider = Provider("p")
    Thing("in", pulumi.ResourceOptions(provider=provider), word=pulumi.Output.secret({SECRET!r}))
    options = pulumi.ResourceOptions(provider=provider, additional_secret_outputs=["shown"])
    out = Thing("out", options)
    derived = Thing("derived", pulumi.ResourceOptions(provider=provider), of=out.shown)
    pulumi.export("out", out.shown)
    pulumi.export("nested", {{"derived": [derived.of_ if False else out.shown, "plain"]}})
    """
    with bench(tmp_path, source) as run:
        run.session.deploy()
        assert run.resource("in").outputs["word"].is_secret
        assert run.resource("out").outputs["shown"].is_secret
        assert run.resource("derived").inputs["of"].is_secret
        assert not run.resource("derived").outputs["shown"].contains_secret()
        outputs = plain_map(run.session.state.outputs)
        assert run.session.second_run() == []
    assert outputs["out"] == "[secret]"
    assert "shown-out" not in str(outputs)


def test_generated_passwords_are_secret(tmp_path):
    source = """
    import pulumi_random as random
    options = pulumi.ResourceOptions(provider=random.Provider("r"))
    password = random.RandomPassword("password", length=30, opts=options)
    pulumi.export("url", pulumi.Output.concat("redis://:", password.result, "@host"))
    print("made it")
    password.result.apply(lambda value: print("it is", value))
    password.result.apply(lambda value: pulumi.log.warn(f"beware of {value}"))
    """
    with bench(tmp_path, source) as run:
        run.session.deploy()
        password = run.resource("password").outputs["result"]
        assert password.is_secret
        assert plain_map(run.session.state.outputs) == {"url": "[secret]"}
        assert str(password.value) not in run.shown
        assert "made it" in run.shown
        assert "it is [secret]" in run.shown
        assert "beware of [secret]" in run.shown


def test_errors_of_a_provider_show_no_secret(tmp_path):
    source = f"""
    options = pulumi.ResourceOptions(provider=Provider("p"))
    Thing("bad", options, fail=pulumi.Output.secret({SECRET!r}))
    """
    with bench(tmp_path, source) as run, pytest.raises(DeployError) as error:
        run.session.deploy()
    assert "cannot make it: [secret]" in str(error.value)


def test_errors_of_the_program_show_no_secret_of_the_configuration(tmp_path):
    source = 'raise ValueError(pulumi.Config().require("word"))'
    with bench(tmp_path, source, {"word": {"secure": "v1:abc"}}) as run:
        with pytest.raises(DeployError) as error:
            run.session.deploy()
        assert str(error.value).endswith("ValueError: [secret]")


def test_an_encrypted_value_becomes_a_secret_placeholder(tmp_path):
    write_project(tmp_path, "", {"shop:word": {"secure": "v1:abc"}, "plain": 1})
    loaded = project.load(tmp_path, "dev")
    assert loaded.secrets == {"shop:word"}
    assert loaded.config["shop:word"] == project.placeholder("shop:word")


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        'as JSON: "hun\\"ter/2 \\u00fcnd\\nmore"',
        f"as Python: {SECRET!r}",
        "as URL: hun%22ter%2F2%20%C3%BCnd%0Amore",
    ],
)
def test_every_form_of_a_secret_is_masked(form):
    masker = Masker()
    masker.learn_text(SECRET)
    assert not re.search(r"ter|more", masker.mask(form))


def test_a_secret_in_a_secret_leaves_no_rest():
    masker = Masker()
    for secret in ("pass", "redis://pass@host"):
        masker.learn_text(secret)
    assert masker.mask("at redis://pass@host with pass") == "at [secret] with [secret]"


def test_words_too_short_to_be_secrets_are_left_alone():
    masker = Masker()
    masker.learn_text("a")
    assert masker.mask("a cat") == "a cat"
