"""A healthy environment: every check confirms, and no check is forgotten."""

from typing import Any

from model.description import Description
from tests.unit.doctor import Failures
from tests.unit.doctor.deployed import Deployed
from tools import doctor
from tools.doctor import checks


def test_every_check_confirms(deployed: Deployed, description: Description) -> None:
    findings = doctor.run(description, deployed.outputs, deployed.endpoint)

    assert [finding for finding in findings if not finding.ok] == []
    tables = {
        "platform": checks.PLATFORM,
        "shop": checks.SYSTEM,
        "shop/api": [*checks.PUBLIC_SERVICE, *checks.FARGATE_SERVICE],
        "shop/worker": checks.FARGATE_SERVICE,
        "shop/database": checks.DATABASE,
        "shop/cache": checks.CACHE,
    }
    assert [finding.check for finding in findings] == [
        "platform: account",
        *(f"{subject}: {check.name}" for subject, table in tables.items() for check in table),
    ]


def test_says_what_the_sandbox_cannot_show(deployed: Deployed, description: Description) -> None:
    findings = doctor.run(description, deployed.outputs, deployed.endpoint, measure_latency=True)

    skipped = [finding for finding in findings if finding.detail.startswith("skipped")]
    assert [(finding.check, finding.ok, finding.detail) for finding in skipped] == [
        ("shop/api: targets", True, "skipped: the sandbox runs no containers"),
        ("shop/api: latency of /health", True, "skipped: the sandbox runs no containers"),
    ]


def test_reads_only(deployed: Deployed, failures: Failures) -> None:
    called: list[str] = []

    def note(model: Any, **_: Any) -> None:
        called.append(model.name)

    services = ("backup", "ecs", "ec2", "elbv2", "iam", "kms", "rds", "secretsmanager", "sns")
    for service in services:
        deployed.client(service).meta.events.register("before-call", note)
    failures()
    for service in services:
        deployed.client(service).meta.events.unregister("before-call", note)

    assert "GetSecretValue" in called
    assert [name for name in called if not name.startswith(("Describe", "Get", "List"))] == []


def test_no_secret_is_in_any_finding(deployed: Deployed, description: Description) -> None:
    assert "hidden" not in str(doctor.run(description, deployed.outputs, deployed.endpoint))
