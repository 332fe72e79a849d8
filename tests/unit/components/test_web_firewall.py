"""The firewall in front of a load balancer: rules, their order, and its log."""

from typing import Any

import pulumi
import pytest

from components.errors import ArgumentError
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from tools.recording.recorder import Recording, record_component

COMMON: dict[str, Any] = {
    "vpc_id": "vpc-1",
    "subnet_ids": ["subnet-1", "subnet-2"],
    "hosts": ["api.example.com"],
    "hosted_zone_id": "Z1",
    "access_log_bucket": "logs-1",
}


@pytest.fixture(scope="module")
def recording() -> Recording:
    """`edge` is all defaults, `own` turns every choice around."""

    def build(options: pulumi.ResourceOptions) -> None:
        LoadBalancer("edge", LoadBalancerArgs(**COMMON, rate_limit_requests=2000), options)
        own = LoadBalancerArgs(
            **COMMON,
            rate_limit_requests=30_000,
            rate_limit_window_seconds=60,
            allowed_countries=["DE", "FR"],
            web_acl_log_retention_days=14,
            kms_key_arn="arn:key",
        )
        LoadBalancer("own", own, options)

    return record_component(build)


@pytest.mark.acceptance("A18", "trap-15", "trap-17")
def test_limits_the_rate_and_uses_the_lists_of_aws(recording: Recording) -> None:
    web_acl = recording.one("WebAcl", "edge-web-acl").inputs
    assert web_acl["scope"] == "REGIONAL"
    assert web_acl["defaultAction"] == {"allow": {}}
    rate, *managed = web_acl["rules"]
    assert rate == {
        "name": "rate-limit",
        "priority": 0,
        "action": {"block": {}},
        "statement": {
            "rateBasedStatement": {
                "aggregateKeyType": "IP",
                "limit": 2000,
                "evaluationWindowSec": 300,
            }
        },
        "visibilityConfig": {
            "cloudwatchMetricsEnabled": True,
            "metricName": "edge-rate-limit",
            "sampledRequestsEnabled": True,
        },
    }
    assert [
        (
            rule["priority"],
            rule["name"],
            rule["overrideAction"],
            rule["statement"]["managedRuleGroupStatement"]["name"],
        )
        for rule in managed
    ] == [
        (1, "ip-reputation", {"none": {}}, "AWSManagedRulesAmazonIpReputationList"),
        (2, "known-bad-inputs", {"none": {}}, "AWSManagedRulesKnownBadInputsRuleSet"),
        (3, "common", {"none": {}}, "AWSManagedRulesCommonRuleSet"),
    ]
    assert managed[2]["statement"]["managedRuleGroupStatement"]["ruleActionOverrides"] == [
        {"name": "SizeRestrictions_BODY", "actionToUse": {"count": {}}}
    ]


@pytest.mark.acceptance("A18")
def test_refuses_other_countries_first(recording: Recording) -> None:
    countries, rate, *_ = recording.one("WebAcl", "own-web-acl").inputs["rules"]
    assert countries["priority"] == 0
    assert countries["action"] == {"block": {}}
    assert countries["statement"] == {
        "notStatement": {"statement": {"geoMatchStatement": {"countryCodes": ["DE", "FR"]}}}
    }
    assert rate["priority"] == 1
    assert rate["statement"]["rateBasedStatement"]["limit"] == 30_000
    assert rate["statement"]["rateBasedStatement"]["evaluationWindowSec"] == 60


def test_logs_the_firewall_only_when_asked(recording: Recording) -> None:
    log_group = recording.one("LogGroup")
    assert log_group.inputs == {
        "namePrefix": "aws-waf-logs-own-",
        "retentionInDays": 14,
        "kmsKeyId": "arn:key",
        "tags": {"Name": "own-web-acl-logs"},
    }
    assert recording.one("WebAclLoggingConfiguration").inputs == {
        "resourceArn": recording.one("WebAcl", "own-web-acl").outputs["arn"],
        "logDestinationConfigs": [log_group.outputs["arn"]],
        "redactedFields": [
            {"singleHeader": {"name": "authorization"}},
            {"singleHeader": {"name": "cookie"}},
        ],
    }


def test_fails_when_cloudwatch_does_not_know_the_retention() -> None:
    with pytest.raises(ArgumentError) as refused:
        LoadBalancerArgs(**COMMON, rate_limit_requests=2000, web_acl_log_retention_days=2)
    assert str(refused.value) == (
        "LoadBalancer: web_acl_log_retention_days=2 is not allowed; use one of 1, 3, 5, 7, 14, 30, "
        "60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 (days)"
    )
