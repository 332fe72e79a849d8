"""The way from the distribution to the bucket, with one thing broken at a time."""

from typing import Any

import pytest

from tests.unit.doctor import RESTORE, Failures
from tests.unit.doctor.buckets import block, encrypt, refuse_plain_http, write_policy
from tests.unit.doctor.deployed import ACCOUNT, REGION, Deployed
from tests.unit.doctor.with_assets import (
    NAME,
    ORIGIN,
    create_access_control,
    distribute,
    origin,
    read_by,
)


def test_an_origin_elsewhere_without_access_control(deployed: Deployed, failures: Failures) -> None:
    other = f"other.s3.{REGION}.amazonaws.com"
    distribute(deployed, Origins={"Quantity": 1, "Items": [origin("", other)]})

    check = "shop/assets: origin"
    assert failures() == [
        (check, f"expected origin bucket at {ORIGIN}, found {other}; {RESTORE}"),
        (check, f"expected an origin access control of origin bucket, found none; {RESTORE}"),
    ]


def test_an_origin_that_is_not_always_signed(deployed: Deployed, failures: Failures) -> None:
    access = create_access_control(
        deployed.client("cloudfront"),
        SigningBehavior="no-override",
        OriginAccessControlOriginType="mediastore",
    )
    distribute(deployed, Origins={"Quantity": 1, "Items": [origin(access)]})

    check = "shop/assets: origin"
    assert failures() == [
        (
            check,
            f"expected OriginAccessControlOriginType of origin access control {access} s3, found "
            f"mediastore; {RESTORE}",
        ),
        (
            check,
            f"expected SigningBehavior of origin access control {access} always, found "
            f"no-override; {RESTORE}",
        ),
    ]


def test_a_bucket_that_may_be_public_and_has_a_key(deployed: Deployed, failures: Failures) -> None:
    distribute(deployed)
    s3 = deployed.client("s3")
    block(s3, NAME, BlockPublicAcls=False)
    s3.put_bucket_versioning(Bucket=NAME, VersioningConfiguration={"Status": "Suspended"})
    encrypt(s3, NAME, deployed["key"])
    write_policy(s3, NAME, read_by(deployed["distribution"]))

    check = "shop/assets: bucket"
    assert failures() == [
        (check, f"expected BlockPublicAcls of bucket {NAME} on, found off; {RESTORE}"),
        (
            check,
            f"expected a policy of bucket {NAME} that refuses plain HTTP, found none that refuses "
            f"it for s3:GetObject, s3:PutObject, s3:ListBucket; {RESTORE}",
        ),
        (check, f"expected versioning Enabled, found Suspended; {RESTORE}"),
        (check, f"expected encryption AES256, found aws:kms; {RESTORE}"),
    ]


def test_a_bucket_for_another_distribution(deployed: Deployed, failures: Failures) -> None:
    distribute(deployed)
    other = f"arn:aws:cloudfront::{ACCOUNT}:distribution/EOTHER"
    write_policy(deployed.client("s3"), NAME, refuse_plain_http(NAME), read_by(other))

    assert failures() == [
        (
            "shop/assets: bucket",
            f"expected a policy of bucket {NAME} that lets {deployed['distribution']} read, found "
            f"none; {RESTORE}",
        )
    ]


@pytest.mark.parametrize(
    "condition",
    [
        {"StringLike": {"AWS:SourceArn": "arn:aws:cloudfront::*"}},
        {"StringEquals": {"AWS:SourceAccount": ACCOUNT}},
        {},
    ],
    ids=["every account", "the whole account", "everyone"],
)
def test_a_bucket_for_every_distribution(
    deployed: Deployed,
    failures: Failures,
    condition: dict[str, Any],
) -> None:
    distribute(deployed)
    statement = {**read_by(""), "Condition": condition}
    write_policy(deployed.client("s3"), NAME, refuse_plain_http(NAME), statement)

    assert failures() == [
        (
            "shop/assets: bucket",
            f"expected a policy of bucket {NAME} that lets {deployed['distribution']} alone read, "
            f"found one that lets other distributions read, too; {RESTORE}",
        )
    ]


def test_a_deleted_bucket(deployed: Deployed, failures: Failures) -> None:
    distribute(deployed)
    deployed.client("s3").delete_bucket(Bucket=NAME)

    assert failures() == [
        ("shop/assets: bucket", f"expected bucket {NAME}, found nothing; {RESTORE}")
    ]
