"""The kinds of objects that the sandbox serves."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ObjectKind:
    """A kind of object, and where the API keeps it."""

    api_version: str
    """Group and version as in manifests: `apps/v1`, and `v1` for the core group."""
    name: str
    """The kind, such as `Deployment`."""
    plural: str
    """The word in paths, such as `deployments`."""
    short: str = ""
    """What kubectl takes for it, such as `deploy`; "" for none."""
    namespaced: bool = True
    """Whether its objects stand in a namespace."""
    template: tuple[str, ...] = ()
    """Where the template of its pods stands, such as `("spec", "template")`; () without pods."""

    @property
    def group(self) -> str:
        """The API group: `apps`, and "" for the core group."""
        return self.api_version.rpartition("/")[0]

    @property
    def version(self) -> str:
        """The version without its group."""
        return self.api_version.rpartition("/")[2]

    @property
    def resource(self) -> str:
        """The name in messages, such as `deployments.apps`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def qualified(self) -> str:
        """The kind in messages, such as `Deployment.apps`."""
        return f"{self.name}.{self.group}" if self.group else self.name

    @property
    def token(self) -> str:
        """Pulumi's type token, such as `kubernetes:core/v1:ConfigMap`."""
        return f"kubernetes:{self.group or 'core'}/{self.version}:{self.name}"

    @property
    def pod_spec(self) -> tuple[str, ...]:
        """Where the spec of its pods stands."""
        return (*self.template, "spec")

    @property
    def pod_path(self) -> str:
        """The same in messages, such as `spec.template.spec`."""
        return ".".join(self.pod_spec)


NAMESPACE = ObjectKind("v1", "Namespace", "namespaces", "ns", namespaced=False)
CONFIG_MAP = ObjectKind("v1", "ConfigMap", "configmaps", "cm")
SECRET = ObjectKind("v1", "Secret", "secrets")
SERVICE = ObjectKind("v1", "Service", "services", "svc")
SERVICE_ACCOUNT = ObjectKind("v1", "ServiceAccount", "serviceaccounts", "sa")
DEPLOYMENT = ObjectKind(
    "apps/v1", "Deployment", "deployments", "deploy", template=("spec", "template")
)
JOB = ObjectKind("batch/v1", "Job", "jobs", template=("spec", "template"))
CRON_JOB = ObjectKind(
    "batch/v1", "CronJob", "cronjobs", "cj", template=("spec", "jobTemplate", "spec", "template")
)
AUTOSCALER = ObjectKind(
    "autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", "hpa"
)
DISRUPTION_BUDGET = ObjectKind("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", "pdb")
NETWORK_POLICY = ObjectKind("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", "netpol")
TARGET_GROUP_BINDING = ObjectKind(
    "eks.amazonaws.com/v1", "TargetGroupBinding", "targetgroupbindings"
)
SERVICE_MONITOR = ObjectKind("monitoring.coreos.com/v1", "ServiceMonitor", "servicemonitors")
PROMETHEUS_RULE = ObjectKind("monitoring.coreos.com/v1", "PrometheusRule", "prometheusrules")

KINDS = (
    *(NAMESPACE, CONFIG_MAP, SECRET, SERVICE, SERVICE_ACCOUNT),
    *(DEPLOYMENT, JOB, CRON_JOB),
    *(AUTOSCALER, DISRUPTION_BUDGET, NETWORK_POLICY),
    *(TARGET_GROUP_BINDING, SERVICE_MONITOR, PROMETHEUS_RULE),
)
"""All of them; what is not here is refused by name."""

BY_TOKEN: Mapping[str, ObjectKind] = {kind.token: kind for kind in KINDS}
"""The kinds by Pulumi's type token."""

AUTONAMED = "pulumi.com/autonamed"
"""The annotation of objects whose name Pulumi drew."""

WORKLOADS = tuple(kind for kind in KINDS if kind.template)
"""The kinds that have pods, by a template."""
