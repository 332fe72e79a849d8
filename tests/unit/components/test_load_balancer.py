"""LoadBalancer: exact inputs, each branch, and refused arguments."""

from typing import Any

import pulumi
import pytest

from components.errors import ArgumentError
from components.listeners import ResponseHeadersArgs
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from tests.support.limits import refused_names
from tools.recording import aws_outputs
from tools.recording.recorder import Recording, record_component

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/1"
LONG_NAME = "the-load-balancer-of-a-very-large-company"


def args(**changes: Any) -> LoadBalancerArgs:
    return LoadBalancerArgs(
        **{
            "vpc_id": "vpc-1",
            "subnet_ids": ["subnet-1", "subnet-2"],
            "hosts": ["api.example.com"],
            "hosted_zone_id": "Z1",
            "access_log_bucket": "logs-1",
            "rate_limit_requests": 2000,
        }
        | changes
    )


@pytest.fixture(scope="module")
def recording() -> Recording:
    """`edge` is all defaults with two hosts; `own` turns every choice around."""

    def build(options: pulumi.ResourceOptions) -> None:
        edge = args(hosts=["api.example.com", "www.example.com"], tags={"team": "platform"})
        LoadBalancer("edge", edge, options)
        own = args(
            certificate_arn=CERTIFICATE,
            idle_timeout_seconds=120,
            deletion_protection=False,
            access_log_prefix="own",
            tls_policy="ELBSecurityPolicy-TLS13-1-3-2021-06",
            response_headers=ResponseHeadersArgs(
                strict_transport_security=None,
                x_frame_options=None,
                content_type_sniffing=True,
                content_security_policy="default-src 'self'",
            ),
        )
        LoadBalancer("own", own, options)
        LoadBalancer(LONG_NAME, args(), options)

    return record_component(build)


@pytest.mark.acceptance("A12")
def test_builds_the_load_balancer(recording: Recording) -> None:
    assert recording.one("LoadBalancer", "edge-alb").inputs == {
        "loadBalancerType": "application",
        "internal": False,
        "subnets": ["subnet-1", "subnet-2"],
        "securityGroups": [recording.one("SecurityGroup", "edge-security-group").id],
        "idleTimeout": 60,
        "enableHttp2": True,
        "dropInvalidHeaderFields": True,
        "enableDeletionProtection": True,
        "accessLogs": {"bucket": "logs-1", "prefix": "load-balancer", "enabled": True},
        "tags": {"team": "platform", "Name": "edge-alb"},
    }


def test_takes_other_settings(recording: Recording) -> None:
    inputs = recording.one("LoadBalancer", "own-alb").inputs
    assert inputs["idleTimeout"] == 120
    assert inputs["enableDeletionProtection"] is False
    assert inputs["accessLogs"]["prefix"] == "own"


def test_is_open_to_the_world_on_two_ports_and_can_reach_nothing(recording: Recording) -> None:
    group = recording.one("SecurityGroup", "edge-security-group")
    assert not {"ingress", "egress"} & set(group.inputs)
    rules = [
        rule.inputs
        for rule in recording.of_type("SecurityGroupIngressRule")
        if rule.name.startswith("edge-")
    ]
    assert {rule["securityGroupId"] for rule in rules} == {group.id}
    assert sorted(
        (r["ipProtocol"], r["fromPort"], r["toPort"], r.get("cidrIpv4") or r.get("cidrIpv6"))
        for r in rules
    ) == [
        ("tcp", 80, 80, "0.0.0.0/0"),
        ("tcp", 80, 80, "::/0"),
        ("tcp", 443, 443, "0.0.0.0/0"),
        ("tcp", 443, 443, "::/0"),
    ]
    assert recording.of_type("SecurityGroupEgressRule") == []


@pytest.mark.acceptance("A12")
def test_redirects_http_to_https(recording: Recording) -> None:
    assert recording.one("Listener", "edge-http").inputs == {
        "loadBalancerArn": recording.one("LoadBalancer", "edge-alb").outputs["arn"],
        "port": 80,
        "protocol": "HTTP",
        "defaultActions": [
            {
                "type": "redirect",
                "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"},
            }
        ],
        "tags": {"team": "platform", "Name": "edge-http"},
    }


@pytest.mark.acceptance("A12")
def test_answers_https_with_404_and_security_headers(recording: Recording) -> None:
    assert recording.one("Listener", "edge-https").inputs == {
        "loadBalancerArn": recording.one("LoadBalancer", "edge-alb").outputs["arn"],
        "port": 443,
        "protocol": "HTTPS",
        "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "certificateArn": recording.one("Certificate", "edge-certificate").outputs["arn"],
        "routingHttpResponseStrictTransportSecurityHeaderValue": (
            "max-age=31536000; includeSubDomains"
        ),
        "routingHttpResponseXFrameOptionsHeaderValue": "DENY",
        "routingHttpResponseXContentTypeOptionsHeaderValue": "nosniff",
        "defaultActions": [
            {
                "type": "fixed-response",
                "fixedResponse": {
                    "contentType": "text/plain",
                    "messageBody": "Not found",
                    "statusCode": "404",
                },
            }
        ],
        "tags": {"team": "platform", "Name": "edge-https"},
    }


def test_leaves_headers_to_the_application_when_asked(recording: Recording) -> None:
    inputs = recording.one("Listener", "own-https").inputs
    headers = {name: value for name, value in inputs.items() if name.startswith("routing")}
    assert headers == {"routingHttpResponseContentSecurityPolicyHeaderValue": "default-src 'self'"}


@pytest.mark.acceptance("A12")
def test_has_one_certificate_for_all_hosts(recording: Recording) -> None:
    assert recording.one("Certificate", "edge-certificate").inputs == {
        "domainName": "api.example.com",
        "subjectAlternativeNames": ["www.example.com"],
        "validationMethod": "DNS",
        "tags": {"team": "platform", "Name": "edge-certificate"},
    }


def test_proves_each_host_by_its_own_record(recording: Recording) -> None:
    """The record of a host is found by the host, in whatever order ACM lists the proofs."""
    certificate = recording.one("Certificate", "edge-certificate")
    for option in certificate.outputs["domainValidationOptions"]:
        record = recording.one("Record", f"edge-certificate-proof-{option['domainName']}")
        assert record.inputs == {
            "zoneId": "Z1",
            "name": option["resourceRecordName"],
            "type": "CNAME",
            "records": [option["resourceRecordValue"]],
            "ttl": 300,
            "allowOverwrite": True,
        }


def test_takes_the_proofs_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = "aws:acm/certificate:Certificate"
    answer = aws_outputs._TYPES[kind]

    def reversed_answer(name: str, digest: str, inputs: aws_outputs.Inputs) -> dict[str, Any]:
        outputs = answer(name, digest, inputs)
        return outputs | {"domainValidationOptions": outputs["domainValidationOptions"][::-1]}

    monkeypatch.setitem(aws_outputs._TYPES, kind, reversed_answer)
    two = args(hosts=["api.example.com", "www.example.com"])
    recording = record_component(lambda options: LoadBalancer("edge", two, options))
    for host in two.hosts:
        record = recording.one("Record", f"edge-certificate-proof-{host}").inputs
        assert record["name"].endswith(f".{host}.")


def test_uses_the_certificate_only_after_it_was_issued(recording: Recording) -> None:
    issued = recording.one("CertificateValidation", "edge-certificate-issued")
    assert issued.inputs["validationRecordFqdns"] == [
        recording.one("Record", f"edge-certificate-proof-{host}").outputs["fqdn"]
        for host in ("api.example.com", "www.example.com")
    ]
    listener = recording.one("Listener", "edge-https")
    assert issued.urn in listener.property_dependencies["certificateArn"]


def test_takes_a_certificate_that_exists(recording: Recording) -> None:
    assert recording.one("Listener", "own-https").inputs["certificateArn"] == CERTIFICATE
    assert recording.outputs_of("own")["certificate_arn"] == CERTIFICATE
    assert [r.name for r in recording.of_type("Certificate") if r.name.startswith("own-")] == []


def test_leads_every_host_to_itself(recording: Recording) -> None:
    load_balancer = recording.one("LoadBalancer", "edge-alb").outputs
    for host in ("api.example.com", "www.example.com"):
        assert recording.one("Record", f"edge-host-{host}").inputs == {
            "zoneId": "Z1",
            "name": host,
            "type": "A",
            "aliases": [
                {
                    "name": load_balancer["dnsName"],
                    "zoneId": load_balancer["zoneId"],
                    "evaluateTargetHealth": True,
                }
            ],
        }


def test_stands_behind_its_web_acl(recording: Recording) -> None:
    assert recording.one("WebAclAssociation", "edge-web-acl-association").inputs == {
        "resourceArn": recording.one("LoadBalancer", "edge-alb").outputs["arn"],
        "webAclArn": recording.one("WebAcl", "edge-web-acl").outputs["arn"],
    }


def test_a_long_name_still_fits(recording: Recording) -> None:
    inputs = recording.one("LoadBalancer", f"{LONG_NAME}-alb").inputs
    assert inputs["namePrefix"] == "the-l-"
    assert "name" not in inputs
    assert inputs["tags"]["Name"] == f"{LONG_NAME}-alb"
    assert [text for text in refused_names(recording) if LONG_NAME not in text] == []


def test_gives_what_services_and_alarms_need(recording: Recording) -> None:
    load_balancer = recording.one("LoadBalancer", "edge-alb").outputs
    assert recording.outputs_of("edge") == {
        "arn": load_balancer["arn"],
        "arn_suffix": load_balancer["arnSuffix"],
        "name": load_balancer["name"],
        "dns_name": load_balancer["dnsName"],
        "zone_id": load_balancer["zoneId"],
        "listener_arn": recording.one("Listener", "edge-https").outputs["arn"],
        "security_group_id": recording.one("SecurityGroup", "edge-security-group").id,
        "certificate_arn": recording.one("Certificate", "edge-certificate").outputs["arn"],
        "web_acl_arn": recording.one("WebAcl", "edge-web-acl").outputs["arn"],
    }


HOST_REMEDY = "use one or more host names in lower case, without wildcards: api.example.com"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"subnet_ids": ["subnet-1"]},
            "subnet_ids=['subnet-1'] is not allowed; use subnets of two or more zones",
        ),
        ({"hosts": []}, f"hosts=[] is not allowed; {HOST_REMEDY}"),
        (
            {"hosts": ["API.example.com"]},
            f"hosts=['API.example.com'] is not allowed; {HOST_REMEDY}",
        ),
        ({"hosts": ["*.example.com"]}, f"hosts=['*.example.com'] is not allowed; {HOST_REMEDY}"),
        (
            {"hosts": ["a.example.com", "a.example.com"]},
            "hosts=['a.example.com', 'a.example.com'] is not allowed; name every host only once",
        ),
        (
            {"rate_limit_requests": 9},
            "rate_limit_requests=9 is not allowed; use 10 to 2000000000 (requests)",
        ),
        (
            {"rate_limit_window_seconds": 900},
            "rate_limit_window_seconds=900 is not allowed; use 60, 120, 300 or 600 (seconds)",
        ),
        (
            {"idle_timeout_seconds": 4001},
            "idle_timeout_seconds=4001 is not allowed; use 1 to 4000 (seconds)",
        ),
        (
            {"allowed_countries": ["Germany"]},
            "allowed_countries=['Germany'] is not allowed; use two capitals for each country: DE",
        ),
    ],
)
def test_fails_when_aws_would_refuse(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        args(**changes)
    assert str(refused.value) == f"LoadBalancer: {message}"
