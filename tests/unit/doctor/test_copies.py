"""Replicas, the backup region and the backup plan, with one thing broken at a time."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from model.description import Description
from sandbox.aws.clients import Clients
from tests.unit.doctor import RESTORE, Alter, Failures
from tests.unit.doctor.deployed import ACCOUNT, REGION, Deployed, create_backup_plan
from tools import doctor

ELSEWHERE = "us-west-2"
SOURCE = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:shop-database"


@pytest.fixture
def described(description: Description) -> Description:
    """The description with a read replica."""
    environment = description.environment
    shop = environment.systems["shop"]
    assert shop.database is not None
    database = shop.database.model_copy(update={"read_replicas": 1})
    systems = {"shop": shop.model_copy(update={"database": database})}
    changed = environment.model_copy(update={"systems": systems})
    return dataclasses.replace(description, environment=changed)


@pytest.fixture
def replica(deployed: Deployed) -> Callable[..., None]:
    """Creates the replica, with changes, and publishes it."""

    def create(**changes: Any) -> None:
        deployed.client("rds").create_db_instance_read_replica(
            **{
                "DBInstanceIdentifier": "shop-replica",
                "SourceDBInstanceIdentifier": "shop-database",
                "PubliclyAccessible": False,
                "VpcSecurityGroupIds": [deployed["database-group"]],
                **changes,
            }
        )
        deployed.outputs["systems"]["shop"]["database"]["readerIdentifiers"] = ["shop-replica"]

    return create


@pytest.fixture
def failed(deployed: Deployed, described: Description) -> Failures:
    """Runs the doctor on the description with a replica."""

    def examine() -> list[tuple[str, str]]:
        findings = doctor.run(described, deployed.outputs, deployed.endpoint)
        return [(finding.check, finding.detail) for finding in findings if not finding.ok]

    return examine


def test_a_healthy_replica(replica: Callable[..., None], failed: Failures) -> None:
    replica()

    assert failed() == []


def test_a_missing_replica(failed: Failures) -> None:
    assert failed() == [
        ("shop/database: replicas", f"expected read replicas 1, found 0; {RESTORE}")
    ]


def test_an_exposed_replica(
    replica: Callable[..., None], deployed: Deployed, failed: Failures
) -> None:
    replica(PubliclyAccessible=True, VpcSecurityGroupIds=[deployed["edge-group"]])

    check = "shop/database: replicas"
    group = deployed["database-group"]
    assert failed() == [
        (check, f"expected public access of shop-replica off, found on; {RESTORE}"),
        (
            check,
            f"expected security groups of shop-replica {group}, found {deployed['edge-group']}; "
            f"{RESTORE}",
        ),
    ]


def test_a_promoted_replica(replica: Callable[..., None], failed: Failures, alter: Alter) -> None:
    def promote(answer: dict[str, Any]) -> None:
        for instance in answer.get("DBInstances", []):
            instance.pop("ReadReplicaSourceDBInstanceIdentifier", None)

    replica()
    alter("rds", "DescribeDBInstances", promote)

    assert failed() == [
        (
            "shop/database: replicas",
            f"expected source of shop-replica shop-database, found nothing; {RESTORE}",
        )
    ]


def test_a_replica_that_is_down_and_not_encrypted(
    replica: Callable[..., None], failed: Failures, alter: Alter
) -> None:
    def break_replica(answer: dict[str, Any]) -> None:
        for instance in answer.get("DBInstances", []):
            if instance["DBInstanceIdentifier"] == "shop-replica":
                instance.update(DBInstanceStatus="failed", StorageEncrypted=False)

    replica()
    alter("rds", "DescribeDBInstances", break_replica)

    check = "shop/database: replicas"
    assert failed() == [
        (check, f"expected status of shop-replica available, found failed; {RESTORE}"),
        (check, f"expected storage encryption of shop-replica on, found off; {RESTORE}"),
    ]


def test_backups_that_are_replicated(deployed: Deployed, failures: Failures) -> None:
    there = Clients.of(deployed.endpoint, ELSEWHERE).client("rds")
    there.start_db_instance_automated_backups_replication(SourceDBInstanceArn=SOURCE)
    deployed.outputs["systems"]["shop"]["database"]["backupRegion"] = ELSEWHERE

    assert failures() == []


def test_backups_that_stay_in_their_region(deployed: Deployed, failures: Failures) -> None:
    deployed.outputs["systems"]["shop"]["database"]["backupRegion"] = ELSEWHERE

    assert failures() == [
        (
            "shop/database: backup copy",
            f"expected backups replicated to {ELSEWHERE}, found none; {RESTORE}",
        )
    ]


def test_no_backup_plan(deployed: Deployed, failures: Failures) -> None:
    del deployed.outputs["platform"]["backup"]

    assert failures() == [
        (
            "platform: backup",
            f"expected a backup plan, for the data of shop, found none; {RESTORE}",
        )
    ]


def test_a_backup_plan_that_does_something_else(deployed: Deployed, failures: Failures) -> None:
    deployed.outputs["platform"]["backup"]["planId"] = create_backup_plan(
        deployed.client,
        "other",
        ScheduleExpression="cron(0 5 ? * 1 *)",
        Lifecycle={"DeleteAfterDays": 7},
        CopyActions=[
            {"DestinationBackupVaultArn": f"arn:aws:backup:eu-west-1:{ACCOUNT}:backup-vault:far"}
        ],
    )

    check = "platform: backup"
    plan = deployed.outputs["platform"]["backup"]["planId"]
    assert failures() == [
        (
            check,
            "expected schedule of backups cron(0 7 * * ? *), found cron(0 5 ? * 1 *); " + RESTORE,
        ),
        (check, f"expected retention of backups (days) 30, found 7; {RESTORE}"),
        (check, f"expected region of copies none, found eu-west-1; {RESTORE}"),
        (
            check,
            f"expected a selection in backup plan {plan}, found none, so that nothing is backed "
            f"up; {RESTORE}",
        ),
    ]


def test_a_backup_plan_into_another_vault(deployed: Deployed, failures: Failures) -> None:
    deployed.client("backup").create_backup_vault(BackupVaultName="other")
    deployed.outputs["platform"]["backup"]["vaultName"] = "other"

    assert failures() == [
        (
            "platform: backup",
            f"expected a backup rule into vault other, found rules into nightly; {RESTORE}",
        )
    ]


def test_a_deleted_vault(deployed: Deployed, failures: Failures) -> None:
    deployed.client("backup").delete_backup_vault(BackupVaultName="nightly")

    assert failures() == [
        (
            "platform: backup",
            "expected an answer to backup:DescribeBackupVault, found ResourceNotFoundException: "
            f"nightly; {RESTORE}",
        )
    ]
