"""The database: private, encrypted, kept as the stack file says, reachable by its clients only."""

from collections.abc import Iterator
from typing import Any

from tools.doctor import network
from tools.doctor.finding import Difference, compare, listed
from tools.doctor.subjects import DatabaseSubject


def protection(subject: DatabaseSubject) -> Iterator[Difference]:
    """It is private, encrypted and as durable as the stack file asks (trap 7)."""
    instance = _instance(subject)
    wanted = subject.wanted
    pairs: list[tuple[str, object, object]] = [
        ("status", "available", instance["DBInstanceStatus"]),
        ("public access", False, instance["PubliclyAccessible"]),
        ("storage encryption", True, instance["StorageEncrypted"]),
        ("Multi-AZ", wanted.multi_az, instance["MultiAZ"]),
        (
            "backup retention (days)",
            wanted.backup_retention_days,
            instance["BackupRetentionPeriod"],
        ),
        ("deletion protection", wanted.deletion_protection, instance["DeletionProtection"]),
        ("instance class", wanted.instance_class, instance["DBInstanceClass"]),
    ]
    for what, expected, found in pairs:
        yield from compare(what, expected, found, subject.redeploy)


def placement(subject: DatabaseSubject) -> Iterator[Difference]:
    """It stands in isolated subnets."""
    group = _instance(subject)["DBSubnetGroup"]
    subnets = [subnet["SubnetIdentifier"] for subnet in group["Subnets"]]
    yield from network.isolation(subject, "the database", subnets)


def reachability(subject: DatabaseSubject) -> Iterator[Difference]:
    """Only services whose bindings name it can connect to it."""
    instance = _instance(subject)
    groups = [group["VpcSecurityGroupId"] for group in instance["VpcSecurityGroups"]]
    own = subject.database.security_group_id
    yield from compare("security groups", own, listed(groups), subject.redeploy)
    port = int(instance.get("Endpoint", {}).get("Port", 5432))
    yield from network.reachability(subject, own, port, subject.clients_of("database"))


def _instance(subject: DatabaseSubject) -> dict[str, Any]:
    return subject.account.read(
        "rds", "describe_db_instances", DBInstanceIdentifier=subject.database.identifier
    )["DBInstances"][0]
