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


def _rate_limits(inputs: Plain) -> Iterator[Problem]:
    rules = inputs.get("rules")
    for position, rule in enumerate(rules if is_list(rules) else []):
        statement = rule.get("statement") if is_map(rule) else None
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
        rules=[_rate_limits, one_of("scope", "REGIONAL", "CLOUDFRONT")],
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
