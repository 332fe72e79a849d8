"""What is let in: AWS WAF."""

from collections.abc import Iterator
from typing import Any

from sandbox.aws.common import given
from sandbox.aws.kind import AwsKind, Call, Resource
from sandbox.aws.naming import Naming
from sandbox.aws.rules import one_of
from sandbox.provider import Plain, Problem, is_list, is_map


def _statement(value: Any) -> Any:
    """AWS calls the sets of rules, their overrides and addresses by words of its own."""
    if is_list(value):
        return [_statement(each) for each in value]
    if is_map(value):
        return {
            {"cloudwatchMetricsEnabled": "cloudWatchMetricsEnabled", "arn": "aRN"}.get(
                key, key
            ): _statement(each)
            for key, each in value.items()
        }
    return value


def _find_acl(resource: Resource) -> Any:
    arguments = {"Name": resource.get("name"), "Scope": resource.get("scope"), "Id": resource.id}
    return resource.call("GetWebACL", **arguments)["WebACL"]


def _delete_acl(resource: Resource) -> None:
    arguments = {"Name": resource.get("name"), "Scope": resource.get("scope"), "Id": resource.id}
    token = resource.call("GetWebACL", **arguments)["LockToken"]
    resource.call("DeleteWebACL", **arguments, LockToken=token)


def _rules(inputs: Plain) -> list[Any]:
    rules = inputs.get("rules")
    return [rule if is_map(rule) else {} for rule in rules] if is_list(rules) else []


def _statements(inputs: Plain) -> Iterator[Problem]:
    for position, rule in enumerate(_rules(inputs)):
        yield from _refused_in(f"rules[{position}].statement", rule.get("statement"))


def _refused_in(path: str, statement: Any) -> Iterator[Problem]:
    """Statements nest, each with another word for what is below."""
    for key, value in statement.items() if is_map(statement) else ():
        if not is_map(value):
            continue
        below = f"{path}.{key}"
        members = value.get("statements")
        if is_list(members):
            if len(members) < 2:
                yield Problem(
                    f"{below}.statements",
                    f"{len(members)} statement is refused by AWS; use two or more",
                )
            for number, member in enumerate(members):
                yield from _refused_in(f"{below}.statements[{number}]", member)
        for nested in ("statement", "scopeDownStatement"):
            yield from _refused_in(f"{below}.{nested}", value.get(nested))
        text = value.get("searchString")
        if isinstance(text, str) and len(text.encode()) > 200:
            yield Problem(
                f"{below}.searchString",
                f"{len(text.encode())} bytes are refused by AWS; use 200 or fewer",
            )


def _rate_limits(inputs: Plain) -> Iterator[Problem]:
    for position, rule in enumerate(_rules(inputs)):
        statement = rule.get("statement")
        rate = statement.get("rateBasedStatement") if is_map(statement) else None
        if not is_map(rate):
            continue
        path = f"rules[{position}].statement.rateBasedStatement"
        window = rate.get("evaluationWindowSec", 300)
        if window not in (60, 120, 300, 600):
            yield Problem(
                f"{path}.evaluationWindowSec",
                f"{window} is refused by AWS; use one of 60, 120, 300, 600 (seconds)",
            )


KINDS = {
    "aws:wafv2/webAcl:WebAcl": AwsKind(
        service="wafv2",
        create=Call(operation="CreateWebACL", arrange=_statement),
        record="Summary",
        id="Id",
        find=_find_acl,
        outputs={"arn": "ARN", "capacity": lambda _resource: None},
        delete=_delete_acl,
        naming=Naming(
            property="name", limit=128, pattern=r"[\w-]+", words="letters, digits, - and _"
        ),
        rules=[
            _rate_limits,
            _statements,
            one_of("scope", "REGIONAL", "CLOUDFRONT"),
        ],
    ),
    "aws:wafv2/webAclAssociation:WebAclAssociation": AwsKind(
        service="wafv2",
        create=Call(operation="AssociateWebACL", names={"webAclArn": "WebACLArn"}),
        id=lambda resource: f"{resource.get('webAclArn')},{resource.get('resourceArn')}",
        find=lambda resource: resource.call(
            "GetWebACLForResource", ResourceArn=resource.get("resourceArn")
        ).get("WebACL"),
        delete=lambda resource: resource.call(
            "DisassociateWebACL", ResourceArn=resource.get("resourceArn")
        ),
        tagged=None,
    ),
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": AwsKind(
        service="wafv2",
        create=Call(
            operation="PutLoggingConfiguration",
            arrange=lambda inputs: {"loggingConfiguration": inputs},
        ),
        id=given("resourceArn"),
        find=lambda resource: resource.call("GetLoggingConfiguration", ResourceArn=resource.id),
        delete=lambda resource: resource.call(
            "DeleteLoggingConfiguration", ResourceArn=resource.id
        ),
        tagged=None,
    ),
}
