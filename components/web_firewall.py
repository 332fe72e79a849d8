"""The web application firewall of a load balancer; a part of `components/load_balancer.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.rate_limit import (
    RateLimit,
    host_priorities,
    host_rule_name,
    rate_statement,
)

COUNTRIES_PRIORITY = 0
RATE_PRIORITY = 1
# Between them are the places of the rules of single hosts.
MANAGED_PRIORITY = 20_000

MANAGED_RULE_GROUPS = {
    "ip-reputation": "AWSManagedRulesAmazonIpReputationList",
    "known-bad-inputs": "AWSManagedRulesKnownBadInputsRuleSet",
    "common": "AWSManagedRulesCommonRuleSet",
}
"""925 of the 1,500 capacity units that are included in the price of a web ACL."""

# It refuses bodies above 8 KiB, which is no limit for an API; counted, so that it can be seen.
COUNTED_RULES = {"common": ("SizeRestrictions_BODY",)}


def create_web_acl(
    name: str,
    *,
    rate_limit: RateLimit,
    host_rate_limits: Mapping[str, RateLimit],
    allowed_countries: Sequence[str],
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> "aws.wafv2.WebAcl":
    """Creates the rules by which requests are refused before they reach the load balancer.

    What is not refused is allowed. The cheap and certain rules come first: country, rate, then
    AWS's own lists. No rule's place depends on another rule, because AWS WAF counts anew when a
    rate rule changes.

    Args:
        name: Name of the load balancer.
        rate_limit: Limit per address, over all hosts without a limit of their own.
        host_rate_limits: Limit per address and host.
        allowed_countries: Where requests may come from; everywhere when empty.
        tags: Tags besides the names.
        parent: The component.
    """
    rules = [
        *_country_rules(name, allowed_countries),
        _rate_rule(name, rate_limit, elsewhere_than=sorted(host_rate_limits)),
        *(
            _host_rate_rule(name, host, host_rate_limits[host], priority)
            for host, priority in host_priorities(host_rate_limits).items()
        ),
        *(
            _managed_rule(name, label, group, MANAGED_PRIORITY + number)
            for number, (label, group) in enumerate(MANAGED_RULE_GROUPS.items())
        ),
    ]
    return aws.wafv2.WebAcl(
        f"{name}-web-acl",
        description=f"Requests that load balancer {name} refuses",
        scope="REGIONAL",
        default_action=aws.wafv2.WebAclDefaultActionArgs(
            allow=aws.wafv2.WebAclDefaultActionAllowArgs()
        ),
        rules=[_rendered(rule) for rule in rules],
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
    """What the rules differ in."""

    priority: int
    """Its place in the order, the lowest first."""
    label: str
    """Name inside of the web ACL."""
    metric: str
    """Name of its metric."""
    statement: "aws.wafv2.WebAclRuleStatementArgs"
    """What it looks for."""
    is_group: bool = False
    """Whether it stands for a group of rules, each of which decides for itself."""


def _rendered(rule: _Rule) -> "aws.wafv2.WebAclRuleArgs":
    block = aws.wafv2.WebAclRuleActionArgs(block=aws.wafv2.WebAclRuleActionBlockArgs())
    as_the_group_says = aws.wafv2.WebAclRuleOverrideActionArgs(
        none=aws.wafv2.WebAclRuleOverrideActionNoneArgs()
    )
    return aws.wafv2.WebAclRuleArgs(
        name=rule.label,
        priority=rule.priority,
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
    return [
        _Rule(
            label="other-countries",
            metric=f"{name}-countries",
            statement=elsewhere,
            priority=COUNTRIES_PRIORITY,
        )
    ]


def _rate_rule(name: str, limit: RateLimit, *, elsewhere_than: Sequence[str]) -> _Rule:
    return _Rule(
        label="rate-limit",
        metric=f"{name}-rate-limit",
        statement=rate_statement(limit, but_not=elsewhere_than),
        priority=RATE_PRIORITY,
    )


def _host_rate_rule(name: str, host: str, limit: RateLimit, priority: int) -> _Rule:
    label = host_rule_name(host)
    return _Rule(
        label=label,
        metric=f"{name}-{label}",
        statement=rate_statement(limit, only=host),
        priority=priority,
    )


def _managed_rule(name: str, label: str, group: str, priority: int) -> _Rule:
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
        priority=priority,
        is_group=True,
    )
