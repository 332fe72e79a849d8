"""The firewall in front of a load balancer: rules, their order, and its log."""

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from components.errors import ArgumentError
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.rate_limit import RateLimit, host_priorities
from tools.recording.recorder import Recording, record_component

COMMON: dict[str, Any] = {
    "vpc_id": "vpc-1",
    "subnet_ids": ["subnet-1", "subnet-2"],
    "hosts": ["api.example.com"],
    "hosted_zone_id": "Z1",
    "access_log_bucket": "logs-1",
}
HOSTS = ("api.example.com", "shop.example.com", "www.example.com")
LONG_HOST = f"lon{'g' * 57}.{'l' * 60}.example.com"


def several(*limited: str) -> LoadBalancerArgs:
    return LoadBalancerArgs(
        **COMMON | {"hosts": [*HOSTS, LONG_HOST]},
        rate_limit_requests=2000,
        host_rate_limits={host: RateLimit(requests=30_000, window_seconds=300) for host in limited},
    )


def rules(recording: Recording, name: str) -> dict[str, dict[str, Any]]:
    return {
        rule["name"]: rule for rule in recording.one("WebAcl", f"{name}-web-acl").inputs["rules"]
    }


def host_is(host: str) -> dict[str, Any]:
    return {
        "byteMatchStatement": {
            "searchString": host,
            "positionalConstraint": "EXACTLY",
            "fieldToMatch": {"singleHeader": {"name": "host"}},
            "textTransformations": [{"priority": 0, "type": "LOWERCASE"}],
        }
    }


@pytest.fixture(scope="module")
def recording() -> Recording:
    """`edge` is all defaults, `own` turns every choice around; the others have hosts with limits of
    their own."""

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
        LoadBalancer("one", several("shop.example.com"), options)
        LoadBalancer("two", several("www.example.com", "shop.example.com"), options)
        LoadBalancer("long", several(LONG_HOST), options)

    return record_component(build)


@pytest.mark.acceptance("A18", "trap-15", "trap-17")
def test_limits_the_rate_and_uses_the_lists_of_aws(recording: Recording) -> None:
    web_acl = recording.one("WebAcl", "edge-web-acl").inputs
    assert web_acl["scope"] == "REGIONAL"
    assert web_acl["defaultAction"] == {"allow": {}}
    rate, *managed = web_acl["rules"]
    assert rate == {
        "name": "rate-limit",
        "priority": 1,
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
        (20_000, "ip-reputation", {"none": {}}, "AWSManagedRulesAmazonIpReputationList"),
        (20_001, "known-bad-inputs", {"none": {}}, "AWSManagedRulesKnownBadInputsRuleSet"),
        (20_002, "common", {"none": {}}, "AWSManagedRulesCommonRuleSet"),
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


@pytest.mark.acceptance("trap-17")
def test_a_host_has_a_limit_of_its_own(recording: Recording) -> None:
    own = rules(recording, "one")["rate-limit-shop_example_com"]
    assert own == {
        "name": "rate-limit-shop_example_com",
        "priority": host_priorities(["shop.example.com"])["shop.example.com"],
        "action": {"block": {}},
        "statement": {
            "rateBasedStatement": {
                "aggregateKeyType": "IP",
                "limit": 30_000,
                "evaluationWindowSec": 300,
                "scopeDownStatement": host_is("shop.example.com"),
            }
        },
        "visibilityConfig": {
            "cloudwatchMetricsEnabled": True,
            "metricName": "one-rate-limit-shop_example_com",
            "sampledRequestsEnabled": True,
        },
    }


def test_the_general_limit_is_for_all_other_hosts(recording: Recording) -> None:
    def scope(name: str) -> dict[str, Any]:
        rate = rules(recording, name)["rate-limit"]["statement"]["rateBasedStatement"]
        assert rate["limit"] == 2000
        return rate["scopeDownStatement"]

    shop, www = host_is("shop.example.com"), host_is("www.example.com")
    assert scope("one") == {"notStatement": {"statement": shop}}
    # AWS WAF takes an "or" of two statements or more.
    assert scope("two") == {
        "notStatement": {"statement": {"orStatement": {"statements": [shop, www]}}}
    }


def test_a_host_that_comes_moves_no_rule(recording: Recording) -> None:
    before, after = rules(recording, "one"), rules(recording, "two")
    assert set(after) - set(before) == {"rate-limit-www_example_com"}
    assert {name: after[name]["priority"] for name in before} == {
        name: rule["priority"] for name, rule in before.items()
    }


def test_the_rules_stand_in_the_order_of_their_priorities(recording: Recording) -> None:
    assert [
        name
        for name, _ in sorted(rules(recording, "two").items(), key=lambda each: each[1]["priority"])
    ] == list(rules(recording, "two"))
    priorities = [rule["priority"] for rule in rules(recording, "two").values()]
    assert priorities[0] == 1
    assert all(100 <= priority < 10_100 for priority in priorities[1:3])
    assert priorities[3:] == [20_000, 20_001, 20_002]


def test_hosts_that_meet_in_one_place_are_set_apart() -> None:
    """Both names have the same place; the one that is later in the alphabet moves."""
    first, second = "h22.example.com", "h97.example.com"
    place = host_priorities([first])[first]
    assert host_priorities([second])[second] == place
    assert host_priorities([second, first]) == {first: place, second: place + 1}


def test_a_long_host_still_has_a_name_that_fits(recording: Recording) -> None:
    own = next(name for name in rules(recording, "long") if name.startswith("rate-limit-long"))
    assert len(LONG_HOST) > 128
    assert len(own) == 128


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


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: several("example.com"),
            "LoadBalancer: host_rate_limits='example.com' is not allowed; name one of hosts, of up "
            "to 200 characters",
        ),
        (
            lambda: RateLimit(requests=9, window_seconds=300),
            "RateLimit: requests=9 is not allowed; use 10 to 2000000000 (requests)",
        ),
        (
            lambda: RateLimit(requests=100, window_seconds=900),
            "RateLimit: window_seconds=900 is not allowed; use 60, 120, 300 or 600 (seconds)",
        ),
    ],
)
def test_fails_when_a_limit_is_no_rule_of_aws(build: Callable[[], object], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        build()
    assert str(refused.value) == message


def test_fails_when_a_host_is_too_long_to_search_for() -> None:
    host = f"{'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 20}.example.com"
    with pytest.raises(ArgumentError) as refused:
        LoadBalancerArgs(
            **COMMON | {"hosts": [host]},
            rate_limit_requests=2000,
            host_rate_limits={host: RateLimit(requests=100, window_seconds=60)},
        )
    assert str(refused.value) == (
        f"LoadBalancer: host_rate_limits='{host}' is not allowed; name one of hosts, of up to 200 "
        "characters"
    )


def test_fails_when_cloudwatch_does_not_know_the_retention() -> None:
    with pytest.raises(ArgumentError) as refused:
        LoadBalancerArgs(**COMMON, rate_limit_requests=2000, web_acl_log_retention_days=2)
    assert str(refused.value) == (
        "LoadBalancer: web_acl_log_retention_days=2 is not allowed; use one of 1, 3, 5, 7, 14, 30, "
        "60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 (days)"
    )
