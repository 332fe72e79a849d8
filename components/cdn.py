"""Static assets near those who ask for them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import pulumi
import pulumi_aws as aws

from components.bucket_policy import bucket_policy, objects_of
from components.certificate import create_certificate
from components.errors import require
from components.policy import Statement

CERTIFICATE_REGION = "us-east-1"
"""The one region whose certificates CloudFront shows, wherever the rest stands.
Source: CloudFront Developer Guide, cnames-and-https-requirements.html"""

CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""Keeps an object for a day unless its headers say otherwise, in gzip and Brotli, too; neither
query nor cookies tell two requests apart.
Source: CloudFront Developer Guide, using-managed-cache-policies.html"""
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
"""Keeps nothing. Source: as above."""
SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03"
"""HSTS for a year, no sniffing of types, frames of the same origin only, a strict referrer.
Source: CloudFront Developer Guide, using-managed-response-headers-policies.html"""

_ORIGIN = "bucket"
_READING = ["GET", "HEAD", "OPTIONS"]
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_PATH = re.compile(r"(/[A-Za-z0-9_.$~@:+&-]+)+")


class PriceClass(StrEnum):
    """From where assets are served: the fewer places, the cheaper, and the farther for some.

    Source: CloudFront Developer Guide, PriceClass.html
    """

    CHEAPEST = "PriceClass_100"
    """North America, Europe and Israel."""
    MOST = "PriceClass_200"
    """These, and Asia, the Middle East and Africa."""
    ALL = "PriceClass_All"
    """These, and South America, Australia and New Zealand."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CdnArgs:
    """What a distribution needs to know."""

    host: str
    """Host name of the assets, lower case: `assets.example.com`. Of its own, because one that also
    leads to the load balancer would need rules here for what the services answer."""
    hosted_zone_id: pulumi.Input[str]
    """Public hosted zone of the host, which must exist and be delegated to."""
    bucket_name: pulumi.Input[str]
    """Bucket of the assets, private, without a policy of its own (`owns_policy=False`) and with
    S3's own key: a KMS key would have to let CloudFront in as well and bill every read, to hide
    what everyone may fetch. Source: Bucket.bucket_name."""
    bucket_arn: pulumi.Input[str]
    """ARN of that bucket. Source: Bucket.bucket_arn."""
    bucket_regional_domain_name: pulumi.Input[str]
    """Host name of that bucket in its region; the global one answers with redirects while the
    bucket is new. Source: Bucket.bucket_regional_domain_name."""
    bucket_region: str | None = None
    """Region of that bucket, `us-west-2`; the provider's by default."""
    never_cached_paths: Sequence[str] = ()
    """Paths that are always fetched, themselves and everything below, such as `/health`; none by
    default. A deploy must not need an invalidation to be seen, so name `/index.html` if there is
    one."""
    price_class: PriceClass = PriceClass.CHEAPEST
    """From where assets are served; North America and Europe by default, the cheapest."""
    default_root_object: str | None = None
    """Object that `/` answers with, such as `index.html`; none by default, `/` answers 403."""
    certificate_arn: pulumi.Input[str] | None = None
    """Certificate for the host that exists already, of us-east-1; by default one is requested from
    ACM."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags besides the provider's default tags; none by default."""

    def __post_init__(self) -> None:
        require(
            self,
            "host",
            _HOST.fullmatch(self.host) is not None,
            "use a host name in lower case, without wildcards: assets.example.com",
        )
        require(
            self,
            "never_cached_paths",
            all(_PATH.fullmatch(path) for path in self.never_cached_paths),
            "begin each with / and leave out wildcards and the / at its end: /health",
        )
        require(
            self,
            "never_cached_paths",
            len(set(self.never_cached_paths)) == len(self.never_cached_paths),
            "name every path only once",
        )
        require(
            self,
            "default_root_object",
            self.default_root_object is None or not self.default_root_object.startswith("/"),
            "use the key of an object, without / in front: index.html",
        )
        require(
            self,
            "certificate_arn",
            not isinstance(self.certificate_arn, str)
            or self.certificate_arn.split(":")[3:4] == [CERTIFICATE_REGION],
            f"use a certificate of {CERTIFICATE_REGION}; CloudFront sees no others",
        )


class Cdn(pulumi.ComponentResource):
    """A CloudFront distribution in front of a private bucket of static assets.

    Builds:
        1. The distribution: HTTP/3 and 2, IPv6, TLS 1.2 or newer, HTTP redirected to HTTPS, reads
           only (GET, HEAD, OPTIONS), compressed, with AWS's security headers; objects are cached
           except under the paths that never are.
        2. An origin access control: the distribution signs every request to the bucket.
        3. The bucket's policy: this distribution may read, plain HTTP is refused. It is built
           here, because the bucket stands before the distribution and the policy names both.
        4. A certificate in us-east-1, proven by DNS, unless one is given; A and AAAA records.

    Not built: the bucket and its content; access logs; a web ACL, as there is nothing behind it
    to attack; leave to list the bucket, so that an object that is not there answers 403, not 404.

    Cost: nothing for 1 TB and 10 million requests a month, then 0.085 USD per GB and 0.01 USD
    for 10,000 requests in North America and Europe. What it fetches from the bucket is free.

    Failure: a change takes up to ten minutes to reach all places. If the bucket's region fails,
    what is cached goes on being served.

    Example: `examples/cdn`.
    """

    url: pulumi.Output[str]
    """`https://` and the host, without / at the end."""
    distribution_id: pulumi.Output[str]
    """For invalidations, and the dimension `DistributionId` of its metrics (in us-east-1)."""
    distribution_arn: pulumi.Output[str]
    """ARN of the distribution."""
    domain_name: pulumi.Output[str]
    """CloudFront's own name of it, to which the host is an alias."""

    def __init__(
        self, name: str, args: CdnArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:Cdn", name, {}, opts)

        certificate_arn = (
            create_certificate(
                name,
                [args.host],
                args.hosted_zone_id,
                tags=args.tags,
                parent=self,
                region=CERTIFICATE_REGION,
            )
            if args.certificate_arn is None
            else args.certificate_arn
        )
        distribution = self._distribution(name, args, certificate_arn)
        aws.s3.BucketPolicy(
            f"{name}-bucket-policy",
            bucket=args.bucket_name,
            policy=bucket_policy(args.bucket_arn, _reading(args.bucket_arn, distribution.arn)),
            region=args.bucket_region,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._host_records(name, args, distribution)

        self.url = pulumi.Output.from_input(f"https://{args.host}")
        self.distribution_id = distribution.id
        self.distribution_arn = distribution.arn
        self.domain_name = distribution.domain_name
        self.register_outputs(
            {
                "url": self.url,
                "distribution_id": self.distribution_id,
                "distribution_arn": self.distribution_arn,
                "domain_name": self.domain_name,
            }
        )

    def _distribution(
        self, name: str, args: CdnArgs, certificate_arn: pulumi.Input[str]
    ) -> "aws.cloudfront.Distribution":
        access = aws.cloudfront.OriginAccessControl(
            f"{name}-access",
            description=f"Distribution {name} reads its bucket",
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
            opts=pulumi.ResourceOptions(parent=self),
        )
        return aws.cloudfront.Distribution(
            f"{name}-distribution",
            comment=f"Assets {name}",
            enabled=True,
            aliases=[args.host],
            http_version="http2and3",
            is_ipv6_enabled=True,
            price_class=args.price_class,
            default_root_object=args.default_root_object,
            origins=[
                aws.cloudfront.DistributionOriginArgs(
                    origin_id=_ORIGIN,
                    domain_name=args.bucket_regional_domain_name,
                    origin_access_control_id=access.id,
                )
            ],
            default_cache_behavior=_default_behavior(),
            # CloudFront takes the first that matches, but here all do the same.
            ordered_cache_behaviors=[
                _never_cached(pattern)
                for path in args.never_cached_paths
                for pattern in (path, f"{path}/*")
            ],
            restrictions=aws.cloudfront.DistributionRestrictionsArgs(
                geo_restriction=aws.cloudfront.DistributionRestrictionsGeoRestrictionArgs(
                    restriction_type="none"
                )
            ),
            viewer_certificate=aws.cloudfront.DistributionViewerCertificateArgs(
                acm_certificate_arn=certificate_arn,
                ssl_support_method="sni-only",
                minimum_protocol_version="TLSv1.2_2021",
            ),
            tags={**args.tags, "Name": f"{name}-distribution"},
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _host_records(
        self, name: str, args: CdnArgs, distribution: "aws.cloudfront.Distribution"
    ) -> None:
        for family in ("A", "AAAA"):
            aws.route53.Record(
                f"{name}-host-{family.lower()}",
                zone_id=args.hosted_zone_id,
                name=args.host,
                type=family,
                aliases=[
                    aws.route53.RecordAliasArgs(
                        name=distribution.domain_name,
                        zone_id=distribution.hosted_zone_id,
                        evaluate_target_health=False,  # Route 53 cannot for a distribution
                    )
                ],
                opts=pulumi.ResourceOptions(parent=self),
            )


def _default_behavior() -> "aws.cloudfront.DistributionDefaultCacheBehaviorArgs":
    return aws.cloudfront.DistributionDefaultCacheBehaviorArgs(
        target_origin_id=_ORIGIN,
        viewer_protocol_policy="redirect-to-https",
        allowed_methods=_READING,
        cached_methods=["GET", "HEAD"],
        compress=True,
        cache_policy_id=CACHING_OPTIMIZED,
        response_headers_policy_id=SECURITY_HEADERS,
    )


def _never_cached(pattern: str) -> "aws.cloudfront.DistributionOrderedCacheBehaviorArgs":
    return aws.cloudfront.DistributionOrderedCacheBehaviorArgs(
        path_pattern=pattern,
        target_origin_id=_ORIGIN,
        viewer_protocol_policy="redirect-to-https",
        allowed_methods=_READING,
        cached_methods=["GET", "HEAD"],
        compress=True,
        cache_policy_id=CACHING_DISABLED,
        response_headers_policy_id=SECURITY_HEADERS,
    )


def _reading(bucket_arn: pulumi.Input[str], distribution_arn: pulumi.Input[str]) -> Statement:
    """As in "Restrict access to an Amazon S3 origin" of CloudFront's guide.

    CloudFront speaks for all distributions of all accounts; the condition leaves this one.
    """
    return Statement(
        sid="ReadByTheDistribution",
        principals={"Service": "cloudfront.amazonaws.com"},
        actions="s3:GetObject",
        resources=objects_of(bucket_arn),
        conditions={"StringEquals": {"AWS:SourceArn": distribution_arn}},
    )
