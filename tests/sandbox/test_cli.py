"""`python -m sandbox`: exit codes, what is shown, and what is written to build/."""

import json

import pytest

from sandbox.summary import SummaryFile
from tests.support.commands import copy_small, run_here


@pytest.fixture
def small(tmp_path):
    return copy_small(tmp_path)


def up(monkeypatch, root, *more):
    return run_here(monkeypatch, "up", "--root", str(root), "--stack", "dev", "--no-doctor", *more)


def summary_of(root):
    text = (root / "build/dev/summary.json").read_text()
    return SummaryFile.model_validate_json(text)


def test_up_builds_everything_and_says_so(monkeypatch, small, capsys):
    assert up(monkeypatch, small) == 0
    shown = capsys.readouterr().out
    assert "created random:index/randomPassword:RandomPassword outer-inner-password" in shown
    assert "Outer outer" in shown
    assert "  Inner outer-inner" in shown
    assert "A second run would change nothing." in shown
    assert "dev: ok" in shown


def test_the_summary_has_what_was_built(monkeypatch, small):
    up(monkeypatch, small)
    summary = summary_of(small)
    assert summary.ok
    assert summary.stack == "dev"
    assert summary.resources.created == 2
    assert summary.resources.by_type == {
        "random:index/randomId:RandomId": 1,
        "random:index/randomPassword:RandomPassword": 1,
    }
    assert summary.mocked == summary.second_run_changes == summary.doctor == []
    assert summary.outputs["limits"] == {"requests": 2000, "zones": ["a", "b"], "strict": True}
    assert list(summary.seconds) == ["deploy", "secondRun"]


def test_the_summary_has_the_promised_keys_and_no_others(monkeypatch, small):
    up(monkeypatch, small)
    written = json.loads((small / "build/dev/summary.json").read_text())
    assert list(written) == [
        "stack",
        "resources",
        "mocked",
        "secondRunChanges",
        "doctor",
        "outputs",
        "seconds",
        "cpuSeconds",
        "ok",
    ]
    assert list(written["resources"]) == ["created", "byType"]


def test_no_secret_is_shown_or_written(monkeypatch, small, capsys):
    program = small / "__main__.py"
    leak = "outer.password.apply(lambda password: open('leak', 'w').write(password))\n"
    talk = "outer.password.apply(lambda password: print('look:', password))\n"
    program.write_text(program.read_text() + leak + talk)
    assert up(monkeypatch, small, "--json") == 0
    password = (small / "leak").read_text()
    captured = capsys.readouterr()
    written = "".join(path.read_text() for path in (small / "build/dev").iterdir())
    assert "look: [secret]" in captured.err
    for secret in (password, json.dumps(password)[1:-1], "sandbox-value-of"):
        assert secret not in captured.out + captured.err + written
    assert summary_of(small).outputs["url"] == summary_of(small).outputs["token"] == "[secret]"


def test_json_prints_the_summary_and_nothing_else(monkeypatch, small, capsys):
    up(monkeypatch, small, "--json")
    assert json.loads(capsys.readouterr().out) == json.loads(
        (small / "build/dev/summary.json").read_text()
    )


def test_outputs_are_written_for_the_doctor(monkeypatch, small):
    up(monkeypatch, small)
    outputs = json.loads((small / "build/dev/outputs.json").read_text())
    assert outputs == summary_of(small).outputs


def test_a_value_can_be_replaced_for_one_run(monkeypatch, small):
    assert up(monkeypatch, small, "--config", "small:length=0") == 1
    assert up(monkeypatch, small, "--config", "small:length=9") == 0


def test_an_unstable_program_fails_and_names_the_change(monkeypatch, small, capsys):
    program = small / "__main__.py"
    program.write_text(
        program.read_text().replace(
            "byte_length=4", "byte_length=5 if pulumi.runtime.is_dry_run() else 4"
        )
    )
    assert up(monkeypatch, small) == 1
    shown = capsys.readouterr().out
    assert "A second run would change" in shown
    assert "byteLength: 4 -> 5" in shown
    assert "dev: NOT ok" in shown
    (change,) = summary_of(small).second_run_changes
    assert (change.kind, change.name) == ("replaced", "outer-suffix")
    assert not summary_of(small).ok


def test_a_users_mistake_is_shown_without_a_stack_trace(monkeypatch, small, capsys):
    program = small / "__main__.py"
    program.write_text("import pulumi\nraise pulumi.RunError('size is 3; write 4')\n")
    assert up(monkeypatch, small) == 1
    shown = capsys.readouterr().out
    assert "size is 3; write 4" in shown
    assert "Traceback" not in shown
    assert "RunError" not in shown
    assert summary_of(small).resources.created == 0


def test_an_unknown_stack_names_those_that_there_are(monkeypatch, small, capsys):
    assert run_here(monkeypatch, "up", "--root", str(small), "--stack", "prod") == 1
    shown = capsys.readouterr().out
    assert "there is no stack 'prod'; the stacks here are: dev" in shown
    assert not (small / "build").exists()


def test_an_old_summary_does_not_outlive_a_run_that_fails_early(monkeypatch, small):
    up(monkeypatch, small)
    (small / "Pulumi.yaml").write_text("runtime: python\n")
    assert up(monkeypatch, small) == 1
    assert not (small / "build/dev/summary.json").exists()


def test_destroy_check_leaves_nothing_and_times_it(monkeypatch, small):
    arguments = ("--root", str(small), "--stack", "dev", "--no-doctor")
    assert run_here(monkeypatch, "destroy-check", *arguments) == 0
    assert list(summary_of(small).seconds) == ["deploy", "secondRun", "destroy"]


@pytest.mark.parametrize("value", ["length=3", "small:length"])
def test_a_misspelled_override_is_a_usage_error(monkeypatch, small, value, capsys):
    with pytest.raises(SystemExit) as error:
        up(monkeypatch, small, "--config", value)
    assert error.value.code == 2
    assert "write it as namespace:key=value" in capsys.readouterr().err


def test_the_pulumi_engine_without_a_cli_says_what_is_missing(monkeypatch, small, capsys):
    monkeypatch.setenv("PATH", "/nowhere")
    assert up(monkeypatch, small, "--engine", "pulumi") == 1
    assert "needs the Pulumi CLI on PATH" in capsys.readouterr().out
