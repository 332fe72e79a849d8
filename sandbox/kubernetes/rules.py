"""What Kubernetes refuses about one object and no schema can say."""

import json
from collections.abc import Callable, Iterator, Mapping

from sandbox.kubernetes import (
    custom,
    data,
    kinds,
    network_policies,
    pod_security,
    pods,
    scaling,
    schemas,
    selectors,
    services,
    workloads,
)
from sandbox.kubernetes.fields import at, mapping
from sandbox.kubernetes.forms import DNS_LABEL, DNS_LABEL_1035, DNS_SUBDOMAIN, REASON, Form, fits
from sandbox.kubernetes.kinds import ObjectKind
from sandbox.provider import UNKNOWN, Plain, Problem

Found = Iterator[Problem]

_NAMES: Mapping[ObjectKind, Form] = {
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

_OF_KIND: Mapping[ObjectKind, Callable[[Plain], Found]] = {
    kinds.NAMESPACE: pod_security.namespace,
    kinds.DEPLOYMENT: workloads.deployment,
    kinds.JOB: workloads.job,
    kinds.CRON_JOB: workloads.cron_job,
    kinds.SERVICE: services.service,
    kinds.AUTOSCALER: scaling.autoscaler,
    kinds.DISRUPTION_BUDGET: scaling.disruption_budget,
    kinds.NETWORK_POLICY: network_policies.network_policy,
    kinds.CONFIG_MAP: data.config_map,
    kinds.SECRET: data.secret,
    kinds.TARGET_GROUP_BINDING: custom.target_group_binding,
    kinds.SERVICE_MONITOR: custom.service_monitor,
    kinds.PROMETHEUS_RULE: custom.prometheus_rule,
}


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
    found += selectors.check(value)
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
        if not fits(form, name):
            yield Problem("metadata.name", f"{json.dumps(name)} is refused; {form[REASON]}")
    elif name is not UNKNOWN:
        yield Problem("metadata.name", "is missing")
    if not kind.namespaced and at(value, "metadata", "namespace") not in (None, UNKNOWN):
        yield Problem("metadata.namespace", f"a {kind.name} stands in no namespace")
    annotations = mapping(value, "metadata", "annotations")
    size = sum(
        len(key.encode()) + len(item.encode())
        for key, item in annotations.items()
        if isinstance(item, str)
    )
    if size > _ANNOTATION_BYTES:
        reason = f"{size} bytes are refused; use at most {_ANNOTATION_BYTES} bytes together"
        yield Problem("metadata.annotations", reason)
