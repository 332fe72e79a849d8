"""How long AWS supports the version of the cluster."""

from datetime import UTC, datetime
from typing import Any

import pytest

from model.description import Description
from tests.unit.doctor import Alter, Failures
from tests.unit.doctor.deployed import Deployed
from tools import doctor


@pytest.fixture(autouse=True)
def _on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the doctor take the sandbox for AWS."""
    monkeypatch.setattr("tools.doctor.account.LOOPBACK", frozenset())


def test_a_version_that_costs_more(deployed: Deployed, failures: Failures, alter: Alter) -> None:
    def extended(answer: dict[str, Any]) -> None:
        answer.clear()
        answer["clusterVersions"] = [{"versionStatus": "EXTENDED_SUPPORT"}]

    alter("eks", "DescribeClusterVersions", extended)

    assert (
        "cluster: support",
        "expected version 1.35 in STANDARD_SUPPORT, found EXTENDED_SUPPORT; raise slipway:eks "
        "version by one minor version and deploy",
    ) in failures()


@pytest.mark.parametrize(
    ("end", "shown"),
    [
        # AWS's own date first, and where it says none the calendar of the preview.
        ({"endOfStandardSupportDate": datetime(2027, 5, 23, tzinfo=UTC)}, "2027-05-23"),
        ({"endOfStandardSupportDate": datetime(2027, 5, 24, tzinfo=UTC)}, None),
        ({}, "2027-03-27"),
    ],
)
def test_a_version_that_is_near_its_end(
    end: dict[str, datetime],
    shown: str | None,
    deployed: Deployed,
    description: Description,
    alter: Alter,
) -> None:
    def standard(answer: dict[str, Any]) -> None:
        answer.clear()
        answer["clusterVersions"] = [{"versionStatus": "STANDARD_SUPPORT", **end}]

    alter("eks", "DescribeClusterVersions", standard)

    findings = doctor.run(description, deployed.outputs, deployed.endpoint)
    warned = "warning: expected version 1.35 in standard support for half a year or more, found "
    assert [
        (finding.ok, finding.detail) for finding in findings if finding.check == "cluster: support"
    ] == [
        (True, "AWS supports its version"),
        *(
            [
                (
                    True,
                    f"{warned}its end on {shown}, when EKS upgrades the cluster; plan the upgrade "
                    "to the next minor version",
                )
            ]
            if shown
            else []
        ),
    ]
