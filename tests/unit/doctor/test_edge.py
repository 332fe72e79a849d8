"""The load balancer's side, with one thing broken at a time."""

import dataclasses
from typing import Any

import pytest

from model.description import Description
from model.rate_limit import RateLimit
from tests.unit.doctor import RESTORE, Failures
from tests.unit.doctor.conftest import self_signed
from tests.unit.doctor.deployed import HOST, Deployed, allow, fixed_response, rule
from tools import doctor


def test_an_outdated_tls_policy(deployed: Deployed, failures: Failures) -> None:
    deployed.client("elbv2").modify_listener(
        ListenerArn=deployed["https"], SslPolicy="ELBSecurityPolicy-2016-08"
    )

    assert failures() == [
        (
            "platform: https",
            "expected a TLS policy that allows TLS 1.2 and 1.3 only, found "
            f"ELBSecurityPolicy-2016-08, which also allows TLSv1, TLSv1.1; {RESTORE}",
        )
    ]


def test_a_certificate_that_is_not_issued(
    deployed: Deployed, failures: Failures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moto.settings.ACM_VALIDATION_WAIT", 60)
    arn = deployed.client("acm").request_certificate(DomainName=HOST, ValidationMethod="DNS")[
        "CertificateArn"
    ]
    deployed.client("elbv2").modify_listener(
        ListenerArn=deployed["https"], Certificates=[{"CertificateArn": arn}]
    )

    assert failures() == [
        (
            "platform: certificate",
            f"expected status of certificate {arn} ISSUED, found PENDING_VALIDATION; check that "
            "the hosted zone's name servers are the ones your registrar names, because ACM "
            "validates over public DNS",
        )
    ]


def test_a_certificate_for_another_host(deployed: Deployed, failures: Failures) -> None:
    public, private = self_signed("other.example.com")
    arn = deployed.client("acm").import_certificate(Certificate=public, PrivateKey=private)[
        "CertificateArn"
    ]
    deployed.client("elbv2").modify_listener(
        ListenerArn=deployed["https"], Certificates=[{"CertificateArn": arn}]
    )

    assert failures() == [
        (
            "platform: certificate",
            f"expected a certificate for {HOST} (host of shop), found one for other.example.com; "
            f"{RESTORE}",
        )
    ]


def test_no_listener_on_port_80(deployed: Deployed, failures: Failures) -> None:
    deployed.client("elbv2").delete_listener(ListenerArn=deployed["http"])

    assert failures() == [
        (
            "platform: redirect",
            f"expected a listener on port 80 of the load balancer, found nothing; {RESTORE}",
        )
    ]


def test_port_80_that_serves_instead_of_redirecting(deployed: Deployed, failures: Failures) -> None:
    deployed.client("elbv2").modify_listener(
        ListenerArn=deployed["http"],
        DefaultActions=[{"Type": "forward", "TargetGroupArn": deployed["target-group"]}],
    )

    assert failures() == [
        (
            "platform: redirect",
            "expected default action of port 80 redirect HTTPS 443 HTTP_301, found forward; "
            f"{RESTORE}",
        )
    ]


def test_a_temporary_redirect(deployed: Deployed, failures: Failures) -> None:
    redirect = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_302"}
    deployed.client("elbv2").modify_listener(
        ListenerArn=deployed["http"],
        DefaultActions=[{"Type": "redirect", "RedirectConfig": redirect}],
    )

    assert failures() == [
        (
            "platform: redirect",
            "expected default action of port 80 redirect HTTPS 443 HTTP_301, found redirect HTTPS "
            f"443 HTTP_302; {RESTORE}",
        )
    ]


def test_no_firewall(deployed: Deployed, failures: Failures) -> None:
    deployed.client("wafv2").disassociate_web_acl(ResourceArn=deployed["edge"])

    assert failures() == [
        (
            "platform: firewall",
            "expected a WAF web ACL associated with the load balancer, found none; " + RESTORE,
        )
    ]


def rate_rule(name: str, priority: int, requests: int, **scope: Any) -> dict[str, Any]:
    rate = {"Limit": requests, "EvaluationWindowSec": 300, "AggregateKeyType": "IP", **scope}
    return {
        "Name": name,
        "Priority": priority,
        "Action": {"Block": {}},
        "Statement": {"RateBasedStatement": rate},
        "VisibilityConfig": {
            "SampledRequestsEnabled": True,
            "CloudWatchMetricsEnabled": True,
            "MetricName": name,
        },
    }


def guard_with(deployed: Deployed, *rules: dict[str, Any]) -> None:
    """Puts another web ACL before the load balancer."""
    firewall = deployed.client("wafv2")
    web_acl = firewall.create_web_acl(
        Name="other",
        Scope="REGIONAL",
        DefaultAction={"Allow": {}},
        VisibilityConfig=rules[0]["VisibilityConfig"],
        Rules=list(rules),
    )["Summary"]
    firewall.disassociate_web_acl(ResourceArn=deployed["edge"])
    firewall.associate_web_acl(WebACLArn=web_acl["ARN"], ResourceArn=deployed["edge"])


def test_another_rate_limit(deployed: Deployed, failures: Failures) -> None:
    guard_with(deployed, rate_rule("rate-limit", 1, 100))

    assert failures() == [
        (
            "platform: firewall",
            "expected rate rules of web ACL other 2000 requests in 300 s for hosts without a limit "
            f"of their own, found 100 requests in 300 s for hosts without a limit of their own; "
            f"{RESTORE}",
        )
    ]


def of_host(*, negated: bool = False) -> dict[str, Any]:
    is_host: dict[str, Any] = {
        "ByteMatchStatement": {
            "SearchString": HOST.encode(),
            "FieldToMatch": {"SingleHeader": {"Name": "host"}},
            "TextTransformations": [{"Priority": 0, "Type": "LOWERCASE"}],
            "PositionalConstraint": "EXACTLY",
        }
    }
    return {"ScopeDownStatement": {"NotStatement": {"Statement": is_host}} if negated else is_host}


def test_the_rate_limit_of_one_system(deployed: Deployed, description: Description) -> None:
    shop = description.systems["shop"]
    limit = RateLimit(requests=30_000, windowSeconds=300)
    limited = dataclasses.replace(
        description, systems={"shop": shop.model_copy(update={"rate_limit": limit})}
    )

    def failed() -> list[str]:
        findings = doctor.run(limited, deployed.outputs, deployed.endpoint)
        return [finding.detail for finding in findings if not finding.ok]

    others = "2000 requests in 300 s for hosts without a limit of their own"
    assert failed() == [
        f"expected rate rules of web ACL edge {others}, 30000 requests in 300 s for {HOST}, found "
        f"{others}; {RESTORE}"
    ]

    guard_with(
        deployed,
        rate_rule("rate-limit", 1, 2000, **of_host(negated=True)),
        rate_rule("rate-limit-shop", 100, 30_000, **of_host()),
    )
    assert failed() == []


def test_a_public_path_that_nothing_forwards(deployed: Deployed, failures: Failures) -> None:
    deployed.client("elbv2").delete_rule(RuleArn=deployed["forward-rule"])

    wanted = f"answered by forward to {deployed['target-group']}"
    found = f"found fixed-response 404 (rule with priority default); {RESTORE}"
    assert failures() == [
        ("shop/api: forwarding", f"expected https://{HOST}/ {wanted}, {found}"),
        ("shop/api: forwarding", f"expected https://{HOST}/below {wanted}, {found}"),
    ]


def test_a_deny_rule_that_comes_too_late(deployed: Deployed, failures: Failures) -> None:
    deployed.client("elbv2").set_rule_priorities(
        RulePriorities=[{"RuleArn": deployed["deny-rule"], "Priority": 30}]
    )

    wanted = "answered by fixed-response 403"
    found = f"found forward to {deployed['target-group']} (rule with priority 20); {RESTORE}"
    assert failures() == [
        ("shop/api: denied paths", f"expected https://{HOST}/metrics {wanted}, {found}"),
        ("shop/api: denied paths", f"expected https://{HOST}/metrics/ {wanted}, {found}"),
    ]


def test_a_deny_rule_that_a_trailing_slash_slips_past(
    deployed: Deployed, failures: Failures
) -> None:
    deployed.client("elbv2").delete_rule(RuleArn=deployed["deny-rule"])
    rule(deployed.client, deployed.ids, 10, ["/metrics"], fixed_response("403"))

    assert failures() == [
        (
            "shop/api: denied paths",
            f"expected https://{HOST}/metrics/ answered by fixed-response 403, found forward to "
            f"{deployed['target-group']} (rule with priority 20); {RESTORE}",
        )
    ]


def test_another_health_check(deployed: Deployed, failures: Failures) -> None:
    deployed.client("elbv2").modify_target_group(
        TargetGroupArn=deployed["target-group"],
        HealthCheckPath="/",
        HealthCheckIntervalSeconds=30,
        HealthCheckTimeoutSeconds=10,
        HealthyThresholdCount=5,
        UnhealthyThresholdCount=2,
        HealthCheckPort="8080",
        Matcher={"HttpCode": "200"},
    )

    check = "shop/api: health check"
    assert failures() == [
        (check, f"expected path /health, found /; {RESTORE}"),
        (check, f"expected port traffic-port, found 8080; {RESTORE}"),
        (check, f"expected interval (seconds) 5, found 30; {RESTORE}"),
        (check, f"expected timeout (seconds) 3, found 10; {RESTORE}"),
        (check, f"expected healthy threshold 2, found 5; {RESTORE}"),
        (check, f"expected unhealthy threshold 3, found 2; {RESTORE}"),
        (check, f"expected success codes 200-299, found 200; {RESTORE}"),
    ]


def test_aws_own_drain_time_and_algorithm(deployed: Deployed, failures: Failures) -> None:
    deployed.client("elbv2").modify_target_group_attributes(
        TargetGroupArn=deployed["target-group"],
        Attributes=[
            {"Key": "deregistration_delay.timeout_seconds", "Value": "300"},
            {"Key": "load_balancing.algorithm.type", "Value": "round_robin"},
        ],
    )

    assert failures() == [
        (
            "shop/api: traffic",
            f"expected deregistration delay (seconds) 60, found 300; {RESTORE}",
        ),
        (
            "shop/api: traffic",
            "expected load balancing algorithm least_outstanding_requests, found round_robin; "
            f"{RESTORE}",
        ),
    ]


def test_an_open_port(deployed: Deployed, failures: Failures) -> None:
    allow(deployed.client, deployed["api-group"], 22, cidr="0.0.0.0/0")

    assert failures() == [
        (
            "platform: exposure",
            "expected nothing open to the internet but ports 80 and 443 of the load balancer, "
            f"found security group {deployed['api-group']} (api) open on port 22; remove that "
            f"rule; if Pulumi made it, {RESTORE}",
        )
    ]


def test_another_port_of_the_load_balancer(deployed: Deployed, failures: Failures) -> None:
    allow(deployed.client, deployed["edge-group"], 8080, cidr="0.0.0.0/0")

    assert failures() == [
        (
            "platform: exposure",
            "expected nothing open to the internet but ports 80 and 443 of the load balancer, "
            f"found security group {deployed['edge-group']} (edge) open on port 8080; remove that "
            f"rule; if Pulumi made it, {RESTORE}",
        )
    ]


def test_a_deleted_load_balancer(deployed: Deployed, failures: Failures) -> None:
    deployed.client("elbv2").delete_load_balancer(LoadBalancerArn=deployed["edge"])

    found = dict(failures())
    assert found["platform: load balancer"] == (
        "expected an answer to elasticloadbalancing:DescribeLoadBalancers, found "
        "LoadBalancerNotFound: The specified load balancer does not exist.; " + RESTORE
    )
