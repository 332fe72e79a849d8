"""Where the doctor finds the stack's outputs, and what it says when it does not."""

import json
import subprocess
from pathlib import Path

import pytest

from tools.doctor import outputs
from tools.doctor.outputs import UnusableOutputs


def test_a_given_file_goes_first(tmp_path: Path) -> None:
    given = tmp_path / "given.json"
    given.write_text('{"from": "file"}')
    _written_by_sandbox(tmp_path)

    assert outputs.find(tmp_path, "staging", given) == {"from": "file"}


def test_the_sandbox_outputs_go_before_pulumi(tmp_path: Path) -> None:
    _written_by_sandbox(tmp_path)

    assert outputs.find(tmp_path, "staging", None) == {"from": "sandbox"}


def test_asks_pulumi_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _answer(monkeypatch, 0, '{"from": "pulumi"}', "")

    assert outputs.find(tmp_path, "staging", None) == {"from": "pulumi"}


def test_pulumi_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _answer(monkeypatch, 255, "", "error: no stack named 'staging' found\n")

    with pytest.raises(UnusableOutputs) as raised:
        outputs.find(tmp_path, "staging", None)
    assert str(raised.value) == (
        "`pulumi stack output --json --stack staging` failed: error: no stack named 'staging' "
        "found; log in to the state backend and select an existing stack, or pass --outputs FILE"
    )


def test_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(UnusableOutputs) as raised:
        outputs.find(tmp_path, "staging", None)
    assert str(raised.value) == (
        f"no outputs of stack 'staging': {tmp_path}/build/staging/outputs.json does not exist and "
        "pulumi is not on PATH; deploy first with `make up STACK=staging`, or pass --outputs FILE "
        "with what `pulumi stack output --json` printed"
    )


def test_a_file_that_does_not_exist(tmp_path: Path) -> None:
    file = tmp_path / "gone.json"

    with pytest.raises(UnusableOutputs) as raised:
        outputs.find(tmp_path, "staging", file)
    assert str(raised.value) == (
        f"cannot read {file}: No such file or directory; pass the file that `pulumi stack output "
        "--json` or `make up` has written"
    )


def test_a_file_that_is_not_json(tmp_path: Path) -> None:
    file = tmp_path / "outputs.json"
    file.write_text("urls:")

    with pytest.raises(UnusableOutputs) as raised:
        outputs.find(tmp_path, "staging", file)
    assert str(raised.value) == (
        f"{file} is not JSON: Expecting value: line 1 column 1 (char 0); write it with `pulumi "
        f"stack output --json > {file}`"
    )


def test_outputs_of_something_else() -> None:
    with pytest.raises(UnusableOutputs) as raised:
        outputs.parse({"platform": {"vpcId": 1, "clusterName": "c", "loadBalancerArn": "a"}})
    assert str(raised.value) == (
        "the outputs are not those of a deployed Slipway stack:\n"
        "  platform.vpcId: Input should be a valid string\n"
        "  platform.listenerArn: Field required\n"
        "  platform.topicArn: Field required\n"
        "  systems: Field required\n"
        "finish the deploy with `pulumi up` (or `make up`) and run the doctor again"
    )


def _written_by_sandbox(root: Path) -> None:
    file = root / "build" / "staging" / "outputs.json"
    file.parent.mkdir(parents=True)
    file.write_text('{"from": "sandbox"}')


def _answer(monkeypatch: pytest.MonkeyPatch, code: int, out: str, err: str) -> None:
    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        expected = ["/bin/pulumi", "stack", "output", "--json", "--stack", "staging"]
        assert command == expected
        return subprocess.CompletedProcess(command, code, out, err)

    monkeypatch.setattr(outputs.shutil, "which", lambda _name: "/bin/pulumi")
    monkeypatch.setattr(outputs.subprocess, "run", run)


def test_a_real_file_has_the_shape(tmp_path: Path) -> None:
    parsed = outputs.parse(
        json.loads(
            '{"platform": {"vpcId": "v", "clusterName": "c", "listenerArn": "l", "topicArn": "t",'
            ' "loadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:210987654321:x"},'
            ' "systems": {}, "urls": {}, "more": 1}'
        )
    )

    assert (parsed.platform.region, parsed.platform.account_id) == ("eu-west-1", "210987654321")
