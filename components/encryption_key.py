"""A key of one's own for data, logs and secrets at rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.errors import require
from components.policy import Statement, policy_document


@dataclass(frozen=True, kw_only=True, slots=True)
class EncryptionKeyArgs:
    """What an encryption key needs to know."""

    description: str
    """What the key protects; shown in the console."""
    account_id: pulumi.Input[str]
    """Account that owns the key: its IAM policies decide who may use it. Twelve digits."""
    region: str
    """Region in which the key is made, the provider's or another one; only the CloudWatch Logs of
    this region may use it."""
    deletion_window_days: int = 30
    """Days between the order to delete the key and its end, 7 to 30; 30 by default, because what
    it encrypted is lost with it.
    Source: docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html"""
    partition: str = "aws"
    """First part of the account's ARNs; `aws-cn` or `aws-us-gov` outside of the commercial one."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags besides the provider's default tags; none by default."""

    def __post_init__(self) -> None:
        require(
            self,
            "deletion_window_days",
            7 <= self.deletion_window_days <= 30,
            "use 7 to 30 (days)",
        )


class EncryptionKey(pulumi.ComponentResource):
    """A KMS key with yearly rotation and an alias.

    Builds:
        1. A symmetric key whose policy lets the account's IAM policies, CloudWatch Logs of this
           account and region, and CloudWatch alarms that publish to an encrypted topic use it.
        2. An alias by which people recognise it.

    Not built: grants and policies of those who use the key; who may use it is said where they are.

    Cost: 1 USD a month for the key and as much for each of its first two rotations, and 0.03 USD
    for 10,000 requests.

    Example: `examples/encryption_key`.
    """

    key_arn: pulumi.Output[str]
    """ARN, for `kms_key_arn` of the other components."""
    key_id: pulumi.Output[str]
    """Identifier without account and region."""

    def __init__(
        self, name: str, args: EncryptionKeyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:EncryptionKey", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)

        key = aws.kms.Key(
            f"{name}-key",
            description=args.description,
            enable_key_rotation=True,
            deletion_window_in_days=args.deletion_window_days,
            policy=_key_policy(args),
            region=args.region,
            tags={**args.tags, "Name": f"{name}-key"},
            opts=child,
        )
        aws.kms.Alias(
            f"{name}-alias",
            # An automatic name would lack the prefix that AWS wants; the key's own id keeps the
            # alias unique, so that a replaced key can stand beside the old one.
            name=pulumi.Output.concat("alias/", name, "-", key.key_id),
            target_key_id=key.key_id,
            region=args.region,
            opts=child,
        )

        self.key_arn = key.arn
        self.key_id = key.key_id
        self.register_outputs({"key_arn": self.key_arn, "key_id": self.key_id})


def _key_policy(args: EncryptionKeyArgs) -> pulumi.Input[str]:
    arn = f"arn:{args.partition}"
    account = args.account_id
    return policy_document(
        # Without it nobody could ever change the key again, not even to repair this policy.
        Statement(
            sid="AccountDecidesByIam",
            principals={"AWS": pulumi.Output.concat(f"{arn}:iam::", account, ":root")},
            actions="kms:*",
            resources="*",
        ),
        # As in docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        Statement(
            sid="CloudWatchLogsOfThisAccount",
            principals={"Service": f"logs.{args.region}.amazonaws.com"},
            actions=[
                "kms:Encrypt",
                "kms:Decrypt",
                "kms:ReEncrypt*",
                "kms:GenerateDataKey*",
                "kms:DescribeKey",
            ],
            resources="*",
            conditions={
                "ArnLike": {
                    "kms:EncryptionContext:aws:logs:arn": pulumi.Output.concat(
                        f"{arn}:logs:{args.region}:", account, ":*"
                    )
                }
            },
        ),
        # As in docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
        Statement(
            sid="AlarmsPublishToEncryptedTopics",
            principals={"Service": "cloudwatch.amazonaws.com"},
            actions=["kms:Decrypt", "kms:GenerateDataKey*"],
            resources="*",
            conditions={"StringEquals": {"aws:SourceAccount": account}},
        ),
    )
