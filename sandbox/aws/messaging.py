"""Messages and what runs by the clock: Amazon MQ and EventBridge Scheduler."""

import re
from collections.abc import Iterator
from typing import Any

from sandbox.aws.common import by_id
from sandbox.aws.kind import AwsKind, Call, Resource
from sandbox.aws.naming import Naming
from sandbox.aws.rules import json_text, matches, one_of, value_at
from sandbox.errors import SandboxError
from sandbox.provider import UNKNOWN, Plain, Problem, is_list, is_map

_WORDS = "letters, digits, - and _"


def _upper(inputs: Plain) -> Plain:
    """Terraform takes RabbitMQ for RABBITMQ and reads it back as it was written."""
    kept = dict(inputs)
    for key in ("engineType", "deploymentMode"):
        if isinstance(kept.get(key), str):
            kept[key] = kept[key].upper()
    return kept


def _instances(resource: Resource) -> list[Plain]:
    return [
        {"consoleUrl": each["ConsoleURL"], "endpoints": each["Endpoints"]}
        for each in resource.record["BrokerInstances"]
    ]


def _zones(resource: Resource) -> None:
    """Amazon MQ reaches into each zone by one subnet."""
    ids = resource.get("subnetIds")
    if not ids:
        return
    found = resource.call("DescribeSubnets", "ec2", SubnetIds=ids)["Subnets"]
    if len({each["AvailabilityZone"] for each in found}) < len(ids):
        raise SandboxError("subnetIds: Amazon MQ needs each of them in another zone")


def _size(inputs: Plain) -> Iterator[Problem]:
    """Source: Amazon MQ developer guide, "RabbitMQ 4" and "Broker instance types"."""
    version, type_ = value_at(inputs, "engineVersion"), value_at(inputs, "hostInstanceType")
    mode = value_at(inputs, "deploymentMode") or "SINGLE_INSTANCE"
    if not isinstance(type_, str):
        return
    if str(version).startswith("4.") and not type_.startswith("mq.m7g."):
        yield Problem("hostInstanceType", f"'{type_}' is refused by AWS for RabbitMQ 4; use mq.m7g")
    if mode == "CLUSTER_MULTI_AZ" and type_ == "mq.t3.micro":
        yield Problem("hostInstanceType", f"'{type_}' is refused by AWS for a cluster")


def _subnets(inputs: Plain) -> Iterator[Problem]:
    subnets = inputs.get("subnetIds")
    mode = value_at(inputs, "deploymentMode")
    if not is_list(subnets) or (mode is None and "deploymentMode" in inputs):
        return
    if mode in (None, "SINGLE_INSTANCE") and len(subnets) != 1:
        yield Problem("subnetIds", f"has {len(subnets)}; AWS takes 1 for SINGLE_INSTANCE")


def _users(inputs: Plain) -> Iterator[Problem]:
    """Source: Amazon MQ API reference, Brokers, and developer guide, "broker users"."""
    users: Any = inputs.get("users", [])
    if not is_list(users):
        return
    if len(users) != 1:
        yield Problem("users", f"has {len(users)}; AWS takes 1 for RabbitMQ")
    for position, user in enumerate(users):
        if not is_map(user):
            continue
        path = f"users[{position}]"
        name, password = user.get("username", UNKNOWN), user.get("password", UNKNOWN)
        if isinstance(name, str) and not re.fullmatch(r"[\w.~-]{2,100}", name, re.ASCII):
            yield Problem(f"{path}.username", f"'{name}' is refused by AWS; use 2 to 100 letters, "
                          "digits and -._~")  # fmt: skip
        if name == "guest":
            yield Problem(f"{path}.username", "'guest' is refused by AWS; use another name")
        if isinstance(password, str) and not _is_password(password):
            reason = "12 to 250 characters, 4 of them different, without , : and ="
            yield Problem(f"{path}.password", f"the value is refused by AWS; use {reason}")


def _is_password(text: str) -> bool:
    return 12 <= len(text) <= 250 and len(set(text)) >= 4 and not set(",:=") & set(text)


def _upgrades(inputs: Plain) -> Iterator[Problem]:
    if inputs.get("autoMinorVersionUpgrade", False) is False:
        yield Problem("autoMinorVersionUpgrade", "must be true; AWS refuses RabbitMQ without it")


def _key(inputs: Plain) -> Iterator[Problem]:
    options = inputs.get("encryptionOptions", {})
    if is_map(options) and "kmsKeyId" in options and options.get("useAwsOwnedKey", True) is True:
        reason = "must be false; AWS refuses a kmsKeyId beside its own key"
        yield Problem("encryptionOptions.useAwsOwnedKey", reason)


KINDS = {
    "aws:mq/broker:Broker": AwsKind(
        service="mq",
        create=Call(operation="CreateBroker", arrange=_upper),
        own=["applyImmediately"],
        before=_zones,
        id="BrokerId",
        find=lambda resource: resource.call("DescribeBroker", BrokerId=resource.id),
        find_after_create=True,
        outputs={"arn": "BrokerArn", "instances": _instances, "storageType": "StorageType"},
        delete=by_id("DeleteBroker", "BrokerId"),
        naming=Naming(property="brokerName", limit=50, pattern=r"[\w-]+", words=_WORDS),
        rules=[
            one_of("engineType", "RabbitMQ"),
            one_of("engineVersion", "3.13", "4.2"),
            matches("maintenanceWindowStartTime.timeOfDay", r"([01]\d|2[0-3]):[0-5]\d", "hh:mm"),
            *(_size, _subnets, _users, _upgrades, _key),
        ],
    ),
    "aws:scheduler/schedule:Schedule": AwsKind(
        service="scheduler",
        create=Call(operation="CreateSchedule"),
        id=lambda resource: f"{resource.get('groupName', 'default')}/{resource.get('name')}",
        find=lambda resource: resource.call(
            "GetSchedule",
            GroupName=resource.get("groupName", "default"),
            Name=resource.get("name"),
        ),
        outputs={"arn": lambda resource: resource.arn(f"schedule/{resource.id}")},
        delete=lambda resource: resource.call(
            "DeleteSchedule",
            GroupName=resource.get("groupName", "default"),
            Name=resource.get("name"),
        ),
        naming=Naming(
            property="name", limit=64, pattern=r"[\w.-]+", words="letters, digits, -, _ and ."
        ),
        rules=[
            matches(
                "scheduleExpression",
                r"(at|cron)\(.+\)|rate\([1-9]\d* (minute|hour|day)s?\)",
                "at(...), cron(...) or rate(<number> minutes|hours|days)",
            ),
            json_text("target.input"),
        ],
        tagged=None,
    ),
}
