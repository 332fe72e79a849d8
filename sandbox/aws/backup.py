"""AWS Backup: vaults, plans and what they back up."""

from typing import Any

from sandbox.aws.common import by_id
from sandbox.aws.kind import AwsKind, Call, Resource
from sandbox.aws.naming import Naming
from sandbox.provider import UNKNOWN, Plain

_WORDS = "letters, digits, - and _"
_RULE_WORDS = {
    "targetVaultName": "targetBackupVaultName",
    "schedule": "scheduleExpression",
    "startWindow": "startWindowMinutes",
    "completionWindow": "completionWindowMinutes",
    "destinationVaultArn": "destinationBackupVaultArn",
    "deleteAfter": "deleteAfterDays",
    "coldStorageAfter": "moveToColdStorageAfterDays",
}
_NAMES = {
    f"backupPlan.rules.{path}{key}": f"{word[0].upper()}{word[1:]}"
    for path in ("", "lifecycle.", "copyActions.", "copyActions.lifecycle.")
    for key, word in _RULE_WORDS.items()
}


def _named() -> Naming:
    return Naming(property="name", limit=50, pattern=r"[A-Za-z0-9_-]+", words=_WORDS)


def _plan(inputs: Plain) -> Plain:
    words = {"name": "backupPlanName", "rules": "rules"}
    return {"backupPlan": {word: inputs[key] for key, word in words.items() if key in inputs}}


def _selection(inputs: Plain) -> Plain:
    words = {"name": "selectionName", "iamRoleArn": "iamRoleArn", "resources": "resources"}
    chosen = {word: inputs[key] for key, word in words.items() if key in inputs}
    return {"backupPlanId": inputs.get("planId", UNKNOWN), "backupSelection": chosen}


def _of_selection(operation: str) -> Any:
    def call(resource: Resource) -> Any:
        plan = resource.get("planId")
        return resource.call(operation, BackupPlanId=plan, SelectionId=resource.id)

    return call


KINDS = {
    "aws:backup/vault:Vault": AwsKind(
        service="backup",
        create=Call(
            operation="CreateBackupVault",
            names={"name": "BackupVaultName", "kmsKeyArn": "EncryptionKeyArn"},
        ),
        own=["forceDestroy"],
        id="BackupVaultName",
        find=by_id("DescribeBackupVault", "BackupVaultName"),
        outputs={"arn": "BackupVaultArn"},
        tagged="BackupVault",
        delete=by_id("DeleteBackupVault", "BackupVaultName"),
        naming=_named(),
    ),
    "aws:backup/plan:Plan": AwsKind(
        service="backup",
        create=Call(operation="CreateBackupPlan", names=_NAMES, arrange=_plan),
        id="BackupPlanId",
        find=by_id("GetBackupPlan", "BackupPlanId"),
        outputs={"arn": "BackupPlanArn", "version": "VersionId"},
        tagged="BackupPlan",
        delete=by_id("DeleteBackupPlan", "BackupPlanId"),
        naming=_named(),
    ),
    "aws:backup/selection:Selection": AwsKind(
        service="backup",
        create=Call(operation="CreateBackupSelection", arrange=_selection),
        id="SelectionId",
        find=_of_selection("GetBackupSelection"),
        delete=_of_selection("DeleteBackupSelection"),
        naming=_named(),
        tagged=None,
    ),
}
