"""From files, or from what Pulumi hands over, to a description."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from model.description import BrokenSectionError, Description
from model.load import load_files, parse, unset_secrets
from model.problems import DescriptionError
from planning.checks import verify
from tests.bad_input.broken import Case, write_files
from tests.support import guides

ROOT = Path(__file__).parents[3]
STACKS = ("staging", "production")
KEY = "slipway:aegisx.MAIL_API_KEY"


def handed_over(stack: str, root: Path = ROOT) -> dict[str, str]:
    """The configuration as Pulumi's engine gives it to a program."""
    content = yaml.safe_load((root / f"Pulumi.{stack}.yaml").read_text())["config"]
    return {
        key: value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        for key, value in content.items()
    }


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one system, AegisX, which takes a secret that must be provided."""
    write_files(
        Case(name="one", system={"services.api.secrets": {"MAIL_API_KEY": "provided"}}), tmp_path
    )
    return tmp_path


@pytest.mark.parametrize("stack", STACKS)
def test_files_and_what_pulumi_hands_over_give_the_same(stack: str) -> None:
    read = load_files(ROOT, stack, assume_secrets=True)
    given = parse(
        stack=stack,
        config=handed_over(stack),
        root=ROOT,
        secret_names=(),
        assume_secrets=True,
    )

    assert read == given
    assert read.problems == ()


def test_a_description_knows_its_stack_and_its_systems() -> None:
    description = load_files(ROOT, "staging")

    assert description.stack == "staging"
    assert description.stack_file == "Pulumi.staging.yaml"
    assert list(description.systems) == sorted(
        file.stem for file in (ROOT / "systems").glob("*.yaml")
    )
    assert {*description.systems} >= {*guides.SYSTEMS}
    assert description.systems["aegisx"].services["api"].size.cpu.limit == 1000
    assert description.systems["aegisx"].services["api"].size.memory.limit == 1024
    assert description.environment.region == "us-east-1"


@pytest.mark.acceptance("trap-37")
def test_images_come_from_the_accounts_own_registry() -> None:
    for stack in STACKS:
        assert load_files(ROOT, stack).environment.domain.registry == "ecr"


def test_warnings_are_kept_and_do_not_stop() -> None:
    description = verify(load_files(ROOT, "staging", assume_secrets=True), date(2026, 11, 21))
    warnings = [
        each for each in description.warnings if not guides.speaks_of_others(each, description)
    ]

    assert [(warning.file, warning.path, warning.value) for warning in warnings] == [
        ("systems/aegisx.yaml", "services.api.replicas.targetMemoryPercent", "80"),
        ("systems/nessen.yaml", "services.runtime.replicas.targetMemoryPercent", "80"),
        ("systems/nx.yaml", "services.api-gateway.env.JWT_EXPIRES_IN", "'7d'"),
        ("systems/nessen.yaml", "services.runtime.metrics.path", "'/metrics'"),
        ("systems/nx.yaml", "services.api-gateway.metrics.path", "'/metrics'"),
    ]


@pytest.mark.parametrize("stack", STACKS)
def test_descriptions_are_immutable(stack: str) -> None:
    description: Any = load_files(ROOT, stack)

    with pytest.raises(AttributeError):
        description.stack = "other"
    with pytest.raises(ValueError, match="frozen"):
        description.environment.network.cidr_block = "10.9.0.0/16"


def test_an_unknown_stack_is_answered_with_the_known_ones() -> None:
    with pytest.raises(DescriptionError) as caught:
        load_files(ROOT, "stagign")

    assert str(caught.value) == (
        "1 problem in the description; nothing was created:\n"
        "  1. Pulumi.stagign.yaml: does not exist; choose a stack that has a file; did you mean "
        "staging?"
    )


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.staging.yaml").write_bytes(b"\xff\xfe")

    with pytest.raises(DescriptionError) as caught:
        load_files(tmp_path, "staging")

    assert [str(problem) for problem in caught.value.problems] == [
        "Pulumi.staging.yaml: is not UTF-8 text; save it as UTF-8"
    ]


@pytest.mark.parametrize("content", ["", "- a\n- b\n", "text\n"])
def test_a_file_without_keys_is_told(content: str, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.staging.yaml").write_text(content)

    with pytest.raises(DescriptionError) as caught:
        load_files(tmp_path, "staging")

    assert [str(problem) for problem in caught.value.problems] == [
        "Pulumi.staging.yaml: holds no keys; write keys and values, as in the other files"
    ]


def test_dates_and_bases_of_sixty_stay_what_they_look_like(project: Path) -> None:
    file = project / "systems/aegisx.yaml"
    text = file.read_text()
    assert "REDIS_DB: '0'" in text
    file.write_text(text.replace("REDIS_DB: '0'", "RELEASED: 2026-11-21"))

    description = load_files(project, "staging")

    assert description.systems["aegisx"].services["api"].env["RELEASED"] == "2026-11-21"


def test_a_provided_secret_that_is_encrypted_is_taken(project: Path) -> None:
    with (project / "Pulumi.staging.yaml").open("a") as stack:
        stack.write(f"  {KEY}: {{secure: v1:abc:def}}\n")

    description = verify(load_files(project, "staging"))

    assert description.systems["aegisx"].services["api"].secrets == {"MAIL_API_KEY": "provided"}


def test_a_secret_that_pulumi_hands_over_in_clear_is_taken_and_kept_nowhere(project: Path) -> None:
    description = verify(
        parse(
            stack="staging",
            config={**handed_over("staging", project), KEY: "geheim-4711"},
            root=project,
            secret_names={KEY},
        )
    )

    assert "geheim-4711" not in repr(description)


def told(description: Description) -> list[str]:
    return [f"{problem.path} {problem.reason}" for problem in description.problems]


def test_a_secret_that_is_not_set_is_a_problem_unless_it_is_assumed(project: Path) -> None:
    assert told(load_files(project, "staging")) == [f"{KEY} is missing, and service api needs it"]
    assert told(load_files(project, "staging", assume_secrets=True)) == []


def test_a_secret_in_plain_text_is_a_problem_also_where_secrets_are_assumed(project: Path) -> None:
    description = parse(
        stack="staging",
        config={**handed_over("staging", project), KEY: "geheim-4711"},
        root=project,
        secret_names=(),
        assume_secrets=True,
    )

    assert told(description) == [f"{KEY} stands in plain text"]


def test_secrets_are_unset_until_the_stack_has_them(project: Path) -> None:
    config = handed_over("staging", project)

    assert unset_secrets(project, config) == (KEY,)
    assert unset_secrets(project, {**config, KEY: "geheim-4711"}) == ()


def test_unset_secrets_of_all_systems_are_named_once_and_sorted() -> None:
    # Without those that somebody has set.
    config = {key: value for key, value in handed_over("production").items() if "." not in key}
    unset = unset_secrets(ROOT, config)

    assert list(unset) == sorted({*unset})
    prefixes = tuple(f"slipway:{name}." for name in guides.SYSTEMS)
    assert tuple(key for key in unset if key.startswith(prefixes)) == (
        "slipway:empacts.EMAIL_SERVICE_API_KEY",
        "slipway:empacts.PAYMENT_GATEWAY_KEY",
        "slipway:empacts.SENTRY_DSN",
        "slipway:empacts.SMS_SERVICE_API_KEY",
        "slipway:rest-api.EMAIL_API_KEY",
        "slipway:rest-api.SENTRY_DSN",
    )


def test_a_system_that_cannot_be_read_has_no_unset_secrets(project: Path) -> None:
    config = handed_over("staging", project)
    (project / "systems/aegisx.yaml").write_text("services: [")

    assert unset_secrets(project, config) == ()
    assert unset_secrets(project, {**config, "slipway:systems": "text"}) == ()


def test_of_a_broken_description_what_is_whole_can_be_looked_at_and_nothing_else(
    project: Path,
) -> None:
    config = handed_over("staging", project)
    config["slipway:network"] = "{}"
    description = parse(stack="staging", config=config, root=project, secret_names=())

    assert description.is_partial
    assert description.environment.runtimes == ("fargate",)
    assert description.environment.domain.registry == "ecr"
    assert [*description.systems] == ["aegisx"]
    with pytest.raises(BrokenSectionError):
        _ = description.environment.network


def test_fails_when_a_system_file_cannot_be_read_also_for_who_looks_at_its_settings(
    project: Path,
) -> None:
    (project / "systems/aegisx.yaml").write_text("services: [")
    description = load_files(project, "staging")

    assert description.is_partial
    assert description.systems == {}
    with pytest.raises(DescriptionError, match="is not valid YAML"):
        verify(description)


def test_what_pulumi_hands_over_is_told_as_the_file_has_it(project: Path) -> None:
    file = project / "Pulumi.staging.yaml"
    text = file.read_text()
    assert 'version: "1.36"' in text
    file.write_text(text.replace('version: "1.36"', "version: 1.30"))
    description = parse(
        stack="staging",
        config=handed_over("staging", project),
        root=project,
        secret_names={KEY},
        assume_secrets=True,
    )

    assert [str(problem) for problem in description.problems] == [
        'Pulumi.staging.yaml, slipway:eks.version: 1.30 is 1.3 to YAML; write "1.30" in quotes'
    ]


@pytest.mark.parametrize("text", ["1" * 5000, "[" * 5000])
def test_a_section_that_nothing_can_read_is_told(text: str, project: Path) -> None:
    config = {**handed_over("staging", project), "slipway:backup": text}
    description = parse(
        stack="staging", config=config, root=project, secret_names=(), assume_secrets=True
    )

    assert [str(problem) for problem in description.problems] == [
        "Pulumi.staging.yaml, slipway:backup: is text, not a section; write keys and values below "
        "it"
    ]


def test_reading_loads_no_pulumi_and_no_cloud() -> None:
    script = (
        "import sys; from pathlib import Path; from model.load import load_files; "
        "from planning.checks import verify; "
        "from planning.fargate_service import plan_fargate_service; "
        "verify(load_files(Path('.'), 'production', assume_secrets=True)); print(*sys.modules)"
    )
    done = subprocess.run(  # noqa: S603 (our own interpreter and script)
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())

    assert "model.load" in loaded
    assert loaded.isdisjoint({"pulumi", "pulumi_aws", "boto3", "moto"})
