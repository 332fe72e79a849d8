"""The copy of a bucket in another region; a part of `components/bucket.py`."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.bucket_policy import objects_of
from components.policy import Statement, policy_document, trust_policy

RECOVERY_POINT_MINUTES = 15
"""How much an outage of the region may lose. S3 knows this one time and answers for it: 99.99% of
the objects arrive earlier, 99.9% by contract.
Source: docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html"""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplicationArgs:
    """Where a bucket copies its objects to."""

    bucket_arn: pulumi.Input[str]
    """The copy: a bucket of the same account, in another region, that keeps versions.
    Source: Bucket.bucket_arn."""
    kms_key_arn: pulumi.Input[str] | None = None
    """Key of the copy's region that encrypts the copies; given exactly if the original has a key,
    by default none, which leaves both to S3's own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Original:
    """The bucket that is copied."""

    name: pulumi.Input[str]
    """Its name."""
    arn: pulumi.Input[str]
    """Its ARN; known once the bucket keeps versions, which S3 demands of it."""
    kms_key_arn: pulumi.Input[str] | None
    """Key that encrypts its objects; S3's own where there is none."""
    region: str | None
    """Its region, where it is not the provider's."""


def replicate(
    name: str,
    original: Original,
    args: ReplicationArgs,
    *,
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> None:
    """Copies whatever is written or deleted from now on within 15 minutes, and measures it.

    Args:
        name: Name of the bucket component.
        original: What is copied.
        args: Where to.
        tags: Tags besides the names.
        parent: The component.
    """
    child = pulumi.ResourceOptions(parent=parent)
    role = aws.iam.Role(
        f"{name}-replication-role",
        description=f"S3 copies the objects of bucket {name} to another region",
        assume_role_policy=trust_policy("s3.amazonaws.com"),
        tags={**tags, "Name": f"{name}-replication-role"},
        opts=child,
    )
    allowed = aws.iam.RolePolicy(
        f"{name}-replication-policy",
        role=role.name,
        policy=policy_document(*_copies(original, args), *_keys(original, args)),
        opts=child,
    )
    aws.s3.BucketReplicationConfig(
        f"{name}-replication",
        bucket=original.name,
        role=role.arn,
        rules=[_rule(args)],
        region=original.region,
        opts=pulumi.ResourceOptions(
            parent=parent,
            # S3 does not look at the role before it copies, and what failed once stays behind.
            depends_on=[allowed],
        ),
    )


def _rule(args: ReplicationArgs) -> "aws.s3.BucketReplicationConfigRuleArgs":
    minutes = RECOVERY_POINT_MINUTES
    encryption = selection = None
    if args.kms_key_arn is not None:
        encryption = aws.s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs(
            replica_kms_key_id=args.kms_key_arn
        )
        # Objects under a KMS key stay behind unless they are asked for.
        selection = aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs(
            sse_kms_encrypted_objects=aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs(
                status="Enabled"
            )
        )
    return aws.s3.BucketReplicationConfigRuleArgs(
        id="everything",
        status="Enabled",
        priority=1,
        filter=aws.s3.BucketReplicationConfigRuleFilterArgs(prefix=""),
        # Otherwise whoever moves to the copy finds everything again that users have deleted.
        delete_marker_replication=aws.s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs(
            status="Enabled"
        ),
        source_selection_criteria=selection,
        destination=aws.s3.BucketReplicationConfigRuleDestinationArgs(
            bucket=args.bucket_arn,
            encryption_configuration=encryption,
            replication_time=aws.s3.BucketReplicationConfigRuleDestinationReplicationTimeArgs(
                status="Enabled",
                time=aws.s3.BucketReplicationConfigRuleDestinationReplicationTimeTimeArgs(
                    minutes=minutes
                ),
            ),
            metrics=aws.s3.BucketReplicationConfigRuleDestinationMetricsArgs(
                status="Enabled",
                event_threshold=aws.s3.BucketReplicationConfigRuleDestinationMetricsEventThresholdArgs(
                    minutes=minutes
                ),
            ),
        ),
    )


def _copies(original: Original, args: ReplicationArgs) -> list[Statement]:
    """As in AmazonS3/latest/userguide/setting-repl-config-perm-overview.html."""
    return [
        Statement(
            sid="ReadTheRule",
            actions=["s3:GetReplicationConfiguration", "s3:ListBucket"],
            resources=original.arn,
        ),
        Statement(
            sid="ReadVersions",
            actions=[
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionTagging",
            ],
            resources=objects_of(original.arn),
        ),
        Statement(
            sid="WriteCopies",
            actions=["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
            resources=objects_of(args.bucket_arn),
        ),
    ]


def _keys(original: Original, args: ReplicationArgs) -> list[Statement]:
    """As in AmazonS3/latest/userguide/replication-config-for-kms-objects.html."""
    if original.kms_key_arn is None or args.kms_key_arn is None:
        return []
    return [
        _use("DecryptOriginals", ["kms:Decrypt"], original.kms_key_arn, original.arn),
        # A bucket key is a data key that S3 asks for once in a while.
        _use(
            "EncryptCopies",
            ["kms:Encrypt", "kms:GenerateDataKey"],
            args.kms_key_arn,
            args.bucket_arn,
        ),
    ]


def _use(
    sid: str, actions: list[str], key_arn: pulumi.Input[str], bucket_arn: pulumi.Input[str]
) -> Statement:
    """Lets the role use a key, only through S3 in the key's region and for this one bucket."""
    service = pulumi.Output.from_input(key_arn).apply(
        lambda arn: f"s3.{arn.split(':')[3]}.amazonaws.com"
    )
    # With a bucket key the bucket is the context, without one the object.
    contexts = [bucket_arn, objects_of(bucket_arn)]
    return Statement(
        sid=sid,
        actions=actions,
        resources=key_arn,
        conditions={
            "StringEquals": {"kms:ViaService": service},
            "StringLike": {"kms:EncryptionContext:aws:s3:arn": contexts},
        },
    )
