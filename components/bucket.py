"""Object storage that is private, encrypted and versioned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.bucket_policy import bucket_policy
from components.bucket_replication import Original, ReplicationArgs, replicate
from components.errors import require
from components.policy import Statement


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
    region: str | None = None
    """Region of the bucket, `us-west-2`; the provider's by default."""
    replicate_to: ReplicationArgs | None = None
    """Bucket of another region that gets a copy of everything within 15 minutes; none by
    default."""
    owns_policy: bool = True
    """Whether the bucket writes its own policy, on by default. A bucket has one: it is left to
    Cdn where a distribution reads the bucket, because only that one knows both ARNs."""
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
        require(
            self,
            "replicate_to",
            self.replicate_to is None
            or (self.replicate_to.kms_key_arn is None) == (self.kms_key_arn is None),
            "give the copy a key exactly if this bucket has one, each of its own region",
        )
        require(
            self,
            "owns_policy",
            self.owns_policy or not self.writers,
            "leave it on where there are writers; they are let in by the bucket's own policy",
        )


class Bucket(pulumi.ComponentResource):
    """An S3 bucket that nobody reaches but by IAM, and only over TLS.

    Builds:
        1. The bucket, with public access blocked and access control lists off.
        2. Versioning, encryption at rest, and a lifecycle that also ends abandoned uploads.
        3. A policy that refuses plain HTTP and lets the named services deliver logs, unless it
           is left to another component.
        4. By choice a copy in another region: a role that may do nothing else, and a rule that
           copies new versions and delete markers with Replication Time Control. The recovery
           point objective is 15 minutes; S3's metrics and events show every object that is later.

    Not built: the policies of the roles that read and write objects; copies of what was written
    before the rule (S3 Batch Replication does that once); the way back, from the copy.

    Cost: 0.023 USD per GB and month; with a key of one's own, one KMS request per bucket and
    hour instead of one per object, because bucket keys are on. A copy costs as much storage
    again, and 0.035 USD per GB once: 0.02 for the way and 0.015 for the promised time.

    Stateful: a bucket that holds objects refuses to be deleted, unless `force_destroy`.

    Example: `examples/bucket`.
    """

    bucket_name: pulumi.Output[str]
    """Name, for `access_log_bucket` of LoadBalancer or an environment variable."""
    bucket_arn: pulumi.Output[str]
    """ARN, for the policies of those who read or write, and for `replicate_to` of the bucket that
    this one is the copy of; known once the bucket keeps versions and is closed to the public."""
    bucket_regional_domain_name: pulumi.Output[str]
    """Host name of the bucket in its own region, for the origin of Cdn."""
    region: pulumi.Output[str]
    """Region of the bucket."""

    def __init__(
        self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:Bucket", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)

        bucket = aws.s3.Bucket(
            f"{name}-bucket",
            force_destroy=args.force_destroy,
            region=args.region,
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
            region=args.region,
            opts=child,
        )
        aws.s3.BucketOwnershipControls(
            f"{name}-ownership",
            bucket=bucket.bucket,
            rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            region=args.region,
            opts=child,
        )
        versioning = aws.s3.BucketVersioning(
            f"{name}-versioning",
            bucket=bucket.bucket,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(
                status="Enabled"
            ),
            region=args.region,
            opts=child,
        )
        self._encryption(name, args, bucket, child)
        self._lifecycle(name, args, bucket, versioning)
        name_in_use = bucket.bucket
        if args.owns_policy:
            policy = aws.s3.BucketPolicy(
                f"{name}-policy",
                bucket=bucket.bucket,
                policy=bucket_policy(bucket.arn, *_deliveries(bucket, args.writers)),
                region=args.region,
                # S3 answers "conflicting operation" when both are set at the same moment.
                opts=pulumi.ResourceOptions(parent=self, depends_on=[blocked]),
            )
            # Who is given the name may be one of the writers, and waits for what lets it in.
            name_in_use = policy.bucket
        # An ARN alone would not make its reader wait for what stands beside the bucket.
        arn = pulumi.Output.all(bucket.arn, versioning.id, blocked.id).apply(lambda known: known[0])
        if args.replicate_to is not None:
            replicate(
                name,
                Original(
                    name=bucket.bucket, arn=arn, kms_key_arn=args.kms_key_arn, region=args.region
                ),
                args.replicate_to,
                tags=args.tags,
                parent=self,
            )

        self.bucket_name = name_in_use
        self.bucket_arn = arn
        self.bucket_regional_domain_name = bucket.bucket_regional_domain_name
        self.region = bucket.region
        self.register_outputs(
            {
                "bucket_name": self.bucket_name,
                "bucket_arn": self.bucket_arn,
                "bucket_regional_domain_name": self.bucket_regional_domain_name,
                "region": self.region,
            }
        )

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
            region=args.region,
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
            region=args.region,
            # Rules on earlier versions mean nothing before there are versions.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[versioning]),
        )


def _deliveries(bucket: "aws.s3.Bucket", writers: Sequence[LogWriter]) -> list[Statement]:
    return [
        Statement(
            sid=f"DeliverLogs{position}",
            principals={"Service": writer.service},
            actions="s3:PutObject",
            resources=pulumi.Output.concat(
                bucket.arn, f"/{writer.prefix}/AWSLogs/", writer.account_id, "/*"
            ),
        )
        for position, writer in enumerate(writers, start=1)
    ]
