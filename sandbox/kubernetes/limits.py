"""What Kubernetes asks of single fields beyond their published types, as JSON schema.

The published schemas name types; the API server's own validation then knows ranges, patterns and
enumerations. `LIMITS` adds those to the definitions. Source of each: the field's description in the
API reference (https://kubernetes.io/docs/reference/kubernetes-api/).
"""

from collections.abc import Mapping
from typing import Any

from sandbox.kubernetes.fields import QUANTITY

REASON = "x-reason"
"""A keyword of ours: what a value that breaks a limit is told to be."""

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_QUALIFIED = rf"({_SUBDOMAIN}/)?[A-Za-z0-9]([-A-Za-z0-9_.]{{0,61}}[A-Za-z0-9])?"
# \Z, because $ would let a text end with a line break.


def _pattern(pattern: str, longest: int, reason: str) -> dict[str, Any]:
    return {"type": "string", "pattern": rf"^({pattern})\Z", "maxLength": longest, REASON: reason}


def _one_of(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _at_least(least: int, most: int | None = None) -> dict[str, Any]:
    limits: dict[str, Any] = {"type": "integer", "minimum": least, REASON: f"use {least} or more"}
    if most is not None:
        limits |= {"maximum": most, REASON: f"use {least} to {most}"}
    return limits


DNS_LABEL = _pattern(
    _LABEL,
    63,
    "use 1 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends",
)
DNS_LABEL_1035 = _pattern(
    r"[a-z]([-a-z0-9]*[a-z0-9])?",
    63,
    "use 1 to 63 lower-case letters, digits and hyphens, a letter first and no hyphen last",
)
DNS_SUBDOMAIN = _pattern(
    _SUBDOMAIN,
    253,
    "use 1 to 253 lower-case letters, digits, hyphens and dots, with a letter or digit at both "
    "ends of each part",
)
_KEY = _pattern(
    _QUALIFIED,
    253 + 1 + 63,
    "use 1 to 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends; a DNS "
    "name and '/' may stand before them",
)
_LABEL_VALUE = _pattern(
    r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]|",
    63,
    "use at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends",
)
_LABELS = {"type": "object", "propertyNames": _KEY, "additionalProperties": _LABEL_VALUE}
_ANNOTATIONS = {
    "type": "object",
    "propertyNames": _KEY,
    "additionalProperties": {"type": "string"},
}
_DATA_KEY = _pattern(r"[-._a-zA-Z0-9]+", 253, "use 1 to 253 letters, digits, '-', '_' and '.'")
_DATA = {
    "type": "object",
    "propertyNames": _DATA_KEY,
    "additionalProperties": {"type": "string"},
}
_PORT = _at_least(1, 65535)
_PORT_NAME = _pattern(
    r"(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?",
    15,
    "use 1 to 15 lower-case letters, digits and single hyphens, with a letter among them and a "
    "letter or digit at both ends",
)
_PORT_OR_NAME = {**_PORT_NAME, **_PORT, "type": ["integer", "string"]}
_PORT_OR_NAME[REASON] = "use a port from 1 to 65535, or a port's name of at most 15 characters"
_PROTOCOL = _one_of("TCP", "UDP", "SCTP")
_COUNT_OR_PERCENT = {
    "type": ["integer", "string"],
    "minimum": 0,
    "pattern": r"^[0-9]+%\Z",
    REASON: "use a whole number of 0 or more, or a percentage such as 25%",
}
_QUANTITY = {
    "type": ["string", "number"],
    "minimum": 0,
    "pattern": rf"^({QUANTITY.pattern})\Z".replace("?P<number>", "").replace("?P<unit>", ""),
    REASON: "use a quantity such as 250m, 0.5, 512Mi or 1Gi",
}
_SOME = {"minItems": 1}

_CORE, _META = "io.k8s.api.core.v1.", "io.k8s.apimachinery.pkg.apis.meta.v1."
_SCALING, _NET = "io.k8s.api.autoscaling.v2.", "io.k8s.api.networking.v1."
_APPS, _BATCH = "io.k8s.api.apps.v1.", "io.k8s.api.batch.v1."

LIMITS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    f"{_META}ObjectMeta": {
        "labels": _LABELS,
        "annotations": _ANNOTATIONS,
        "namespace": DNS_LABEL,
    },
    f"{_META}LabelSelector": {"matchLabels": _LABELS},
    f"{_META}LabelSelectorRequirement": {
        "key": _KEY,
        "operator": _one_of("In", "NotIn", "Exists", "DoesNotExist"),  # codespell:ignore
    },
    f"{_CORE}PodSpec": {
        "containers": _SOME,
        "restartPolicy": _one_of("Always", "OnFailure", "Never"),
        "dnsPolicy": _one_of("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
        "terminationGracePeriodSeconds": _at_least(0),
        "activeDeadlineSeconds": _at_least(1),
        "serviceAccountName": DNS_SUBDOMAIN,
        "nodeSelector": _LABELS,
    },
    f"{_CORE}Container": {
        "name": DNS_LABEL,
        "image": {"type": "string", "minLength": 1, REASON: "name an image"},
        "imagePullPolicy": _one_of("Always", "IfNotPresent", "Never"),
        "terminationMessagePolicy": _one_of("File", "FallbackToLogsOnError"),
    },
    f"{_CORE}ContainerPort": {
        "containerPort": _PORT,
        "hostPort": _PORT,
        "name": _PORT_NAME,
        "protocol": _PROTOCOL,
    },
    f"{_CORE}EnvVar": {
        "name": _pattern(r"[ -<>-~]+", 32768, "use printable ASCII characters without '='")
    },
    f"{_CORE}ConfigMapKeySelector": {"key": _DATA_KEY},
    f"{_CORE}SecretKeySelector": {"key": _DATA_KEY},
    f"{_CORE}ConfigMap": {"data": _DATA},
    f"{_CORE}Secret": {"data": _DATA, "stringData": _DATA},
    f"{_CORE}Probe": {
        "failureThreshold": _at_least(1),
        "successThreshold": _at_least(1),
        "periodSeconds": _at_least(1),
        "timeoutSeconds": _at_least(1),
        "initialDelaySeconds": _at_least(0),
        "terminationGracePeriodSeconds": _at_least(1),
    },
    f"{_CORE}HTTPGetAction": {"port": _PORT_OR_NAME, "scheme": _one_of("HTTP", "HTTPS")},
    f"{_CORE}TCPSocketAction": {"port": _PORT_OR_NAME},
    f"{_CORE}GRPCAction": {"port": _PORT},
    f"{_CORE}SleepAction": {"seconds": _at_least(1)},
    f"{_CORE}SeccompProfile": {"type": _one_of("RuntimeDefault", "Localhost", "Unconfined")},
    f"{_CORE}PodSecurityContext": {
        "runAsUser": _at_least(0, 2147483647),
        "runAsGroup": _at_least(0, 2147483647),
        "fsGroup": _at_least(0, 2147483647),
        "fsGroupChangePolicy": _one_of("OnRootMismatch", "Always"),
    },
    f"{_CORE}SecurityContext": {
        "runAsUser": _at_least(0, 2147483647),
        "runAsGroup": _at_least(0, 2147483647),
    },
    f"{_CORE}TopologySpreadConstraint": {
        "maxSkew": _at_least(1),
        "topologyKey": _KEY,
        "whenUnsatisfiable": _one_of("DoNotSchedule", "ScheduleAnyway"),
    },
    f"{_CORE}Toleration": {
        "operator": _one_of("Exists", "Equal"),
        "effect": _one_of("NoSchedule", "PreferNoSchedule", "NoExecute"),
    },
    f"{_CORE}Volume": {"name": DNS_LABEL},
    f"{_CORE}VolumeMount": {
        "mountPath": {"type": "string", "pattern": r"^[^:]+\Z", REASON: "use a path without ':'"}
    },
    f"{_CORE}EmptyDirVolumeSource": {"medium": _one_of("", "Memory")},
    f"{_CORE}ServiceSpec": {
        "type": _one_of("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
        "sessionAffinity": _one_of("None", "ClientIP"),
        "internalTrafficPolicy": _one_of("Cluster", "Local"),
        "externalTrafficPolicy": _one_of("Cluster", "Local"),
        "selector": _LABELS,
    },
    f"{_CORE}ServicePort": {
        "name": DNS_LABEL,
        "port": _PORT,
        "nodePort": _at_least(30000, 32767),
        "targetPort": _PORT_OR_NAME,
        "protocol": _PROTOCOL,
    },
    f"{_APPS}DeploymentSpec": {
        "replicas": _at_least(0),
        "minReadySeconds": _at_least(0),
        "revisionHistoryLimit": _at_least(0),
        "progressDeadlineSeconds": _at_least(1),
    },
    f"{_APPS}DeploymentStrategy": {"type": _one_of("RollingUpdate", "Recreate")},
    f"{_APPS}RollingUpdateDeployment": {
        "maxSurge": _COUNT_OR_PERCENT,
        "maxUnavailable": _COUNT_OR_PERCENT,
    },
    f"{_BATCH}JobSpec": {
        "activeDeadlineSeconds": _at_least(1),
        "backoffLimit": _at_least(0),
        "completions": _at_least(0),
        "parallelism": _at_least(0),
        "ttlSecondsAfterFinished": _at_least(0),
        "completionMode": _one_of("NonIndexed", "Indexed"),
    },
    f"{_BATCH}CronJobSpec": {
        "concurrencyPolicy": _one_of("Allow", "Forbid", "Replace"),
        "startingDeadlineSeconds": _at_least(0),
        "successfulJobsHistoryLimit": _at_least(0),
        "failedJobsHistoryLimit": _at_least(0),
    },
    "io.k8s.api.policy.v1.PodDisruptionBudgetSpec": {
        "minAvailable": _COUNT_OR_PERCENT,
        "maxUnavailable": _COUNT_OR_PERCENT,
        "unhealthyPodEvictionPolicy": _one_of("IfHealthyBudget", "AlwaysAllow"),
    },
    f"{_SCALING}HorizontalPodAutoscalerSpec": {
        "minReplicas": _at_least(1),
        "maxReplicas": _at_least(1),
        "metrics": _SOME,
    },
    f"{_SCALING}MetricSpec": {
        "type": _one_of("Resource", "ContainerResource", "Pods", "Object", "External")
    },
    f"{_SCALING}MetricTarget": {
        "type": _one_of("Utilization", "Value", "AverageValue"),
        "averageUtilization": _at_least(1),
    },
    f"{_SCALING}HPAScalingRules": {
        "selectPolicy": _one_of("Max", "Min", "Disabled"),
        "stabilizationWindowSeconds": _at_least(0, 3600),
    },
    f"{_SCALING}HPAScalingPolicy": {
        "type": _one_of("Pods", "Percent"),
        "value": _at_least(1),
        "periodSeconds": _at_least(1, 1800),
    },
    f"{_NET}NetworkPolicySpec": {
        "policyTypes": {"items": _one_of("Ingress", "Egress")},
    },
    f"{_NET}NetworkPolicyPort": {
        "port": _PORT_OR_NAME,
        "endPort": _PORT,
        "protocol": _PROTOCOL,
    },
}
"""Further limits by definition and field."""

REPLACED: Mapping[str, Mapping[str, Any]] = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": _QUANTITY,
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"type": ["integer", "string"]},
}
"""Definitions that are published as `oneOf`, of which no error says what would be right."""

REQUIRED: Mapping[str, tuple[str, ...]] = {f"{_CORE}Container": ("image",)}
"""Fields that a pod needs although the type leaves them out for tools that merge objects."""
