"""The edge: Elastic Load Balancing."""

from collections.abc import Iterator
from typing import Any

from sandbox.aws.common import by_id, each_of
from sandbox.aws.kind import AwsKind, Call, Made, Resource
from sandbox.aws.naming import Naming
from sandbox.aws.rules import within
from sandbox.provider import UNKNOWN, Plain, Problem, is_list, is_map

_BALANCER_NAME = Naming(
    property="name",
    limit=32,
    pattern=r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?",
    words="letters, digits and hyphens, no hyphen at the ends",
)


def _attributes(operation: str, argument: str, keys: dict[str, str]) -> Call:
    """Settings that AWS keeps as a list of keys and texts."""

    def arrange(inputs: Plain) -> Plain:
        found: list[Plain] = []
        for key, name in keys.items():
            value = inputs.get(key)
            if is_map(value):
                found += [
                    {"key": f"{name}.{inner}", "value": _text(item)}
                    for inner, item in value.items()
                ]
            elif value is not None:
                found.append({"key": name, "value": _text(value)})
        return {"attributes": found}

    return Call(
        operation=operation,
        takes=list(keys),
        arrange=arrange,
        adds=lambda resource: {argument: resource.id},
    )


def _text(value: Any) -> Any:
    if value is UNKNOWN:
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _found(operation: str, argument: str, result: str) -> Made:
    return lambda resource: resource.call(operation, **{argument: [resource.id]})[result]


def _suffix(resource: Resource) -> str:
    suffix = resource.id.split(":")[-1]
    return suffix.removeprefix("loadbalancer/")


def _balancer(inputs: Plain) -> Plain:
    arranged = {
        key: value for key, value in inputs.items() if key not in ("internal", "loadBalancerType")
    }
    if "internal" in inputs:
        arranged["scheme"] = "internal" if inputs["internal"] else "internet-facing"
    if "loadBalancerType" in inputs:
        arranged["type"] = inputs["loadBalancerType"]
    return arranged


def _group(inputs: Plain) -> Plain:
    arranged = dict(inputs)
    check = arranged.pop("healthCheck", None)
    if is_map(check):
        names = {
            "enabled": "healthCheckEnabled",
            "protocol": "healthCheckProtocol",
            "port": "healthCheckPort",
            "path": "healthCheckPath",
            "interval": "healthCheckIntervalSeconds",
            "timeout": "healthCheckTimeoutSeconds",
            "healthyThreshold": "healthyThresholdCount",
            "unhealthyThreshold": "unhealthyThresholdCount",
        }
        for key, value in check.items():
            if key == "matcher":
                arranged["matcher"] = {"httpCode": value}
            else:
                arranged[names.get(key, f"healthCheck.{key}")] = value
    return arranged


def _action(action: Plain) -> Plain:
    names = {
        "fixedResponse": "fixedResponseConfig",
        "redirect": "redirectConfig",
        "forward": "forwardConfig",
    }
    arranged = {names.get(key, key): value for key, value in action.items()}
    forward = arranged.get("forwardConfig")
    if is_map(forward) and "targetGroups" in forward:
        groups = each_of(forward["targetGroups"], _weighted)
        arranged["forwardConfig"] = {**forward, "targetGroups": groups}
    return arranged


def _weighted(group: Plain) -> Plain:
    return {"targetGroupArn" if key == "arn" else key: value for key, value in group.items()}


def _condition(condition: Plain) -> Plain:
    fields = {
        "hostHeader": ("host-header", "hostHeaderConfig"),
        "pathPattern": ("path-pattern", "pathPatternConfig"),
    }
    for key, (name, member) in fields.items():
        if key in condition:
            return {"field": name, member: condition[key]}
    return condition


def _listener(inputs: Plain) -> Plain:
    arranged = {key: value for key, value in inputs.items() if key != "certificateArn"}
    if "certificateArn" in inputs:
        arranged["certificates"] = [{"certificateArn": inputs["certificateArn"]}]
    arranged["defaultActions"] = each_of(inputs["defaultActions"], _action)
    return arranged


def _rule(inputs: Plain) -> Plain:
    return {
        **inputs,
        "actions": each_of(inputs["actions"], _action),
        "conditions": each_of(inputs["conditions"], _condition),
    }


def _timeout_below_interval(inputs: Plain) -> Iterator[Problem]:
    check = inputs.get("healthCheck")
    if not is_map(check):
        return
    timeout, interval = check.get("timeout"), check.get("interval")
    if isinstance(timeout, int) and isinstance(interval, int) and timeout >= interval:
        yield Problem(
            "healthCheck.timeout",
            f"{timeout} is refused by AWS; use less than the interval of {interval} (seconds)",
        )


def _at_most_five_values(inputs: Plain) -> Iterator[Problem]:
    conditions = inputs.get("conditions")
    if not is_list(conditions):
        return
    count = 0
    for condition in conditions:
        for config in condition.values() if is_map(condition) else ():
            values = config.get("values") if is_map(config) else None
            count += len(values) if is_list(values) else 0
    if count > 5:
        yield Problem("conditions", f"{count} values are refused by AWS; a rule holds 5")


_HEADERS = {
    f"routingHttpResponse{name}HeaderValue": f"routing.http.response.{header}.header_value"
    for name, header in (
        ("StrictTransportSecurity", "strict_transport_security"),
        ("XContentTypeOptions", "x_content_type_options"),
        ("XFrameOptions", "x_frame_options"),
        ("ContentSecurityPolicy", "content_security_policy"),
    )
}

KINDS = {
    "aws:lb/loadBalancer:LoadBalancer": AwsKind(
        service="elbv2",
        create=Call(operation="CreateLoadBalancer", arrange=_balancer),
        then=[
            _attributes(
                "ModifyLoadBalancerAttributes",
                "LoadBalancerArn",
                {
                    "enableDeletionProtection": "deletion_protection.enabled",
                    "idleTimeout": "idle_timeout.timeout_seconds",
                    "enableHttp2": "routing.http2.enabled",
                    "dropInvalidHeaderFields": "routing.http.drop_invalid_header_fields.enabled",
                    "accessLogs": "access_logs.s3",
                },
            )
        ],
        own=["namePrefix"],
        record="LoadBalancers[0]",
        id="LoadBalancerArn",
        find=_found("DescribeLoadBalancers", "LoadBalancerArns", "LoadBalancers"),
        outputs={
            "arn": "LoadBalancerArn",
            "arnSuffix": _suffix,
            "dnsName": "DNSName",
            "zoneId": "CanonicalHostedZoneId",
        },
        delete=by_id("DeleteLoadBalancer", "LoadBalancerArn"),
        naming=_BALANCER_NAME,
        rules=[within("idleTimeout", 1, 4000, "seconds")],
    ),
    "aws:lb/targetGroup:TargetGroup": AwsKind(
        service="elbv2",
        create=Call(operation="CreateTargetGroup", arrange=_group),
        then=[
            _attributes(
                "ModifyTargetGroupAttributes",
                "TargetGroupArn",
                {
                    "deregistrationDelay": "deregistration_delay.timeout_seconds",
                    "loadBalancingAlgorithmType": "load_balancing.algorithm.type",
                },
            )
        ],
        own=["namePrefix"],
        record="TargetGroups[0]",
        id="TargetGroupArn",
        find=_found("DescribeTargetGroups", "TargetGroupArns", "TargetGroups"),
        outputs={"arn": "TargetGroupArn", "arnSuffix": _suffix},
        delete=by_id("DeleteTargetGroup", "TargetGroupArn"),
        naming=_BALANCER_NAME,
        rules=[
            _timeout_below_interval,
            within("deregistrationDelay", 0, 3600, "seconds"),
            within("healthCheck.interval", 5, 300, "seconds"),
            within("healthCheck.timeout", 2, 120, "seconds"),
            within("healthCheck.healthyThreshold", 2, 10, "checks"),
            within("healthCheck.unhealthyThreshold", 2, 10, "checks"),
        ],
    ),
    "aws:lb/listener:Listener": AwsKind(
        service="elbv2",
        create=Call(operation="CreateListener", arrange=_listener),
        then=[_attributes("ModifyListenerAttributes", "ListenerArn", _HEADERS)],
        record="Listeners[0]",
        id="ListenerArn",
        find=_found("DescribeListeners", "ListenerArns", "Listeners"),
        outputs={"arn": "ListenerArn"},
        delete=by_id("DeleteListener", "ListenerArn"),
    ),
    "aws:lb/listenerRule:ListenerRule": AwsKind(
        service="elbv2",
        create=Call(operation="CreateRule", arrange=_rule),
        record="Rules[0]",
        id="RuleArn",
        find=_found("DescribeRules", "RuleArns", "Rules"),
        outputs={"arn": "RuleArn"},
        delete=by_id("DeleteRule", "RuleArn"),
        rules=[_at_most_five_values, within("priority", 1, 50000, "lower goes first")],
    ),
}
