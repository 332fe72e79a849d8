"""The bucket for objects of a system: healthy, then with one thing broken at a time."""

import dataclasses
from typing import Any

import pytest

from model.description import Description
from tests.unit.doctor import RESTORE, Alter, Failures
from tests.unit.doctor.buckets import (
    block,
    encrypt,
    own,
    refuse_plain_http,
    write_policy,
)
from tests.unit.doctor.deployed import Deployed, key_policy
from tests.unit.doctor.with_objects import (
    ARN,
    NAME,
    NOTHING_ALLOWS,
    expire,
    failed,
    findings,
    role,
)
from tools.doctor import checks
from tools.doctor.outputs import UnusableOutputs


@pytest.mark.usefixtures("bucket")
def test_every_check_confirms(deployed: Deployed, described: Description) -> None:
    found = findings(described, deployed)

    assert [(each.check, each.ok, each.detail) for each in found] == [
        (f"shop/objects: {check.name}", True, check.confirms) for check in checks.OBJECTS
    ]


@pytest.mark.usefixtures("bucket")
def test_reads_only(deployed: Deployed, failures: Failures) -> None:
    called: set[str] = set()

    def note(model: Any, **_: Any) -> None:
        called.add(model.name)

    events = deployed.client("s3").meta.events
    events.register("before-call", note)
    failures()
    events.unregister("before-call", note)

    assert called == {
        "GetBucketEncryption",
        "GetBucketLifecycleConfiguration",
        "GetBucketOwnershipControls",
        "GetBucketPolicy",
        "GetBucketReplication",
        "GetBucketVersioning",
        "GetPublicAccessBlock",
    }


def test_objects_that_were_not_deployed(failures: Failures) -> None:
    with pytest.raises(UnusableOutputs) as unusable:
        failures()
    assert str(unusable.value) == (
        "the bucket for objects of system shop is in the description but not in the outputs, so "
        "it was described after the last deploy; deploy it with `pulumi up --stack staging` (or "
        "`make up STACK=staging`)"
    )


def test_a_deleted_bucket(bucket: Any, failures: Failures) -> None:
    bucket.delete_bucket(Bucket=NAME)

    missing = f"expected bucket {NAME}, found nothing; {RESTORE}"
    names = ("protection", "lifecycle", "copy", "access")
    assert failures() == [(f"shop/objects: {name}", missing) for name in names]


def test_a_bucket_that_may_be_public(bucket: Any, failures: Failures) -> None:
    block(bucket, NAME, BlockPublicPolicy=False, RestrictPublicBuckets=False)
    own(bucket, NAME, "ObjectWriter")

    check = "shop/objects: protection"
    assert failures() == [
        (check, f"expected BlockPublicPolicy of bucket {NAME} on, found off; {RESTORE}"),
        (check, f"expected RestrictPublicBuckets of bucket {NAME} on, found off; {RESTORE}"),
        (
            check,
            f"expected object ownership of bucket {NAME} BucketOwnerEnforced, found ObjectWriter; "
            f"{RESTORE}",
        ),
    ]


def test_a_bucket_without_any_setting(bucket: Any, failures: Failures, deployed: Deployed) -> None:
    bucket.delete_bucket_policy(Bucket=NAME)
    bucket.delete_public_access_block(Bucket=NAME)
    bucket.delete_bucket_ownership_controls(Bucket=NAME)
    bucket.delete_bucket_encryption(Bucket=NAME)
    bucket.delete_bucket_lifecycle(Bucket=NAME)

    check = "shop/objects: protection"
    blocks = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    assert failures() == [
        *((check, f"expected {name} of bucket {NAME} on, found off; {RESTORE}") for name in blocks),
        (
            check,
            f"expected object ownership of bucket {NAME} BucketOwnerEnforced, found nothing; "
            f"{RESTORE}",
        ),
        (
            check,
            f"expected a policy of bucket {NAME} that refuses plain HTTP, found none that refuses "
            f"it for s3:GetObject, s3:PutObject, s3:ListBucket; {RESTORE}",
        ),
        (check, f"expected encryption aws:kms, found nothing; {RESTORE}"),
        (check, f"expected encryption key {deployed['key']}, found nothing; {RESTORE}"),
        (check, f"expected bucket key on, found nothing; {RESTORE}"),
        (
            "shop/objects: lifecycle",
            f"expected a lifecycle rule for all objects, found none; {RESTORE}",
        ),
    ]


def test_a_bucket_with_a_key_of_its_own(
    bucket: Any, failures: Failures, deployed: Deployed
) -> None:
    other = deployed.client("kms").create_key(Policy=key_policy())["KeyMetadata"]["Arn"]
    bucket.put_bucket_versioning(Bucket=NAME, VersioningConfiguration={"Status": "Suspended"})
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": other}
    rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": False}
    bucket.put_bucket_encryption(Bucket=NAME, ServerSideEncryptionConfiguration={"Rules": [rule]})

    check = "shop/objects: protection"
    assert failures() == [
        (check, f"expected versioning Enabled, found Suspended; {RESTORE}"),
        (check, f"expected encryption key {deployed['key']}, found {other}; {RESTORE}"),
        (check, f"expected bucket key on, found off; {RESTORE}"),
        (
            "shop/objects: access",
            f"expected {role('api')} of api to be allowed kms:Decrypt, kms:GenerateDataKey on "
            f"{other}, the key of bucket {NAME}, found {NOTHING_ALLOWS}; {RESTORE}",
        ),
    ]


def test_outputs_that_are_older_than_the_key(
    bucket: Any, failures: Failures, deployed: Deployed
) -> None:
    del deployed.outputs["platform"]["keyArn"]
    assert failures() == []

    encrypt(bucket, NAME, None)
    check = "shop/objects: protection"
    assert failures() == [
        (check, f"expected encryption aws:kms, found AES256; {RESTORE}"),
        (check, f"expected bucket key on, found off; {RESTORE}"),
    ]


def test_plain_http_that_is_refused_for_objects_only(bucket: Any, failures: Failures) -> None:
    write_policy(bucket, NAME, {**refuse_plain_http(NAME), "Resource": f"{ARN}/*"})

    assert failures() == [
        (
            "shop/objects: protection",
            f"expected a policy of bucket {NAME} that refuses plain HTTP, found none that refuses "
            f"it for s3:ListBucket; {RESTORE}",
        )
    ]


@pytest.mark.usefixtures("bucket")
def test_a_read_that_is_not_allowed(failures: Failures, alter: Alter) -> None:
    denial = {"Error": {"Code": "AccessDenied", "Message": "Access Denied"}}
    alter("s3", "GetPublicAccessBlock", lambda answer: answer.update(denial))
    alter("s3", "GetBucketReplication", lambda answer: answer.update(denial))

    def denied(action: str) -> str:
        return (
            f"expected to be allowed {action}, found AccessDenied: Access Denied; allow {action} "
            "to the identity that runs the doctor"
        )

    # IAM calls both by other names than the API does.
    assert failures() == [
        ("shop/objects: protection", denied("s3:GetBucketPublicAccessBlock")),
        ("shop/objects: copy", denied("s3:GetReplicationConfiguration")),
    ]


def test_another_lifecycle(bucket: Any, failures: Failures) -> None:
    expire(
        bucket,
        {
            "ID": "temporary",
            "Status": "Enabled",
            "Filter": {"Prefix": "tmp/"},
            "Expiration": {"Days": 1},
        },
        {
            "ID": "off",
            "Status": "Disabled",
            "Filter": {"Prefix": "old/"},
            "Expiration": {"Days": 1},
        },
        Expiration={"Days": 30},
        NoncurrentVersionExpiration={"NoncurrentDays": 1},
        AbortIncompleteMultipartUpload=None,
    )

    check = "shop/objects: lifecycle"
    assert failures() == [
        (check, f"expected expiration of objects (days) 365, found 30; {RESTORE}"),
        (check, f"expected expiration of earlier versions (days) 30, found 1; {RESTORE}"),
        (check, f"expected end of abandoned uploads (days) 7, found nothing; {RESTORE}"),
        (
            check,
            "expected lifecycle rule expire only, for all objects, found rules temporary; "
            f"{RESTORE}",
        ),
    ]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"Status": "Disabled"}, "none"),
        ({"Filter": {"Prefix": "tmp/"}}, "rules expire"),
        ({"Filter": {"Tag": {"Key": "kind", "Value": "draft"}}}, "rules expire"),
    ],
    ids=["disabled", "prefix", "tag"],
)
def test_a_lifecycle_for_some_objects(
    bucket: Any, failures: Failures, changes: dict[str, Any], found: str
) -> None:
    # S3 takes no tag filter beside a rule for uploads.
    expire(bucket, AbortIncompleteMultipartUpload=None, **changes)

    assert failures() == [
        (
            "shop/objects: lifecycle",
            f"expected a lifecycle rule for all objects, found {found}; {RESTORE}",
        )
    ]


def test_objects_that_never_expire(bucket: Any, described: Description, deployed: Deployed) -> None:
    environment = described.environment
    shop = environment.systems["shop"]
    assert shop.objects is not None
    kept = shop.objects.model_copy(update={"expiration_days": None})
    systems = {"shop": shop.model_copy(update={"objects": kept})}
    forever = dataclasses.replace(
        described, environment=environment.model_copy(update={"systems": systems})
    )

    assert failed(forever, deployed) == [
        (
            "shop/objects: lifecycle",
            f"expected expiration of objects (days) nothing, found 365; {RESTORE}",
        )
    ]
    expire(bucket, Expiration={"ExpiredObjectDeleteMarker": True})
    assert failed(forever, deployed) == []
