"""AWS does not answer, or not to us: a finding with AWS's words, never a stack trace."""

from typing import Any

import pytest

from model.description import Description
from tests.unit.doctor import RESTORE, Alter, Failures
from tests.unit.doctor.deployed import Deployed
from tools import doctor
from tools.doctor.account import Account, Refused


def test_a_read_that_is_not_allowed(deployed: Deployed, failures: Failures, alter: Alter) -> None:
    def deny(answer: dict[str, Any]) -> None:
        answer["Error"] = {"Code": "AccessDeniedException", "Message": "User is not authorized."}

    _refuse(alter, "ecs", "DescribeServices", deny)

    denied = (
        "expected to be allowed ecs:DescribeServices, found AccessDeniedException: User is not "
        "authorized.; allow ecs:DescribeServices to the identity that runs the doctor"
    )
    names = ("rollout", "count", "safeguards", "placement", "registration", "namespace")
    assert failures() == [
        (f"shop/{service}: {name}", denied) for service in ("api", "worker") for name in names
    ]


def test_a_secret_that_the_doctor_may_not_read(
    deployed: Deployed, failures: Failures, alter: Alter
) -> None:
    def deny(answer: dict[str, Any]) -> None:
        answer["Error"] = {"Code": "AccessDeniedException", "Message": "not authorized"}

    _refuse(alter, "secretsmanager", "GetSecretValue", deny)

    denied = (
        "expected to be allowed secretsmanager:GetSecretValue, found AccessDeniedException: not "
        "authorized; allow secretsmanager:GetSecretValue to the identity that runs the doctor"
    )
    assert failures() == [("shop/api: secrets", denied), ("shop/worker: secrets", denied)]


def test_the_iam_action_of_an_api_with_another_signing_name(
    deployed: Deployed, failures: Failures, alter: Alter
) -> None:
    def deny(answer: dict[str, Any]) -> None:
        answer["Error"] = {"Code": "AccessDenied", "Message": "no"}

    _refuse(alter, "cloudwatch", "DescribeAlarms", deny)

    denied = (
        "expected to be allowed cloudwatch:DescribeAlarms, found AccessDenied: no; allow "
        "cloudwatch:DescribeAlarms to the identity that runs the doctor"
    )
    assert failures() == [("platform: alarms", denied), ("shop: alarms", denied)]


def test_another_error(deployed: Deployed, failures: Failures, alter: Alter) -> None:
    def fail(answer: dict[str, Any]) -> None:
        answer["Error"] = {"Code": "InvalidParameter", "Message": "no such thing"}

    _refuse(alter, "wafv2", "GetWebACLForResource", fail)

    assert failures() == [
        (
            "platform: firewall",
            "expected an answer to wafv2:GetWebACLForResource, found InvalidParameter: no such "
            f"thing; {RESTORE}",
        )
    ]


def test_the_wrong_account(deployed: Deployed, description: Description) -> None:
    platform = deployed.outputs["platform"]
    platform["loadBalancerArn"] = deployed["edge"].replace("123456789012", "210987654321")

    findings = doctor.run(description, deployed.outputs, deployed.endpoint)

    assert [(finding.check, finding.ok, finding.detail) for finding in findings] == [
        (
            "platform: account",
            False,
            "expected credentials of account 210987654321, whose stack the outputs describe, found "
            "account 123456789012; choose the right AWS_PROFILE, or pass --outputs with that "
            "account's outputs, or --endpoint-url when they are the sandbox's",
        )
    ]


def test_nobody_answers(
    deployed: Deployed, description: Description, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    findings = doctor.run(description, deployed.outputs, "http://127.0.0.1:9")

    assert [(finding.check, finding.ok, finding.detail) for finding in findings] == [
        (
            "platform: account",
            False,
            "expected credentials of account 123456789012, found Could not connect to the endpoint "
            'URL: "http://127.0.0.1:9/" (EndpointConnectionError); log in with `aws sso login`, or '
            "pass --endpoint-url for the sandbox",
        )
    ]


def test_a_refusal_is_remembered_like_an_answer(deployed: Deployed) -> None:
    account = Account("us-east-1", deployed.endpoint)
    calls: list[str] = []
    events = deployed.client("rds").meta.events

    def note(**_: Any) -> None:
        calls.append("read")

    events.register("before-call", note)
    for _ in range(2):
        with pytest.raises(Refused, match="DBInstanceNotFound"):
            account.read("rds", "describe_db_instances", DBInstanceIdentifier="gone")
    events.unregister("before-call", note)

    assert calls == ["read"]


def _refuse(alter: Alter, service: str, operation: str, edit: Any) -> None:
    def handler(answer: dict[str, Any]) -> None:
        answer.clear()
        edit(answer)

    alter(service, operation, handler)
