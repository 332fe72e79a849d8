"""The whole way through four regions: deployed, stable, and nothing left in any of them."""

import json
import shutil
from pathlib import Path

from sandbox import __main__ as cli
from tests.support.commands import ROOT


def test_one_provider_deploys_to_four_regions_and_leaves_nothing(tmp_path, capsys):
    source = ROOT / "tests/support/programs/regions"
    root = Path(shutil.copytree(source, tmp_path / "regions"))
    result = cli.main(["destroy-check", "--root", str(root), "--stack", "dev", "--no-doctor"])
    shown = capsys.readouterr().out
    assert result == 0, shown
    assert "A second run would change nothing." in shown
    summary = json.loads((root / "build/dev/summary.json").read_text())
    assert summary["outputs"]["regions"] == ["eu-central-1", "us-west-2", "ap-southeast-1"]
    assert summary["mocked"] == []
    types = summary["resources"]["byType"]
    assert types["aws:s3/bucketReplicationConfig:BucketReplicationConfig"] == 1
    assert types["aws:s3/bucketPolicy:BucketPolicy"] == 3
    assert types["aws:cloudfront/distribution:Distribution"] == 1
