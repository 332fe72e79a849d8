"""AWS Backup: the daily backup runs as the stack file says, and there is something in it."""

from collections.abc import Iterator
from typing import Any

from tools.doctor.finding import Difference, compare, listed
from tools.doctor.subjects import PlatformSubject


def plan(subject: PlatformSubject) -> Iterator[Difference]:
    """It runs, keeps and copies as described, and there is something that it backs up (B12)."""
    published = subject.platform.backup
    if published is None:
        kept = [
            name
            for name, system in subject.description.systems.items()
            if system.database is not None or system.objects is not None
        ]
        if kept:
            yield Difference(
                f"a backup plan, for the data of {listed(kept)}", "none", subject.redeploy
            )
        return
    subject.account.read("backup", "describe_backup_vault", BackupVaultName=published.vault_name)
    document = subject.account.read("backup", "get_backup_plan", BackupPlanId=published.plan_id)
    yield from _rule(subject, document["BackupPlan"]["Rules"], published.vault_name)
    selections = subject.account.read(
        "backup", "list_backup_selections", BackupPlanId=published.plan_id
    )
    if not selections["BackupSelectionsList"]:
        yield Difference(
            f"a selection in backup plan {published.plan_id}",
            "none, so that nothing is backed up",
            subject.redeploy,
        )


def _rule(
    subject: PlatformSubject, rules: list[dict[str, Any]], vault: str
) -> Iterator[Difference]:
    rule = next((each for each in rules if each["TargetBackupVaultName"] == vault), None)
    if rule is None:
        targets = listed(each["TargetBackupVaultName"] for each in rules)
        yield Difference(
            f"a backup rule into vault {vault}", f"rules into {targets}", subject.redeploy
        )
        return
    wanted = subject.description.environment.backup
    hour, minute = wanted.daily_at.split(":")
    copies = [copy["DestinationBackupVaultArn"] for copy in rule.get("CopyActions", [])]
    pairs: list[tuple[str, object, object]] = [
        (
            "schedule of backups",
            f"cron({int(minute)} {int(hour)} * * ? *)",
            rule["ScheduleExpression"],
        ),
        (
            "retention of backups (days)",
            wanted.retention_days,
            rule.get("Lifecycle", {}).get("DeleteAfterDays"),
        ),
        ("region of copies", wanted.region or "none", listed(arn.split(":")[3] for arn in copies)),
    ]
    for what, expected, found in pairs:
        yield from compare(what, expected, found, subject.redeploy)
