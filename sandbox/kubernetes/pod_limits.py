"""What Kubernetes asks of single fields of pods; see `limits.py`.

Free text, because Kubernetes itself takes anything: commands, arguments, values of variables, paths
of probes, values of sysctls, and the names of capabilities, which only a node knows.
"""

from collections.abc import Mapping

from sandbox.kubernetes.forms import (
    DATA_KEY,
    DNS_LABEL,
    DNS_SUBDOMAIN,
    IMAGE,
    KEY,
    LABELS,
    MODE,
    PORT,
    PORT_NAME,
    PORT_OR_NAME,
    PROTOCOL,
    RESOURCES,
    SOME,
    USER,
    Form,
    at_least,
    list_of,
    one_of,
    pattern,
)

_CORE = "io.k8s.api.core.v1."
_HONOR_OR_IGNORE = one_of("Honor", "Ignore")
_NODE_TYPES = ("", "Directory", "DirectoryOrCreate", "File", "FileOrCreate")
_RELATIVE = pattern(
    r"(?!/)(?!(.*/)?\.\.(/|\Z)).+", 4096, "use a path that begins without '/' and has no '..'"
)
_FIELD = pattern(
    r"metadata\.(name|namespace|uid|(labels|annotations)(\['[^']+'\])?)"
    r"|spec\.(nodeName|serviceAccountName)|status\.(hostIPs?|podIPs?)",
    512,
    "use metadata.name, .namespace, .uid, .labels['<key>'] or .annotations['<key>'], "
    "spec.nodeName or .serviceAccountName, status.hostIP, .hostIPs, .podIP or .podIPs",
)
_ENVIRONMENT = pattern(r"[ -<>-~]+", 32768, "use printable ASCII characters without '='")

POD_LIMITS: Mapping[str, Mapping[str, Form]] = {
    f"{_CORE}PodSpec": {
        "containers": SOME,
        "restartPolicy": one_of("Always", "OnFailure", "Never"),
        "dnsPolicy": one_of("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
        "preemptionPolicy": one_of("PreemptLowerPriority", "Never"),
        "terminationGracePeriodSeconds": at_least(0),
        "activeDeadlineSeconds": at_least(1),
        "serviceAccountName": DNS_SUBDOMAIN,
        "priorityClassName": DNS_SUBDOMAIN,
        "hostname": DNS_LABEL,
        "subdomain": DNS_LABEL,
        "nodeSelector": LABELS,
    },
    f"{_CORE}PodOS": {"name": one_of("linux", "windows")},
    f"{_CORE}LocalObjectReference": {"name": DNS_SUBDOMAIN},
    f"{_CORE}Container": {
        "name": DNS_LABEL,
        "image": IMAGE,
        "imagePullPolicy": one_of("Always", "IfNotPresent", "Never"),
        "terminationMessagePolicy": one_of("File", "FallbackToLogsOnError"),
    },
    f"{_CORE}ContainerPort": {
        "containerPort": PORT,
        "hostPort": PORT,
        "name": PORT_NAME,
        "protocol": PROTOCOL,
    },
    f"{_CORE}ResourceRequirements": {"requests": RESOURCES, "limits": RESOURCES},
    # environment
    f"{_CORE}EnvVar": {"name": _ENVIRONMENT},
    f"{_CORE}EnvFromSource": {"prefix": {**_ENVIRONMENT, "pattern": r"^[ -<>-~]*\Z"}},
    f"{_CORE}ConfigMapEnvSource": {"name": DNS_SUBDOMAIN},
    f"{_CORE}SecretEnvSource": {"name": DNS_SUBDOMAIN},
    f"{_CORE}ConfigMapKeySelector": {"name": DNS_SUBDOMAIN, "key": DATA_KEY},
    f"{_CORE}SecretKeySelector": {"name": DNS_SUBDOMAIN, "key": DATA_KEY},
    f"{_CORE}ObjectFieldSelector": {"fieldPath": _FIELD, "apiVersion": one_of("", "v1")},
    # probes and hooks
    f"{_CORE}Probe": {
        "failureThreshold": at_least(1),
        "successThreshold": at_least(1),
        "periodSeconds": at_least(1),
        "timeoutSeconds": at_least(1),
        "initialDelaySeconds": at_least(0),
        "terminationGracePeriodSeconds": at_least(1),
    },
    f"{_CORE}ExecAction": {"command": SOME},
    f"{_CORE}HTTPGetAction": {"port": PORT_OR_NAME, "scheme": one_of("HTTP", "HTTPS")},
    f"{_CORE}HTTPHeader": {
        "name": pattern(r"[-A-Za-z0-9]+", 256, "use letters, digits and hyphens")
    },
    f"{_CORE}TCPSocketAction": {"port": PORT_OR_NAME},
    f"{_CORE}GRPCAction": {"port": PORT},
    f"{_CORE}SleepAction": {"seconds": at_least(1)},
    # what it may do
    f"{_CORE}SeccompProfile": {
        "type": one_of("RuntimeDefault", "Localhost", "Unconfined"),
        "localhostProfile": _RELATIVE,
    },
    f"{_CORE}AppArmorProfile": {"type": one_of("RuntimeDefault", "Localhost", "Unconfined")},
    f"{_CORE}PodSecurityContext": {
        "runAsUser": USER,
        "runAsGroup": USER,
        "fsGroup": USER,
        "supplementalGroups": list_of(USER),
        "fsGroupChangePolicy": one_of("OnRootMismatch", "Always"),
    },
    f"{_CORE}SecurityContext": {
        "runAsUser": USER,
        "runAsGroup": USER,
        "procMount": one_of("Default", "Unmasked"),
    },
    # where it runs
    f"{_CORE}TopologySpreadConstraint": {
        "maxSkew": at_least(1),
        "minDomains": at_least(1),
        "topologyKey": KEY,
        "matchLabelKeys": list_of(KEY),
        "whenUnsatisfiable": one_of("DoNotSchedule", "ScheduleAnyway"),
        "nodeAffinityPolicy": _HONOR_OR_IGNORE,
        "nodeTaintsPolicy": _HONOR_OR_IGNORE,
    },
    f"{_CORE}NodeSelectorRequirement": {
        "key": KEY,
        "operator": one_of("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"),  # codespell:ignore
    },
    f"{_CORE}PodAffinityTerm": {"topologyKey": KEY},
    f"{_CORE}Toleration": {
        "operator": one_of("Exists", "Equal"),
        "effect": one_of("", "NoSchedule", "PreferNoSchedule", "NoExecute"),
    },
    # volumes
    f"{_CORE}Volume": {"name": DNS_LABEL},
    f"{_CORE}VolumeMount": {
        "mountPath": pattern(r"[^:]+", 4096, "use a path without ':'"),
        "subPath": _RELATIVE,
        "mountPropagation": one_of("None", "HostToContainer", "Bidirectional"),
        "name": DNS_LABEL,
    },
    f"{_CORE}EmptyDirVolumeSource": {"medium": one_of("", "Memory")},
    f"{_CORE}ConfigMapVolumeSource": {"name": DNS_SUBDOMAIN, "defaultMode": MODE},
    f"{_CORE}SecretVolumeSource": {"secretName": DNS_SUBDOMAIN, "defaultMode": MODE},
    f"{_CORE}KeyToPath": {"key": DATA_KEY, "path": _RELATIVE, "mode": MODE},
    f"{_CORE}HostPathVolumeSource": {
        "type": one_of(*_NODE_TYPES, "Socket", "CharDevice", "BlockDevice")
    },
    f"{_CORE}PersistentVolumeClaimVolumeSource": {"claimName": DNS_SUBDOMAIN},
}
"""Limits by definition and field."""
