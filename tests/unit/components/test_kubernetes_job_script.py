"""How a job gets secrets that AWS alone knows: its script against moto, its shell for real."""

import importlib.util
import json
import os
import re
import runpy
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, CredentialRetrievalError, EndpointConnectionError
from moto import mock_aws

from components.database_bootstrap import bootstrap_command
from components.kubernetes_job import KubernetesJob
from components.kubernetes_job_secrets import FOLDER, SCRIPT, TRY_AGAIN
from components.secret_reference import SecretReference
from tests.unit.components.kubernetes_cases import container, record_in_cluster
from tests.unit.components.test_kubernetes_job import MASTER, fetching

AWKWARD = "a 'b' \"c\" $d `e` \\f $(g) $$h\n\n"
"""What a careless shell would change."""


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Script:
    """The script as the pod runs it, with a clock of ours."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        spec = importlib.util.spec_from_file_location("fetch_secrets", SCRIPT)
        assert spec is not None
        assert spec.loader is not None
        self.module: ModuleType = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.module)
        vars(self.module).update(time=clock)

    def run(self, **wanted: dict[str, Any]) -> int:
        full = {name: {"key": None, "version": None} | each for name, each in wanted.items()}
        os.environ["SECRETS"] = json.dumps(full)
        return self.module.main()

    def is_answered(self, *answers: Exception | dict[str, str]) -> None:
        """Lets Secrets Manager answer in this order, and with the last one from then on."""
        left = list(answers)

        def get_secret_value(**_: str) -> dict[str, str]:
            given = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(given, Exception):
                raise given
            return given

        made = SimpleNamespace(get_secret_value=get_secret_value)
        vars(self.module).update(boto3=SimpleNamespace(client=lambda *_, **__: made))


@pytest.fixture
def script(clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Script:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("FOLDER", str(tmp_path))
    monkeypatch.setenv("SECRETS", "{}")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    return Script(clock)


@pytest.fixture
def aws(script: Script) -> Iterator[None]:
    with mock_aws():
        yield


def keep(region: str = "us-east-1", **content: Any) -> dict[str, Any]:
    """Creates a secret, or a new version of it, and gives its ARN and version."""
    manager = boto3.client("secretsmanager", region_name=region)
    try:
        return manager.create_secret(Name="master", **content)
    except manager.exceptions.ResourceExistsException:
        return manager.put_secret_value(SecretId="master", **content)


@pytest.mark.usefixtures("aws")
def test_writes_each_value_for_its_owner_alone(
    script: Script,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    document = json.dumps({"username": "master", "password": AWKWARD, "port": 5432})
    arn = keep(SecretString=document)["ARN"]
    ended = script.run(
        PGUSER={"arn": arn, "key": "username"},
        PGPASSWORD={"arn": arn, "key": "password"},
        PGPORT={"arn": arn, "key": "port"},
        ALL={"arn": arn},
    )
    assert ended == 0
    written = {file.name: file.read_bytes().decode() for file in tmp_path.iterdir()}
    assert written == {
        "PGUSER": "master",
        "PGPASSWORD": AWKWARD,
        "PGPORT": "5432",
        "ALL": document,
    }
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o400}
    told = capsys.readouterr()
    assert told.out.splitlines()[0] == f"read PGUSER from {arn}"
    assert told.err == ""
    assert AWKWARD not in told.out


@pytest.mark.usefixtures("aws")
def test_reads_the_version_that_was_asked_for(script: Script, tmp_path: Path) -> None:
    old = keep(SecretString="old")
    keep(SecretString="new")
    script.run(
        OLD={"arn": old["ARN"], "version": old["VersionId"]},
        CURRENT={"arn": old["ARN"]},
    )
    assert (tmp_path / "OLD").read_text() == "old"
    assert (tmp_path / "CURRENT").read_text() == "new"


@pytest.mark.usefixtures("aws")
def test_reads_in_the_region_of_the_secret(script: Script, tmp_path: Path) -> None:
    arn = keep(region="eu-west-1", SecretString="far")["ARN"]
    assert script.run(FAR={"arn": arn}) == 0
    assert (tmp_path / "FAR").read_text() == "far"


@pytest.mark.usefixtures("aws")
def test_stands_being_run_again(script: Script, tmp_path: Path) -> None:
    arn = keep(SecretString="one")["ARN"]
    assert script.run(VALUE={"arn": arn}) == 0
    keep(SecretString="two")
    assert script.run(VALUE={"arn": arn}) == 0
    assert (tmp_path / "VALUE").read_text() == "two"


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"SecretString": '{"user": "hidden"}'}, "is no JSON object with the key password"),
        ({"SecretString": "hidden, no JSON"}, "is no JSON object with the key password"),
        ({"SecretString": '["hidden"]'}, "is no JSON object with the key password"),
        ({"SecretBinary": b"hidden"}, "holds bytes and no text"),
    ],
)
def test_fails_at_once_and_tells_no_value(
    script: Script,
    capsys: pytest.CaptureFixture[str],
    content: dict[str, Any],
    reason: str,
) -> None:
    arn = keep(**content)["ARN"]
    assert script.run(PGPASSWORD={"arn": arn, "key": "password"}) == 1
    assert capsys.readouterr() == ("", f"cannot read secrets: {arn} {reason}\n")


@pytest.mark.usefixtures("aws")
def test_a_secret_that_is_not_there_is_told_at_once(
    script: Script,
    clock: Clock,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert script.run(PGUSER={"arn": MASTER}) == 1
    assert "(ResourceNotFoundException)" in capsys.readouterr().err
    assert clock.now == 0


def test_a_pod_without_credentials_makes_room_for_another(
    script: Script,
    clock: Clock,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """boto3 itself finds none: this pod is older than what EKS knows of its role."""
    assert script.run(PGUSER={"arn": MASTER}) == TRY_AGAIN
    told = capsys.readouterr().err
    assert told == "cannot read secrets yet: Unable to locate credentials\n"
    assert clock.now == 0


DENIED = ClientError(
    {"Error": {"Code": "AccessDeniedException", "Message": "not authorized"}}, "GetSecretValue"
)
NO_AGENT = CredentialRetrievalError(provider="container-role", error_msg="not ready")
NO_WAY = EndpointConnectionError(endpoint_url="https://secretsmanager.us-east-1.amazonaws.com/")


@pytest.mark.parametrize("problem", [DENIED, NO_AGENT, NO_WAY], ids=["policy", "agent", "network"])
def test_waits_for_what_takes_a_moment(
    script: Script,
    clock: Clock,
    tmp_path: Path,
    problem: Exception,
) -> None:
    script.is_answered(problem, problem, {"SecretString": "late"})
    assert script.run(VALUE={"arn": MASTER}) == 0
    assert (tmp_path / "VALUE").read_text() == "late"
    assert clock.now == 10


@pytest.mark.parametrize(
    ("problem", "code", "told"),
    [
        (
            DENIED,
            1,
            "cannot read secrets: An error occurred (AccessDeniedException) when calling the "
            "GetSecretValue operation: not authorized\n",
        ),
        (
            NO_AGENT,
            TRY_AGAIN,
            "cannot read secrets yet: Error when retrieving credentials from container-role: not "
            "ready\n",
        ),
        (
            NO_WAY,
            1,
            "cannot read secrets: Could not connect to the endpoint URL: "
            '"https://secretsmanager.us-east-1.amazonaws.com/"\n',
        ),
    ],
    ids=["policy", "agent", "network"],
)
def test_what_never_comes_is_told(
    script: Script,
    capsys: pytest.CaptureFixture[str],
    problem: Exception,
    code: int,
    told: str,
) -> None:
    script.is_answered(problem)
    assert script.run(VALUE={"arn": MASTER}) == code
    assert capsys.readouterr().err == told
    assert script.clock.now == 60


def kubelet(word: str, variables: dict[str, str]) -> str:
    """A word of a container's command as the kubelet hands it to the container's runtime.

    Source: Kubernetes API reference, Container.args.
    """

    def replaced(found: re.Match[str]) -> str:
        if found[0] == "$$":
            return "$"
        return variables.get(found[1], found[0])

    return re.sub(r"\$\$|\$\(([^)]*)\)", replaced, word)


def start(
    folder: Path, command: list[str], variables: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Starts a job's container as the kubelet would, with its secrets in `folder`."""
    job = fetching(container=container(command=command))
    recording = record_in_cluster(lambda options: KubernetesJob("one", job, options))
    [main] = recording.one("Job", "one-job").inputs["spec"]["template"]["spec"]["containers"]
    words = [kubelet(word, variables).replace(FOLDER, str(folder)) for word in main["args"]]
    environment = {"PATH": os.environ["PATH"], **variables}
    return subprocess.run(words, check=False, env=environment, text=True, capture_output=True)  # noqa: S603


def test_the_command_has_each_secret_in_its_environment(tmp_path: Path) -> None:
    (tmp_path / "PGPASSWORD").write_text(AWKWARD)
    (tmp_path / "PGUSER").write_text("master")
    (tmp_path / "EMPTY").write_text("")
    show = "import json, os, sys; print(json.dumps([dict(os.environ), sys.argv[1:]]))"
    words = ["two words", "$$literal", "$(PGHOST)", "$PGUSER", "'"]
    ended = start(tmp_path, [sys.executable, "-c", show, *words], {"PGHOST": "database"})
    environment, arguments = json.loads(ended.stdout)
    expected = {"PGPASSWORD": AWKWARD, "PGUSER": "master", "EMPTY": "", "PGHOST": "database"}
    assert {name: environment.get(name) for name in expected} == expected
    assert arguments == words


def test_the_command_s_exit_code_is_the_container_s(tmp_path: Path) -> None:
    (tmp_path / "PGUSER").write_text("master")
    assert start(tmp_path, ["sh", "-c", "exit 3"], {}).returncode == 3


@pytest.mark.parametrize("unreadable", ["missing", "folder"])
def test_without_its_secrets_the_command_does_not_run(tmp_path: Path, unreadable: str) -> None:
    # A folder in place of the file, because the superuser may read any file.
    (tmp_path / "folder" / "PGUSER").mkdir(parents=True)
    ended = start(tmp_path / unreadable, ["echo", "has run"], {})
    assert ended.returncode != 0
    assert ended.stdout == ""


@pytest.mark.acceptance("trap-28")
def test_the_bootstrap_reaches_psql_as_it_was_written(tmp_path: Path) -> None:
    """Kubernetes would make `$` of each `$$`, which quotes a text in PostgreSQL."""
    psql = tmp_path / "bin" / "psql"
    psql.parent.mkdir()
    psql.write_text("#!/bin/sh\necho user $PGUSER\ncat\n")
    psql.chmod(0o755)
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "PGUSER").write_text("master")
    path = {"PATH": f"{psql.parent}:{os.environ['PATH']}"}
    ended = start(secrets, bootstrap_command(), path)
    written = bootstrap_command()[-1].partition("<<'SQL'\n")[2].removesuffix("SQL\n")
    assert ended.stdout == f"user master\n{written}"
    assert "DO $$ BEGIN" in ended.stdout


def test_both_containers_together(tmp_path: Path) -> None:
    """The registered init container, run by its own command, fills the folder of the other."""
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    with mock_aws():
        arn = keep(SecretString=json.dumps({"username": "master"}))["ARN"]
        wanted = {"PGUSER": SecretReference(secret_arn=arn, json_key="username")}
        job = fetching(fetched_secrets=wanted)
        recording = record_in_cluster(lambda options: KubernetesJob("one", job, options))
        [fetch] = recording.one("Job", "one-job").inputs["spec"]["template"]["spec"][
            "initContainers"
        ]
        [program, flag, text] = [kubelet(word, {}) for word in fetch["command"]]
        assert (program, flag) == ("python3", "-c")
        variables = {each["name"]: each["value"] for each in fetch["env"]}
        given = tmp_path / "given.py"
        given.write_text(text)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {**variables, "FOLDER": str(secrets)}.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                runpy.run_path(str(given), run_name="__main__")
    assert ended.value.code == 0
    assert start(secrets, ["sh", "-c", "echo $PGUSER"], {}).stdout == "master\n"
