"""From files, or from what Pulumi hands over, to a description."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from model.load import load_files, parse
from model.problems import DescriptionError
from planning.checks import verify

ROOT = Path(__file__).parents[3]
STACKS = ("staging", "production")


def handed_over(stack: str) -> dict[str, str]:
    """The configuration as Pulumi's engine gives it to a program."""
    content = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    return {
        key: value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        for key, value in content.items()
    }


@pytest.mark.parametrize("stack", STACKS)
def test_files_and_what_pulumi_hands_over_give_the_same(stack: str) -> None:
    read = load_files(ROOT, stack)
    given = parse(stack=stack, config=handed_over(stack), root=ROOT, secret_names=())

    assert read == given
    assert read.problems == ()


def test_a_description_knows_its_stack_and_its_systems() -> None:
    description = load_files(ROOT, "staging")

    assert description.stack == "staging"
    assert description.stack_file == "Pulumi.staging.yaml"
    assert list(description.systems) == ["aegisx"]
    assert description.systems["aegisx"].services["api"].size.cpu.limit == 1000
    assert description.systems["aegisx"].services["api"].size.memory.limit == 1024
    assert description.environment.region == "us-east-1"


@pytest.mark.acceptance("trap-37")
def test_images_come_from_the_accounts_own_registry() -> None:
    for stack in STACKS:
        assert load_files(ROOT, stack).environment.domain.registry == "ecr"


def test_warnings_are_kept_and_do_not_stop() -> None:
    warnings = [str(warning) for warning in verify(load_files(ROOT, "staging")).warnings]

    assert warnings == [
        "systems/aegisx.yaml, services.api.replicas.targetMemoryPercent: 80 keeps tasks running "
        "that a process which never gives memory back once needed, and prevents no out-of-memory "
        "kill (trap 23); watch the number of tasks after a peak; scale by processor alone if it "
        "stays at the maximum (%)"
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


def test_dates_and_bases_of_sixty_stay_what_they_look_like(tmp_path: Path) -> None:
    (tmp_path / "systems").mkdir()
    text = (ROOT / "systems/aegisx.yaml").read_text()
    (tmp_path / "systems/aegisx.yaml").write_text(
        text.replace('REDIS_DB: "0"', "RELEASED: 2026-11-21")
    )
    (tmp_path / "Pulumi.staging.yaml").write_text((ROOT / "Pulumi.staging.yaml").read_text())

    description = load_files(tmp_path, "staging")

    assert description.systems["aegisx"].services["api"].env["RELEASED"] == "2026-11-21"


def test_a_provided_secret_that_is_encrypted_is_taken(tmp_path: Path) -> None:
    (tmp_path / "systems").mkdir()
    text = (ROOT / "systems/aegisx.yaml").read_text()
    (tmp_path / "systems/aegisx.yaml").write_text(
        text.replace("    requires:", "    secrets: {MAIL_API_KEY: provided}\n    requires:")
    )
    (tmp_path / "Pulumi.staging.yaml").write_text(
        (ROOT / "Pulumi.staging.yaml").read_text()
        + "  slipway:aegisx.MAIL_API_KEY: {secure: v1:abc:def}\n"
    )

    description = verify(load_files(tmp_path, "staging"))

    assert description.systems["aegisx"].services["api"].secrets == {"MAIL_API_KEY": "provided"}


def test_a_secret_that_pulumi_hands_over_in_clear_is_taken_and_kept_nowhere(tmp_path: Path) -> None:
    (tmp_path / "systems").mkdir()
    text = (ROOT / "systems/aegisx.yaml").read_text()
    (tmp_path / "systems/aegisx.yaml").write_text(
        text.replace("    requires:", "    secrets: {MAIL_API_KEY: provided}\n    requires:")
    )
    key = "slipway:aegisx.MAIL_API_KEY"

    description = verify(
        parse(
            stack="staging",
            config={**handed_over("staging"), key: "geheim-4711"},
            root=tmp_path,
            secret_names={key},
        )
    )

    assert "geheim-4711" not in repr(description)


def test_reading_loads_no_pulumi_and_no_cloud() -> None:
    script = (
        "import sys; from pathlib import Path; from model.load import load_files; "
        "from planning.checks import verify; from planning.service import plan_service; "
        "verify(load_files(Path('.'), 'production')); print(*sys.modules)"
    )
    done = subprocess.run(  # noqa: S603 (our own interpreter and script)
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())

    assert "model.load" in loaded
    assert loaded.isdisjoint({"pulumi", "pulumi_aws", "boto3", "moto"})
