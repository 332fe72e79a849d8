"""The state of a system as it reports it itself, asked for every minute from outside."""

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pulumi
import pulumi_aws as aws

from components.errors import require
from components.log_retention import require_retention
from components.policy import Statement, policy_document, trust_policy
from components.status_metric import StatusMetric, script_variables

SCRIPT = Path(__file__).parent / "assets" / "status-canary.js"
CANARY_NAMESPACE = "CloudWatchSynthetics"
"""Where Synthetics itself reports whether runs succeed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusCanaryArgs:
    """What a canary needs to know.

    Source of the limits: CloudWatch Synthetics API reference, CreateCanary.
    """

    url: pulumi.Input[str]
    """Address of the status, https only."""
    namespace: str
    """Namespace of the metrics, not one that starts with `AWS/`."""
    metrics: Mapping[str, StatusMetric]
    """The metrics by name; with their fields up to 3 KB."""
    artifact_bucket_name: pulumi.Input[str]
    """Bucket for the script and for what runs leave behind. If its lifecycle deletes objects, it
    must spare the folder `<artifact_prefix>/script`. Source: Bucket.bucket_name."""
    artifact_bucket_arn: pulumi.Input[str]
    """ARN of that bucket. Source: Bucket.bucket_arn."""
    kms_key_arn: pulumi.Input[str]
    """Key that encrypts log and artifacts. Source: EncryptionKey.key_arn."""
    dimensions: Mapping[str, str] = field(default_factory=dict[str, str])
    """What the metrics are about, for example `{"System": "shop"}`; nothing by default."""
    interval_seconds: int = 60
    """Seconds between two runs, 60 to 3600 in steps of 60; 60 by default."""
    artifact_prefix: str | None = None
    """Folder in the bucket; `canaries/<name>` by default."""
    artifact_retention_days: int = 7
    """Days that Synthetics shows what runs left behind, 1 to 455; 7 by default, the metrics stay
    longer."""
    runtime_version: str = "syn-nodejs-puppeteer-17.0"
    """Runtime of the script. AWS retires each after a year or two: then name its successor.
    Source: CloudWatch guide, "Runtime versions using Node.js and Puppeteer"."""
    log_retention_days: int = 30
    """Days that the log of the runs is kept, one of CloudWatch's periods; 30 by default."""
    partition: str = "aws"
    """First part of the account's ARNs; `aws-cn` or `aws-us-gov` outside of the commercial one."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags besides the provider's default tags; none by default."""

    def __post_init__(self) -> None:
        require(
            self,
            "namespace",
            bool(self.namespace) and not self.namespace.startswith("AWS/"),
            "use a name of your own: AWS/ belongs to AWS",
        )
        require(self, "metrics", bool(self.metrics), "name one or more metrics")
        require(
            self,
            "interval_seconds",
            60 <= self.interval_seconds <= 3600 and self.interval_seconds % 60 == 0,
            "use 60 to 3600 in steps of 60 (seconds)",
        )
        require(
            self,
            "artifact_retention_days",
            1 <= self.artifact_retention_days <= 455,
            "use 1 to 455 (days)",
        )
        require_retention(self, "log_retention_days")


class StatusCanary(pulumi.ComponentResource):
    """A canary that turns a status page into metrics (A15), from outside, as users see it.

    It takes the place of a cron job on a host of the application (trap 33).

    Builds:
        1. The script, in the bucket, and a CloudWatch Synthetics canary that runs it and is
           started at once.
        2. A role that may write those metrics, its own artifacts and its own log, nothing else.
        3. The log group of the runs, encrypted and with an end.

    Not built: the bucket, and alarms on the metrics. The canary's own metric `SuccessPercent` falls
    when there is no status at all.

    Cost: 0.0012 USD for a run: 52 USD a month every minute, 10 USD every five.

    Example: `examples/status_canary`.
    """

    canary_name: pulumi.Output[str]
    """Name in AWS: the dimension `CanaryName` of its own metrics."""
    metric_namespace: pulumi.Output[str]
    """Namespace in which the status metrics appear."""

    def __init__(
        self, name: str, args: StatusCanaryArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:StatusCanary", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)

        prefix = args.artifact_prefix or f"canaries/{name}"
        script = aws.s3.BucketObjectv2(
            f"{name}-script",
            bucket=args.artifact_bucket_name,
            # Named by its content: under the same key a changed script would not be picked up.
            key=f"{prefix}/script/{hashlib.sha256(SCRIPT.read_bytes()).hexdigest()[:12]}.zip",
            # As text and not as an asset: a preview shows that it changed, on every engine.
            content_base64=base64.b64encode(_package()).decode(),
            tags={**args.tags, "Name": f"{name}-script"},
            opts=child,
        )
        role, permission = self._role(name, args, prefix)
        canary = self._canary(name, args, prefix, script=script, role=role, permission=permission)
        aws.cloudwatch.LogGroup(
            f"{name}-logs",
            # Lambda would make this group itself, to be kept for ever, at the first run; the role
            # may not, so that it is ours.
            name=canary.engine_arn.apply(lambda arn: f"/aws/lambda/{arn.split(':')[6]}"),
            retention_in_days=args.log_retention_days,
            kms_key_id=args.kms_key_arn,
            tags={**args.tags, "Name": f"{name}-logs"},
            opts=child,
        )

        self.canary_name = canary.name
        self.metric_namespace = pulumi.Output.from_input(args.namespace)
        self.register_outputs(
            {"canary_name": self.canary_name, "metric_namespace": self.metric_namespace}
        )

    def _role(
        self, name: str, args: StatusCanaryArgs, prefix: str
    ) -> "tuple[aws.iam.Role, aws.iam.RolePolicy]":
        child = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            f"{name}-canary",
            description=f"Runs canary {name}",
            assume_role_policy=trust_policy("lambda.amazonaws.com"),
            tags={**args.tags, "Name": f"{name}-canary"},
            opts=child,
        )
        permission = aws.iam.RolePolicy(
            f"{name}-canary",
            role=role.name,
            policy=policy_document(*_statements(name, args, prefix)),
            opts=child,
        )
        return role, permission

    def _canary(
        self,
        name: str,
        args: StatusCanaryArgs,
        prefix: str,
        *,
        script: "aws.s3.BucketObjectv2",
        role: "aws.iam.Role",
        permission: "aws.iam.RolePolicy",
    ) -> "aws.synthetics.Canary":
        minutes = args.interval_seconds // 60
        return aws.synthetics.Canary(
            f"{name}-canary",
            runtime_version=args.runtime_version,
            handler=f"{SCRIPT.stem}.handler",
            s3_bucket=script.bucket,
            s3_key=script.key,
            artifact_s3_location=pulumi.Output.concat(
                "s3://", args.artifact_bucket_name, f"/{prefix}/runs/"
            ),
            artifact_config=aws.synthetics.CanaryArtifactConfigArgs(
                s3_encryption=aws.synthetics.CanaryArtifactConfigS3EncryptionArgs(
                    encryption_mode="SSE_KMS", kms_key_arn=args.kms_key_arn
                )
            ),
            execution_role_arn=role.arn,
            schedule=aws.synthetics.CanaryScheduleArgs(
                expression=f"rate({minutes} minute{'' if minutes == 1 else 's'})"
            ),
            run_config=aws.synthetics.CanaryRunConfigArgs(
                # Longer than the script waits for an answer, shorter than the shortest interval.
                timeout_in_seconds=45,
                environment_variables={
                    "STATUS_URL": args.url,
                    **script_variables(args.namespace, args.metrics, args.dimensions),
                },
            ),
            success_retention_period=args.artifact_retention_days,
            failure_retention_period=args.artifact_retention_days,
            start_canary=True,
            delete_lambda=True,
            tags={**args.tags, "Name": f"{name}-canary"},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )


def _statements(name: str, args: StatusCanaryArgs, prefix: str) -> list[Statement]:
    """Source: CloudWatch guide, "Required roles and permissions for canaries"."""
    return [
        Statement(
            sid="WriteArtifacts",
            actions="s3:PutObject",
            resources=pulumi.Output.concat(args.artifact_bucket_arn, f"/{prefix}/runs/*"),
        ),
        Statement(
            sid="FindBucket", actions="s3:GetBucketLocation", resources=args.artifact_bucket_arn
        ),
        # The runtime looks its bucket up in the list; AWS knows this only for all buckets.
        Statement(sid="ListBuckets", actions="s3:ListAllMyBuckets", resources="*"),
        Statement(
            sid="EncryptArtifacts",
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            resources=args.kms_key_arn,
            conditions={"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}},
        ),
        Statement(
            sid="WriteOwnLog",
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            # Synthetics puts its own letters before and after the canary's name.
            resources=f"arn:{args.partition}:logs:*:*:log-group:/aws/lambda/cwsyn-*{name}*",
        ),
        Statement(
            sid="WriteMetrics",
            actions="cloudwatch:PutMetricData",
            # AWS knows this action only for all metrics; the namespace is what narrows it.
            resources="*",
            conditions={
                "StringEquals": {"cloudwatch:namespace": [args.namespace, CANARY_NAMESPACE]}
            },
        ),
    ]


def _package() -> bytes:
    """The script as the archive that Synthetics wants; the same script makes the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(f"nodejs/node_modules/{SCRIPT.name}")
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, SCRIPT.read_bytes())
    return packed.getvalue()
