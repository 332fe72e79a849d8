"""What Kubernetes asks of single fields beyond their published types, as JSON schema.

The published schemas name types; the API server's own validation then knows ranges, patterns and
enumerations. `LIMITS` adds those to the definitions, for every field that a component writes: a
test takes each text that the program deploys and puts nonsense in its place.
"""

from collections.abc import Mapping

from sandbox.kubernetes.forms import (
    ANNOTATIONS,
    COUNT_OR_PART,
    COUNT_OR_PERCENT,
    DATA,
    DNS_LABEL,
    DNS_SUBDOMAIN,
    KEY,
    LABEL_VALUE,
    LABELS,
    PORT,
    PORT_OR_NAME,
    PROTOCOL,
    QUANTITY,
    RESOURCE,
    SOME,
    Form,
    at_least,
    list_of,
    one_of,
    pattern,
)
from sandbox.kubernetes.pod_limits import POD_LIMITS

_CORE, _META = "io.k8s.api.core.v1.", "io.k8s.apimachinery.pkg.apis.meta.v1."
_SCALING, _NET = "io.k8s.api.autoscaling.v2.", "io.k8s.api.networking.v1."
_APPS, _BATCH = "io.k8s.api.apps.v1.", "io.k8s.api.batch.v1."
_FAMILY = one_of("IPv4", "IPv6")

LIMITS: Mapping[str, Mapping[str, Form]] = {
    **POD_LIMITS,
    f"{_META}ObjectMeta": {
        "labels": LABELS,
        "annotations": ANNOTATIONS,
        "namespace": DNS_LABEL,
    },
    f"{_META}LabelSelector": {"matchLabels": LABELS},
    f"{_META}LabelSelectorRequirement": {
        "key": KEY,
        "operator": one_of("In", "NotIn", "Exists", "DoesNotExist"),  # codespell:ignore
        "values": list_of(LABEL_VALUE),
    },
    f"{_CORE}ConfigMap": {"data": DATA, "binaryData": DATA},
    f"{_CORE}Secret": {
        "data": DATA,
        "stringData": DATA,
        # One of a name of one's own is free; one that begins as Kubernetes' own and is none of
        # them would be taken, and would be of no use to whom it is meant for.
        "type": pattern(
            r"Opaque|bootstrap\.kubernetes\.io/token"
            r"|kubernetes\.io/(basic-auth|dockercfg|dockerconfigjson|service-account-token|ssh-auth"
            r"|tls)|(?!(.*\.)?kubernetes\.io/).+/.+",
            253,
            "use Opaque, a type of Kubernetes such as kubernetes.io/tls, or one of your own such "
            "as example.com/type",
        ),
    },
    f"{_CORE}ServiceSpec": {
        "type": one_of("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
        "sessionAffinity": one_of("None", "ClientIP"),
        "internalTrafficPolicy": one_of("Cluster", "Local"),
        "externalTrafficPolicy": one_of("Cluster", "Local"),
        "ipFamilyPolicy": one_of("SingleStack", "PreferDualStack", "RequireDualStack"),
        "ipFamilies": list_of(_FAMILY),
        "externalName": DNS_SUBDOMAIN,
        "selector": LABELS,
    },
    f"{_CORE}ServicePort": {
        "name": DNS_LABEL,
        "port": PORT,
        "nodePort": at_least(30000, 32767),
        "targetPort": PORT_OR_NAME,
        "protocol": PROTOCOL,
        "appProtocol": KEY,
    },
    f"{_CORE}ClientIPConfig": {"timeoutSeconds": at_least(1, 86400)},
    f"{_APPS}DeploymentSpec": {
        "replicas": at_least(0),
        "minReadySeconds": at_least(0),
        "revisionHistoryLimit": at_least(0),
        "progressDeadlineSeconds": at_least(1),
    },
    f"{_APPS}DeploymentStrategy": {"type": one_of("RollingUpdate", "Recreate")},
    f"{_APPS}RollingUpdateDeployment": {
        "maxSurge": COUNT_OR_PERCENT,
        "maxUnavailable": COUNT_OR_PART,
    },
    f"{_BATCH}JobSpec": {
        "activeDeadlineSeconds": at_least(1),
        "backoffLimit": at_least(0),
        "completions": at_least(0),
        "parallelism": at_least(0),
        "ttlSecondsAfterFinished": at_least(0),
        "completionMode": one_of("NonIndexed", "Indexed"),
    },
    f"{_BATCH}PodFailurePolicyRule": {"action": one_of("FailJob", "FailIndex", "Ignore", "Count")},
    f"{_BATCH}PodFailurePolicyOnExitCodesRequirement": {
        "operator": one_of("In", "NotIn"),  # codespell:ignore
        "values": {**SOME, "items": at_least(0)},
    },
    f"{_BATCH}PodFailurePolicyOnPodConditionsPattern": {
        "type": KEY,
        "status": one_of("True", "False", "Unknown"),
    },
    f"{_BATCH}CronJobSpec": {
        "concurrencyPolicy": one_of("Allow", "Forbid", "Replace"),
        "startingDeadlineSeconds": at_least(0),
        "successfulJobsHistoryLimit": at_least(0),
        "failedJobsHistoryLimit": at_least(0),
    },
    "io.k8s.api.policy.v1.PodDisruptionBudgetSpec": {
        "minAvailable": COUNT_OR_PART,
        "maxUnavailable": COUNT_OR_PART,
        "unhealthyPodEvictionPolicy": one_of("IfHealthyBudget", "AlwaysAllow"),
    },
    f"{_SCALING}HorizontalPodAutoscalerSpec": {
        "minReplicas": at_least(1),
        "maxReplicas": at_least(1),
        "metrics": SOME,
    },
    f"{_SCALING}CrossVersionObjectReference": {
        "apiVersion": pattern(
            r"([a-z0-9][-a-z0-9.]*/)?v[0-9]+((alpha|beta)[0-9]+)?", 253, "use one such as apps/v1"
        ),
        "kind": pattern(r"[A-Z][A-Za-z0-9]*", 63, "use a kind such as Deployment"),
        "name": DNS_SUBDOMAIN,
    },
    f"{_SCALING}MetricSpec": {
        "type": one_of("Resource", "ContainerResource", "Pods", "Object", "External")
    },
    f"{_SCALING}ResourceMetricSource": {"name": RESOURCE},
    f"{_SCALING}ContainerResourceMetricSource": {"name": RESOURCE, "container": DNS_LABEL},
    f"{_SCALING}MetricTarget": {
        "type": one_of("Utilization", "Value", "AverageValue"),
        "averageUtilization": at_least(1),
    },
    f"{_SCALING}HPAScalingRules": {
        "selectPolicy": one_of("Max", "Min", "Disabled"),
        "stabilizationWindowSeconds": at_least(0, 3600),
        "policies": SOME,
    },
    f"{_SCALING}HPAScalingPolicy": {
        "type": one_of("Pods", "Percent"),
        "value": at_least(1),
        "periodSeconds": at_least(1, 1800),
    },
    f"{_NET}NetworkPolicySpec": {"policyTypes": list_of(one_of("Ingress", "Egress"))},
    f"{_NET}NetworkPolicyPort": {
        "port": PORT_OR_NAME,
        "endPort": PORT,
        "protocol": PROTOCOL,
    },
}
"""Further limits by definition and field."""

REPLACED: Mapping[str, Form] = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": QUANTITY,
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"type": ["integer", "string"]},
}
"""Definitions that are published as `oneOf`, of which no error says what would be right."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    f"{_CORE}Container": ("image",),
    f"{_CORE}ExecAction": ("command",),
    f"{_CORE}LocalObjectReference": ("name",),
    f"{_CORE}ConfigMapEnvSource": ("name",),
    f"{_CORE}SecretEnvSource": ("name",),
    f"{_CORE}ConfigMapKeySelector": ("name",),
    f"{_CORE}SecretKeySelector": ("name",),
}
"""Fields that a pod needs although the type leaves them out for tools that merge objects."""
