"""The web application firewall of a load balancer; a part of `components/load_balancer.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

MANAGED_RULE_GROUPS = {
    "ip-reputation": "AWSManagedRulesAmazonIpReputationList",
    "known-bad-inputs": "AWSManagedRulesKnownBadInputsRuleSet",
    "common": "AWSManagedRulesCommonRuleSet",
}
"""925 of the 1,500 capacity units that are included in the price of a web ACL."""

# It refuses bodies above 8 KiB, which is no limit for an API; counted, so that it can be seen.
COUNTED_RULES = {"common": ("SizeRestrictions_BODY",)}


@dataclass(frozen=True, kw_only=True, slots=True)
class RateLimit:
    """How many requests one address may send."""

    requests: int
    """Requests in a window, 10 to 2,000,000,000."""
    window_seconds: int
    """Length of the window, 60, 120, 300 or 600 s (trap 17)."""


def create_web_acl(
    name: str,
    *,
    rate_limit: RateLimit,
    allowed_countries: Sequence[str],
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> "aws.wafv2.WebAcl":
    """Creates the rules by which requests are refused before they reach the load balancer.

    What is not refused is allowed. The cheap and certain rules come first: country, rate, then
    AWS's own lists.

    Args:
        name: Name of the load balancer.
        rate_limit: Limit per address.
        allowed_countries: Where requests may come from; everywhere when empty.
        tags: Tags besides the names.
        parent: The component.
    """
    rules = [
        *_country_rules(name, allowed_countries),
        _rate_rule(name, rate_limit),
        *(_managed_rule(name, label, group) for label, group in MANAGED_RULE_GROUPS.items()),
    ]
    return aws.wafv2.WebAcl(
        f"{name}-web-acl",
        description=f"Requests that load balancer {name} refuses",
        scope="REGIONAL",
        default_action=aws.wafv2.WebAclDefaultActionArgs(
            allow=aws.wafv2.WebAclDefaultActionAllowArgs()
        ),
        rules=[_numbered(rule, priority) for priority, rule in enumerate(rules)],
        visibility_config=aws.wafv2.WebAclVisibilityConfigArgs(
            cloudwatch_metrics_enabled=True,
            metric_name=f"{name}-web-acl",
            sampled_requests_enabled=True,
        ),
        tags={**tags, "Name": f"{name}-web-acl"},
        opts=pulumi.ResourceOptions(parent=parent),
    )


def create_log(
    name: str,
    web_acl: "aws.wafv2.WebAcl",
    *,
    retention_days: int,
    kms_key_arn: pulumi.Input[str] | None,
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> None:
    """Writes every request that a rule has looked at to a log group of its own.

    Args:
        name: Name of the load balancer.
        web_acl: Whose log it is.
        retention_days: Days that it is kept.
        kms_key_arn: Key that encrypts it, CloudWatch's own when None.
        tags: Tags besides the names.
        parent: The component.
    """
    child = pulumi.ResourceOptions(parent=parent)
    log_group = aws.cloudwatch.LogGroup(
        f"{name}-web-acl-logs",
        # AWS WAF delivers to groups with this prefix only; the rest of the name is drawn.
        name_prefix=f"aws-waf-logs-{name}-",
        retention_in_days=retention_days,
        kms_key_id=kms_key_arn,
        tags={**tags, "Name": f"{name}-web-acl-logs"},
        opts=child,
    )
    # Who signs in is nobody's business who reads a log.
    redacted = [
        aws.wafv2.WebAclLoggingConfigurationRedactedFieldArgs(
            single_header=aws.wafv2.WebAclLoggingConfigurationRedactedFieldSingleHeaderArgs(
                name=header
            )
        )
        for header in ("authorization", "cookie")
    ]
    aws.wafv2.WebAclLoggingConfiguration(
        f"{name}-web-acl-logging",
        resource_arn=web_acl.arn,
        log_destination_configs=[log_group.arn],
        redacted_fields=redacted,
        opts=child,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rule:
    """A rule before it has its place in the order."""

    label: str
    """Name inside of the web ACL."""
    metric: str
    """Name of its metric."""
    statement: "aws.wafv2.WebAclRuleStatementArgs"
    """What it looks for."""
    is_group: bool = False
    """Whether it stands for a group of rules, each of which decides for itself."""


def _numbered(rule: _Rule, priority: int) -> "aws.wafv2.WebAclRuleArgs":
    block = aws.wafv2.WebAclRuleActionArgs(block=aws.wafv2.WebAclRuleActionBlockArgs())
    as_the_group_says = aws.wafv2.WebAclRuleOverrideActionArgs(
        none=aws.wafv2.WebAclRuleOverrideActionNoneArgs()
    )
    return aws.wafv2.WebAclRuleArgs(
        name=rule.label,
        priority=priority,
        statement=rule.statement,
        action=None if rule.is_group else block,
        override_action=as_the_group_says if rule.is_group else None,
        visibility_config=aws.wafv2.WebAclRuleVisibilityConfigArgs(
            cloudwatch_metrics_enabled=True,
            metric_name=rule.metric,
            sampled_requests_enabled=True,
        ),
    )


def _country_rules(name: str, allowed_countries: Sequence[str]) -> list[_Rule]:
    if not allowed_countries:
        return []
    from_there = aws.wafv2.WebAclRuleStatementArgs(
        geo_match_statement=aws.wafv2.WebAclRuleStatementGeoMatchStatementArgs(
            country_codes=list(allowed_countries)
        )
    )
    elsewhere = aws.wafv2.WebAclRuleStatementArgs(
        not_statement=aws.wafv2.WebAclRuleStatementNotStatementArgs(statement=from_there)
    )
    return [_Rule(label="other-countries", metric=f"{name}-countries", statement=elsewhere)]


def _rate_rule(name: str, limit: RateLimit) -> _Rule:
    return _Rule(
        label="rate-limit",
        metric=f"{name}-rate-limit",
        statement=aws.wafv2.WebAclRuleStatementArgs(
            rate_based_statement=aws.wafv2.WebAclRuleStatementRateBasedStatementArgs(
                aggregate_key_type="IP",
                limit=limit.requests,
                evaluation_window_sec=limit.window_seconds,
            )
        ),
    )


def _managed_rule(name: str, label: str, group: str) -> _Rule:
    count = aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseArgs(
        count=aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseCountArgs()
    )
    return _Rule(
        label=label,
        metric=f"{name}-{label}",
        statement=aws.wafv2.WebAclRuleStatementArgs(
            managed_rule_group_statement=aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementArgs(
                vendor_name="AWS",
                name=group,
                rule_action_overrides=[
                    aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideArgs(
                        name=rule, action_to_use=count
                    )
                    for rule in COUNTED_RULES.get(label, ())
                ],
            )
        ),
        is_group=True,
    )
