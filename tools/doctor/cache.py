"""The cache: encrypted, locked with a token, isolated, reachable by its clients only."""

from collections.abc import Iterator
from typing import Any

from tools.doctor import network
from tools.doctor.finding import Difference, compare, listed
from tools.doctor.store_subjects import CacheSubject


def protection(subject: CacheSubject) -> Iterator[Difference]:
    """It demands TLS and a token and is as durable as the stack file asks (trap 10)."""
    group = _group(subject)
    wanted = subject.wanted
    pairs: list[tuple[str, object, object]] = [
        ("status", "available", group["Status"]),
        ("encryption in transit (TLS)", True, group.get("TransitEncryptionEnabled")),
        ("auth token", True, group.get("AuthTokenEnabled")),
        ("encryption at rest", True, group.get("AtRestEncryptionEnabled")),
        (
            "automatic failover",
            "enabled" if wanted.replicas else "disabled",
            group.get("AutomaticFailover"),
        ),
        (
            "snapshot retention (days)",
            wanted.snapshot_retention_days,
            group.get("SnapshotRetentionLimit"),
        ),
        ("node type", wanted.node_type, group.get("CacheNodeType")),
    ]
    for what, expected, found in pairs:
        yield from compare(what, expected, found, subject.redeploy)


def placement(subject: CacheSubject) -> Iterator[Difference]:
    """Its nodes stand in isolated subnets."""
    for name in sorted({node["CacheSubnetGroupName"] for node in _nodes(subject)}):
        group = subject.account.read(
            "elasticache", "describe_cache_subnet_groups", CacheSubnetGroupName=name
        )["CacheSubnetGroups"][0]
        subnets = [subnet["SubnetIdentifier"] for subnet in group["Subnets"]]
        yield from network.isolation(subject, "the cache", subnets)


def reachability(subject: CacheSubject) -> Iterator[Difference]:
    """Only services whose bindings name it can connect to it."""
    own = subject.cache.security_group_id
    for node in _nodes(subject):
        groups = [group["SecurityGroupId"] for group in node.get("SecurityGroups", [])]
        what = f"security groups of node {node['CacheClusterId']}"
        yield from compare(what, own, listed(groups), subject.redeploy)
    endpoint = _group(subject)["NodeGroups"][0]["PrimaryEndpoint"]
    yield from network.reachability(
        subject, own, int(endpoint["Port"]), subject.clients_of("cache")
    )


def _group(subject: CacheSubject) -> dict[str, Any]:
    return subject.account.read(
        "elasticache",
        "describe_replication_groups",
        ReplicationGroupId=subject.cache.replication_group_id,
    )["ReplicationGroups"][0]


def _nodes(subject: CacheSubject) -> list[dict[str, Any]]:
    """Subnets and security groups are properties of the nodes, not of their group."""
    return [
        subject.account.read("elasticache", "describe_cache_clusters", CacheClusterId=name)[
            "CacheClusters"
        ][0]
        for name in _group(subject)["MemberClusters"]
    ]
