"""Database and cache, with one thing broken at a time."""

import pytest

from tests.unit.doctor import RESTORE, Failures
from tests.unit.doctor.deployed import Deployed, allow, create_cache, create_database

OWNERS = {"database": 5432, "cache": 6379}


def test_an_unprotected_database(deployed: Deployed, failures: Failures) -> None:
    deployed.client("rds").delete_db_instance(
        DBInstanceIdentifier="shop-database", SkipFinalSnapshot=True
    )
    create_database(
        deployed.client,
        deployed.ids,
        DBInstanceClass="db.m7g.large",
        PubliclyAccessible=True,
        StorageEncrypted=False,
        MultiAZ=True,
        BackupRetentionPeriod=1,
        DeletionProtection=True,
    )

    check = "shop/database: protection"
    assert failures() == [
        (check, f"expected public access off, found on; {RESTORE}"),
        (check, f"expected storage encryption on, found off; {RESTORE}"),
        (check, f"expected Multi-AZ off, found on; {RESTORE}"),
        (check, f"expected backup retention (days) 7, found 1; {RESTORE}"),
        (check, f"expected deletion protection off, found on; {RESTORE}"),
        (check, f"expected instance class db.t4g.small, found db.m7g.large; {RESTORE}"),
    ]


def test_a_deleted_database(deployed: Deployed, failures: Failures) -> None:
    deployed.client("rds").delete_db_instance(
        DBInstanceIdentifier="shop-database", SkipFinalSnapshot=True
    )

    missing = (
        "expected an answer to rds:DescribeDBInstances, found DBInstanceNotFound: DBInstance "
        f"shop-database not found.; {RESTORE}"
    )
    names = ("protection", "placement", "reachability")
    assert failures() == [(f"shop/database: {name}", missing) for name in names]


def test_an_unlocked_cache(deployed: Deployed, failures: Failures) -> None:
    create_cache(
        deployed.client,
        deployed.ids,
        "other",
        AuthToken="",
        TransitEncryptionEnabled=False,
        AtRestEncryptionEnabled=False,
        SnapshotRetentionLimit=5,
        CacheNodeType="cache.m7g.large",
    )
    deployed.outputs["systems"]["shop"]["cache"]["replicationGroupId"] = "other"

    check = "shop/cache: protection"
    assert failures() == [
        (check, f"expected encryption in transit (TLS) on, found off; {RESTORE}"),
        (check, f"expected auth token on, found off; {RESTORE}"),
        (check, f"expected encryption at rest on, found off; {RESTORE}"),
        (check, f"expected snapshot retention (days) 1, found 5; {RESTORE}"),
        (check, f"expected node type cache.t4g.small, found cache.m7g.large; {RESTORE}"),
    ]


def test_a_deleted_cache(deployed: Deployed, failures: Failures) -> None:
    deployed.outputs["systems"]["shop"]["cache"]["replicationGroupId"] = "gone"

    missing = (
        "expected an answer to elasticache:DescribeReplicationGroups, found "
        f"ReplicationGroupNotFoundFault: Replication group gone not found.; {RESTORE}"
    )
    names = ("protection", "placement", "reachability")
    assert failures() == [(f"shop/cache: {name}", missing) for name in names]


def test_subnets_with_a_way_out(deployed: Deployed, failures: Failures) -> None:
    deployed.client("ec2").create_route(
        RouteTableId=deployed["isolated-routes"],
        DestinationCidrBlock="0.0.0.0/0",
        NatGatewayId=deployed["nat"],
    )

    assert failures() == [
        (
            f"shop/{store}: placement",
            f"expected the {store} in subnets without a route out of the VPC, found one in "
            f"{deployed['isolated']}; {RESTORE}",
        )
        for store in OWNERS
    ]


@pytest.mark.parametrize("store", OWNERS)
def test_access_from_an_address_range(store: str, deployed: Deployed, failures: Failures) -> None:
    group = deployed[f"{store}-group"]
    added = allow(deployed.client, group, OWNERS[store], cidr="10.0.0.0/16")

    assert failures() == [
        (
            f"shop/{store}: reachability",
            "expected access by security groups only, found access from 10.0.0.0/16; remove rule "
            f"{added} of {group}, or let the service bind it",
        )
    ]


def test_access_for_a_service_that_binds_no_cache(deployed: Deployed, failures: Failures) -> None:
    group = deployed["cache-group"]
    allow(deployed.client, group, 6379, group=deployed["worker-group"])

    assert failures() == [
        (
            "shop/cache: reachability",
            f"expected access from {deployed['api-group']} only, found access from "
            f"{deployed['worker-group']}; remove it from {group}, or let the service bind it",
        )
    ]


def test_access_to_another_port(deployed: Deployed, failures: Failures) -> None:
    group = deployed["database-group"]
    added = allow(deployed.client, group, 22, group=deployed["api-group"])

    assert failures() == [
        (
            "shop/database: reachability",
            f"expected access to port 5432 only, found {deployed['api-group']} on port 22; remove "
            f"rule {added} of {group}, or let the service bind it",
        )
    ]


def test_no_access_for_a_client(deployed: Deployed, failures: Failures) -> None:
    rules = deployed.client("ec2").describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [deployed["cache-group"]]}]
    )["SecurityGroupRules"]
    deployed.client("ec2").revoke_security_group_ingress(
        GroupId=deployed["cache-group"],
        SecurityGroupRuleIds=[
            rule["SecurityGroupRuleId"] for rule in rules if not rule["IsEgress"]
        ],
    )

    assert failures() == [
        (
            "shop/cache: reachability",
            f"expected access from {deployed['api-group']}, whose service binds it, found no rule "
            f"for it; {RESTORE}",
        )
    ]
