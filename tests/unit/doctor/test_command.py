"""`python -m tools.doctor`: its exit codes and what it prints."""

import json
import shutil
from pathlib import Path

import pytest

from tests.unit.doctor.conftest import PROJECT
from tests.unit.doctor.deployed import Deployed
from tools.doctor import report
from tools.doctor.__main__ import main
from tools.doctor.finding import Finding

FINDINGS = [
    Finding("platform: https", ok=True, detail="port 443 speaks HTTPS"),
    Finding("shop/api: count", ok=False, detail="expected 2 running tasks, found 1; read it"),
]


@pytest.fixture
def root(tmp_path: Path, deployed: Deployed) -> Path:
    shutil.copytree(PROJECT, tmp_path, dirs_exist_ok=True)
    (tmp_path / "outputs.json").write_text(json.dumps(deployed.outputs))
    return tmp_path


def test_all_is_well(root: Path, deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(_arguments(root, deployed), root)

    printed = capsys.readouterr()
    assert code == 0
    assert printed.err == ""
    lines = printed.out.splitlines()
    assert lines[0] == "ok    platform: account            123456789012 in us-east-1"
    assert lines[-1] == f"{len(lines) - 1} findings, 0 failed"


def test_something_is_broken(
    root: Path, deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.client("logs").delete_log_group(logGroupName="/shop/api")

    code = main(_arguments(root, deployed), root)

    assert code == 1
    failed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("FAIL")]
    assert failed == [
        "FAIL  shop/api: logs               expected log group /shop/api, found nothing of that "
        "name; run `pulumi up --refresh --stack staging` to restore it"
    ]


def test_json(root: Path, deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    code = main([*_arguments(root, deployed), "--json"], root)

    findings = json.loads(capsys.readouterr().out)
    assert code == 0
    assert findings[0] == {
        "check": "platform: account",
        "ok": True,
        "detail": "123456789012 in us-east-1",
    }


def test_the_endpoint_of_the_environment(
    root: Path, deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("AWS_ENDPOINT_URL", deployed.endpoint)

    assert main(["--stack", "staging", "--outputs", str(root / "outputs.json")], root) == 0


def test_no_outputs(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(root))

    code = main(["--stack", "staging"], root)

    assert code == 2
    assert capsys.readouterr().err == (
        f"no outputs of stack 'staging': {root}/build/staging/outputs.json does not exist and "
        "pulumi is not on PATH; deploy first with `make up STACK=staging`, or pass --outputs FILE "
        "with what `pulumi stack output --json` printed\n"
    )


def test_a_stack_that_is_not_described(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--stack", "nowhere"], root)

    printed = capsys.readouterr()
    assert (code, printed.out) == (2, "")
    assert "Pulumi.nowhere.yaml" in printed.err


@pytest.mark.parametrize(
    ("removed", "what"),
    [
        (("systems", "shop"), "system shop"),
        (("systems", "shop", "services", "worker"), "service shop/worker"),
        (("systems", "shop", "database"), "the database of system shop"),
        (("systems", "shop", "cache"), "the cache of system shop"),
    ],
)
def test_a_description_that_was_never_deployed(
    removed: tuple[str, ...],
    what: str,
    root: Path,
    deployed: Deployed,
    capsys: pytest.CaptureFixture[str],
) -> None:
    owner = deployed.outputs
    for name in removed[:-1]:
        owner = owner[name]
    del owner[removed[-1]]
    (root / "outputs.json").write_text(json.dumps(deployed.outputs))

    code = main(_arguments(root, deployed), root)

    assert code == 2
    assert capsys.readouterr().err == (
        f"{what} is in the description but not in the outputs, so it was described after the last "
        "deploy; deploy it with `pulumi up --stack staging` (or `make up STACK=staging`)\n"
    )


def test_no_stack_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main([])
    assert raised.value.code == 2
    assert "the following arguments are required: --stack" in capsys.readouterr().err


def test_a_table_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(report.sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "100")

    report.show(FINDINGS, json_wanted=False)

    printed = capsys.readouterr().out
    assert "What runs, compared with what was asked for" in printed
    assert "FAIL" in printed
    assert "2 findings, 1 failed" in printed


def test_plain_lines_elsewhere() -> None:
    assert report.as_lines(FINDINGS) == (
        "ok    platform: https  port 443 speaks HTTPS\n"
        "FAIL  shop/api: count  expected 2 running tasks, found 1; read it\n"
        "2 findings, 1 failed"
    )


def _arguments(root: Path, deployed: Deployed) -> list[str]:
    file = root / "outputs.json"
    return ["--stack", "staging", "--outputs", str(file), "--endpoint-url", deployed.endpoint]
