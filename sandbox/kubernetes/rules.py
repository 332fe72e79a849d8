"""What Kubernetes refuses about one object and no schema can say."""

import base64
import binascii
import ipaddress
import json
import re
from collections.abc import Callable, Iterator, Mapping

from sandbox.kubernetes import kinds, pods, schedules, schemas
from sandbox.kubernetes.fields import at, mapping, numbered, selects, text
from sandbox.kubernetes.kinds import ObjectKind
from sandbox.kubernetes.limits import DNS_LABEL, DNS_LABEL_1035, DNS_SUBDOMAIN, REASON
from sandbox.kubernetes.schemas import Schema
from sandbox.provider import UNKNOWN, Plain, Problem, is_list, is_map

Found = Iterator[Problem]

_NAMES: Mapping[ObjectKind, Schema] = {
    kinds.NAMESPACE: DNS_LABEL,
    kinds.SERVICE: DNS_LABEL_1035,
    # A Job's name becomes a label of its pods.
    kinds.JOB: {**DNS_SUBDOMAIN, "maxLength": 63, REASON: DNS_LABEL[REASON]},
    kinds.CRON_JOB: {
        **DNS_SUBDOMAIN,
        "maxLength": 52,
        REASON: "use 1 to 52 lower-case letters, digits and hyphens, with a letter or digit at "
        "both ends; the names of its Jobs are 11 longer",
    },
}
_ANNOTATION_BYTES = 256 * 1024
_DATA_BYTES = 1024 * 1024


def check(kind: ObjectKind, value: Plain, version: str) -> list[Problem]:
    """Finds everything about an object that needs no cluster to be seen.

    Args:
        kind: Its kind.
        value: The object; what is UNKNOWN in it is taken for good.
        version: Version of Kubernetes, such as `1.34`.

    Returns:
        What the API server would refuse, and what would be accepted and never work.
    """
    found = schemas.check(kind, value, version)
    found += _metadata(kind, value)
    if kind in kinds.WORKLOADS:
        found += pods.check(kind, value)
    if kind in _OF_KIND:
        found += _OF_KIND[kind](value)
    unique = {problem.property: problem for problem in reversed(found)}
    return sorted(unique.values(), key=lambda problem: problem.property)


def _metadata(kind: ObjectKind, value: Plain) -> Found:
    name = at(value, "metadata", "name")
    if isinstance(name, str):
        form = _NAMES.get(kind, DNS_SUBDOMAIN)
        if len(name) > form["maxLength"] or not re.search(form["pattern"], name):
            yield Problem("metadata.name", f"{json.dumps(name)} is refused; {form[REASON]}")
    elif name is not UNKNOWN:
        yield Problem("metadata.name", "is missing")
    if not kind.namespaced and at(value, "metadata", "namespace") not in (None, UNKNOWN):
        yield Problem("metadata.namespace", f"a {kind.name} stands in no namespace")
    annotations = mapping(value, "metadata", "annotations")
    size = _bytes(annotations)
    if size > _ANNOTATION_BYTES:
        reason = f"{size} bytes are refused; use at most {_ANNOTATION_BYTES} bytes together"
        yield Problem("metadata.annotations", reason)


def _deployment(value: Plain) -> Found:
    selector = at(value, "spec", "selector")
    labels = at(value, *kinds.DEPLOYMENT.template, "metadata", "labels")
    if is_map(selector) and not any(selector.values()):
        yield Problem("spec.selector", "is empty, which selects nothing; name a label of the pods")
    elif not selects(selector, labels):
        yield Problem("spec.selector", "does not select the labels of the pod template")
    strategy = mapping(value, "spec", "strategy")
    rolling = mapping(strategy, "rollingUpdate")
    if strategy.get("type") == "Recreate" and rolling:
        yield Problem("spec.strategy.rollingUpdate", "is for the type RollingUpdate only")
    if [str(rolling.get(key, "25%")).rstrip("%") for key in ("maxSurge", "maxUnavailable")] == [
        "0",
        "0",
    ]:
        yield Problem(
            "spec.strategy.rollingUpdate", "both are 0: no pod could be replaced; raise one"
        )
    policy = at(value, *kinds.DEPLOYMENT.pod_spec, "restartPolicy")
    if policy not in (None, UNKNOWN, "Always"):
        path = f"{kinds.DEPLOYMENT.pod_path}.restartPolicy"
        yield Problem(path, "a Deployment's pods restart Always")


def _job(value: Plain, kind: ObjectKind = kinds.JOB) -> Found:
    policy = at(value, *kind.pod_spec, "restartPolicy")
    if policy not in (UNKNOWN, "OnFailure", "Never"):
        reason = f"{policy or 'nothing'} is refused for a {kind.name}; use OnFailure or Never"
        yield Problem(f"{kind.pod_path}.restartPolicy", reason)
    job = kind.template[:-1]
    for key in ("selector", "manualSelector"):
        if at(value, *job, key) not in (None, False, UNKNOWN):
            yield Problem(".".join((*job, key)), "a Job selects its own pods; leave it out")


def _cron_job(value: Plain) -> Found:
    yield from _job(value, kinds.CRON_JOB)
    yield from schedules.check(value)


def _service(value: Plain) -> Found:
    spec = mapping(value, "spec")
    ports = numbered(spec, "ports")
    if not ports and at(spec, "ports") is not UNKNOWN and spec.get("type") != "ExternalName":
        yield Problem("spec.ports", "is missing")
    for place, port in ports:
        if len(ports) > 1 and port.get("name") is None:
            yield Problem(f"spec.ports[{place}].name", "is missing: several ports need names")
    names = [text(port, "name") for _, port in ports]
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        yield Problem("spec.ports", f"the name {name} is there twice")
    if spec.get("type") == "ExternalName" and not spec.get("externalName"):
        yield Problem("spec.externalName", "is missing")


def _autoscaler(value: Plain) -> Found:
    least, most = at(value, "spec", "minReplicas"), at(value, "spec", "maxReplicas")
    if isinstance(least, int) and isinstance(most, int) and most < least:
        reason = f"{most} is less than minReplicas {least}; use {least} or more"
        yield Problem("spec.maxReplicas", reason)
    fields = {"Utilization": "averageUtilization", "AverageValue": "averageValue", "Value": "value"}
    for place, metric in numbered(value, "spec", "metrics"):
        path = f"spec.metrics[{place}]"
        type_ = text(metric, "type")
        source = type_[:1].lower() + type_[1:]
        if type_ and metric.get(source) is None:
            yield Problem(f"{path}.{source}", f"is missing: the metric is of type {type_}")
        target = mapping(metric, source, "target")
        field = fields.get(text(target, "type"))
        if field and target.get(field) is None:
            reason = f"is missing: the target is of type {target['type']}"
            yield Problem(f"{path}.{source}.target.{field}", reason)


def _disruption_budget(value: Plain) -> Found:
    given = [
        key for key in ("minAvailable", "maxUnavailable") if at(value, "spec", key) is not None
    ]
    if len(given) != 1:
        yield Problem("spec", "name one of minAvailable and maxUnavailable")


def _network_policy(value: Plain) -> Found:
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for place, rule in numbered(value, "spec", direction):
            for number, peer in numbered(rule, peers):
                path = f"spec.{direction}[{place}].{peers}[{number}]"
                if not peer:
                    yield Problem(path, "is empty; name an ipBlock, pods or a namespace")
                if "ipBlock" in peer and len(peer) > 1:
                    yield Problem(path, "names an ipBlock and pods; make two peers of them")
                yield from _address_block(f"{path}.ipBlock", mapping(peer, "ipBlock"))
            for number, port in numbered(rule, "ports"):
                first, last = port.get("port"), port.get("endPort")
                if isinstance(last, int) and not (isinstance(first, int) and first <= last):
                    reason = f"{last} is refused; use at least port, which must be a number"
                    yield Problem(f"spec.{direction}[{place}].ports[{number}].endPort", reason)


def _address_block(path: str, block: Plain) -> Found:
    whole = _network(block.get("cidr"))
    if isinstance(block.get("cidr"), str) and whole is None:
        yield Problem(f"{path}.cidr", f"{block['cidr']} is no address block such as 10.0.0.0/16")
    excepted = block.get("except")
    for place, inner in enumerate(excepted if is_list(excepted) else []):
        part = _network(inner)
        inside = whole is not None and part is not None and whole != part
        if isinstance(inner, str) and not (inside and whole.supernet_of(part)):  # type: ignore[union-attr, arg-type]
            yield Problem(f"{path}.except[{place}]", f"{inner} is no part of {block.get('cidr')}")


def _network(text_: object) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(str(text_), strict=False) if "/" in str(text_) else None
    except ValueError:
        return None


def _config_map(value: Plain) -> Found:
    size = _bytes(mapping(value, "data"))
    if size > _DATA_BYTES:
        yield Problem("data", f"{size} bytes are refused; use at most {_DATA_BYTES} bytes together")


def _secret(value: Plain) -> Found:
    plain = {key: str(item).encode() for key, item in mapping(value, "stringData").items()}
    for key, item in mapping(value, "data").items():
        if not isinstance(item, str):
            continue
        try:
            plain.setdefault(key, base64.b64decode(item, validate=True))
        except (binascii.Error, ValueError):
            yield Problem(
                schemas.shown(["data", key]), "is not base64; stringData takes plain text"
            )
            return
    size = sum(map(len, plain.values()))
    if size > _DATA_BYTES:
        yield Problem("data", f"{size} bytes are refused; use at most {_DATA_BYTES} bytes together")
    if UNKNOWN in (at(value, "data"), at(value, "stringData")):
        return
    key = _KEY_OF_TYPE.get(text(value, "type"))
    if key is None:
        return
    if key not in plain:
        yield Problem(f"stringData[{key}]", f"is missing: the type is {value['type']}")
    elif at(value, "stringData", key) is not UNKNOWN and at(value, "data", key) is not UNKNOWN:
        yield from _docker_config(key, plain[key])


_KEY_OF_TYPE = {"kubernetes.io/dockerconfigjson": ".dockerconfigjson"}


def _docker_config(key: str, content: bytes) -> Found:
    try:
        parsed = json.loads(content)
    except ValueError:
        parsed = None
    if not is_map(parsed) or not is_map(parsed.get("auths")):
        yield Problem(f"stringData[{key}]", 'is no JSON of the form {"auths": {"<host>": {...}}}')


def _target_group_binding(value: Plain) -> Found:
    arn = at(value, "spec", "targetGroupARN")
    if isinstance(arn, str) and not re.fullmatch(
        r"arn:aws[\w-]*:elasticloadbalancing:[\w-]+:\d{12}:targetgroup/[\w-]+/\w+", arn
    ):
        yield Problem("spec.targetGroupARN", f"{json.dumps(arn)} is no ARN of a target group")


def _service_monitor(value: Plain) -> Found:
    for place, endpoint in numbered(value, "spec", "endpoints"):
        path = f"spec.endpoints[{place}]"
        if endpoint.get("port") is None and endpoint.get("targetPort") is None:
            yield Problem(f"{path}.port", "is missing: name the Service's port")
        interval, timeout = (
            _seconds(endpoint.get("interval")),
            _seconds(endpoint.get("scrapeTimeout")),
        )
        if interval is not None and timeout is not None and timeout > interval:
            reason = f"{endpoint['scrapeTimeout']} is more than the interval {endpoint['interval']}"
            yield Problem(f"{path}.scrapeTimeout", reason)


def _prometheus_rule(value: Plain) -> Found:
    for place, group in numbered(value, "spec", "groups"):
        for number, rule in numbered(group, "rules"):
            if (rule.get("alert") is None) == (rule.get("record") is None):
                path = f"spec.groups[{place}].rules[{number}]"
                yield Problem(path, "name one of alert and record")


_DURATIONS = {"y": 31536000, "w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1, "ms": 0.001}


def _seconds(duration: object) -> float | None:
    if not isinstance(duration, str):
        return None
    parts = re.findall(r"(\d+)(ms|[ywdhms])", duration)
    return sum(int(number) * _DURATIONS[unit] for number, unit in parts) if parts else None


def _bytes(texts: Mapping[str, object]) -> int:
    return sum(
        len(key.encode()) + len(item.encode())
        for key, item in texts.items()
        if isinstance(item, str)
    )


_OF_KIND: Mapping[ObjectKind, Callable[[Plain], Found]] = {
    kinds.DEPLOYMENT: _deployment,
    kinds.JOB: _job,
    kinds.CRON_JOB: _cron_job,
    kinds.SERVICE: _service,
    kinds.AUTOSCALER: _autoscaler,
    kinds.DISRUPTION_BUDGET: _disruption_budget,
    kinds.NETWORK_POLICY: _network_policy,
    kinds.CONFIG_MAP: _config_map,
    kinds.SECRET: _secret,
    kinds.TARGET_GROUP_BINDING: _target_group_binding,
    kinds.SERVICE_MONITOR: _service_monitor,
    kinds.PROMETHEUS_RULE: _prometheus_rule,
}
