"""Bucket: exact inputs, both kinds of encryption and expiry, and refused arguments."""

import json

import pulumi
import pytest

from components.bucket import Bucket, BucketArgs, LogWriter
from components.errors import ArgumentError
from tools.recording.recorder import Recording, record_component

KEY = "arn:aws:kms:us-east-1:111122223333:key/1"


@pytest.fixture(scope="module")
def recording() -> Recording:
    def build(options: pulumi.ResourceOptions) -> None:
        Bucket("data", BucketArgs(kms_key_arn=KEY, tags={"team": "platform"}), options)
        writer = LogWriter(
            service="logdelivery.elasticloadbalancing.amazonaws.com",
            prefix="edge",
            account_id="111122223333",
        )
        logs = BucketArgs(
            expiration_days=90, noncurrent_days=1, writers=[writer], force_destroy=True
        )
        Bucket("logs", logs, options)
        Bucket("assets", BucketArgs(owns_policy=False), options)

    return record_component(build)


def test_builds_a_bucket(recording: Recording) -> None:
    assert recording.one("Bucket", "data-bucket").inputs == {
        "forceDestroy": False,
        "tags": {"team": "platform", "Name": "data-bucket"},
    }
    assert recording.one("Bucket", "logs-bucket").inputs["forceDestroy"] is True


def test_blocks_public_access_and_access_lists(recording: Recording) -> None:
    bucket = recording.one("Bucket", "data-bucket").outputs["bucket"]
    assert recording.one("BucketPublicAccessBlock", "data-public-access").inputs == {
        "bucket": bucket,
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }
    assert recording.one("BucketOwnershipControls", "data-ownership").inputs == {
        "bucket": bucket,
        "rule": {"objectOwnership": "BucketOwnerEnforced"},
    }


def test_keeps_versions(recording: Recording) -> None:
    assert recording.one("BucketVersioning", "data-versioning").inputs == {
        "bucket": recording.one("Bucket", "data-bucket").outputs["bucket"],
        "versioningConfiguration": {"status": "Enabled"},
    }


def test_encrypts_with_the_given_key(recording: Recording) -> None:
    encryption = recording.one("BucketServerSideEncryptionConfiguration", "data-encryption")
    assert encryption.inputs["rules"] == [
        {
            "applyServerSideEncryptionByDefault": {
                "sseAlgorithm": "aws:kms",
                "kmsMasterKeyId": KEY,
            },
            "bucketKeyEnabled": True,
        }
    ]


def test_encrypts_with_the_key_of_s3_for_load_balancers(recording: Recording) -> None:
    encryption = recording.one("BucketServerSideEncryptionConfiguration", "logs-encryption")
    assert encryption.inputs["rules"] == [
        {
            "applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"},
            "bucketKeyEnabled": False,
        }
    ]


def test_keeps_objects_for_ever_by_default(recording: Recording) -> None:
    lifecycle = recording.one("BucketLifecycleConfiguration", "data-lifecycle")
    assert lifecycle.inputs["rules"] == [
        {
            "id": "expire",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "expiration": {"expiredObjectDeleteMarker": True},
            "noncurrentVersionExpiration": {"noncurrentDays": 30},
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
        }
    ]
    versioning = recording.one("BucketVersioning", "data-versioning")
    assert versioning.urn in lifecycle.dependencies


def test_deletes_old_objects_when_asked(recording: Recording) -> None:
    rule = recording.one("BucketLifecycleConfiguration", "logs-lifecycle").inputs["rules"][0]
    assert rule["expiration"] == {"days": 90}
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 1}


def test_refuses_plain_http_and_lets_only_writers_of_this_account_in(recording: Recording) -> None:
    arn = recording.one("Bucket", "logs-bucket").outputs["arn"]
    policy = recording.one("BucketPolicy", "logs-policy")
    assert json.loads(policy.inputs["policy"])["Statement"] == [
        {
            "Sid": "RefusePlainHttp",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        {
            "Sid": "DeliverLogs1",
            "Effect": "Allow",
            "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"{arn}/edge/AWSLogs/111122223333/*",
        },
    ]
    blocked = recording.one("BucketPublicAccessBlock", "logs-public-access")
    assert blocked.urn in policy.dependencies


def test_leaves_its_policy_to_another_when_asked(recording: Recording) -> None:
    policies = {each.name for each in recording.of_type("BucketPolicy")}
    assert policies == {"data-policy", "logs-policy"}
    assert recording.one("BucketPublicAccessBlock", "assets-public-access")


def test_gives_names_arn_and_region(recording: Recording) -> None:
    bucket = recording.one("Bucket", "data-bucket").outputs
    assert recording.outputs_of("data") == {
        "bucket_name": bucket["bucket"],
        "bucket_arn": bucket["arn"],
        "bucket_regional_domain_name": f"{bucket['bucket']}.s3.us-east-1.amazonaws.com",
        "region": "us-east-1",
    }


def test_fails_when_objects_would_expire_at_once() -> None:
    with pytest.raises(ArgumentError) as refused:
        BucketArgs(expiration_days=0)
    assert str(refused.value) == (
        "Bucket: expiration_days=0 is not allowed; use 1 or more (days), or leave it out to keep "
        "objects for ever"
    )


def test_fails_when_deleted_objects_could_not_be_restored() -> None:
    with pytest.raises(ArgumentError) as refused:
        BucketArgs(noncurrent_days=0)
    assert str(refused.value) == ("Bucket: noncurrent_days=0 is not allowed; use 1 or more (days)")


def test_fails_when_nobody_would_let_the_writers_in() -> None:
    writer = LogWriter(service="s3.example.com", prefix="edge", account_id="111122223333")
    with pytest.raises(ArgumentError) as refused:
        BucketArgs(owns_policy=False, writers=[writer])
    assert str(refused.value) == (
        "Bucket: owns_policy=False is not allowed; leave it on where there are writers; they are "
        "let in by the bucket's own policy"
    )
