"""The static files of a system: healthy, then with one thing broken at a time."""

from typing import Any

import pytest

from model.description import Description
from tests.unit.doctor import RESTORE, Alter, Failures
from tests.unit.doctor.deployed import Deployed
from tests.unit.doctor.with_assets import (
    CACHED,
    HOST,
    NOT_CACHED,
    behavior,
    behaviors,
    certificate,
    distribute,
    findings,
)
from tools.doctor import checks
from tools.doctor.outputs import UnusableOutputs

NEVER = f"{NOT_CACHED} (CachingDisabled)"


def test_every_check_confirms(deployed: Deployed, described: Description) -> None:
    distribute(deployed)

    found = findings(described, deployed)
    assert [(each.check, each.ok, each.detail) for each in found] == [
        (f"shop/assets: {check.name}", True, check.confirms) for check in checks.ASSETS
    ]


def test_reads_only(deployed: Deployed, failures: Failures) -> None:
    called: set[str] = set()

    def note(model: Any, **_: Any) -> None:
        called.add(model.name)

    distribute(deployed)
    for service in ("cloudfront", "s3"):
        deployed.client(service).meta.events.register("before-call", note)
    failures()
    for service in ("cloudfront", "s3"):
        deployed.client(service).meta.events.unregister("before-call", note)

    assert called == {
        "GetBucketEncryption",
        "GetBucketOwnershipControls",
        "GetBucketPolicy",
        "GetBucketVersioning",
        "GetDistribution",
        "GetOriginAccessControl",
        "GetPublicAccessBlock",
    }


def test_assets_that_were_not_deployed(failures: Failures) -> None:
    with pytest.raises(UnusableOutputs) as unusable:
        failures()
    assert str(unusable.value) == (
        "the distribution of assets of system shop is in the description but not in the outputs, "
        "so it was described after the last deploy; deploy it with `pulumi up --stack staging` "
        "(or `make up STACK=staging`)"
    )


def test_a_deleted_distribution(deployed: Deployed, failures: Failures) -> None:
    distribute(deployed, Enabled=False)
    identifier = deployed.outputs["systems"]["shop"]["assets"]["distributionId"]
    cloudfront = deployed.client("cloudfront")
    etag = cloudfront.get_distribution(Id=identifier)["ETag"]
    cloudfront.delete_distribution(Id=identifier, IfMatch=etag)

    missing = f"expected distribution {identifier}, found nothing; {RESTORE}"
    names = ("distribution", "https", "origin", "bucket", "health paths")
    assert failures() == [(f"shop/assets: {name}", missing) for name in names]


def test_a_read_that_is_not_allowed(deployed: Deployed, failures: Failures, alter: Alter) -> None:
    denial = {"Error": {"Code": "AccessDenied", "Message": "Access Denied"}}
    distribute(deployed)
    alter("cloudfront", "GetOriginAccessControl", lambda answer: answer.update(denial))

    assert failures() == [
        (
            "shop/assets: origin",
            "expected to be allowed cloudfront:GetOriginAccessControl, found AccessDenied: Access "
            "Denied; allow cloudfront:GetOriginAccessControl to the identity that runs the doctor",
        )
    ]


def test_another_distribution(deployed: Deployed, failures: Failures) -> None:
    distribute(
        deployed,
        Enabled=False,
        Aliases={"Quantity": 2, "Items": ["old.example.com", HOST]},
        PriceClass="PriceClass_All",
        DefaultRootObject="",
    )

    check = "shop/assets: distribution"
    assert failures() == [
        (check, f"expected distribution on, found off; {RESTORE}"),
        (
            check,
            f"expected alternate domain names {HOST}, found {HOST}, old.example.com; {RESTORE}",
        ),
        (check, f"expected price class PriceClass_100, found PriceClass_All; {RESTORE}"),
        (check, f"expected default root object index.html, found nothing; {RESTORE}"),
    ]


def test_a_distribution_on_its_way(deployed: Deployed, failures: Failures, alter: Alter) -> None:
    distribute(deployed, Aliases={"Quantity": 0})
    alter(
        "cloudfront",
        "GetDistribution",
        lambda answer: answer["Distribution"].update(Status="InProgress"),
    )

    check = "shop/assets: distribution"
    assert failures() == [
        (
            check,
            "expected status of the distribution Deployed, found InProgress; wait up to ten "
            "minutes and run the doctor again",
        ),
        (check, f"expected alternate domain names {HOST}, found none; {RESTORE}"),
    ]


def test_plain_http_and_an_outdated_tls(deployed: Deployed, failures: Failures) -> None:
    open_behaviors = behaviors("/health", "/health/*", "/ready", "/ready/*")
    open_behaviors["Items"][1]["ViewerProtocolPolicy"] = "allow-all"
    open_behaviors["Items"][2]["ViewerProtocolPolicy"] = "https-only"
    distribute(
        deployed,
        DefaultCacheBehavior=behavior(CACHED, "allow-all"),
        CacheBehaviors=open_behaviors,
        ViewerCertificate=certificate("TLSv1.1_2016"),
    )

    check = "shop/assets: https"
    assert failures() == [
        (
            check,
            "expected HTTPS only, or a redirect to it, for /health/*, found viewer protocol "
            f"policy allow-all; {RESTORE}",
        ),
        (
            check,
            "expected HTTPS only, or a redirect to it, for *, found viewer protocol policy "
            f"allow-all; {RESTORE}",
        ),
        (
            check,
            f"expected a minimum protocol version of TLSv1.2, found TLSv1.1_2016; {RESTORE}",
        ),
    ]


def test_a_certificate_of_cloudfront(deployed: Deployed, failures: Failures) -> None:
    distribute(deployed, ViewerCertificate={"CloudFrontDefaultCertificate": True})

    assert failures() == [
        (
            "shop/assets: https",
            f"expected a minimum protocol version of TLSv1.2, found TLSv1; {RESTORE}",
        )
    ]


def test_a_newer_tls(deployed: Deployed, failures: Failures) -> None:
    distribute(deployed, ViewerCertificate=certificate("TLSv1.3_2025"))

    assert failures() == []


def test_health_paths_that_are_cached(deployed: Deployed, failures: Failures) -> None:
    # CloudFront takes the first pattern that covers the path, and / in front is not needed.
    first = behaviors("/r*/any", policy=CACHED)["Items"]
    others = behaviors("health", "ready*")["Items"]
    distribute(deployed, CacheBehaviors={"Quantity": 3, "Items": [*first, *others]})

    check = "shop/assets: health paths"
    assert failures() == [
        (check, f"expected cache policy of /health/any {NEVER}, found {CACHED}; {RESTORE}"),
        (check, f"expected cache policy of /ready/any {NEVER}, found {CACHED}; {RESTORE}"),
    ]


def test_health_paths_under_one_pattern(deployed: Deployed, failures: Failures) -> None:
    distribute(deployed, CacheBehaviors={"Quantity": 0}, DefaultCacheBehavior=behavior(NOT_CACHED))

    assert failures() == []
