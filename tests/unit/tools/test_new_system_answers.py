"""Answers come from options, from a file or from a person, and bad ones are named as such."""

from pathlib import Path

import pytest

from model.load import load_files
from tests.unit.tools.new_system_project import contents, make_project, refused, run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project")


def test_answers_come_from_a_file_and_options_go_first(project: Path) -> None:
    (project / "answers.yaml").write_text(
        "name: shop\nimage: shop/api\nport: 3000\ndatabase: '15'\nobjects: true\n"
        "description: Sells things.\nhosts: {staging: try.example.com}\n",
        encoding="utf-8",
    )

    code = run(project, "--answers", str(project / "answers.yaml"), "--database", "17")

    description = load_files(project, "staging")
    shop = description.systems["shop"]
    assert code == 0
    assert shop.database is not None
    assert (shop.database.version, shop.description) == ("17", "Sells things.")
    assert shop.objects is not None
    assert description.environment.systems["shop"].host == "try.example.com"


def test_asks_for_what_is_missing_until_each_answer_is_good(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter(
        [
            *("Shop!", "shop", "shop/api:1", "shop/api", "", "3000", "health", "/ok", "13", "16"),
            *("none", "3.13", "maybe", "yes", "shop.example.com", ""),
        ]
    )
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return next(answers)

    monkeypatch.setattr("builtins.input", answer)

    assert run(project) == 0
    assert list(dict.fromkeys(asked)) == [
        "Name of the system: ",
        "Image of its service, without registry and tag: ",
        "Tag or digest of the image [1.0.0]: ",
        "Port that it listens on (none for a worker): ",
        "Path of its health check [/health]: ",
        "PostgreSQL: 14 to 18, or none [none]: ",
        "Redis: 6, 7 or none [none]: ",
        "RabbitMQ: 3.13, 4.2 or none [none]: ",
        "A bucket for files: yes or no [no]: ",
        "Host name in production [shop.example.com]: ",
        "Host name in staging [shop.staging.example.com]: ",
    ]
    told = capsys.readouterr().out.splitlines()
    assert [line.strip() for line in told if line.startswith("  '")] == [
        "'Shop!' is no name; write up to 20 lower-case letters, digits and hyphens, a letter first",
        "'shop/api:1' is no image name; write it without registry and tag: the registry stands in "
        "the stack file's domain, the tag in its images",
        "'health' is no path; write a path of up to 126 characters that starts with /, without "
        "*, ? and %",
        "'13' is no major version of PostgreSQL that RDS offers; write 14 to 18, without a minor "
        "version: RDS chooses that and keeps it up to date",
        "'maybe' is neither true nor false; write true or false",
    ]


def test_a_worker_is_not_asked_for_its_health_path(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return {"N": "jobs", "I": "jobs/worker"}.get(question[0], "")

    monkeypatch.setattr("builtins.input", answer)

    assert run(project) == 0
    assert not any("health" in question for question in asked)


def test_fails_when_nobody_answers(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(project)

    def answer(question: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", answer)

    assert run(project) == 1
    assert capsys.readouterr().err == "\nNo answer; nothing was written.\n"
    assert contents(project) == before


def test_fails_when_answers_are_wrong_and_names_all_of_them(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(project)

    code = run(
        project,
        *("--name", "Shop!", "--image", "x", "--port", "99999", "--cache", "5"),
        *("--host", "production=https://x"),
    )

    assert code == 1
    assert refused(capsys.readouterr().err) == [
        "answers, name: 'Shop!' is no name; write up to 20 lower-case letters, digits and hyphens, "
        "a letter first",
        "answers, port: 99999 is too large; write a whole number 1 to 65535",
        "answers, cache: '5' is not a choice; write 6 or 7",
        "answers, hosts.production: 'https://x' is no host name; write a full host name in lower "
        "case, without scheme, port or path",
    ]
    assert contents(project) == before


def test_fails_when_the_answers_have_an_unknown_key(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "a.yaml").write_text("name: shop\nimage: x\nports: 3000\n", encoding="utf-8")

    assert run(project, "--answers", str(project / "a.yaml")) == 1
    assert refused(capsys.readouterr().err) == [
        "answers, ports: is not a known key; did you mean port?"
    ]


def test_fails_when_the_answers_are_not_there(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(project, "--answers", str(project / "a.yaml")) == 1
    assert refused(capsys.readouterr().err) == [
        "a.yaml: does not exist; name a file that is there with --answers"
    ]


def test_fails_when_a_host_names_no_stack(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(project, "--name", "s", "--image", "s", "--host", "s.example.com") == 1
    assert refused(capsys.readouterr().err) == [
        "--host: 's.example.com' names no stack; write stack and host, for example "
        "production=shop.example.com"
    ]


def test_fails_when_a_host_is_of_a_stack_that_is_not_here(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(project, "--name", "s", "--image", "s", "--host", "stagin=s.example.com") == 1
    assert refused(capsys.readouterr().err) == [
        "answers, hosts.stagin: is the host of a stack that is not here; did you mean staging?"
    ]
