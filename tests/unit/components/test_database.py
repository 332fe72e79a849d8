"""Database: exact inputs, each branch, and refused arguments. Trap and guide IDs are named."""

import json

import pulumi
import pytest

from components.connection_secret import postgres_url
from components.database import Database
from components.errors import ArgumentError
from tests.unit.components.database_cases import KEY, args
from tools.recording.recorder import Recording, record_component


@pytest.fixture(scope="module")
def recording() -> Recording:
    """`safe` has the defaults, `cheap` has off what can be off."""

    def build(options: pulumi.ResourceOptions) -> None:
        Database("safe", args(tags={"team": "platform"}), options)
        cheap = args(
            storage_gib=50,
            max_storage_gib=None,
            multi_az=False,
            deletion_protection=False,
            final_snapshot=False,
            performance_insights=False,
            monitoring_interval_seconds=0,
            secret_recovery_days=0,
            log_retention_days=7,
        )
        Database("cheap", cheap, options)

    return record_component(build)


def test_builds_the_instance_with_all_protections(recording: Recording) -> None:
    instance = recording.one("Instance", "safe-instance")
    identifier = f"safe-{recording.one('RandomString', 'safe-suffix').outputs['result']}"
    assert instance.inputs == {
        "identifier": identifier,
        "engine": "postgres",
        "engineVersion": "15",
        "autoMinorVersionUpgrade": True,
        "instanceClass": "db.m7g.large",
        "dbName": "orders",
        "username": "slipway_admin",
        "manageMasterUserPassword": True,
        "masterUserSecretKmsKeyId": KEY,
        "port": 5432,
        "storageType": "gp3",
        "allocatedStorage": 20,
        "maxAllocatedStorage": 100,
        "storageEncrypted": True,
        "kmsKeyId": KEY,
        "multiAz": True,
        "dbSubnetGroupName": recording.one(
            "aws:rds/subnetGroup:SubnetGroup", "safe-subnets"
        ).outputs["name"],
        "vpcSecurityGroupIds": [recording.one("SecurityGroup", "safe-security-group").id],
        "publiclyAccessible": False,
        "parameterGroupName": recording.one("ParameterGroup", "safe-parameters").outputs["name"],
        "backupRetentionPeriod": 7,
        "backupWindow": "03:00-04:00",
        "maintenanceWindow": "sun:04:30-sun:05:30",
        "copyTagsToSnapshot": True,
        "deletionProtection": True,
        "skipFinalSnapshot": False,
        "finalSnapshotIdentifier": f"{identifier}-final",
        "deleteAutomatedBackups": False,
        "performanceInsightsEnabled": True,
        "performanceInsightsKmsKeyId": KEY,
        "performanceInsightsRetentionPeriod": 7,
        "monitoringInterval": 60,
        "monitoringRoleArn": recording.one("Role", "safe-monitoring").outputs["arn"],
        "enabledCloudwatchLogsExports": ["postgresql", "upgrade"],
        "tags": {"team": "platform", "Name": "safe-instance"},
    }
    assert instance.protect
    assert instance.ignore_changes == ()


def test_builds_the_cheap_instance_that_a_test_environment_may_have(recording: Recording) -> None:
    """Trap 7: no Multi-AZ, snapshot and protection; encryption, gp3 and TLS stay."""
    instance = recording.one("Instance", "cheap-instance")
    absent = {
        "maxAllocatedStorage",
        "finalSnapshotIdentifier",
        "performanceInsightsKmsKeyId",
        "performanceInsightsRetentionPeriod",
        "monitoringRoleArn",
    }
    assert absent & set(instance.inputs) == set()
    expected = {
        "allocatedStorage": 50,
        "multiAz": False,
        "deletionProtection": False,
        "skipFinalSnapshot": True,
        "deleteAutomatedBackups": True,
        "performanceInsightsEnabled": False,
        "monitoringInterval": 0,
        "storageType": "gp3",
        "storageEncrypted": True,
    }
    assert {name: instance.inputs[name] for name in expected} == expected
    assert not instance.protect
    assert [r.name for r in recording.of_type("Role")] == ["safe-monitoring"]


def test_refuses_connections_without_tls(recording: Recording) -> None:
    assert recording.one("ParameterGroup", "safe-parameters").inputs == {
        "description": "Database safe",
        "family": "postgres15",
        "parameters": [{"name": "rds.force_ssl", "value": "1", "applyMethod": "immediate"}],
        "tags": {"team": "platform", "Name": "safe-parameters"},
    }


def test_lies_in_the_given_subnets(recording: Recording) -> None:
    assert recording.one("SubnetGroup", "safe-subnets").inputs == {
        "description": "Database safe",
        "subnetIds": ["subnet-1", "subnet-2"],
        "tags": {"team": "platform", "Name": "safe-subnets"},
    }


def test_its_security_group_lets_nobody_in_by_itself(recording: Recording) -> None:
    group = recording.one("SecurityGroup", "safe-security-group").inputs
    assert group == {
        "description": "Database safe",
        "vpcId": "vpc-1",
        "tags": {"team": "platform", "Name": "safe-security-group"},
    }
    assert recording.of_type("SecurityGroupIngressRule") == []


@pytest.mark.parametrize("log", ["postgresql", "upgrade"])
def test_its_logs_have_an_end_before_the_first_line(recording: Recording, log: str) -> None:
    instance = recording.one("Instance", "safe-instance")
    group = recording.one("LogGroup", f"safe-log-{log}")
    assert group.inputs == {
        "name": f"/aws/rds/instance/{instance.inputs['identifier']}/{log}",
        "retentionInDays": 30,
        "kmsKeyId": KEY,
        "tags": {"team": "platform", "Name": f"safe-log-{log}"},
    }
    assert group.urn in instance.dependencies
    assert recording.one("LogGroup", f"cheap-log-{log}").inputs["retentionInDays"] == 7


def test_monitoring_has_its_permission_before_the_instance(recording: Recording) -> None:
    role = recording.one("Role", "safe-monitoring")
    permission = recording.one("RolePolicyAttachment", "safe-monitoring")
    trust = json.loads(role.inputs["assumeRolePolicy"])["Statement"][0]
    assert trust["Principal"] == {"Service": "monitoring.rds.amazonaws.com"}
    assert permission.inputs == {
        "role": role.outputs["name"],
        "policyArn": "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
    }
    assert permission.urn in recording.one("Instance", "safe-instance").dependencies


def test_the_application_connects_by_one_secret(recording: Recording) -> None:
    """Traps 1 and 2: drawn, kept in Secrets Manager, as fields and as a URL."""
    password = recording.one("RandomPassword", "safe-password")
    assert password.inputs == {"length": 48, "special": False}
    assert recording.one("Secret", "safe-secret").inputs == {
        "description": "How the application connects to database safe",
        "kmsKeyId": KEY,
        "recoveryWindowInDays": 30,
        "tags": {"team": "platform", "Name": "safe-secret"},
    }
    version = recording.one("SecretVersion", "safe-secret-version")
    assert "secretString" in version.secret_inputs
    host = recording.one("Instance", "safe-instance").outputs["address"]
    drawn = password.outputs["result"]
    assert json.loads(version.inputs["secretString"]) == {
        "engine": "postgres",
        "host": host,
        "reader_host": host,
        "port": 5432,
        "dbname": "orders",
        "username": "orders_user",
        "password": drawn,
        "url": f"postgresql://orders_user:{drawn}@{host}:5432/orders?sslmode=require",
        "reader_url": f"postgresql://orders_user:{drawn}@{host}:5432/orders?sslmode=require",
    }


def test_the_master_user_is_in_no_secret_of_the_application(recording: Recording) -> None:
    version = recording.one("SecretVersion", "safe-secret-version")
    assert "slipway_admin" not in version.inputs["secretString"]
    assert "password" not in recording.one("Instance", "safe-instance").inputs


def test_the_url_escapes_every_part() -> None:
    """Trap 2: an @ or / in a password must not become a part of the URL."""
    fields = {
        "engine": "postgres",
        "host": "db.example.com",
        "port": 5432,
        "dbname": "a/b",
        "username": "u@v",
        "password": "p:/?#@%",
    }
    assert postgres_url(fields) == (
        "postgresql://u%40v:p%3A%2F%3F%23%40%25@db.example.com:5432/a%2Fb?sslmode=require"
    )


def test_gives_what_clients_and_alarms_need(recording: Recording) -> None:
    instance = recording.one("Instance", "safe-instance").outputs
    assert recording.outputs_of("safe") == {
        "identifier": instance["identifier"],
        "arn": instance["arn"],
        "host": instance["address"],
        "reader_host": instance["address"],
        "reader_identifiers": [],
        "port": 5432,
        "database_name": "orders",
        "user_name": "orders_user",
        "secret_arn": recording.one("Secret", "safe-secret").outputs["arn"],
        "secret_version_id": recording.one("SecretVersion", "safe-secret-version").outputs[
            "versionId"
        ],
        "master_secret_arn": instance["masterUserSecrets"][0]["secretArn"],
        "security_group_id": recording.one("SecurityGroup", "safe-security-group").id,
    }


def test_a_long_name_still_makes_a_legal_identifier() -> None:
    recording = record_component(lambda options: Database("d" * 80, args(), options))
    assert len(recording.one("Instance").inputs["identifier"]) == 63


@pytest.mark.parametrize(
    ("field", "value", "remedy"),
    [
        ("engine_version", "15.3", "use the major version alone, for example 15"),
        ("subnet_ids", ["subnet-1"], "use subnets of two or more zones"),
        ("database_name", "1st", "use up to 63 letters, digits and underscores, no digit first"),
        ("user_name", "a-b", "use up to 63 letters, digits and underscores, no digit first"),
        (
            "user_name",
            "slipway_admin",
            "use a user of the application's own; this one is the master user",
        ),
        ("storage_gib", 19, "use 20 to 65536 (GiB)"),
        ("storage_gib", 65537, "use 20 to 65536 (GiB)"),
        (
            "max_storage_gib",
            21,
            "use a tenth more than storage_gib or above (GiB), or None to keep the disk's size",
        ),
        (
            "backup_retention_days",
            0,
            "use 1 to 35 (days); without backups a mistake cannot be undone",
        ),
        (
            "backup_retention_days",
            36,
            "use 1 to 35 (days); without backups a mistake cannot be undone",
        ),
        ("monitoring_interval_seconds", 2, "use one of 0, 1, 5, 10, 15, 30, 60 (seconds)"),
        ("secret_recovery_days", 5, "use 0 to delete at once, or 7 to 30 (days)"),
    ],
)
def test_fails_when_rds_would_refuse(field: str, value: object, remedy: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        args(**{field: value})
    assert str(refused.value) == f"Database: {field}={value!r} is not allowed; {remedy}"


def test_fails_when_the_retention_is_unknown() -> None:
    with pytest.raises(ArgumentError, match=r"^Database: log_retention_days=31 is not allowed"):
        args(log_retention_days=31)
