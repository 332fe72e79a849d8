"""Which image references mean the same image for ever."""

import pytest

from model.rules.agreement import is_immutable


@pytest.mark.acceptance("trap-36")
@pytest.mark.parametrize(
    "reference",
    [
        "sha256:" + "0" * 64,
        "1.0.0",
        "v1.0.0",
        "1.0.0-rc.1",
        "1.0.0_build.7",
        "0a1b2c3",
        "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
        "main-0a1b2c3",
    ],
)
def test_digests_versions_and_commits_stay_the_same(reference: str) -> None:
    assert is_immutable(reference)


@pytest.mark.acceptance("trap-36")
@pytest.mark.parametrize(
    "reference", ["latest", "main", "1", "1.0", "v1", "stable", "1.0.x", "0a1b2c", "main-latest"]
)
def test_other_tags_move(reference: str) -> None:
    assert not is_immutable(reference)
