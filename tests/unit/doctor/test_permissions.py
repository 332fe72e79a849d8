"""The policy evaluator against AWS's documented rules."""

from typing import Any

import pytest

from tools.doctor.permissions import Decision, Request, decide

SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-AbCdEf"
ROLE = "arn:aws:iam::123456789012:role/execution"


def policy(**changes: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": SECRET}
    return {"Version": "2012-10-17", "Statement": [{**statement, **changes}]}


def ask(*policies: dict[str, Any], **context: str) -> Decision:
    request = Request(
        action="secretsmanager:GetSecretValue",
        resource=SECRET,
        principals=frozenset({ROLE}),
        context={name.replace("__", ":"): value for name, value in context.items()},
    )
    return decide(policies, request)


def test_nothing_is_allowed_by_default() -> None:
    assert ask() is Decision.NOT_ALLOWED
    assert ask({"Version": "2012-10-17"}) is Decision.NOT_ALLOWED


def test_a_single_statement_may_stand_without_a_list() -> None:
    assert ask({"Statement": policy()["Statement"][0]}) is Decision.ALLOWED


def test_a_deny_wins_in_any_order() -> None:
    deny = policy(Effect="Deny")
    assert ask(policy(), deny) is Decision.DENIED
    assert ask(deny, policy()) is Decision.DENIED


@pytest.mark.parametrize(
    ("changes", "decision"),
    [
        ({"Action": "secretsmanager:*"}, Decision.ALLOWED),
        ({"Action": "SecretsManager:getsecretvalue"}, Decision.ALLOWED),
        ({"Action": ["kms:Decrypt", "secretsmanager:Get*"]}, Decision.ALLOWED),
        ({"Action": "*"}, Decision.ALLOWED),
        ({"Action": "secretsmanager:GetSecret"}, Decision.NOT_ALLOWED),
        ({"Action": "secretsmanager:Describe*"}, Decision.NOT_ALLOWED),
        ({"Resource": "*"}, Decision.ALLOWED),
        ({"Resource": SECRET.replace("AbCdEf", "??????")}, Decision.ALLOWED),
        ({"Resource": SECRET.replace("AbCdEf", "?????")}, Decision.NOT_ALLOWED),
        ({"Resource": SECRET.replace("shop", "[a-z]hop")}, Decision.NOT_ALLOWED),
        ({"Resource": [SECRET.replace("shop", "other"), SECRET]}, Decision.ALLOWED),
        ({"Resource": SECRET.replace("shop", "Shop")}, Decision.NOT_ALLOWED),
    ],
)
def test_actions_and_resources(changes: dict[str, Any], decision: Decision) -> None:
    assert ask(policy(**changes)) is decision


def test_everything_but_the_named() -> None:
    rest: dict[str, Any] = {
        "Effect": "Allow",
        "NotAction": "iam:*",
        "NotResource": "arn:aws:s3:::*",
    }
    assert ask({"Statement": [rest]}) is Decision.ALLOWED
    rest["NotAction"] = "secretsmanager:*"
    assert ask({"Statement": [rest]}) is Decision.NOT_ALLOWED


@pytest.mark.parametrize(
    ("principal", "decision"),
    [
        ("*", Decision.ALLOWED),
        ({"AWS": "*"}, Decision.ALLOWED),
        ({"AWS": [ROLE, "123456789012"]}, Decision.ALLOWED),
        ({"AWS": ROLE + "-other"}, Decision.NOT_ALLOWED),
        ({"Service": "ecs-tasks.amazonaws.com"}, Decision.NOT_ALLOWED),
    ],
)
def test_principals_of_a_resource_policy(principal: object, decision: Decision) -> None:
    assert ask(policy(Principal=principal)) is decision


def test_everybody_but_a_principal() -> None:
    assert ask(policy(NotPrincipal={"AWS": ROLE})) is Decision.NOT_ALLOWED
    assert ask(policy(NotPrincipal={"AWS": "arn:aws:iam::1:root"})) is Decision.ALLOWED


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({"StringEquals": {"aws:Tier": "gold"}}, True),
        ({"StringEquals": {"aws:Tier": ["silver", "gold"]}}, True),
        ({"StringEquals": {"aws:Tier": "silver"}}, False),
        ({"StringEquals": {"aws:Absent": "gold"}}, False),
        ({"StringEqualsIfExists": {"aws:Absent": "gold"}}, True),
        ({"StringNotEquals": {"aws:Tier": "gold"}}, False),
        ({"StringNotEquals": {"aws:Tier": "silver"}}, True),
        ({"StringNotEquals": {"aws:Absent": "silver"}}, True),
        ({"StringLike": {"aws:Tier": "g*"}}, True),
        ({"ArnLike": {"aws:Tier": "s*"}}, False),
        ({"ArnNotLike": {"aws:Tier": "s*"}}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
        ({"Bool": {"aws:SecureTransport": False}}, False),
        ({"StringEquals": {"aws:Tier": "gold"}, "Bool": {"aws:SecureTransport": "false"}}, False),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, False),
    ],
)
def test_conditions(condition: dict[str, Any], allowed: bool) -> None:
    context = {"aws__tier": "gold", "aws__securetransport": "true"}
    expected = Decision.ALLOWED if allowed else Decision.NOT_ALLOWED
    assert ask(policy(Condition=condition), **context) is expected


def test_a_deny_with_a_condition_that_does_not_hold() -> None:
    deny = policy(Effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})
    assert ask(policy(), deny, aws__securetransport="true") is Decision.ALLOWED


def test_an_unknown_condition_never_makes_access_look_better() -> None:
    condition = {"DateGreaterThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}
    assert ask(policy(Condition=condition)) is Decision.NOT_ALLOWED
    assert ask(policy(), policy(Effect="Deny", Condition=condition)) is Decision.DENIED
