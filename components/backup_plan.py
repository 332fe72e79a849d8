"""A daily backup of what one environment must not lose."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.errors import require
from components.policy import trust_policy

TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
START_WINDOW_MINUTES = 8 * 60
COMPLETION_WINDOW_MINUTES = 24 * 60
MANAGED_POLICIES = {
    "backup": "service-role/AWSBackupServiceRolePolicyForBackup",
    "restores": "service-role/AWSBackupServiceRolePolicyForRestores",
    "s3-backup": "AWSBackupServiceRolePolicyForS3Backup",
    "s3-restore": "AWSBackupServiceRolePolicyForS3Restore",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupPlanArgs:
    """What a backup plan needs to know.

    Source of the limits: AWS Backup API reference, BackupRule and BackupSelection.
    """

    resource_arns: Sequence[pulumi.Input[str]]
    """What is backed up, 1 to 500 ARNs. Sources: Database.arn and Bucket.bucket_arn; a bucket must
    be versioned."""
    kms_key_arn: pulumi.Input[str]
    """Key of the vault. Source: EncryptionKey.key_arn. A backup whose key is deleted is lost."""
    retention_days: int
    """Days after which a backup is deleted, 1 to 36500; no default, because it is what the backup
    is for (B12: 30). More than the 35 days of RDS's own backups are possible here."""
    daily_at: str = "02:00"
    """When the backup starts, UTC, as `HH:MM`; 02:00 by default (B12). "AWS database services
    cannot start backups 1 hour before or during their maintenance window or automatic backup
    window": choose another hour than theirs. A backup that cannot start is tried for 8 hours."""
    copy_region: str | None = None
    """Another region to which every backup is copied, for example `us-west-2`; none by default."""
    copy_kms_key_arn: pulumi.Input[str] | None = None
    """Key of the vault in that region. Source: EncryptionKey.key_arn with the same `region`."""
    partition: str = "aws"
    """First part of the account's ARNs; `aws-cn` or `aws-us-gov` outside of the commercial one."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags besides the provider's default tags, also of every backup; none by default."""

    def __post_init__(self) -> None:
        require(
            self,
            "resource_arns",
            1 <= len(self.resource_arns) <= 500,
            "use 1 to 500 (ARNs); without any, nothing would be backed up",
        )
        require(
            self,
            "retention_days",
            1 <= self.retention_days <= 36500,
            "use 1 to 36500 (days)",
        )
        require(
            self,
            "daily_at",
            TIME.fullmatch(self.daily_at) is not None,
            "use HH:MM from 00:00 to 23:59 (UTC)",
        )
        require(
            self,
            "copy_region",
            (self.copy_region is None) == (self.copy_kms_key_arn is None),
            "use it together with copy_kms_key_arn, a key of that region, or use neither",
        )


class BackupPlan(pulumi.ComponentResource):
    """AWS Backup takes a snapshot of databases and buckets once a day and keeps it for a while.

    It stands beside RDS's own backups, which can go back to the minute but not beyond 35 days, and
    which are managed together with their database. A backup from here loses a day at most.

    Builds:
        1. A vault, encrypted.
        2. A plan with one rule: daily, deleted after its time, copied to another region by choice.
        3. A vault in that region.
        4. The choice of what is backed up, and a role that may back it up and restore it.

    Not built: vault lock, because nobody, AWS neither, can undo a wrong one (put it on by hand
    once the retention has proved right); continuous backups, which would take RDS's own over and
    change its retention and window; the account's opt-in to services; restore tests.

    Cost: 0.095 USD per GiB and month of RDS, 0.05 USD of S3, as much again in the other region, and
    0.02 USD per GiB of transfer.

    Stateful: AWS refuses to delete a vault that holds backups, and so does this component: delete
    them first, by hand, if they may go.

    Example: `examples/backup_plan`.
    """

    vault_name: pulumi.Output[str]
    """Name of the vault, for the aws CLI and the doctor."""
    vault_arn: pulumi.Output[str]
    """ARN of the vault."""
    plan_id: pulumi.Output[str]
    """Id of the plan, for the aws CLI and the doctor."""

    def __init__(
        self, name: str, args: BackupPlanArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:BackupPlan", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)

        vault = aws.backup.Vault(
            f"{name}-vault",
            kms_key_arn=args.kms_key_arn,
            force_destroy=False,
            tags={**args.tags, "Name": f"{name}-vault"},
            opts=child,
        )
        plan = aws.backup.Plan(
            f"{name}-plan",
            rules=[
                aws.backup.PlanRuleArgs(
                    rule_name="daily",
                    target_vault_name=vault.name,
                    schedule=_cron(args.daily_at),
                    start_window=START_WINDOW_MINUTES,
                    completion_window=COMPLETION_WINDOW_MINUTES,
                    lifecycle=aws.backup.PlanRuleLifecycleArgs(delete_after=args.retention_days),
                    copy_actions=self._copies(name, args, child),
                    recovery_point_tags=args.tags or None,
                )
            ],
            tags={**args.tags, "Name": f"{name}-plan"},
            opts=child,
        )
        role = aws.iam.Role(
            f"{name}-role",
            description=f"Backs up and restores what backup plan {name} selects",
            assume_role_policy=trust_policy("backup.amazonaws.com"),
            tags={**args.tags, "Name": f"{name}-role"},
            opts=child,
        )
        permissions = [
            aws.iam.RolePolicyAttachment(
                f"{name}-{suffix}",
                role=role.name,
                policy_arn=f"arn:{args.partition}:iam::aws:policy/{policy}",
                opts=child,
            )
            for suffix, policy in MANAGED_POLICIES.items()
        ]
        aws.backup.Selection(
            f"{name}-selection",
            plan_id=plan.id,
            iam_role_arn=role.arn,
            resources=args.resource_arns,
            opts=pulumi.ResourceOptions(parent=self, depends_on=permissions),
        )

        self.vault_name = vault.name
        self.vault_arn = vault.arn
        self.plan_id = plan.id
        self.register_outputs(
            {
                "vault_name": self.vault_name,
                "vault_arn": self.vault_arn,
                "plan_id": self.plan_id,
            }
        )

    def _copies(
        self, name: str, args: BackupPlanArgs, child: pulumi.ResourceOptions
    ) -> list["aws.backup.PlanRuleCopyActionArgs"] | None:
        if args.copy_region is None:
            return None
        vault = aws.backup.Vault(
            f"{name}-copies",
            region=args.copy_region,
            kms_key_arn=args.copy_kms_key_arn,
            force_destroy=False,
            tags={**args.tags, "Name": f"{name}-copies"},
            opts=child,
        )
        return [
            aws.backup.PlanRuleCopyActionArgs(
                destination_vault_arn=vault.arn,
                lifecycle=aws.backup.PlanRuleCopyActionLifecycleArgs(
                    delete_after=args.retention_days
                ),
            )
        ]


def _cron(daily_at: str) -> str:
    hour, minute = daily_at.split(":")
    return f"cron({int(minute)} {int(hour)} * * ? *)"
