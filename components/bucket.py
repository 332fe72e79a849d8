"""Object storage that is private, encrypted and versioned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.errors import require
from components.policy import Statement, policy_document


@dataclass(frozen=True, kw_only=True, slots=True)
class LogWriter:
    """An AWS service that delivers logs into the bucket."""

    service: str
    """The service principal, for example `logdelivery.elasticloadbalancing.amazonaws.com`."""
    prefix: str
    """Folder that it writes to, without slash at either end; AWS adds `AWSLogs/<account>/`."""
    account_id: pulumi.Input[str]
    """Account whose logs are accepted. Without it the service would deliver the logs of any
    account that names this bucket.
    Source: Application Load Balancers guide, "Enable access logs"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BucketArgs:
    """What a bucket needs to know."""

    expiration_days: int | None = None
    """Days after which an object is deleted, from 1; never by default."""
    noncurrent_days: int = 30
    """Days that a replaced or deleted object can still be restored, from 1; 30 by default."""
    kms_key_arn: pulumi.Input[str] | None = None
    """Key that encrypts the objects; S3's own key by default, which load balancers need to deliver
    their logs."""
    writers: Sequence[LogWriter] = ()
    """Services that deliver logs; none by default."""
    force_destroy: bool = False
    """Whether deleting the bucket deletes its objects; refused by default while it holds any."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags besides the provider's default tags; none by default."""

    def __post_init__(self) -> None:
        require(
            self,
            "expiration_days",
            self.expiration_days is None or self.expiration_days >= 1,
            "use 1 or more (days), or leave it out to keep objects for ever",
        )
        require(self, "noncurrent_days", self.noncurrent_days >= 1, "use 1 or more (days)")


class Bucket(pulumi.ComponentResource):
    """An S3 bucket that nobody reaches but by IAM, and only over TLS.

    Builds:
        1. The bucket, with public access blocked and access control lists off.
        2. Versioning, encryption at rest, and a lifecycle that also ends abandoned uploads.
        3. A policy that refuses plain HTTP and lets the named services deliver logs.

    Not built: replication, and the policies of the roles that read and write objects.

    Cost: 0.023 USD per GB and month; with a key of one's own, one KMS request per bucket and
    hour instead of one per object, because bucket keys are on.

    Stateful: a bucket that holds objects refuses to be deleted, unless `force_destroy`.

    Example: `examples/bucket`.
    """

    bucket_name: pulumi.Output[str]
    """Name, for `access_log_bucket` of LoadBalancer or an environment variable."""
    bucket_arn: pulumi.Output[str]
    """ARN, for the policies of those who read or write."""

    def __init__(
        self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:Bucket", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)

        bucket = aws.s3.Bucket(
            f"{name}-bucket",
            force_destroy=args.force_destroy,
            tags={**args.tags, "Name": f"{name}-bucket"},
            opts=child,
        )
        blocked = aws.s3.BucketPublicAccessBlock(
            f"{name}-public-access",
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        aws.s3.BucketOwnershipControls(
            f"{name}-ownership",
            bucket=bucket.bucket,
            rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=child,
        )
        versioning = aws.s3.BucketVersioning(
            f"{name}-versioning",
            bucket=bucket.bucket,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(
                status="Enabled"
            ),
            opts=child,
        )
        self._encryption(name, args, bucket, child)
        self._lifecycle(name, args, bucket, versioning)
        aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.bucket,
            policy=_bucket_policy(bucket, args.writers),
            # S3 answers "conflicting operation" when both are set at the same moment.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[blocked]),
        )

        self.bucket_name = bucket.bucket
        self.bucket_arn = bucket.arn
        self.register_outputs({"bucket_name": self.bucket_name, "bucket_arn": self.bucket_arn})

    def _encryption(
        self,
        name: str,
        args: BucketArgs,
        bucket: "aws.s3.Bucket",
        child: pulumi.ResourceOptions,
    ) -> None:
        default = aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(  # noqa: E501
            sse_algorithm="AES256" if args.kms_key_arn is None else "aws:kms",
            kms_master_key_id=args.kms_key_arn,
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=bucket.bucket,
            rules=[
                aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=default,
                    bucket_key_enabled=args.kms_key_arn is not None,
                )
            ],
            opts=child,
        )

    def _lifecycle(
        self,
        name: str,
        args: BucketArgs,
        bucket: "aws.s3.Bucket",
        versioning: "aws.s3.BucketVersioning",
    ) -> None:
        # S3 refuses days and the marker flag together; days already remove the markers.
        expiration = aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(
            days=args.expiration_days,
            expired_object_delete_marker=True if args.expiration_days is None else None,
        )
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=bucket.bucket,
            rules=[
                aws.s3.BucketLifecycleConfigurationRuleArgs(
                    id="expire",
                    status="Enabled",
                    filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
                    expiration=expiration,
                    noncurrent_version_expiration=aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                        noncurrent_days=args.noncurrent_days
                    ),
                    abort_incomplete_multipart_upload=aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                        days_after_initiation=7
                    ),
                )
            ],
            # Rules on earlier versions mean nothing before there are versions.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[versioning]),
        )


def _bucket_policy(bucket: "aws.s3.Bucket", writers: Sequence[LogWriter]) -> pulumi.Input[str]:
    return policy_document(
        Statement(
            sid="RefusePlainHttp",
            effect="Deny",
            principals="*",
            actions="s3:*",
            resources=[bucket.arn, pulumi.Output.concat(bucket.arn, "/*")],
            conditions={"Bool": {"aws:SecureTransport": "false"}},
        ),
        *(
            Statement(
                sid=f"DeliverLogs{position}",
                principals={"Service": writer.service},
                actions="s3:PutObject",
                resources=pulumi.Output.concat(
                    bucket.arn, f"/{writer.prefix}/AWSLogs/", writer.account_id, "/*"
                ),
            )
            for position, writer in enumerate(writers, start=1)
        ),
    )
