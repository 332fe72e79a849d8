"""Bucket in two regions: the copy, the rule, and a role that may do nothing else."""

import json

import pulumi
import pytest

from components.bucket import Bucket, BucketArgs
from components.bucket_replication import RECOVERY_POINT_MINUTES, ReplicationArgs
from components.errors import ArgumentError
from tools.recording.recorder import Recording, Resource, record_component

KEY = "arn:aws:kms:us-east-1:111122223333:key/1"
COPY_KEY = "arn:aws:kms:us-west-2:111122223333:key/2"


@pytest.fixture(scope="module")
def recording() -> Recording:
    """`files` and its copy have keys of their own, `plain` and its copy have none."""

    def build(options: pulumi.ResourceOptions) -> None:
        far = "us-west-2"
        copy = Bucket("files-copy", BucketArgs(region=far, kms_key_arn=COPY_KEY), options)
        to = ReplicationArgs(bucket_arn=copy.bucket_arn, kms_key_arn=COPY_KEY)
        files = BucketArgs(kms_key_arn=KEY, replicate_to=to, tags={"team": "platform"})
        Bucket("files", files, options)
        plain_copy = Bucket("plain-copy", BucketArgs(region="eu-west-1"), options)
        plain_to = ReplicationArgs(bucket_arn=plain_copy.bucket_arn)
        Bucket("plain", BucketArgs(region=far, replicate_to=plain_to), options)

    return record_component(build)


def parts(recording: Recording, name: str) -> list[Resource]:
    found = [each for each in recording.custom if each.name.startswith(f"{name}-")]
    return [each for each in found if each.type.startswith("aws:s3/")]


def test_every_part_of_a_bucket_stands_in_its_region(recording: Recording) -> None:
    regions = [each.inputs["region"] for each in parts(recording, "files-copy")]
    assert regions == ["us-west-2"] * 7
    copy = recording.one("Bucket", "files-copy-bucket").outputs
    registered = recording.outputs_of("files-copy")
    assert registered["region"] == "us-west-2"
    assert registered["bucket_regional_domain_name"] == (
        f"{copy['bucket']}.s3.us-west-2.amazonaws.com"
    )
    replication = recording.one("BucketReplicationConfig", "plain-replication")
    assert replication.inputs["region"] == "us-west-2"


def test_a_bucket_stays_in_the_region_of_its_provider_unless_told(recording: Recording) -> None:
    own = [each for each in parts(recording, "files") if not each.name.startswith("files-copy")]
    assert len(own) == 8
    assert [each.name for each in own if "region" in each.inputs] == []


def test_copies_everything_within_15_minutes_and_measures_it(recording: Recording) -> None:
    """E5: replicated in real time; the recovery point objective is S3's promise."""
    assert RECOVERY_POINT_MINUTES == 15
    replication = recording.one("BucketReplicationConfig", "files-replication")
    assert replication.inputs == {
        "bucket": recording.one("Bucket", "files-bucket").outputs["bucket"],
        "role": recording.one("Role", "files-replication-role").outputs["arn"],
        "rules": [
            {
                "id": "everything",
                "status": "Enabled",
                "priority": 1,
                "filter": {"prefix": ""},
                "deleteMarkerReplication": {"status": "Enabled"},
                "sourceSelectionCriteria": {"sseKmsEncryptedObjects": {"status": "Enabled"}},
                "destination": {
                    "bucket": recording.one("Bucket", "files-copy-bucket").outputs["arn"],
                    "encryptionConfiguration": {"replicaKmsKeyId": COPY_KEY},
                    "replicationTime": {"status": "Enabled", "time": {"minutes": 15}},
                    "metrics": {"status": "Enabled", "eventThreshold": {"minutes": 15}},
                },
            }
        ],
    }


def test_leaves_encryption_to_s3_where_there_is_no_key(recording: Recording) -> None:
    [rule] = recording.one("BucketReplicationConfig", "plain-replication").inputs["rules"]
    assert "sourceSelectionCriteria" not in rule
    assert "encryptionConfiguration" not in rule["destination"]
    policy = recording.one("RolePolicy", "plain-replication-policy").inputs["policy"]
    assert "kms:" not in policy


def test_waits_for_versions_on_both_sides_and_for_the_role_s_policy(recording: Recording) -> None:
    """S3 refuses the rule before both buckets keep versions."""
    replication = recording.one("BucketReplicationConfig", "files-replication")
    policy = recording.one("RolePolicy", "files-replication-policy")
    assert policy.urn in replication.dependencies
    for name in ("files", "files-copy"):
        versioning = recording.one("BucketVersioning", f"{name}-versioning")
        assert versioning.urn in policy.dependencies


def test_s3_may_take_the_role(recording: Recording) -> None:
    role = recording.one("Role", "files-replication-role").inputs
    assert json.loads(role["assumeRolePolicy"])["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ]
    assert role["tags"] == {"team": "platform", "Name": "files-replication-role"}


def test_the_role_may_copy_from_the_one_to_the_other_and_no_more(recording: Recording) -> None:
    policy = recording.one("RolePolicy", "files-replication-policy").inputs
    assert policy["role"] == recording.one("Role", "files-replication-role").outputs["name"]
    original = recording.one("Bucket", "files-bucket").outputs["arn"]
    copy = recording.one("Bucket", "files-copy-bucket").outputs["arn"]
    assert json.loads(policy["policy"])["Statement"] == [
        {
            "Sid": "ReadTheRule",
            "Effect": "Allow",
            "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
            "Resource": original,
        },
        {
            "Sid": "ReadVersions",
            "Effect": "Allow",
            "Action": [
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionTagging",
            ],
            "Resource": f"{original}/*",
        },
        {
            "Sid": "WriteCopies",
            "Effect": "Allow",
            "Action": ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
            "Resource": f"{copy}/*",
        },
        {
            "Sid": "DecryptOriginals",
            "Effect": "Allow",
            "Action": ["kms:Decrypt"],
            "Resource": KEY,
            "Condition": {
                "StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"},
                "StringLike": {
                    "kms:EncryptionContext:aws:s3:arn": [original, f"{original}/*"],
                },
            },
        },
        {
            "Sid": "EncryptCopies",
            "Effect": "Allow",
            "Action": ["kms:Encrypt", "kms:GenerateDataKey"],
            "Resource": COPY_KEY,
            "Condition": {
                "StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"},
                "StringLike": {"kms:EncryptionContext:aws:s3:arn": [copy, f"{copy}/*"]},
            },
        },
    ]


@pytest.mark.parametrize(("original", "copy"), [(KEY, None), (None, COPY_KEY)])
def test_fails_when_only_one_side_has_a_key(original: str | None, copy: str | None) -> None:
    to = ReplicationArgs(bucket_arn="arn:aws:s3:::copy", kms_key_arn=copy)
    with pytest.raises(ArgumentError) as refused:
        BucketArgs(kms_key_arn=original, replicate_to=to)
    assert str(refused.value) == (
        f"Bucket: replicate_to={to!r} is not allowed; give the copy a key exactly if this bucket "
        "has one, each of its own region"
    )
