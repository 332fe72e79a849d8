"""A small evaluator of IAM policies: may a role do something to one resource?

It knows what Slipway's own policies use: identity policies of a role, resource policies, wildcards
and common condition operators. Organization policies, permission boundaries and session policies
are not looked at; AWS's simulator would, but the sandbox has none
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, cast

from tools.doctor.wildcards import matches

Policy = Mapping[str, Any]
"""A policy document as boto3 decodes it."""


class Decision(Enum):
    """What a set of policies says to a request."""

    ALLOWED = "allowed"
    DENIED = "denied by a statement"
    NOT_ALLOWED = "allowed by no statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One use of one action on one resource."""

    action: str
    """For example `kms:Decrypt`."""
    resource: str
    """ARN of what it is done to."""
    principals: frozenset[str] = frozenset()
    """ARNs, account ids or services that the caller counts as in a resource policy."""
    context: Mapping[str, str] = field(default_factory=dict[str, str])
    """Condition keys that the request carries, in lower case."""


def decide(policies: Iterable[Policy], request: Request) -> Decision:
    """Applies AWS's order: an explicit deny wins, then an allow, then nothing is allowed."""
    decision = Decision.NOT_ALLOWED
    for policy in policies:
        for statement in _statements(policy):
            if not _applies(statement, request):
                continue
            if statement["Effect"] == "Deny":
                return Decision.DENIED
            decision = Decision.ALLOWED
    return decision


def _statements(policy: Policy) -> list[Mapping[str, Any]]:
    statements = policy.get("Statement", [])
    return [statements] if isinstance(statements, Mapping) else list(statements)


def _applies(statement: Mapping[str, Any], request: Request) -> bool:
    return (
        _named(statement, "Action", request.action.lower(), str.lower)
        and _named(statement, "Resource", request.resource, str)
        and _principal(statement, request.principals)
        and _conditions(statement, request.context)
    )


def _named(statement: Mapping[str, Any], element: str, value: str, fold: Any) -> bool:
    if f"Not{element}" in statement:
        return not _any_like(statement[f"Not{element}"], value, fold)
    return _any_like(statement.get(element, []), value, fold)


def _any_like(patterns: Any, value: str, fold: Any) -> bool:
    return any(matches(fold(pattern), value) for pattern in _many(patterns))


def _principal(statement: Mapping[str, Any], principals: frozenset[str]) -> bool:
    """An identity policy has no principal: it speaks of whoever it is attached to."""
    if "NotPrincipal" in statement:
        return not _is_among(statement["NotPrincipal"], principals)
    return "Principal" not in statement or _is_among(statement["Principal"], principals)


def _is_among(element: Any, principals: frozenset[str]) -> bool:
    if isinstance(element, Mapping):
        kinds = cast("Mapping[str, Any]", element)
        named = [name for names in kinds.values() for name in _many(names)]
    else:
        named = _many(element)
    return "*" in named or bool(principals & set(named))


def _conditions(statement: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    """An operator that is not known here counts against access: a deny holds, an allow does not."""
    unknown = statement["Effect"] == "Deny"
    for operator, tests in statement.get("Condition", {}).items():
        for key, wanted in tests.items():
            holds = _condition(operator, context.get(key.lower()), _many(wanted))
            if not (unknown if holds is None else holds):
                return False
    return True


def _condition(operator: str, actual: str | None, wanted: list[str]) -> bool | None:
    name = operator.removeprefix("ForAnyValue:").removeprefix("ForAllValues:")
    optional, name = name.endswith("IfExists"), name.removesuffix("IfExists")
    negated, name = "Not" in name, name.replace("Not", "")
    if name not in {"StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool"}:
        return None
    if actual is None:
        return optional or negated
    if name == "StringEquals":
        return (actual in wanted) != negated
    folded = actual.lower() if name == "Bool" else actual
    return any(matches(str(value), folded) for value in wanted) != negated


def _many(value: Any) -> list[str]:
    """Elements of a policy are a list or a single value; booleans may stand without quotes."""
    values = cast("list[Any]", value) if isinstance(value, list) else [value]
    return [_text(item) for item in values]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
