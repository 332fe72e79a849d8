"""Alarms: they exist, watch what exists, act, and what they act on reaches a person."""

import json
from collections.abc import Iterator
from typing import Any

from tools.doctor import roles
from tools.doctor.finding import Difference, listed
from tools.doctor.permissions import Decision, Policy, Request, decide
from tools.doctor.subjects import PlatformSubject, SystemSubject

Parts = dict[str, set[str]]
"""What alarms may watch, by the dimension of CloudWatch that names it."""

_ALARMS = "cloudwatch.amazonaws.com"


def of_platform(subject: PlatformSubject) -> Iterator[Difference]:
    """The platform's alarms watch its parts and act on its topic."""
    names, topic = subject.platform.alarm_names, subject.platform.topic_arn
    yield from _alarms(subject, names, topic, _parts_of_platform(subject))


def of_system(subject: SystemSubject) -> Iterator[Difference]:
    """Every alert has an alarm; all of them watch its parts and act on its topic (A16)."""
    names = subject.outputs.alarm_names
    unwatched = [
        alert.name
        for alert in subject.system.alerts
        if not any(_letters(alert.name) in _letters(name) for name in names)
    ]
    if unwatched:
        yield Difference(
            f"an alarm for the alerts {listed(unwatched)}",
            f"alarms {listed(names)}",
            subject.redeploy,
        )
    parts = _parts_of_platform(subject) | _parts_of_system(subject)
    yield from _alarms(subject, names, subject.outputs.topic_arn, parts)


def topic_of_platform(subject: PlatformSubject) -> Iterator[Difference]:
    """The platform's topic takes what alarms send and passes it on."""
    yield from _topic(subject, subject.platform.topic_arn)


def topic_of_system(subject: SystemSubject) -> Iterator[Difference]:
    """The system's topic takes what alarms send and passes it on."""
    yield from _topic(subject, subject.outputs.topic_arn)


def _alarms(
    subject: PlatformSubject, names: list[str], topic: str, parts: Parts
) -> Iterator[Difference]:
    found = _read(subject, names)
    for name in sorted(names):
        alarm = found.get(name)
        if alarm is None:
            yield Difference(f"alarm {name}", "nothing of that name", subject.redeploy)
            continue
        if not alarm.get("ActionsEnabled"):
            yield Difference(
                f"actions of alarm {name} enabled",
                "disabled, so it tells nobody",
                f"run `aws cloudwatch enable-alarm-actions --alarm-names {name}`",
            )
        if topic not in alarm.get("AlarmActions", []):
            yield Difference(
                f"alarm {name} to act on {topic}",
                listed(alarm.get("AlarmActions", [])),
                subject.redeploy,
            )
        for dimension, value in sorted(_watched(alarm)):
            if value not in parts.get(dimension, {value}):
                yield Difference(
                    f"alarm {name} to watch {dimension} {listed(parts[dimension])}",
                    f"{value}, which this stack has not, so it never fires",
                    subject.redeploy,
                )


def _watched(alarm: dict[str, Any]) -> set[tuple[str, str]]:
    """The dimensions of the metric, or of every metric in the expression."""
    queries = alarm.get("Metrics") or [{"MetricStat": {"Metric": alarm}}]
    return {
        (dimension["Name"], dimension["Value"])
        for query in queries
        if "MetricStat" in query
        for dimension in query["MetricStat"]["Metric"].get("Dimensions", [])
    }


def _parts_of_platform(subject: PlatformSubject) -> Parts:
    return {
        "ClusterName": {subject.platform.cluster_name},
        "LoadBalancer": {subject.platform.load_balancer_arn.partition(":loadbalancer/")[2]},
    }


def _parts_of_system(subject: SystemSubject) -> Parts:
    services = [
        service
        for outputs in (subject.outputs, *subject.others)
        for service in outputs.services.values()
    ]
    parts: Parts = {
        "System": {subject.name},
        "TargetGroup": {
            service.target_group_arn.rpartition(":")[2]
            for service in services
            if service.target_group_arn is not None
        },
    }
    for service in services:
        for dimension, value in service.dimensions.items():
            parts.setdefault(dimension, set()).add(value)
    return parts


def _read(subject: PlatformSubject, names: list[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    # One call takes 100 names; with none it would answer with every alarm of the account.
    for start in range(0, len(names), 100):
        answer = subject.account.read(
            "cloudwatch", "describe_alarms", AlarmNames=names[start : start + 100]
        )
        found.update({alarm["AlarmName"]: alarm for alarm in answer["MetricAlarms"]})
    return found


def _topic(subject: PlatformSubject, topic: str) -> Iterator[Difference]:
    attributes = subject.account.read("sns", "get_topic_attributes", TopicArn=topic)["Attributes"]
    if not _alarms_may(subject, json.loads(attributes["Policy"]), "sns:Publish", topic):
        yield Difference(
            f"a policy of topic {topic} that lets {_ALARMS} publish",
            "one that does not, so that alarms reach nobody",
            subject.redeploy,
        )
    key = attributes.get("KmsMasterKeyId")
    if key == "alias/aws/sns" or (key and not _opens_for_alarms(subject, key)):
        yield Difference(
            f"a key of topic {topic} that alarms may use (kms:Decrypt, kms:GenerateDataKey*)",
            f"{key}, which does not let {_ALARMS} in",
            subject.redeploy,
        )
    answer = subject.account.read("sns", "list_subscriptions_by_topic", TopicArn=topic)
    subscribed = {entry["Endpoint"]: entry["SubscriptionArn"] for entry in answer["Subscriptions"]}
    for email in subject.description.environment.monitoring.alarm_emails:
        if email not in subscribed:
            yield Difference(f"{email} subscribed to {topic}", "no subscription", subject.redeploy)
        elif subscribed[email] == "PendingConfirmation":
            yield Difference(
                f"a confirmed subscription of {email} to {topic}",
                "PendingConfirmation",
                "open the mail from AWS Notifications and confirm, until then alarms reach nobody",
                warning=True,
            )


def _opens_for_alarms(subject: PlatformSubject, key: str) -> bool:
    arn = subject.account.read("kms", "describe_key", KeyId=key)["KeyMetadata"]["Arn"]
    policy = roles.key_policy(subject.account, arn)
    return all(
        _alarms_may(subject, policy, action, arn)
        for action in ("kms:Decrypt", "kms:GenerateDataKey")
    )


def _alarms_may(subject: PlatformSubject, policy: Policy, action: str, resource: str) -> bool:
    account = subject.platform.account_id
    request = Request(
        action=action,
        resource=resource,
        principals=frozenset({_ALARMS}),
        context={
            "aws:sourceaccount": account,
            "aws:sourceowner": account,
            "aws:sourcearn": f"arn:aws:cloudwatch:{subject.account.region}:{account}:alarm:any",
        },
    )
    return decide([policy], request) is Decision.ALLOWED


def _letters(name: str) -> str:
    """`APIUnhealthy` is in `aegisx-monitoring-api-unhealthy-1f2e`: only spelling differs."""
    return "".join(letter for letter in name.lower() if letter.isalnum())
