"""IAM, KMS and S3 policy documents, written as data and rendered as the JSON that AWS reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

import pulumi

from components.json_document import json_document

OneOrMore = pulumi.Input[str] | Sequence[pulumi.Input[str]]
Conditions = Mapping[str, Mapping[str, OneOrMore]]
"""Operator, then condition key, then values: `{"StringEquals": {"aws:SourceAccount": ...}}`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """One statement of a policy.

    Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
    """

    actions: OneOrMore
    """API actions, `service:Action`."""
    resources: OneOrMore = ()
    """ARNs; left out in a trust policy, where the role itself is the resource."""
    effect: Literal["Allow", "Deny"] = "Allow"
    """Whether the actions are permitted or forbidden."""
    principals: Mapping[str, OneOrMore] | Literal["*"] | None = None
    """Who, by kind (`AWS`, `Service`, `Federated`), or everyone; left out in a role's policy."""
    conditions: Conditions | None = None
    """What must hold besides, by operator and condition key."""
    sid: str | None = None
    """Name of the statement; states the reason for it. Letters and digits only."""


def policy_document(*statements: Statement) -> pulumi.Input[str]:
    """Renders statements as a policy document.

    Returns:
        The JSON text, at once when all of it is known.
    """
    return json_document(
        {"Version": "2012-10-17", "Statement": [_render(each) for each in statements]}
    )


def trust_policy(service: str, conditions: Conditions | None = None) -> pulumi.Input[str]:
    """Renders the trust policy of a role that one AWS service assumes.

    Args:
        service: The service principal, `ecs-tasks.amazonaws.com`.
        conditions: What must hold for the service to assume it, as in `Statement.conditions`.
    """
    return policy_document(
        Statement(
            actions="sts:AssumeRole",
            principals={"Service": service},
            conditions=conditions,
        )
    )


def read_secrets(
    arns: Sequence[pulumi.Input[str]], *, kms_key_arn: pulumi.Input[str], region: str
) -> list[Statement]:
    """Lets a role read exactly these secrets.

    Args:
        arns: The secrets; several variables may come from one.
        kms_key_arn: Key that encrypts them, which may be used through Secrets Manager only.
        region: Region of the secrets.

    Returns:
        The statements; none without secrets.
    """
    if not arns:
        return []
    service = f"secretsmanager.{region}.amazonaws.com"
    return [
        Statement(
            sid="ReadOwnSecrets",
            actions="secretsmanager:GetSecretValue",
            resources=list(dict.fromkeys(arns)),
        ),
        Statement(
            sid="DecryptSecrets",
            actions="kms:Decrypt",
            resources=kms_key_arn,
            conditions={"StringEquals": {"kms:ViaService": service}},
        ),
    ]


def _render(statement: Statement) -> dict[str, object]:
    elements: dict[str, object] = {
        "Sid": statement.sid,
        "Effect": statement.effect,
        "Principal": _plain(statement.principals),
        "Action": _plain(statement.actions),
        "Resource": _plain(statement.resources),
        "Condition": _plain(statement.conditions),
    }
    return {name: element for name, element in elements.items() if element is not None}


def _plain(value: object) -> object:
    """Turns frozen arguments into what JSON can hold; an empty element is one left out."""
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, object]", value)
        return {name: _plain(entry) for name, entry in entries.items()} or None
    if isinstance(value, Sequence) and not isinstance(value, str):
        return list(cast("Sequence[object]", value)) or None
    return value
