"""The database: private, encrypted, kept as the stack file says, reachable by its clients only."""

from collections.abc import Iterator
from typing import Any

from tools.doctor import network
from tools.doctor.finding import Difference, compare, listed
from tools.doctor.store_subjects import DatabaseSubject


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


def replicas(subject: DatabaseSubject) -> Iterator[Difference]:
    """As many replicas as described answer reads, each as private and encrypted (E4)."""
    identifiers = subject.database.reader_identifiers
    yield from compare(
        "read replicas", subject.wanted.read_replicas, len(identifiers), subject.redeploy
    )
    for identifier in identifiers:
        replica = _read(subject, identifier)
        groups = [group["VpcSecurityGroupId"] for group in replica["VpcSecurityGroups"]]
        pairs: list[tuple[str, object, object]] = [
            ("status", "available", replica["DBInstanceStatus"]),
            # One that was promoted answers on, with data that no longer changes.
            (
                "source",
                subject.database.identifier,
                replica.get("ReadReplicaSourceDBInstanceIdentifier"),
            ),
            ("public access", False, replica["PubliclyAccessible"]),
            ("storage encryption", True, replica["StorageEncrypted"]),
            ("security groups", subject.database.security_group_id, listed(groups)),
        ]
        for what, expected, found in pairs:
            yield from compare(f"{what} of {identifier}", expected, found, subject.redeploy)


def backup_region(subject: DatabaseSubject) -> Iterator[Difference]:
    """RDS copies its backups to the region that the deploy named (trap 42)."""
    wanted = subject.database.backup_region
    if wanted is None:
        return
    copies = _instance(subject).get("DBInstanceAutomatedBackupsReplications", [])
    regions = [copy["DBInstanceAutomatedBackupsArn"].split(":")[3] for copy in copies]
    if wanted not in regions:
        yield Difference(f"backups replicated to {wanted}", listed(regions), subject.redeploy)


def _instance(subject: DatabaseSubject) -> dict[str, Any]:
    return _read(subject, subject.database.identifier)


def _read(subject: DatabaseSubject, identifier: str) -> dict[str, Any]:
    return subject.account.read("rds", "describe_db_instances", DBInstanceIdentifier=identifier)[
        "DBInstances"
    ][0]
