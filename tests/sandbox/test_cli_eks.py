"""The whole way of a cluster: deployed by the example, stable, and nothing left of it."""

import json

import pytest

from sandbox import __main__ as cli
from tests.support.commands import ROOT

EXAMPLE = ROOT / "examples/eks_cluster/__main__.py"


@pytest.fixture
def root(tmp_path):
    (tmp_path / "Pulumi.yaml").write_text("name: clusters\nruntime: python\n", encoding="utf-8")
    settings = "config: {aws:region: us-east-1, clusters:eks: {deployRoleName: deploy}}\n"
    (tmp_path / "Pulumi.dev.yaml").write_text(settings, encoding="utf-8")
    program = EXAMPLE.read_text(encoding="utf-8")
    (tmp_path / "__main__.py").write_text(program, encoding="utf-8")
    return tmp_path


def run(root, *more):
    return cli.main(["destroy-check", "--root", str(root), "--stack", "dev", "--no-doctor", *more])


def test_a_cluster_is_stable_and_a_destroy_leaves_nothing(root, capsys):
    assert run(root) == 0
    assert "A second run would change nothing." in capsys.readouterr().out
    summary = json.loads((root / "build/dev/summary.json").read_text())
    assert summary["mocked"] == []
    types = summary["resources"]["byType"]
    assert {each: types[each] for each in types if each.startswith("aws:eks/")} == {
        "aws:eks/accessEntry:AccessEntry": 1,
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": 1,
        "aws:eks/addon:Addon": 2,
        "aws:eks/cluster:Cluster": 1,
    }
    kubeconfig = json.loads(json.loads((root / "build/dev/outputs.json").read_text())["kubeconfig"])
    [cluster] = kubeconfig["clusters"]
    assert cluster["cluster"]["server"].startswith("http://127.0.0.1:")


def test_a_role_that_the_account_has_not_is_named(root, capsys):
    assert run(root, "--config", "clusters:eks={}") == 1
    shown = capsys.readouterr().out
    assert "AccessEntry apps-access-deploy" in shown
    assert "principalArn: there is no role arn:aws:iam::123456789012:role/deploy" in shown
