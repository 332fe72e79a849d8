"""The queue: private, encrypted, as many nodes as asked for, reachable by its clients only."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from tools.doctor import network
from tools.doctor.finding import Difference, Skipped, compare, listed
from tools.doctor.store_subjects import QueueSubject

_MODES = {"single-instance": "SINGLE_INSTANCE", "cluster": "CLUSTER_MULTI_AZ"}
"""The stack file's words and Amazon MQ's."""


def protection(subject: QueueSubject) -> Iterator[Difference]:
    """It is private, encrypted with our key and as durable as the stack file asks (trap 13)."""
    broker = _broker(subject)
    wanted = subject.wanted
    encryption = broker.get("EncryptionOptions", {})
    pairs: list[tuple[str, object, object]] = [
        ("status", "RUNNING", broker["BrokerState"]),
        ("public access", False, broker["PubliclyAccessible"]),
        ("encryption with a key of AWS's own", False, encryption.get("UseAwsOwnedKey", True)),
        ("deployment mode", _MODES[wanted.deployment], broker["DeploymentMode"]),
        ("instance type", wanted.instance_type, broker["HostInstanceType"]),
        ("automatic patches", True, broker["AutoMinorVersionUpgrade"]),
        ("export of the general log", True, broker.get("Logs", {}).get("General")),
    ]
    for what, expected, found in pairs:
        yield from compare(what, expected, found, subject.redeploy)


def placement(subject: QueueSubject) -> Iterator[Difference]:
    """Its clients find it in isolated subnets."""
    yield from network.isolation(subject, "the queue", _broker(subject)["SubnetIds"])


def reachability(subject: QueueSubject) -> Iterator[Difference]:
    """Only services whose bindings name it can connect to it, and at the address they were told."""
    broker = _broker(subject)
    own = subject.queue.security_group_id
    yield from compare("security groups", own, listed(broker["SecurityGroups"]), subject.redeploy)
    address = urlsplit(str(broker["BrokerInstances"][0]["Endpoints"][0]))
    yield from compare("host", subject.queue.host, address.hostname, subject.redeploy)
    yield from network.reachability(subject, own, address.port or 5671, subject.clients_of("queue"))


def log(subject: QueueSubject) -> Iterator[Difference]:
    """Its log arrives, and is kept as long as the stack file says.

    The retention is a warning only: a schedule sets it, and has up to a day for that.
    """
    if subject.account.is_sandbox:
        raise Skipped("the sandbox runs no broker that writes a log")
    group = f"/aws/amazonmq/broker/{subject.queue.broker_id}/general"
    answer = subject.account.read("logs", "describe_log_groups", logGroupNamePrefix=group)
    kept = {entry["logGroupName"]: entry.get("retentionInDays") for entry in answer["logGroups"]}
    if group not in kept:
        yield Difference(f"log group {group}", "nothing of that name", subject.redeploy)
        return
    days = subject.description.environment.monitoring.log_retention_days
    if kept[group] != days:
        yield Difference(
            f"retention (days) of log group {group} {days}",
            str(kept[group] or "nothing"),
            "wait a day for the schedule that sets it; if it is still so, look at its errors in "
            "CloudWatch, namespace AWS/Scheduler",
            warning=True,
        )


def _broker(subject: QueueSubject) -> dict[str, Any]:
    return subject.account.read("mq", "describe_broker", BrokerId=subject.queue.broker_id)
