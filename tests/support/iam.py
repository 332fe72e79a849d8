"""Whether IAM lets a role do something, from policy documents alone.

Not moto's evaluator (`moto.iam.access_control`), which guards requests and not documents. Asked for
what the program registers, moto 5.2.5 takes "Deny without TLS" for a refusal of everybody, so that
no bucket could be reached at all; lets everybody in where a bucket lets CloudFront in; reads
`NotResource` as all resources; and knows neither `?` nor that actions have no case.

Where a document cannot decide, a grant counts and a refusal does not: who may reach something under
a condition reaches it.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

Context = Mapping[str, str]
"""What is known of a request, by lower-case condition key."""

_ELEMENTS = {
    *("Sid", "Effect", "Principal", "Condition"),
    *("Action", "NotAction", "Resource", "NotResource"),
}


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement; an element that is not there is None."""

    allow: bool
    actions: tuple[str, ...] | None
    other_actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    other_resources: tuple[str, ...] | None
    principals: tuple[str, ...]
    """Those of the kind AWS, as `*` for everybody; no task is of another kind."""
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]]

    def concerns(self, action: str, resource: str, context: Context) -> bool:
        """Whether it speaks of the action on what the pattern `resource` names, all of it if it
        refuses and any of it if it allows."""
        if self.actions is not None:
            of_action = _named(self.actions, action)
        else:
            of_action = not _named(self.other_actions or (), action)
        if not of_action:
            return False
        fits = _overlap if self.allow else _covers
        if self.resources is not None:
            of_resource = any(fits(each, resource) for each in self.resources)
        elif self.other_resources is not None:
            except_for = _covers if self.allow else _overlap
            of_resource = not any(except_for(each, resource) for each in self.other_resources)
        else:  # a trust policy: the role itself is the resource
            of_resource = True
        return of_resource and self._holds(context)

    def _holds(self, context: Context) -> bool:
        for operator, wanted in self.conditions.items():
            for key, values in wanted.items():
                compare = _OPERATORS.get(operator)
                given = context.get(key.lower())
                if compare is None or given is None:
                    if not self.allow:
                        return False
                elif not any(compare(each, given) for each in values):
                    return False
        return True


@dataclass(frozen=True, kw_only=True)
class Principal:
    """A role or a user with all that its policies say."""

    arn: str
    statements: tuple[Statement, ...]
    managed: tuple[str, ...] = ()
    """ARNs of attached policies that are AWS's own: their text is not in the graph."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One action on one resource."""

    action: str
    resource: str
    """An ARN, or a pattern of ARNs, any of which counts."""
    policy: tuple[Statement, ...] = ()
    """The policy of the resource itself."""
    both: bool = False
    """Whether that policy must agree, as for keys and for assuming a role."""
    context: tuple[tuple[str, str], ...] = ()
    key: "Question | None" = None
    """What else must be allowed, since an encrypted thing is of no use without its key."""


def may(principal: Principal, question: Question) -> bool:
    """Whether a principal of the account may do it, the key left aside.

    Source: IAM user guide, "Policy evaluation logic", requests within one account.
    """
    context = {"aws:securetransport": "true", **dict(question.context)}
    about = [
        [each for each in statements if each.concerns(question.action, question.resource, context)]
        for statements in (principal.statements, question.policy)
    ]
    number = principal.arn.split(":")[4]
    account = {number, f"arn:aws:iam::{number}:root"}
    named = [each for each in about[1] if {"*", principal.arn} & {*each.principals}]
    delegated = [each for each in about[1] if account & {*each.principals}]
    if any(not each.allow for each in [*about[0], *named, *delegated]):
        return False
    by_identity = any(each.allow for each in about[0])
    by_resource = any(each.allow for each in named)
    if question.both:
        return by_resource or (bool(delegated) and by_identity)
    return by_identity or by_resource


@cache
def parse(document: str) -> tuple[Statement, ...]:
    """Reads a policy document; one with an element that is not known here is an error."""
    statements = json.loads(document)["Statement"]
    return tuple(_statement(each) for each in _several(statements))


def _statement(raw: Mapping[str, Any]) -> Statement:
    unknown = {*raw} - _ELEMENTS
    assert not unknown, f"nothing here knows {sorted(unknown)} of a policy: {dict(raw)}"
    principal = raw.get("Principal", {})
    by_kind = {"AWS": principal} if isinstance(principal, str) else principal
    return Statement(
        allow=raw["Effect"] == "Allow",
        actions=_texts(raw, "Action"),
        other_actions=_texts(raw, "NotAction"),
        resources=_texts(raw, "Resource"),
        other_resources=_texts(raw, "NotResource"),
        principals=_texts(by_kind, "AWS") or (),
        conditions={
            operator: {key: tuple(map(str, _several(values))) for key, values in wanted.items()}
            for operator, wanted in raw.get("Condition", {}).items()
        },
    )


def _several(value: Any) -> Sequence[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _texts(raw: Mapping[str, Any], element: str) -> tuple[str, ...] | None:
    return tuple(_several(raw[element])) if element in raw else None


@cache
def _named(patterns: tuple[str, ...], action: str) -> bool:
    return any(_matches(each.lower(), action.lower()) for each in patterns)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(each) or re.escape(each) for each in text), re.DOTALL)


def _matches(pattern: str, text: str) -> bool:
    return _pattern(pattern).fullmatch(text) is not None


def _covers(pattern: str, other: str) -> bool:
    """Whether all that another pattern names is named; its wildcards count as letters."""
    return _matches(pattern, other)


@cache
def _overlap(one: str, other: str) -> bool:
    """Whether two patterns have a name in common."""
    if "*" not in other and "?" not in other:
        return _matches(one, other)
    if _matches(one, other) or _matches(other, one):
        return True
    return _share(one, other)


def _share(one: str, other: str) -> bool:
    reached = {(0, 0)}
    seen: set[tuple[int, int]] = set()
    while reached:
        at = reached.pop()
        if at == (len(one), len(other)):
            return True
        if at not in seen:
            seen.add(at)
            reached |= set(_steps(one, other, *at))
    return False


def _steps(one: str, other: str, i: int, j: int) -> Iterable[tuple[int, int]]:
    """Where two patterns can be read on from: a star may end, or take what the other one reads."""
    mine, theirs = one[i : i + 1], other[j : j + 1]
    if mine == "*":
        yield (i + 1, j)
        if theirs:
            yield (i, j + 1)
    if theirs == "*":
        yield (i, j + 1)
        if mine:
            yield (i + 1, j)
    if mine and theirs and (mine == theirs or "?" in (mine, theirs)):
        yield (i + 1, j + 1)


def _equal(wanted: str, given: str) -> bool:
    return wanted == given


def _truth(wanted: str, given: str) -> bool:
    return wanted.lower() == given.lower()


_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": _equal,
    "StringLike": _overlap,
    "ArnEquals": _overlap,
    "ArnLike": _overlap,
    "Bool": _truth,
}
"""Those that the program uses; of any other it is not known whether it holds."""
