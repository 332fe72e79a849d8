"""Labels and namespaces, as far as they follow from names that people choose."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from planning.kubernetes import version_label
from tests.bad_input.broken import ROOT, told


@pytest.mark.parametrize(
    ("tag", "label"),
    [
        ("1.1.0", "v1.1.0"),
        ("main", "main"),
        ("_build7", "build7"),
        ("_7", "v7"),
        ("___", "unknown"),
        ("1.0.0-", "v1.0.0"),
        ("7" * 128, "v" + "7" * 62),
        ("a" * 61 + "-b", "a" * 61),
        (f"sha256:{'0123456789abcdef' * 4}", "sha256-0123456789ab"),
    ],
)
def test_version_is_told_as_far_as_a_label_takes_it(tag: str, label: str) -> None:
    assert version_label(tag) == label


@given(st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", fullmatch=True))
def test_every_tag_has_a_label(tag: str) -> None:
    label = version_label(tag)
    assert 1 <= len(label) <= 63
    assert label[0].isalnum()
    assert label[-1].isalnum()
    assert label.lstrip("v") in tag or label == "unknown"


def refused(root: Path, namespaces: Mapping[str, str], **renamed: str) -> list[str]:
    """What is told of all systems of staging on EKS, with these namespaces and other names."""
    shutil.copytree(ROOT / "systems", root / "systems")
    content = yaml.safe_load((ROOT / "Pulumi.staging.yaml").read_text(encoding="utf-8"))
    config = content["config"]
    config["slipway:runtime"] = "eks"
    for system, namespace in namespaces.items():
        config["slipway:systems"][system]["namespace"] = namespace
    for system, name in renamed.items():
        config["slipway:systems"][name] = config["slipway:systems"].pop(system)
        described = yaml.safe_load((ROOT / "systems" / f"{system}.yaml").read_text())
        (root / "systems" / f"{system}.yaml").unlink()
        (root / "systems" / f"{name}.yaml").write_text(yaml.safe_dump({**described, "name": name}))
    (root / "Pulumi.staging.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    return told(root, "staging")[0].splitlines()[1:]


@pytest.mark.acceptance("trap-18")
def test_shared_namespace_is_told_where_it_is_written(tmp_path: Path) -> None:
    assert refused(tmp_path, {"empacts": "nx"}) == [
        "  1. Pulumi.staging.yaml, slipway:systems.empacts.namespace: 'nx' is the namespace of nx "
        "too (trap 18); give each system a namespace of its own"
    ]


@pytest.mark.acceptance("trap-18")
def test_namespace_of_three_is_told_once(tmp_path: Path) -> None:
    assert refused(tmp_path, {"aegisx": "nessen", "nx": "nessen"}) == [
        "  1. Pulumi.staging.yaml, slipway:systems.nx.namespace: 'nessen' is the namespace of "
        "aegisx and of nessen too (trap 18); give each system a namespace of its own"
    ]


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("default", "a namespace of Kubernetes' own"),
        ("kube-system", "a namespace of Kubernetes' own"),
        ("amazon-guardduty", "the namespace of an EKS add-on"),
    ],
)
def test_system_with_the_name_of_anothers_namespace(name: str, whose: str, tmp_path: Path) -> None:
    assert refused(tmp_path, {}, nessen=name) == [
        f"  1. Pulumi.staging.yaml, slipway:systems.{name}: '{name}' is the system's namespace "
        f"where nothing else is written, and {whose}; add namespace with another name"
    ]
