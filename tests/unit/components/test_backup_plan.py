"""Backup plan: exact inputs, each branch, and refused arguments. Guide IDs B12 and E5."""

import json
from typing import Any

import pulumi
import pytest

from components.backup_plan import BackupPlan, BackupPlanArgs
from components.errors import ArgumentError
from tools.recording.recorder import Recording, record_component

KEY = "arn:aws:kms:us-east-1:111122223333:key/1"
OTHER_KEY = "arn:aws:kms:us-west-2:111122223333:key/2"
DATABASE = "arn:aws:rds:us-east-1:111122223333:db:orders"
BUCKET = "arn:aws:s3:::orders-files"


def args(**changes: Any) -> BackupPlanArgs:
    return BackupPlanArgs(
        **{"resource_arns": [DATABASE, BUCKET], "kms_key_arn": KEY, "retention_days": 30} | changes
    )


@pytest.fixture(scope="module")
def recording() -> Recording:
    """`far` copies to another region, `near` does not."""

    def build(options: pulumi.ResourceOptions) -> None:
        far = args(copy_region="us-west-2", copy_kms_key_arn=OTHER_KEY, tags={"team": "platform"})
        BackupPlan("far", far, options)
        BackupPlan("near", args(daily_at="23:05", partition="aws-cn"), options)

    return record_component(build)


def test_backs_up_daily_and_deletes_after_the_retention(recording: Recording) -> None:
    """B12: 02:00, 30 days, and a copy that goes as late."""
    assert recording.one("Plan", "far-plan").inputs == {
        "rules": [
            {
                "ruleName": "daily",
                "targetVaultName": recording.one("Vault", "far-vault").outputs["name"],
                "schedule": "cron(0 2 * * ? *)",
                "startWindow": 480,
                "completionWindow": 1440,
                "lifecycle": {"deleteAfter": 30},
                "copyActions": [
                    {
                        "destinationVaultArn": recording.one("Vault", "far-copies").outputs["arn"],
                        "lifecycle": {"deleteAfter": 30},
                    }
                ],
                "recoveryPointTags": {"team": "platform"},
            }
        ],
        "tags": {"team": "platform", "Name": "far-plan"},
    }


def test_stays_in_one_region_unless_asked(recording: Recording) -> None:
    [rule] = recording.one("Plan", "near-plan").inputs["rules"]
    assert rule == {
        "ruleName": "daily",
        "targetVaultName": recording.one("Vault", "near-vault").outputs["name"],
        "schedule": "cron(5 23 * * ? *)",
        "startWindow": 480,
        "completionWindow": 1440,
        "lifecycle": {"deleteAfter": 30},
    }
    vaults = {vault.name for vault in recording.of_type("Vault")}
    assert vaults == {"far-vault", "far-copies", "near-vault"}


def test_the_vaults_are_encrypted_and_not_deleted_with_their_content(recording: Recording) -> None:
    assert recording.one("Vault", "far-vault").inputs == {
        "kmsKeyArn": KEY,
        "forceDestroy": False,
        "tags": {"team": "platform", "Name": "far-vault"},
    }
    assert recording.one("Vault", "far-copies").inputs == {
        "region": "us-west-2",
        "kmsKeyArn": OTHER_KEY,
        "forceDestroy": False,
        "tags": {"team": "platform", "Name": "far-copies"},
    }


def test_selects_by_arn_with_a_role_that_may_already_work(recording: Recording) -> None:
    selection = recording.one("Selection", "far-selection")
    role = recording.one("Role", "far-role")
    assert selection.inputs == {
        "planId": recording.one("Plan", "far-plan").id,
        "iamRoleArn": role.outputs["arn"],
        "resources": [DATABASE, BUCKET],
    }
    trust = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert trust == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "backup.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ]
    permissions = [
        each for each in recording.of_type("RolePolicyAttachment") if each.name.startswith("far-")
    ]
    assert {each.inputs["policyArn"] for each in permissions} == {
        "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
        "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
        "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup",
        "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore",
    }
    assert {each.inputs["role"] for each in permissions} == {role.outputs["name"]}
    assert {each.urn for each in permissions} <= set(selection.dependencies)


def test_takes_the_policies_of_its_partition(recording: Recording) -> None:
    permission = recording.one("RolePolicyAttachment", "near-s3-backup").inputs
    assert permission["policyArn"] == (
        "arn:aws-cn:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup"
    )


def test_gives_what_the_doctor_and_a_restore_need(recording: Recording) -> None:
    vault = recording.one("Vault", "far-vault").outputs
    assert recording.outputs_of("far") == {
        "vault_name": vault["name"],
        "vault_arn": vault["arn"],
        "plan_id": recording.one("Plan", "far-plan").id,
    }


TIME = "use HH:MM from 00:00 to 23:59 (UTC)"
ARNS = "use 1 to 500 (ARNs); without any, nothing would be backed up"


@pytest.mark.parametrize(
    ("field", "value", "remedy"),
    [
        ("resource_arns", [], ARNS),
        ("resource_arns", [BUCKET] * 501, ARNS),
        ("retention_days", 0, "use 1 to 36500 (days)"),
        ("retention_days", 36501, "use 1 to 36500 (days)"),
        ("daily_at", "2:00", TIME),
        ("daily_at", "24:00", TIME),
        ("daily_at", "02:60", TIME),
        (
            "copy_region",
            "us-west-2",
            "use it together with copy_kms_key_arn, a key of that region, or use neither",
        ),
    ],
)
def test_fails_when_aws_backup_would_refuse(field: str, value: object, remedy: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        args(**{field: value})
    assert str(refused.value) == f"BackupPlan: {field}={value!r} is not allowed; {remedy}"


def test_fails_when_a_key_has_no_region_to_copy_to() -> None:
    with pytest.raises(ArgumentError) as refused:
        args(copy_kms_key_arn=OTHER_KEY)
    assert str(refused.value) == (
        "BackupPlan: copy_region=None is not allowed; use it together with copy_kms_key_arn, a key "
        "of that region, or use neither"
    )
