"""Read replicas and the backup region of a database. Guide IDs E4 and E5, trap 42."""

import json
from typing import Any

import pulumi
import pytest

from components.database import Database
from components.errors import ArgumentError
from tests.unit.components.database_cases import KEY, args
from tools.recording.recorder import Recording, Resource, record_component

OTHER_KEY = "arn:aws:kms:us-west-2:111122223333:key/2"


@pytest.fixture(scope="module")
def recording() -> Recording:
    """`wide` has two replicas and a backup region, `cheap` a replica without what can be off."""

    def build(options: pulumi.ResourceOptions) -> None:
        wide = args(
            read_replicas=2,
            backup_retention_days=30,
            backup_region="us-west-2",
            backup_region_key_arn=OTHER_KEY,
            tags={"team": "platform"},
        )
        Database("wide", wide, options)
        cheap = args(
            read_replicas=1,
            replica_instance_class="db.t4g.small",
            max_storage_gib=None,
            deletion_protection=False,
            performance_insights=False,
            monitoring_interval_seconds=0,
        )
        Database("cheap", cheap, options)

    return record_component(build)


def replica(recording: Recording, name: str) -> Resource:
    return recording.one("aws:rds/instance:Instance", name)


@pytest.mark.parametrize("name", ["wide-replica-1", "wide-replica-2"])
def test_a_replica_is_as_protected_as_the_primary(recording: Recording, name: str) -> None:
    primary = replica(recording, "wide-instance")
    drawn = recording.one("RandomString", f"{name}-suffix").outputs["result"]
    made = replica(recording, name)
    assert made.inputs == {
        "identifier": f"{name}-{drawn}",
        "replicateSourceDb": primary.inputs["identifier"],
        "autoMinorVersionUpgrade": True,
        "instanceClass": "db.m7g.large",
        "port": 5432,
        "maxAllocatedStorage": 100,
        "storageEncrypted": True,
        "vpcSecurityGroupIds": primary.inputs["vpcSecurityGroupIds"],
        "publiclyAccessible": False,
        "parameterGroupName": primary.inputs["parameterGroupName"],
        "maintenanceWindow": "sun:04:30-sun:05:30",
        "deletionProtection": True,
        "skipFinalSnapshot": True,
        "performanceInsightsEnabled": True,
        "performanceInsightsKmsKeyId": KEY,
        "performanceInsightsRetentionPeriod": 7,
        "monitoringInterval": 60,
        "monitoringRoleArn": primary.inputs["monitoringRoleArn"],
        "enabledCloudwatchLogsExports": ["postgresql", "upgrade"],
        "tags": {"team": "platform", "Name": name},
    }
    assert made.protect
    assert primary.urn in made.dependencies


def test_a_replica_may_be_smaller_and_without_what_the_primary_lacks(recording: Recording) -> None:
    made = replica(recording, "cheap-replica-1")
    absent = {
        "maxAllocatedStorage",
        "performanceInsightsKmsKeyId",
        "performanceInsightsRetentionPeriod",
        "monitoringRoleArn",
    }
    assert absent & set(made.inputs) == set()
    expected = {
        "instanceClass": "db.t4g.small",
        "deletionProtection": False,
        "performanceInsightsEnabled": False,
        "monitoringInterval": 0,
        "storageEncrypted": True,
    }
    assert {name: made.inputs[name] for name in expected} == expected
    assert not made.protect


@pytest.mark.parametrize("log", ["postgresql", "upgrade"])
def test_the_logs_of_a_replica_have_an_end(recording: Recording, log: str) -> None:
    made = replica(recording, "wide-replica-2")
    group = recording.one("LogGroup", f"wide-replica-2-log-{log}")
    assert group.inputs == {
        "name": f"/aws/rds/instance/{made.inputs['identifier']}/{log}",
        "retentionInDays": 30,
        "kmsKeyId": KEY,
        "tags": {"team": "platform", "Name": f"wide-replica-2-log-{log}"},
    }
    assert group.urn in made.dependencies


def test_reads_have_a_host_and_a_url_of_their_own(recording: Recording) -> None:
    """E4."""
    reader = replica(recording, "wide-replica-1").outputs["address"]
    secret = json.loads(
        recording.one("SecretVersion", "wide-secret-version").inputs["secretString"]
    )
    assert secret["host"] == replica(recording, "wide-instance").outputs["address"]
    assert secret["reader_host"] == reader
    assert secret["reader_url"] == secret["url"].replace(secret["host"], reader)
    outputs = recording.outputs_of("wide")
    assert outputs["reader_host"] == reader
    assert outputs["reader_identifiers"] == [
        replica(recording, f"wide-replica-{number}").inputs["identifier"] for number in (1, 2)
    ]


def test_backups_are_copied_to_the_backup_region(recording: Recording) -> None:
    """E5, trap 42: after the replicas, since RDS does one thing to an instance at a time."""
    copies = recording.one("InstanceAutomatedBackupsReplication", "wide-backups")
    assert copies.inputs == {
        "region": "us-west-2",
        "sourceDbInstanceArn": replica(recording, "wide-instance").outputs["arn"],
        "kmsKeyId": OTHER_KEY,
        "retentionPeriod": 30,
    }
    replicas = {replica(recording, f"wide-replica-{number}").urn for number in (1, 2)}
    assert replicas <= set(copies.dependencies)


def test_backups_stay_in_one_region_unless_asked(recording: Recording) -> None:
    names = [each.name for each in recording.of_type("InstanceAutomatedBackupsReplication")]
    assert names == ["wide-backups"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"read_replicas": -1}, "read_replicas=-1 is not allowed; use 0 to 5 (copies)"),
        ({"read_replicas": 6}, "read_replicas=6 is not allowed; use 0 to 5 (copies)"),
        (
            {"backup_region": "us-west-2"},
            "backup_region='us-west-2' is not allowed; use it together with "
            "backup_region_key_arn, a key of that region, or use neither",
        ),
        (
            {"backup_region_key_arn": OTHER_KEY},
            "backup_region=None is not allowed; use it together with "
            "backup_region_key_arn, a key of that region, or use neither",
        ),
    ],
)
def test_fails_when_rds_would_refuse(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        args(**changes)
    assert str(refused.value) == f"Database: {message}"
