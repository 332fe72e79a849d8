"""Static files: a distribution at its host, HTTPS only, and a bucket that it alone reads."""

from collections.abc import Iterator
from typing import Any

from planning.health import health_paths
from tools.doctor import buckets
from tools.doctor.account import Refused
from tools.doctor.buckets import Bucket
from tools.doctor.finding import Difference, Missing, compare, listed
from tools.doctor.permissions import Decision, Request, decide
from tools.doctor.store_subjects import AssetsSubject
from tools.doctor.wildcards import matches

_CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
"""Source: CloudFront Developer Guide, using-managed-cache-policies.html"""

_HTTPS_ONLY = frozenset({"https-only", "redirect-to-https"})
_MODERN = ("TLSv1.2", "TLSv1.3")
_READER = "cloudfront.amazonaws.com"


def distribution(subject: AssetsSubject) -> Iterator[Difference]:
    """It is in all places and answers for the described host, as the stack file says."""
    answer = _distribution(subject)
    configuration = answer["DistributionConfig"]
    yield from compare(
        "status of the distribution",
        "Deployed",
        answer["Status"],
        "wait up to ten minutes and run the doctor again",
    )
    pairs: list[tuple[str, object, object]] = [
        ("distribution", True, configuration["Enabled"]),
        (
            "alternate domain names",
            subject.wanted.host,
            listed(configuration.get("Aliases", {}).get("Items", [])),
        ),
        ("price class", subject.wanted.price_class, configuration.get("PriceClass")),
        (
            "default root object",
            subject.described.root_object,
            configuration.get("DefaultRootObject") or None,
        ),
    ]
    for what, expected, found in pairs:
        yield from compare(what, expected, found, subject.redeploy)


def https(subject: AssetsSubject) -> Iterator[Difference]:
    """Nothing is served over plain HTTP, nor over an outdated TLS (A12)."""
    configuration = _distribution(subject)["DistributionConfig"]
    for behavior in _behaviors(configuration):
        found = behavior["ViewerProtocolPolicy"]
        if found not in _HTTPS_ONLY:
            yield Difference(
                f"HTTPS only, or a redirect to it, for {behavior.get('PathPattern', '*')}",
                f"viewer protocol policy {found}",
                subject.redeploy,
            )
    version = configuration["ViewerCertificate"].get("MinimumProtocolVersion", "TLSv1")
    if not version.startswith(_MODERN):
        yield Difference("a minimum protocol version of TLSv1.2", version, subject.redeploy)


def origin(subject: AssetsSubject) -> Iterator[Difference]:
    """Every request comes from the bucket, and is signed with an origin access control."""
    for each in _distribution(subject)["DistributionConfig"]["Origins"]["Items"]:
        name = each["Id"]
        # The host names the bucket's region too, as the global name answers with redirects.
        wanted = f"{subject.assets.bucket_name}.s3.{subject.platform.region}."
        if not each["DomainName"].startswith(wanted):
            yield Difference(
                f"origin {name} at {wanted}amazonaws.com", each["DomainName"], subject.redeploy
            )
        control = each.get("OriginAccessControlId")
        if not control:
            yield Difference(f"an origin access control of origin {name}", "none", subject.redeploy)
            continue
        answer = subject.account.read("cloudfront", "get_origin_access_control", Id=control)
        signing = answer["OriginAccessControl"]["OriginAccessControlConfig"]
        for what, expected in (
            ("OriginAccessControlOriginType", "s3"),
            ("SigningBehavior", "always"),
            ("SigningProtocol", "sigv4"),
        ):
            yield from compare(
                f"{what} of origin access control {control}",
                expected,
                signing.get(what),
                subject.redeploy,
            )


def bucket(subject: AssetsSubject) -> Iterator[Difference]:
    """The world reads it through this distribution, or not at all."""
    files = Bucket.of(subject, subject.assets.bucket_name)
    yield from buckets.privacy(files, subject.redeploy)
    yield from compare("versioning", "Enabled", files.versioning(), subject.redeploy)
    default = files.encryption().get("ApplyServerSideEncryptionByDefault", {})
    # A KMS key that does not let CloudFront in makes every file answer 403.
    yield from compare("encryption", "AES256", default.get("SSEAlgorithm"), subject.redeploy)
    arn = _distribution(subject)["ARN"]
    policy = files.policy()
    account_id = subject.platform.account_id

    def may_read(distribution_arn: str) -> bool:
        request = Request(
            action="s3:GetObject",
            resource=files.any_object,
            principals=frozenset({_READER}),
            context={
                "aws:securetransport": "true",
                "aws:sourcearn": distribution_arn,
                "aws:sourceaccount": account_id,
            },
        )
        return decide(policy, request) is Decision.ALLOWED

    if not may_read(arn):
        yield Difference(
            f"a policy of bucket {files.name} that lets {arn} read", "none", subject.redeploy
        )
    if may_read(f"{arn}-other"):
        yield Difference(
            f"a policy of bucket {files.name} that lets {arn} alone read",
            "one that lets other distributions read, too",
            subject.redeploy,
        )


def health(subject: AssetsSubject) -> Iterator[Difference]:
    """A cached answer to a health check would hide that a system is down (A12)."""
    configuration = _distribution(subject)["DistributionConfig"]
    for path in health_paths(subject.system):
        for each in (path, f"{path}/any"):
            yield from compare(
                f"cache policy of {each}",
                f"{_CACHING_DISABLED} (CachingDisabled)",
                _cache_policy(configuration, each),
                subject.redeploy,
            )


def _cache_policy(configuration: dict[str, Any], path: str) -> str | None:
    """Gives the policy of the first behavior whose pattern covers the path, as CloudFront does."""
    policy = next(
        behavior.get("CachePolicyId")
        for behavior in _behaviors(configuration)
        if matches(f"/{behavior.get('PathPattern', '*').removeprefix('/')}", path)
    )
    return f"{policy} (CachingDisabled)" if policy == _CACHING_DISABLED else policy


def _behaviors(configuration: dict[str, Any]) -> list[dict[str, Any]]:
    """Gives the behaviors in CloudFront's order: the default one, without a pattern, is last."""
    ordered = configuration.get("CacheBehaviors", {}).get("Items", [])
    return [*ordered, configuration["DefaultCacheBehavior"]]


def _distribution(subject: AssetsSubject) -> dict[str, Any]:
    identifier = subject.assets.distribution_id
    try:
        answer = subject.account.read("cloudfront", "get_distribution", Id=identifier)
    except Refused as refusal:
        if refusal.missing:
            raise Missing(f"distribution {identifier}") from None
        raise
    return answer["Distribution"]
