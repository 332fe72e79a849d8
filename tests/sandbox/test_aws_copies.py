"""Copies of data are made as AWS makes them: replicas, other regions, AWS Backup."""

import pytest
from botocore.exceptions import ClientError

from sandbox.aws.clients import Clients
from tests.support.account import REGION, unknown

ELSEWHERE = "us-west-2"
DATABASE = "aws:rds/instance:Instance"
REPLICATION = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
VAULT = "aws:backup/vault:Vault"
PLAN = "aws:backup/plan:Plan"
SELECTION = "aws:backup/selection:Selection"
RULE = {
    "ruleName": "daily",
    "targetVaultName": "nightly",
    "schedule": "cron(0 2 * * ? *)",
    "startWindow": 480,
    "completionWindow": 1440,
    "lifecycle": {"deleteAfter": 30},
    "copyActions": [
        {
            "destinationVaultArn": f"arn:aws:backup:{ELSEWHERE}:123456789012:backup-vault:far",
            "lifecycle": {"deleteAfter": 7},
        }
    ],
    "recoveryPointTags": {"team": "platform"},
}


def primary(account, identifier, **changes):
    inputs = {
        "identifier": identifier,
        "engine": "postgres",
        "engineVersion": "15",
        "instanceClass": "db.t4g.small",
        "allocatedStorage": 20,
        "username": "somebody",
        "manageMasterUserPassword": True,
        "storageEncrypted": True,
        "multiAz": True,
        "backupRetentionPeriod": 7,
        "deletionProtection": True,
        "skipFinalSnapshot": True,
    }
    return account.create(DATABASE, **(inputs | changes))


def replica(account, source, identifier):
    return account.create(
        DATABASE,
        identifier=identifier,
        replicateSourceDb=source,
        instanceClass="db.t4g.medium",
        storageEncrypted=True,
        maintenanceWindow="mon:04:30-mon:05:30",
        deletionProtection=True,
        skipFinalSnapshot=True,
        enabledCloudwatchLogsExports=["postgresql"],
    )


def described(account, identifier):
    answer = account.client("rds").describe_db_instances(DBInstanceIdentifier=identifier)
    return answer["DBInstances"][0]


def test_a_replica_follows_its_primary_and_is_deleted_alone(account):
    orders = primary(account, "orders")
    copy = replica(account, orders.outputs["identifier"], "orders-copy")

    found = described(account, "orders-copy")
    assert found["ReadReplicaSourceDBInstanceIdentifier"] == "orders"
    assert found["DBInstanceClass"] == "db.t4g.medium"
    assert found["PreferredMaintenanceWindow"] == "mon:04:30-mon:05:30"
    assert found["StorageEncrypted"]
    assert (found["MultiAZ"], found["BackupRetentionPeriod"]) == (False, 0)
    assert found["DeletionProtection"]
    assert described(account, "orders")["ReadReplicaDBInstanceIdentifiers"] == ["orders-copy"]
    assert copy.outputs["address"].startswith("orders-copy.")
    assert "masterUserSecrets" not in copy.outputs

    copy.delete()
    assert copy.read() is None
    assert described(account, "orders")["ReadReplicaDBInstanceIdentifiers"] == []
    # The master user's secret is the primary's, and stays.
    [secret] = orders.outputs["masterUserSecrets"]
    account.client("secretsmanager").describe_secret(SecretId=secret["secretArn"])
    orders.delete()
    assert orders.read() is None


def test_every_instance_has_an_id_of_its_own(account):
    first, second = primary(account, "first"), primary(account, "second")
    copy = replica(account, "first", "first-copy")
    ids = {first.id, second.id, copy.id}
    assert len(ids) == 3
    assert all(each.startswith("db-") and len(each) == 29 for each in ids)
    assert first.read() is not None
    for made in (copy, first, second):
        made.delete()


def test_the_source_of_a_replica_may_be_unknown(account):
    assert (
        account.failures(
            DATABASE,
            identifier="it",
            replicateSourceDb=unknown(),
            instanceClass="db.t4g.small",
            storageEncrypted=True,
        )
        == []
    )


def test_refuses_what_a_replica_takes_from_its_primary(account):
    assert account.failures(
        DATABASE,
        identifier="it",
        replicateSourceDb="orders",
        instanceClass="db.t4g.small",
        dbName="orders",
        username="somebody",
    ) == [
        "dbName: the sandbox knows no such input of rds:CreateDBInstanceReadReplica",
        "username: the sandbox knows no such input of rds:CreateDBInstanceReadReplica",
    ]


def test_refuses_a_replica_of_nothing(account):
    with pytest.raises(ClientError, match="DBInstance missing not found"):
        replica(account, "missing", "copy-of-nothing")


def test_backups_are_replicated_to_another_region_until_stopped(account):
    orders = primary(account, "orders")
    made = account.create(
        REPLICATION,
        region=ELSEWHERE,
        sourceDbInstanceArn=orders.outputs["arn"],
        kmsKeyId=f"arn:aws:kms:{ELSEWHERE}:123456789012:key/1",
        retentionPeriod=30,
    )
    assert made.id.startswith(f"arn:aws:rds:{ELSEWHERE}:123456789012:auto-backup:ab-")
    assert made.read() is not None
    there = Clients.of(account.endpoint, ELSEWHERE).client("rds")
    [backup] = there.describe_db_instance_automated_backups(DBInstanceAutomatedBackupsArn=made.id)[
        "DBInstanceAutomatedBackups"
    ]
    assert backup["DBInstanceArn"] == orders.outputs["arn"]
    assert backup["DbiResourceId"] == orders.id
    assert backup["BackupRetentionPeriod"] == 30
    assert backup["Region"] == REGION
    assert described(account, "orders")["DBInstanceAutomatedBackupsReplications"] == [
        {"DBInstanceAutomatedBackupsArn": made.id}
    ]

    made.delete()
    assert made.read() is None
    assert described(account, "orders")["DBInstanceAutomatedBackupsReplications"] == []
    made.delete()
    orders.delete()
    made.delete()  # also when its source is gone


def test_a_vault_stands_in_its_region(account):
    made = account.create(VAULT, "nightly", region=ELSEWHERE, forceDestroy=False, kmsKeyArn="key/1",
                          tags={"team": "platform"})  # fmt: skip
    assert made.outputs["arn"] == f"arn:aws:backup:{ELSEWHERE}:123456789012:backup-vault:{made.id}"
    there = Clients.of(account.endpoint, ELSEWHERE).client("backup")
    vault = there.describe_backup_vault(BackupVaultName=made.id)
    assert vault["EncryptionKeyArn"] == "key/1"
    assert there.list_tags(ResourceArn=made.outputs["arn"])["Tags"] == {"team": "platform"}
    assert account.client("backup").list_backup_vaults()["BackupVaultList"] == []
    made.delete()
    assert made.read() is None


def test_a_plan_says_when_where_and_how_long(account):
    made = account.create(PLAN, "nightly", rules=[RULE])
    plan = account.client("backup").get_backup_plan(BackupPlanId=made.id)["BackupPlan"]
    assert plan["BackupPlanName"] == made.outputs["name"]
    [rule] = plan["Rules"]
    assert {key: rule[key] for key in rule if key != "RuleId"} == {
        "RuleName": "daily",
        "TargetBackupVaultName": "nightly",
        "ScheduleExpression": "cron(0 2 * * ? *)",
        "ScheduleExpressionTimezone": "Etc/UTC",
        "StartWindowMinutes": 480,
        "CompletionWindowMinutes": 1440,
        "Lifecycle": {"DeleteAfterDays": 30},
        "CopyActions": [
            {
                "DestinationBackupVaultArn": RULE["copyActions"][0]["destinationVaultArn"],
                "Lifecycle": {"DeleteAfterDays": 7},
            }
        ],
        "RecoveryPointTags": {"team": "platform"},
    }
    made.delete()
    assert made.read() is None
    again = account.create(PLAN, "nightly", rules=[RULE])  # its name is free again
    assert again.read() is not None
    again.delete()


def test_a_selection_names_what_is_backed_up(account):
    plan = account.create(PLAN, "nightly", rules=[RULE])
    made = account.create(
        SELECTION,
        "nightly",
        planId=plan.id,
        iamRoleArn="arn:aws:iam::123456789012:role/backup",
        resources=["arn:aws:s3:::files"],
    )
    backup = account.client("backup")
    answer = backup.get_backup_selection(BackupPlanId=plan.id, SelectionId=made.id)
    assert answer["BackupSelection"] == {
        "SelectionName": made.outputs["name"],
        "IamRoleArn": "arn:aws:iam::123456789012:role/backup",
        "Resources": ["arn:aws:s3:::files"],
    }
    [listed] = backup.list_backup_selections(BackupPlanId=plan.id)["BackupSelectionsList"]
    assert listed["SelectionId"] == made.id
    assert made.read() is not None
    made.delete()
    assert made.read() is None
    assert backup.list_backup_selections(BackupPlanId=plan.id)["BackupSelectionsList"] == []
    made.delete()
    plan.delete()
    made.delete()  # also when its plan is gone


def test_refuses_what_aws_backup_would_refuse(account):
    refused = account.failures(
        PLAN, name="nightly backup", rules=[{**RULE, "ruleName": "once/day"}]
    )
    assert refused == [
        "backupPlan.rules[0].ruleName: 'once/day' does not match ^[a-zA-Z0-9\\-\\_\\.]{1,50}$, as "
        "AWS demands",
        "name: 'nightly backup' is refused by AWS; use letters, digits, - and _",
    ]


@pytest.mark.parametrize(
    ("type_", "inputs"),
    [
        (REPLICATION, {"sourceDbInstanceArn": unknown(), "kmsKeyId": unknown()}),
        (VAULT, {"kmsKeyArn": unknown()}),
        (PLAN, {"rules": unknown()}),
        (SELECTION, {"planId": unknown(), "iamRoleArn": unknown(), "resources": unknown()}),
    ],
)
def test_copes_with_what_is_not_known_yet(account, type_, inputs):
    assert account.failures(type_, **inputs) == []
