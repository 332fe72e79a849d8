"""What a Kubernetes service needs to know; a part of `components/kubernetes_service.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.errors import ArgumentError, require, require_path
from components.kubernetes_container import ContainerArgs
from components.kubernetes_environment import require_environment
from components.kubernetes_labels import require_dns_label, require_label_value
from components.kubernetes_network_policy import NetworkReach
from components.policy import Statement
from components.secret_reference import SecretReference
from planning.sysctls import SAFE_SYSCTLS


@dataclass(frozen=True, kw_only=True, slots=True)
class NamesArgs:
    """Names of the objects that people and other programs know by name."""

    service: str
    """Name of the Service: the host by which others of the namespace reach it."""
    config_map: str
    """Name of the ConfigMap."""
    secret: str
    """Name of the Secret."""

    def __post_init__(self) -> None:
        for name in ("service", "config_map", "secret"):
            require_dns_label(self, name)


@dataclass(frozen=True, kw_only=True, slots=True)
class ScrapeArgs:
    """Where Prometheus finds the application's numbers (A14)."""

    path: str
    """Path on the service's port, for example `/metrics`."""
    interval_seconds: int
    """Seconds between two scrapes, from 1."""
    namespace: str
    """Namespace of the Prometheus, the only one from which the pods may be scraped."""

    def __post_init__(self) -> None:
        require_path(self)
        require(self, "interval_seconds", self.interval_seconds >= 1, "use 1 or more (seconds)")
        require_dns_label(self, "namespace")


@dataclass(frozen=True, kw_only=True, slots=True)
class KubernetesServiceArgs:
    """What a service needs to know.

    Source of the limits: Kubernetes API reference, Deployment, HorizontalPodAutoscaler.
    """

    cluster_name: pulumi.Input[str]
    """Cluster that runs it. Source: EksCluster.cluster_name."""
    account_id: pulumi.Input[str]
    """Account of the cluster, twelve digits: only its pods may assume the role."""
    namespace: pulumi.Input[str]
    """Namespace of all objects. Source: KubernetesNamespace.namespace."""
    app: str
    """Name of the Deployment, and label `app` of everything. A change makes a new Deployment."""
    service: str
    """Label `app.kubernetes.io/name`: the service, as its system calls it."""
    part_of: str
    """Label `app.kubernetes.io/part-of`: the system."""
    version: str | None = None
    """Label `version` of Deployment and pods, for example `v1.1.0`; none by default."""
    names: NamesArgs
    """Names of the objects besides the Deployment."""
    container: ContainerArgs
    """What runs."""
    environment: Mapping[str, pulumi.Input[str]] = field(
        default_factory=dict[str, pulumi.Input[str]]
    )
    """Environment variables that anybody with access to the cluster may see; none by default."""
    secrets: Mapping[str, SecretReference] = field(
        default_factory=dict[str, SecretReference], repr=False
    )
    """Environment variables that come from Secrets Manager, each with `document`, the text to be
    copied into the cluster; none by default."""
    secret_keys: Mapping[str, str] = field(default_factory=dict[str, str])
    """Key in the Secret by name of the variable (D7); the variable's own name by default."""
    replicas: int
    """Pods that always run, from 0; from 1 with an autoscaler."""
    maximum_replicas: int | None = None
    """Pods up to which it grows; as many as `replicas` by default."""
    target_cpu_percent: int | None = None
    """Average use of the requested processor that the count of pods keeps, 1 to 100; not looked at
    by default."""
    target_memory_percent: int | None = None
    """Average use of the requested memory that the count of pods keeps, 1 to 100; not looked at by
    default. Memory of Node hardly shrinks, so it may hold the count at its highest (trap 23)."""
    scale_down_stabilization_seconds: int | None = 300
    """Seconds for which the count must be too high before it falls, 0 to 3600; 300 by default,
    because a count that follows memory at once would swing (trap 23). None leaves it out."""
    max_surge: int = 1
    """Pods above the wanted count during a rollout, from 0; 1 by default."""
    max_unavailable: int = 0
    """Pods below the wanted count during a rollout, from 0; 0 by default (trap 40)."""
    revision_history_limit: int = 10
    """Earlier versions that a rollback may go to, from 1; 10 by default (E2)."""
    progress_deadline_seconds: int = 600
    """Seconds without any progress after which a rollout has failed, from 1; 600 by default, as
    Kubernetes has it. More than a pod may take to become ready, which the startup probe says."""
    termination_grace_period_seconds: int
    """Seconds between the end's announcement and SIGKILL, more than the container's
    `pre_stop_seconds`, which count (trap 19)."""
    system_controls: Mapping[str, str] = field(default_factory=dict[str, str])
    """Kernel parameters of the pod, such as `net.ipv4.ip_local_port_range`, by name; only those of
    `planning.sysctls.SAFE_SYSCTLS` (trap 44). None by default."""
    permissions: Sequence[Statement] = ()
    """What the application may do in AWS; nothing by default."""
    image_pull_secret: pulumi.Input[str] | None = None
    """Secret with the registry's credentials (trap 37). Source:
    KubernetesNamespace.image_pull_secret. None by default, as for ECR."""
    target_group_arn: pulumi.Input[str] | None = None
    """Target group of type `ip` that holds the pods. Source: PublicRoute.target_group_arns. None by
    default: the load balancer does not reach it."""
    ingress_cidr_blocks: Sequence[pulumi.Input[str]] = ()
    """Addresses that may connect to it: the load balancer's subnets. None by default."""
    callers: Sequence[str] = ()
    """Labels `app` of those in the namespace that may connect to it; none by default."""
    reaches: Mapping[str, NetworkReach] = field(default_factory=dict[str, NetworkReach])
    """What it connects to besides DNS and HTTPS, by a short name; nothing by default."""
    is_headless: bool = False
    """Whether the Service's name stands for the pods' own addresses. For gRPC, whose connections
    live on: over one address all calls of a client go to one pod (trap 29). No by default."""
    service_port: int | None = None
    """Port of the Service, 1 to 65535; the container's by default. For a Service without address
    never another one."""
    scrape: ScrapeArgs | None = None
    """How Prometheus reads its numbers; not at all by default. The cluster must have the operator's
    definitions."""
    after: Sequence[pulumi.Resource] = ()
    """What must be there before pods are created or replaced, such as the migration of its database
    or the servers that it calls; nothing more by default."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags of the role besides the provider's default tags; none by default."""

    @property
    def scales(self) -> bool:
        """Whether an autoscaler owns the count of pods."""
        return self.target_cpu_percent is not None or self.target_memory_percent is not None

    @property
    def port(self) -> int | None:
        """Port of the Service, None without any."""
        return self.service_port or self.container.port

    def __post_init__(self) -> None:
        require_dns_label(self, "app")
        for label in ("service", "part_of"):
            require_label_value(self, label)
        require_label_value(self, "version", optional=True)
        require_environment(self)
        self._require_counts()
        self._require_rollout()
        self._require_network()
        unsafe = sorted(set(self.system_controls) - SAFE_SYSCTLS)
        if unsafe:
            remedy = "leave these to the nodes' configuration; the kubelet refuses them to a pod"
            raise ArgumentError("KubernetesService", "system_controls", unsafe, remedy)

    def _require_counts(self) -> None:
        least = 1 if self.scales else 0
        require(self, "replicas", self.replicas >= least, f"use {least} or more (pods)")
        for target in ("target_cpu_percent", "target_memory_percent"):
            percent = getattr(self, target)
            require(self, target, percent is None or 1 <= percent <= 100, "use 1 to 100 (percent)")
        if self.maximum_replicas is None:
            require(
                self,
                "maximum_replicas",
                not self.scales,
                "set it too: an autoscaler needs an upper bound (pods)",
            )
        else:
            require(
                self,
                "maximum_replicas",
                self.maximum_replicas >= self.replicas,
                "use replicas or more (pods)",
            )
            require(
                self,
                "maximum_replicas",
                self.scales or self.maximum_replicas == self.replicas,
                "set target_cpu_percent or target_memory_percent, or use replicas: nothing else "
                "makes the count grow",
            )
        window = self.scale_down_stabilization_seconds
        require(
            self,
            "scale_down_stabilization_seconds",
            window is None or 0 <= window <= 3600,
            "use 0 to 3600 (seconds), or None",
        )

    def _require_rollout(self) -> None:
        for field_, least, unit in (
            ("max_surge", 0, "pods"),
            ("max_unavailable", 0, "pods"),
            ("revision_history_limit", 1, "versions"),
            ("progress_deadline_seconds", 1, "seconds"),
        ):
            value = getattr(self, field_)
            require(self, field_, value >= least, f"use {least} or more ({unit})")
        require(
            self,
            "max_surge",
            self.max_surge > 0 or self.max_unavailable > 0,
            "use 1 or more, or let max_unavailable be 1: otherwise no pod may start and none may "
            "stop",
        )
        require(
            self,
            "termination_grace_period_seconds",
            self.termination_grace_period_seconds > self.container.pre_stop_seconds,
            "use more than the container's pre_stop_seconds: otherwise SIGTERM never comes",
        )

    def _require_network(self) -> None:
        port = self.container.port
        if port is None:
            for field_ in ("target_group_arn", "ingress_cidr_blocks", "callers", "scrape"):
                if getattr(self, field_):
                    remedy = f"name the port that {field_} is about"
                    raise ArgumentError("KubernetesService", "container.port", None, remedy)
            require(self, "is_headless", not self.is_headless, "name the container's port")
        require(
            self,
            "service_port",
            self.service_port is None or (port is not None and 1 <= self.service_port <= 65535),
            "use 1 to 65535, or none without a container's port",
        )
        require(
            self,
            "service_port",
            not self.is_headless or self.port == port,
            "leave it out: a name that stands for the pods cannot translate ports",
        )
