"""The shop with static files: what the doctor calls healthy."""

from pathlib import Path
from typing import Any

from model.description import Description
from tests.unit.doctor.buckets import create_bucket, describe, refuse_plain_http, write_policy
from tests.unit.doctor.deployed import ACCOUNT, REGION, Deployed
from tools import doctor
from tools.doctor.finding import Finding

NAME, HOST = "shop-assets", "assets.staging.example.com"
ORIGIN = f"{NAME}.s3.{REGION}.amazonaws.com"
CACHED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
NOT_CACHED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"


def describe_assets(root: Path) -> Description:
    """Describes the shop with static files, in a changed copy of the project."""
    return describe(
        root / "with-assets",
        {"cache: {version": "assets: {rootObject: index.html}\ncache: {version"},
        f"      assets: {{host: {HOST}, priceClass: PriceClass_100}}\n",
    )


def distribute(deployed: Deployed, **changes: Any) -> None:
    """Builds bucket and distribution, the latter with changes, and publishes them."""
    s3, cloudfront = deployed.client("s3"), deployed.client("cloudfront")
    access = create_access_control(cloudfront)
    made = cloudfront.create_distribution(DistributionConfig={**configuration(access), **changes})
    arn = deployed.ids["distribution"] = made["Distribution"]["ARN"]
    create_bucket(s3, NAME)
    write_policy(s3, NAME, refuse_plain_http(NAME), read_by(arn))
    deployed.outputs["systems"]["shop"]["assets"] = {
        "url": f"https://{HOST}",
        "bucketName": NAME,
        "distributionId": made["Distribution"]["Id"],
    }


def create_access_control(cloudfront: Any, **changes: str) -> str:
    """Creates an origin access control, with changes, and returns its id."""
    answer = cloudfront.create_origin_access_control(
        OriginAccessControlConfig={
            "Name": "assets",
            "OriginAccessControlOriginType": "s3",
            "SigningBehavior": "always",
            "SigningProtocol": "sigv4",
            **changes,
        }
    )
    return answer["OriginAccessControl"]["Id"]


def configuration(access: str) -> dict[str, Any]:
    """The distribution of the shop."""
    return {
        "CallerReference": "assets",
        "Comment": "Assets shop",
        "Enabled": True,
        "Aliases": {"Quantity": 1, "Items": [HOST]},
        "PriceClass": "PriceClass_100",
        "DefaultRootObject": "index.html",
        "Origins": {"Quantity": 1, "Items": [origin(access)]},
        "DefaultCacheBehavior": behavior(CACHED),
        "CacheBehaviors": behaviors("/health", "/health/*", "/ready", "/ready/*"),
        "ViewerCertificate": certificate("TLSv1.2_2021"),
    }


def certificate(version: str) -> dict[str, Any]:
    """The certificate of the host, and the oldest TLS with it."""
    return {
        "CloudFrontDefaultCertificate": False,
        "ACMCertificateArn": f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/assets",
        "SSLSupportMethod": "sni-only",
        "MinimumProtocolVersion": version,
    }


def origin(access: str, domain: str = ORIGIN) -> dict[str, Any]:
    """The bucket, read with an origin access control."""
    return {
        "Id": "bucket",
        "DomainName": domain,
        "OriginAccessControlId": access,
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }


def behavior(policy: str, viewers: str = "redirect-to-https") -> dict[str, Any]:
    """How some paths are cached and served."""
    return {
        "TargetOriginId": "bucket",
        "ViewerProtocolPolicy": viewers,
        "CachePolicyId": policy,
        "Compress": True,
    }


def behaviors(*patterns: str, policy: str = NOT_CACHED) -> dict[str, Any]:
    """A behavior for each pattern."""
    items = [{**behavior(policy), "PathPattern": pattern} for pattern in patterns]
    return {"Quantity": len(items), "Items": items}


def read_by(distribution: str) -> dict[str, Any]:
    """The statement that lets a distribution read the bucket."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{NAME}/*",
        "Condition": {"StringEquals": {"AWS:SourceArn": distribution}},
    }


def findings(description: Description, deployed: Deployed) -> list[Finding]:
    """Runs the doctor and gives what it says of the assets."""
    found = doctor.run(description, deployed.outputs, deployed.endpoint)
    return [each for each in found if each.check.startswith("shop/assets: ")]


def failed(description: Description, deployed: Deployed) -> list[tuple[str, str]]:
    """Runs the doctor and gives what it finds wrong about the assets."""
    return [(each.check, each.detail) for each in findings(description, deployed) if not each.ok]
