"""Cache: exact inputs, each branch, and refused arguments. Trap IDs are named."""

import json
from typing import Any

import pulumi
import pytest

from components.cache import Cache, CacheArgs, TransitEncryption
from components.connection_secret import redis_url
from components.errors import ArgumentError
from tools.recording.recorder import Recording, record_component

KEY = "arn:aws:kms:us-east-1:111122223333:key/1"


def args(**changes: Any) -> CacheArgs:
    return CacheArgs(
        **{
            "vpc_id": "vpc-1",
            "subnet_ids": ["subnet-1", "subnet-2"],
            "engine_version": "7",
            "node_type": "cache.m7g.large",
            "kms_key_arn": KEY,
        }
        | changes
    )


@pytest.fixture(scope="module")
def recording() -> Recording:
    """`kept` holds sessions, `spare` can be refilled, `old` serves a client without TLS."""

    def build(options: pulumi.ResourceOptions) -> None:
        kept = args(replicas=2, deletion_protection=True, tags={"team": "platform"})
        Cache("kept", kept, options)
        spare = args(
            replicas=0,
            max_memory_policy="allkeys-lru",
            snapshot_retention_days=0,
            secret_recovery_days=0,
        )
        Cache("spare", spare, options)
        old = args(engine_version="6", transit_encryption=TransitEncryption.PREFERRED)
        Cache("old", old, options)

    return record_component(build)


def test_builds_a_group_with_failover_and_encryption(recording: Recording) -> None:
    """Trap 10: TLS and a token, one shard."""
    group = recording.one("ReplicationGroup", "kept-group")
    suffix = recording.one("RandomString", "kept-suffix").outputs["result"]
    assert group.inputs == {
        "description": "Cache kept",
        "engine": "redis",
        "engineVersion": "7.1",
        "autoMinorVersionUpgrade": True,
        "nodeType": "cache.m7g.large",
        "port": 6379,
        "numCacheClusters": 3,
        "automaticFailoverEnabled": True,
        "multiAzEnabled": True,
        "subnetGroupName": recording.one("SubnetGroup", "kept-subnets").outputs["name"],
        "securityGroupIds": [recording.one("SecurityGroup", "kept-security-group").id],
        "parameterGroupName": recording.one("ParameterGroup", "kept-parameters").outputs["name"],
        "atRestEncryptionEnabled": True,
        "kmsKeyId": KEY,
        "transitEncryptionEnabled": True,
        "transitEncryptionMode": "required",
        "authToken": recording.one("RandomPassword", "kept-token").outputs["result"],
        "authTokenUpdateStrategy": "ROTATE",
        "snapshotRetentionLimit": 7,
        "snapshotWindow": "02:00-03:00",
        "maintenanceWindow": "sun:05:30-sun:06:30",
        "finalSnapshotIdentifier": f"kept-final-{suffix}",
        "applyImmediately": False,
        "tags": {"team": "platform", "Name": "kept-group"},
    }
    assert "authToken" in group.secret_inputs
    assert group.protect


def test_builds_a_single_node_that_can_be_refilled(recording: Recording) -> None:
    group = recording.one("ReplicationGroup", "spare-group")
    expected = {
        "numCacheClusters": 1,
        "automaticFailoverEnabled": False,
        "multiAzEnabled": False,
        "snapshotRetentionLimit": 0,
        "transitEncryptionMode": "required",
    }
    assert {name: group.inputs[name] for name in expected} == expected
    assert "finalSnapshotIdentifier" not in group.inputs
    assert not group.protect


def test_lets_old_clients_in_for_a_while_when_asked(recording: Recording) -> None:
    group = recording.one("ReplicationGroup", "old-group").inputs
    assert group["transitEncryptionMode"] == "preferred"
    assert group["engineVersion"] == "6.2"
    assert recording.one("ParameterGroup", "old-parameters").inputs["family"] == "redis6.x"


@pytest.mark.parametrize(("name", "policy"), [("kept", "volatile-lru"), ("spare", "allkeys-lru")])
def test_throws_away_only_what_it_may(recording: Recording, name: str, policy: str) -> None:
    """Trap 12."""
    parameters = recording.one("ParameterGroup", f"{name}-parameters").inputs
    assert parameters["family"] == "redis7"
    assert parameters["parameters"] == [{"name": "maxmemory-policy", "value": policy}]


def test_lies_in_the_given_subnets(recording: Recording) -> None:
    assert recording.one("SubnetGroup", "kept-subnets").inputs == {
        "description": "Cache kept",
        "subnetIds": ["subnet-1", "subnet-2"],
        "tags": {"team": "platform", "Name": "kept-subnets"},
    }


def test_its_security_group_lets_nobody_in_by_itself(recording: Recording) -> None:
    assert recording.one("SecurityGroup", "kept-security-group").inputs == {
        "description": "Cache kept",
        "vpcId": "vpc-1",
        "tags": {"team": "platform", "Name": "kept-security-group"},
    }
    assert recording.of_type("SecurityGroupIngressRule") == []


def test_the_application_connects_by_one_secret(recording: Recording) -> None:
    token = recording.one("RandomPassword", "kept-token")
    assert token.inputs == {"length": 64, "special": False}
    assert recording.one("Secret", "kept-secret").inputs == {
        "description": "How the application connects to cache kept",
        "kmsKeyId": KEY,
        "recoveryWindowInDays": 30,
        "tags": {"team": "platform", "Name": "kept-secret"},
    }
    version = recording.one("SecretVersion", "kept-secret-version")
    assert "secretString" in version.secret_inputs
    host = recording.one("ReplicationGroup", "kept-group").outputs["primaryEndpointAddress"]
    drawn = token.outputs["result"]
    assert json.loads(version.inputs["secretString"]) == {
        "host": host,
        "port": 6379,
        "auth_token": drawn,
        "url": f"rediss://:{drawn}@{host}:6379",
    }


def test_the_url_escapes_the_token() -> None:
    fields = {"host": "cache.example.com", "port": 6379, "auth_token": "a#b&c"}
    assert redis_url(fields) == "rediss://:a%23b%26c@cache.example.com:6379"


def test_gives_what_clients_and_alarms_need(recording: Recording) -> None:
    group = recording.one("ReplicationGroup", "kept-group").outputs
    assert recording.outputs_of("kept") == {
        "replication_group_id": group["replicationGroupId"],
        "host": group["primaryEndpointAddress"],
        "port": 6379,
        "secret_arn": recording.one("Secret", "kept-secret").outputs["arn"],
        "secret_version_id": recording.one("SecretVersion", "kept-secret-version").outputs[
            "versionId"
        ],
        "security_group_id": recording.one("SecurityGroup", "kept-security-group").id,
    }


@pytest.mark.parametrize(
    ("field", "value", "remedy"),
    [
        ("subnet_ids", ["subnet-1"], "use subnets of two or more zones"),
        ("engine_version", "5.0.6", "use one of 6, 6.2, 7, 7.0, 7.1"),
        ("replicas", -1, "use 0 to 5 (copies)"),
        ("replicas", 6, "use 0 to 5 (copies)"),
        ("snapshot_retention_days", 36, "use 0 to 35 (days)"),
        (
            "max_memory_policy",
            "lru",
            "use one of allkeys-lfu, allkeys-lru, allkeys-random, noeviction, volatile-lfu, "
            "volatile-lru, volatile-random, volatile-ttl",
        ),
        ("secret_recovery_days", 31, "use 0 to delete at once, or 7 to 30 (days)"),
    ],
)
def test_fails_when_elasticache_would_refuse(field: str, value: object, remedy: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        args(**{field: value})
    assert str(refused.value) == f"Cache: {field}={value!r} is not allowed; {remedy}"
