"""What AWS refuses about inputs alone where botocore's models and moto let it pass.

A rule that needs to look at other resources stands in `relations.py`.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, cast

from sandbox.aws.rules import Rule, matches, one_of, value_at, within
from sandbox.provider import UNKNOWN, Plain, Problem

_MINUTES_OF_WEEK = 7 * 24 * 60
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = r"(?:(mon|tue|wed|thu|fri|sat|sun):)?([01]\d|2[0-3]):([0-5]\d)"


def _window(path: str, shortest: int, *, weekly: bool) -> Rule:
    """A window must be written as AWS writes it and be long enough (minutes)."""
    words = "ddd:hh:mm-ddd:hh:mm" if weekly else "hh:mm-hh:mm"

    def rule(inputs: Plain) -> Iterator[Problem]:
        value = value_at(inputs, path)
        if not isinstance(value, str):
            return
        found = re.fullmatch(f"{_TIME}-{_TIME}", value)
        days = found and {found[1] is not None, found[4] is not None}
        if found is None or days != {weekly}:
            yield Problem(path, f"'{value}' is refused by AWS; use {words} (UTC)")
            return
        begin, end = (
            (_DAYS.index(day) if day else 0) * 1440 + int(hour) * 60 + int(minute)
            for day, hour, minute in (found.group(1, 2, 3), found.group(4, 5, 6))
        )
        length = (end - begin) % (_MINUTES_OF_WEEK if weekly else 1440)
        if length < shortest:
            yield Problem(path, f"'{value}' is {length} minutes; AWS asks for {shortest} or more")

    return rule


def _not_both(first: str, second: str) -> Rule:
    def rule(inputs: Plain) -> Iterator[Problem]:
        if inputs.get(first) and inputs.get(second):
            yield Problem(second, f"is refused by AWS together with {first}; leave one out")

    return rule


def _unless(path: str, fits: Callable[[Any], bool], reason: str) -> Rule:
    """A known value must fit."""

    def rule(inputs: Plain) -> Iterator[Problem]:
        value = value_at(inputs, path)
        if value is not None and not fits(value):
            yield Problem(path, f"{json.dumps(value)} is refused by AWS; use {reason}")

    return rule


def as_list(value: Any) -> list[Any]:
    """What policies may give as one value or as a list of them, as a list."""
    if value is None:
        return []
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _items(inputs: Plain, path: str) -> list[Any]:
    """The items of a list that is known; some of them may not be."""
    found = value_at(inputs, path)
    return as_list(found) if isinstance(found, list) else []


def _known(inputs: Plain, *keys: str) -> bool:
    """Whether none of the inputs is still to come."""
    return all(inputs.get(key) is not UNKNOWN for key in keys)


def _parses(kind: Callable[[str], object], text: Any) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True


def _fargate(inputs: Plain) -> Iterator[Problem]:
    if inputs.get("requiresCompatibilities") != ["FARGATE"]:
        return
    for key in ("cpu", "memory"):
        if key not in inputs:
            yield Problem(key, "is missing; Fargate asks for it")
    if inputs.get("networkMode", UNKNOWN) not in ("awsvpc", UNKNOWN) or "networkMode" not in inputs:
        yield Problem("networkMode", "must be awsvpc on Fargate")
    try:
        containers = json.loads(value_at(inputs, "containerDefinitions") or "[]")
    except json.JSONDecodeError:
        return
    for key in ("cpu", "memory"):
        total = sum(each.get(key) or 0 for each in containers)
        size = value_at(inputs, key)
        if isinstance(size, str) and size.isdecimal() and total > int(size):
            yield Problem(
                "containerDefinitions",
                f"the containers' {key} adds up to {total}; the task has {size}",
            )


def _service(inputs: Plain) -> Iterator[Problem]:
    yield from _not_both("launchType", "capacityProviderStrategies")(inputs)
    if inputs.get("launchType") == "FARGATE" and "networkConfiguration" not in inputs:
        yield Problem("networkConfiguration", "is missing; tasks on Fargate have subnets of theirs")
    low, high = (inputs.get(f"deployment{which}Percent") for which in ("MinimumHealthy", "Maximum"))
    if low == high == 100:
        reason = "100 and deploymentMinimumHealthyPercent 100 block every deployment; raise it"
        yield Problem("deploymentMaximumPercent", reason)


def _alarm(inputs: Plain) -> Iterator[Problem]:
    if ("metricName" in inputs) == ("metricQueries" in inputs):
        yield Problem("metricName", "an alarm has either metricName or metricQueries")
    period, count = value_at(inputs, "period"), value_at(inputs, "evaluationPeriods")
    if isinstance(period, int) and isinstance(count, int):
        longest = 86400 if period < 3600 else 7 * 86400
        if period * count > longest:
            reason = f"{count} periods of {period} seconds are refused by AWS; together they may "
            yield Problem("evaluationPeriods", f"{reason}have {longest} seconds")
    points = value_at(inputs, "datapointsToAlarm")
    if isinstance(points, int) and isinstance(count, int) and points > count:
        reason = f"{points} is refused by AWS; use evaluationPeriods ({count}) or less"
        yield Problem("datapointsToAlarm", reason)


def _insights_days(days: Any) -> bool:
    return days in (7, 731) or (days % 31 == 0 and 31 <= days <= 713)


def _postgres(inputs: Plain) -> Iterator[Problem]:
    if inputs.get("engine") != "postgres":
        return
    yield from matches("dbName", r"[A-Za-z_]\w{0,62}", "a letter, then letters, digits and _")(
        inputs
    )
    reserved = ("admin", "rdsadmin", "rdsrepladmin", "rdstopmgr")
    free = _unless("username", lambda name: name not in reserved, "a name that is not reserved")
    yield from free(inputs)
    known = ("postgresql", "upgrade", "iam-db-auth-error")
    for each in _items(inputs, "enabledCloudwatchLogsExports"):
        if each is not UNKNOWN and each not in known:
            reason = f"'{each}' is no log of PostgreSQL; use {', '.join(known)}"
            yield Problem("enabledCloudwatchLogsExports", reason)


def _storage(inputs: Plain) -> Iterator[Problem]:
    if inputs.get("storageType", "gp3") in ("gp2", "gp3"):
        yield from within("allocatedStorage", 20, 65536, "GiB")(inputs)


def _replicas(inputs: Plain) -> Iterator[Problem]:
    nodes = inputs.get("numCacheClusters", 1 + (value_at(inputs, "replicasPerNodeGroup") or 0))
    failover = inputs.get("automaticFailoverEnabled", False)
    if failover is True and isinstance(nodes, int) and nodes < 2 and "numNodeGroups" not in inputs:
        yield Problem("automaticFailoverEnabled", "is refused by AWS without a replica")
    if inputs.get("multiAzEnabled") is True and failover is False:
        yield Problem("multiAzEnabled", "is refused by AWS without automaticFailoverEnabled")


def _listener(inputs: Plain) -> Iterator[Problem]:
    secure = inputs.get("protocol") in ("HTTPS", "TLS")
    if secure and "certificateArn" not in inputs:
        yield Problem("certificateArn", f"is missing; a {inputs['protocol']} listener has one")
    if not secure and _known(inputs, "protocol"):
        for key in ("certificateArn", "sslPolicy"):
            if key in inputs:
                yield Problem(key, "is refused by AWS on a listener without HTTPS")


def _group_rule(inputs: Plain) -> Iterator[Problem]:
    low, high = value_at(inputs, "fromPort"), value_at(inputs, "toPort")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        yield Problem("fromPort", f"{low} is above toPort ({high})")
    for key, kind in (("cidrIpv4", IPv4Network), ("cidrIpv6", IPv6Network)):
        reason = "the address of a network, with no bits set behind its mask"
        yield from _unless(key, lambda text, kind=kind: _parses(kind, text), reason)(inputs)
    sources = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
    given = [key for key in sources if key in inputs]
    if len(given) != 1:
        yield Problem("", f"has {len(given)} of {', '.join(sources)}; a rule has exactly one")


def _firewall(inputs: Plain) -> Iterator[Problem]:
    seen: dict[str, set[Any]] = {"priority": set(), "name": set()}
    for position, rule in enumerate(_items(inputs, "rules")):
        for key, values in seen.items():
            value = None if rule is UNKNOWN else value_at(rule, key)
            if value is not None and value in values:
                yield Problem(f"rules[{position}].{key}", f"{value} is another rule's already")
            values.add(value)


def _record(inputs: Plain) -> Iterator[Problem]:
    if ("records" in inputs) == ("aliases" in inputs):
        yield Problem("records", "a record has either records or an alias")
    if "records" in inputs and "ttl" not in inputs:
        yield Problem("ttl", "is missing; only an alias has none")
    kind = {"A": IPv4Address, "AAAA": IPv6Address}.get(str(inputs.get("type")))
    for position, value in enumerate(_items(inputs, "records")):
        if isinstance(value, str) and kind is not None and not _parses(kind, value):
            reason = f"'{value}' is no address for an {inputs['type']} record"
            yield Problem(f"records[{position}]", reason)


def _subscription(inputs: Plain) -> Iterator[Problem]:
    endpoint = value_at(inputs, "endpoint")
    mail = str(inputs.get("protocol")).startswith("email")
    if mail and isinstance(endpoint, str) and not re.fullmatch(r"[^@\s]+@[^@\s]+", endpoint):
        yield Problem("endpoint", f"'{endpoint}' is no mail address")


def _capacity(inputs: Plain) -> Iterator[Problem]:
    low, high = value_at(inputs, "minCapacity"), value_at(inputs, "maxCapacity")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        yield Problem("minCapacity", f"{low} is above maxCapacity ({high})")


def _bucket_policy(inputs: Plain) -> Iterator[Problem]:
    bucket, policy = value_at(inputs, "bucket"), value_at(inputs, "policy")
    if not isinstance(bucket, str) or not isinstance(policy, str):
        return
    try:
        statements = as_list(json.loads(policy).get("Statement"))
    except (json.JSONDecodeError, AttributeError):
        return
    own = re.compile(rf"arn:[\w-]+:s3:::{re.escape(bucket)}(/.*)?")
    for statement in statements:
        for each in as_list(statement.get("Resource")):
            if not own.fullmatch(str(each)):
                yield Problem("policy", f"the resource {each} is not of the bucket {bucket}")


_GROUP_RULES = (_group_rule,)

LIMITS: Mapping[str, Sequence[Rule]] = {
    "aws:ecs/taskDefinition:TaskDefinition": [_fargate],
    "aws:ecs/service:Service": [_service],
    "aws:cloudwatch/metricAlarm:MetricAlarm": [
        _alarm,
        one_of("treatMissingData", "breaching", "notBreaching", "ignore", "missing"),
        _unless("period", lambda s: s in (10, 20, 30) or s % 60 == 0, "10, 20, 30 or n x 60"),
    ],
    "aws:rds/instance:Instance": [
        _window("backupWindow", 30, weekly=False),
        _window("maintenanceWindow", 30, weekly=True),
        _not_both("manageMasterUserPassword", "password"),
        _unless(
            "performanceInsightsRetentionPeriod", _insights_days, "7, 731 or months of 31 (days)"
        ),
        one_of("monitoringInterval", 0, 1, 5, 10, 15, 30, 60),
        matches("instanceClass", r"db\..+", "a class that begins with db."),
        _storage,
        _postgres,
    ],
    "aws:elasticache/replicationGroup:ReplicationGroup": [
        matches(
            "authToken",
            r"[A-Za-z0-9!&#$^<>-]{16,128}",
            "16 to 128 letters, digits and !&#$^<>-",
            secret=True,
        ),
        _window("snapshotWindow", 60, weekly=False),
        _window("maintenanceWindow", 60, weekly=True),
        within("snapshotRetentionLimit", 0, 35, "days"),
        _replicas,
    ],
    "aws:lb/listener:Listener": [_listener],
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _GROUP_RULES,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _GROUP_RULES,
    "aws:wafv2/webAcl:WebAcl": [_firewall],
    "aws:route53/record:Record": [_record],
    "aws:sns/topicSubscription:TopicSubscription": [
        one_of(
            "protocol",
            *("http", "https", "email", "email-json", "sms", "sqs"),
            *("application", "lambda", "firehose"),
        ),
        _subscription,
    ],
    "aws:appautoscaling/target:Target": [_capacity],
    "aws:s3/bucketPolicy:BucketPolicy": [_bucket_policy],
}
"""Further rules by type."""
