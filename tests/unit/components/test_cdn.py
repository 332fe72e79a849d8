"""Cdn: exact inputs, who may read the bucket, and refused arguments."""

import json
from typing import Any

import pulumi
import pytest

from components.cdn import Cdn, CdnArgs, PriceClass
from components.errors import ArgumentError
from tools.recording.recorder import Recording, record_component

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/1"
BEHAVIOR = {
    "targetOriginId": "bucket",
    "viewerProtocolPolicy": "redirect-to-https",
    "allowedMethods": ["GET", "HEAD", "OPTIONS"],
    "cachedMethods": ["GET", "HEAD"],
    "compress": True,
    "responseHeadersPolicyId": "67f7725c-6f97-4210-82d7-5512b31e9d03",
}
OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"


def args(**changes: Any) -> CdnArgs:
    return CdnArgs(
        **{
            "host": "assets.example.com",
            "hosted_zone_id": "Z1",
            "bucket_name": "files",
            "bucket_arn": "arn:aws:s3:::files",
            "bucket_regional_domain_name": "files.s3.us-west-2.amazonaws.com",
        }
        | changes
    )


@pytest.fixture(scope="module")
def recording() -> Recording:
    """`web` has paths that are never cached, `given` a certificate and a bucket elsewhere."""

    def build(options: pulumi.ResourceOptions) -> None:
        web = args(
            never_cached_paths=["/health", "/index.html"],
            default_root_object="index.html",
            tags={"team": "platform"},
        )
        Cdn("web", web, options)
        given = args(
            host="static.example.com",
            certificate_arn=CERTIFICATE,
            price_class=PriceClass.ALL,
            bucket_region="us-west-2",
        )
        Cdn("given", given, options)

    return record_component(build)


def test_builds_a_distribution_that_caches_and_redirects(recording: Recording) -> None:
    """E4: a CDN for static assets, TLS."""
    access = recording.one("OriginAccessControl", "web-access")
    issued = recording.one("CertificateValidation", "web-certificate-issued")
    assert recording.one("Distribution", "web-distribution").inputs == {
        "comment": "Assets web",
        "enabled": True,
        "aliases": ["assets.example.com"],
        "httpVersion": "http2and3",
        "isIpv6Enabled": True,
        "priceClass": "PriceClass_100",
        "defaultRootObject": "index.html",
        "origins": [
            {
                "originId": "bucket",
                "domainName": "files.s3.us-west-2.amazonaws.com",
                "originAccessControlId": access.id,
            }
        ],
        "defaultCacheBehavior": {**BEHAVIOR, "cachePolicyId": OPTIMIZED},
        "orderedCacheBehaviors": [
            {**BEHAVIOR, "cachePolicyId": DISABLED, "pathPattern": pattern}
            for pattern in ("/health", "/health/*", "/index.html", "/index.html/*")
        ],
        "restrictions": {"geoRestriction": {"restrictionType": "none"}},
        "viewerCertificate": {
            "acmCertificateArn": issued.outputs["certificateArn"],
            "sslSupportMethod": "sni-only",
            "minimumProtocolVersion": "TLSv1.2_2021",
        },
        "tags": {"team": "platform", "Name": "web-distribution"},
    }


def test_caches_everything_and_answers_no_root_by_default(recording: Recording) -> None:
    inputs = recording.one("Distribution", "given-distribution").inputs
    assert inputs["orderedCacheBehaviors"] == []
    assert "defaultRootObject" not in inputs
    assert inputs["priceClass"] == "PriceClass_All"


def test_signs_every_request_to_the_bucket(recording: Recording) -> None:
    assert recording.one("OriginAccessControl", "web-access").inputs == {
        "description": "Distribution web reads its bucket",
        "originAccessControlOriginType": "s3",
        "signingBehavior": "always",
        "signingProtocol": "sigv4",
    }


def test_only_this_distribution_may_read_the_bucket(recording: Recording) -> None:
    distribution = recording.one("Distribution", "web-distribution").outputs["arn"]
    policy = recording.one("BucketPolicy", "web-bucket-policy").inputs
    assert policy["bucket"] == "files"
    assert "region" not in policy
    arn = "arn:aws:s3:::files"
    assert json.loads(policy["policy"])["Statement"] == [
        {
            "Sid": "RefusePlainHttp",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        {
            "Sid": "ReadByTheDistribution",
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": "s3:GetObject",
            "Resource": f"{arn}/*",
            "Condition": {"StringEquals": {"AWS:SourceArn": distribution}},
        },
    ]
    assert distribution.startswith("arn:aws:cloudfront::111122223333:distribution/")
    elsewhere = recording.one("BucketPolicy", "given-bucket-policy").inputs
    assert elsewhere["region"] == "us-west-2"


def test_its_certificate_stands_where_cloudfront_looks(recording: Recording) -> None:
    certificate = recording.one("Certificate")
    assert certificate.inputs == {
        "domainName": "assets.example.com",
        "subjectAlternativeNames": [],
        "validationMethod": "DNS",
        "region": "us-east-1",
        "tags": {"team": "platform", "Name": "web-certificate"},
    }
    proof = recording.one("Record", "web-certificate-proof-assets.example.com")
    assert "region" not in proof.inputs
    assert recording.one("CertificateValidation").inputs == {
        "certificateArn": certificate.outputs["arn"],
        "validationRecordFqdns": [proof.outputs["fqdn"]],
        "region": "us-east-1",
    }


def test_uses_a_given_certificate(recording: Recording) -> None:
    shown = recording.one("Distribution", "given-distribution").inputs["viewerCertificate"]
    assert shown["acmCertificateArn"] == CERTIFICATE
    assert len(recording.of_type("Certificate")) == 1


@pytest.mark.parametrize("family", ["A", "AAAA"])
def test_the_host_leads_to_the_distribution(recording: Recording, family: str) -> None:
    distribution = recording.one("Distribution", "web-distribution").outputs
    assert recording.one("Record", f"web-host-{family.lower()}").inputs == {
        "zoneId": "Z1",
        "name": "assets.example.com",
        "type": family,
        "aliases": [
            {
                "name": distribution["domainName"],
                "zoneId": "Z2FDTNDATAQYW2",
                "evaluateTargetHealth": False,
            }
        ],
    }


def test_gives_what_deploys_and_alarms_need(recording: Recording) -> None:
    distribution = recording.one("Distribution", "web-distribution")
    assert recording.outputs_of("web") == {
        "url": "https://assets.example.com",
        "distribution_id": distribution.id,
        "distribution_arn": distribution.outputs["arn"],
        "domain_name": distribution.outputs["domainName"],
    }


HOST = "use a host name in lower case, without wildcards: assets.example.com"
PATHS = "begin each with / and leave out wildcards and the / at its end: /health"


@pytest.mark.parametrize(
    ("field", "value", "remedy"),
    [
        ("host", "*.example.com", HOST),
        ("host", "Assets.example.com", HOST),
        ("never_cached_paths", ["health"], PATHS),
        ("never_cached_paths", ["/"], PATHS),
        ("never_cached_paths", ["/health/"], PATHS),
        ("never_cached_paths", ["/api/*"], PATHS),
        ("never_cached_paths", ["/health", "/health"], "name every path only once"),
        (
            "default_root_object",
            "/index.html",
            "use the key of an object, without / in front: index.html",
        ),
        (
            "certificate_arn",
            "arn:aws:acm:eu-west-1:111122223333:certificate/1",
            "use a certificate of us-east-1; CloudFront sees no others",
        ),
    ],
)
def test_fails_when_cloudfront_would_refuse(field: str, value: object, remedy: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        args(**{field: value})
    assert str(refused.value) == f"Cdn: {field}={value!r} is not allowed; {remedy}"
