"""Nobody but us decides what CI runs."""

import re
from pathlib import Path

import pytest
import yaml

WORKFLOWS = sorted((Path(__file__).parents[2] / ".github/workflows").glob("*.y*ml"))


@pytest.mark.acceptance("trap-38")
@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_actions_are_pinned_to_a_commit(file: Path) -> None:
    used = re.findall(
        r"^\s*-?\s*uses:\s*(\S+)(.*)$", file.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert used
    for action, comment in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r"\s*# v\d+(\.\d+)*", comment), f"{action}: say which version that is"


@pytest.mark.acceptance("trap-38")
@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_job_may_do_only_what_it_names(file: Path) -> None:
    workflow = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        assert isinstance(job["permissions"], dict), name
    # Keys that live longer than a run would stand here; OIDC needs none.
    assert not re.search(r"secrets\.\w*(KEY|TOKEN|PASSWORD)", file.read_text(encoding="utf-8"))
