"""What a user reads when something does not work, and that nothing is half done behind it."""

import gc
import sys
import threading
from pathlib import Path

import pytest

from sandbox.errors import SandboxError
from sandbox.session import DeployError
from tests.support.things import bench


def failure_of(tmp_path, source, config=None):
    with bench(tmp_path, source, config) as run:
        with pytest.raises(DeployError) as error:
            run.session.deploy()
        return str(error.value), run


def test_a_users_mistake_is_told_by_its_text_alone_and_nothing_is_created(tmp_path):
    text, run = failure_of(
        tmp_path,
        """
        Thing("early", pulumi.ResourceOptions(provider=Provider("p")))
        raise pulumi.RunError("1 problem in the description; nothing was created:\\n1. bad")
        """.replace("        ", ""),
    )
    assert text == "1 problem in the description; nothing was created:\n1. bad"
    assert run.provider.created == []


def test_a_fault_of_the_program_shows_the_programs_own_lines(tmp_path):
    text, run = failure_of(tmp_path, 'def broken():\n    raise Stubborn("no")\n\nbroken()')
    assert text.startswith("the program failed:\n")
    assert text.endswith("Stubborn: no")
    assert "in broken" in text
    assert "runpy" not in text
    assert "sandbox" not in text
    assert run.provider.created == []


def test_a_refused_input_names_the_resource_and_its_source(tmp_path):
    source = 'Thing("bad", pulumi.ResourceOptions(provider=Provider("p")), refuse="too big")'
    text, run = failure_of(tmp_path, source)
    assert text == f"thing:index:Thing bad ({run.place('bad')}): refuse: too big"
    assert run.provider.created == []


def test_a_failed_creation_names_the_resource_its_source_and_the_reason(tmp_path):
    source = 'Thing("bad", pulumi.ResourceOptions(provider=Provider("p")), fail="full")'
    text, run = failure_of(tmp_path, source)
    assert text.startswith(
        f"thing:index:Thing bad ({run.place('bad')}): RuntimeError: cannot make it: full "
        "(at things.py:"
    )


def test_nothing_is_begun_after_a_failure(tmp_path):
    source = """
    provider = Provider("p")
    bad = Thing("bad", pulumi.ResourceOptions(provider=provider), fail="full")
    for number in range(30):
        Thing(f"t{number}", pulumi.ResourceOptions(provider=provider, depends_on=[bad]))
    """
    text, run = failure_of(tmp_path, source)
    assert text.count("thing:index:Thing") == 1
    assert run.provider.created == []


def test_a_refusing_function_is_told(tmp_path):
    source = """
    options = pulumi.InvokeOptions(provider=Provider("p"))
    pulumi.export("x", pulumi.runtime.invoke_output("thing:index:ask", {"refuse": 1}, options))
    """
    text, _ = failure_of(tmp_path, source)
    assert text == "thing:index:ask (): refuse: not today"


def test_a_package_that_nobody_serves_is_named(tmp_path):
    text, _ = failure_of(tmp_path, 'pulumi.ProviderResource("gcp", "g", {})')
    assert "the sandbox serves no provider 'gcp' yet; it serves random, thing" in text


@pytest.mark.parametrize(
    ("option", "words"),
    [("import_='id-1'", "cannot import"), ("provider=Provider('p'), import_='x'", "cannot import")],
)
def test_what_only_the_real_engine_does_is_refused(tmp_path, option, words):
    text, _ = failure_of(tmp_path, f'Thing("t", pulumi.ResourceOptions({option}))')
    assert words in text


def test_transforms_are_refused_rather_than_left_out(tmp_path):
    source = """
    options = pulumi.ResourceOptions(provider=Provider("p"), transforms=[lambda args: None])
    Thing("t", options)
    """
    text, run = failure_of(tmp_path, source)
    assert "does not support transforms" in text
    assert run.provider.created == []


def test_a_failed_deletion_names_the_resource(tmp_path):
    source = 'Thing("gone", pulumi.ResourceOptions(provider=Provider("p")))'
    with bench(tmp_path, source) as run:
        run.session.deploy()
        run.provider.things.clear()
        with pytest.raises(DeployError, match=r"cannot delete thing:index:Thing gone \(__main__"):
            run.session.destroy()


def test_no_thread_outlives_a_session_that_failed(tmp_path):
    before = set(threading.enumerate())
    failure_of(tmp_path, 'Thing("bad", pulumi.ResourceOptions(provider=Provider("p")), fail="x")')
    assert set(threading.enumerate()) <= before


def test_the_run_leaves_the_process_as_it_was(tmp_path):
    gc.enable()
    state = (Path.cwd(), list(sys.path), gc.isenabled())
    try:
        with bench(tmp_path, "import gc\ngc.disable()") as run:
            run.session.deploy()
        assert (Path.cwd(), list(sys.path), gc.isenabled()) == state
    finally:
        gc.disable()


@pytest.mark.parametrize(
    ("files", "text"),
    [
        ({}, "Pulumi.yaml is missing: no Pulumi project here"),
        ({"Pulumi.yaml": "runtime: python"}, "Pulumi.yaml, name: is missing; write the"),
        (
            {"Pulumi.yaml": "name: shop", "Pulumi.prod.yaml": ""},
            "Pulumi.dev.yaml is missing: there is no stack 'dev'; the stacks here are: prod",
        ),
        ({"Pulumi.yaml": "name: [shop"}, "Pulumi.yaml is not YAML"),
    ],
)
def test_unreadable_files_are_named(tmp_path, files, text):
    from sandbox import project

    for name, content in files.items():
        (tmp_path / name).write_text(content)
    with pytest.raises(SandboxError) as error:
        project.load(tmp_path, "dev")
    assert str(error.value).startswith(text)


def test_a_program_may_do_without_what_a_function_refuses(tmp_path):
    source = """
    provider = Provider("p")
    try:
        options = pulumi.InvokeOptions(provider=provider)
        pulumi.runtime.invoke("thing:index:ask", {"refuse": 1}, options)
    except Exception as error:
        pulumi.export("caught", str(error))
    Thing("later", pulumi.ResourceOptions(provider=provider))
    """
    with bench(tmp_path, source) as run:
        run.session.deploy()
        caught = run.session.state.outputs["caught"].value
        assert caught == "invoke of thing:index:ask failed: refuse: not today"
        assert run.provider.created == ["later"]


def test_what_the_program_says_of_a_refused_function_is_told_alone(tmp_path):
    source = """
    try:
        options = pulumi.InvokeOptions(provider=Provider("p"))
        pulumi.runtime.invoke("thing:index:ask", {"refuse": 1}, options)
    except Exception as error:
        raise pulumi.RunError("1 problem: not today") from None
    """
    text, run = failure_of(tmp_path, source)
    assert text == "1 problem: not today"
    assert run.provider.created == []
