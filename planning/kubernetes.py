"""All numbers and names of one service on Kubernetes, from its description."""

from collections.abc import Mapping
from dataclasses import dataclass

from model.description import Description
from model.quantity import format_cpu, format_memory
from model.service import Service
from planning.peak import peak
from planning.probes import ProbesPlan, plan_probes
from planning.shutdown import PodShutdown, plan_pod_shutdown
from planning.startup import progress_deadline_seconds
from planning.sysctls import SAFE_SYSCTLS
from planning.variables import Variables, plan_variables

STABILIZATION_SECONDS = 300
"""How long fewer pods must be enough before the autoscaler takes one away (trap 23)."""

HTTP_PORT = 80
"""Port of a Service that the load balancer sends to (A9, D4)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectNames:
    """Names of a service's objects."""

    deployment: str
    """Of the Deployment; also the value of the label `app`."""
    service: str
    """Of the Service."""
    config_map: str
    """Of the ConfigMap."""
    secret: str
    """Of the Secret."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KubernetesPlan:
    """What a service becomes on Kubernetes."""

    names: ObjectNames
    """Names of its objects."""
    version: str
    """Value of the label `version`, for example `v1.1.0` (D3)."""
    cpu_request: str
    """Processor that is always there, as a quantity."""
    cpu_limit: str
    """Most that it may take, as a quantity."""
    memory_request: str
    """Memory that is always there, as a quantity."""
    memory_limit: str
    """Most that it may take, as a quantity."""
    minimum_replicas: int
    """Fewest pods."""
    maximum_replicas: int
    """Most pods; equal to the fewest if nothing scales them."""
    target_cpu_percent: int | None
    """What the autoscaler aims at, if it looks at the processor."""
    target_memory_percent: int | None
    """What the autoscaler aims at, if it looks at memory."""
    scale_down_stabilization_seconds: int | None
    """How long fewer pods must be enough; None leaves it to Kubernetes."""
    max_surge: int
    """Pods above the wanted number while a version rolls out."""
    max_unavailable: int
    """Pods below it."""
    progress_deadline_seconds: int
    """Seconds without progress after which a rollout has failed."""
    probes: ProbesPlan
    """What the container is asked."""
    shutdown: PodShutdown
    """How it ends."""
    service_port: int | None
    """Port of the Service; None without one."""
    is_headless: bool
    """Whether callers find every pod and balance themselves, as gRPC must (trap 29)."""
    system_controls: Mapping[str, str]
    """Kernel parameters that a pod may set."""
    variables: Variables
    """What its container is told."""

    @property
    def scales(self) -> bool:
        """Whether an autoscaler owns the number of pods."""
        return self.maximum_replicas > self.minimum_replicas


def plan_kubernetes_service(
    description: Description, system_name: str, service_name: str
) -> KubernetesPlan:
    """Works out what a service becomes.

    Args:
        description: The verified description.
        system_name: One of its systems.
        service_name: One of the system's services.
    """
    system = description.systems[system_name]
    service = system.services[service_name]
    settings = description.environment.systems[system_name]
    own = settings.services[service_name]
    at_most = peak(service, own, "eks")
    probes = plan_probes(service, system.parity)
    targets = (service.replicas.target_cpu_percent, service.replicas.target_memory_percent)
    return KubernetesPlan(
        names=object_names(service, system_name, service_name),
        version=version_label(settings.images[service_name]),
        cpu_request=format_cpu(service.size.cpu.request),
        cpu_limit=format_cpu(service.size.cpu.limit),
        memory_request=format_memory(service.size.memory.request),
        memory_limit=format_memory(service.size.memory.limit),
        minimum_replicas=own.min_replicas,
        maximum_replicas=at_most.steady,
        target_cpu_percent=targets[0],
        target_memory_percent=targets[1],
        scale_down_stabilization_seconds=STABILIZATION_SECONDS if system.parity == "safe" else None,
        max_surge=at_most.surge,
        max_unavailable=service.rollout.max_unavailable,
        progress_deadline_seconds=progress_deadline_seconds(probes.startup),
        probes=probes,
        shutdown=plan_pod_shutdown(
            service.shutdown.drain_seconds,
            pre_stop_seconds=service.shutdown.pre_stop_seconds,
            has_port=service.port is not None,
            parity=system.parity,
        ),
        service_port=_service_port(service),
        is_headless=service.internal is not None and service.internal.protocol in {"grpc", "http2"},
        system_controls={
            control: value
            for control, value in service.system_controls.items()
            if control in SAFE_SYSCTLS
        },
        variables=plan_variables(description, system_name, service_name),
    )


def namespace(description: Description, system_name: str) -> str:
    """The namespace of a system: the stack file's, or its name (trap 18)."""
    return description.environment.systems[system_name].namespace or system_name


def object_names(service: Service, system_name: str, service_name: str) -> ObjectNames:
    """The names of a service's objects: the system file's, or derived (A3, A9, A10, A11)."""
    names = service.kubernetes.names
    deployment = names.deployment or f"{system_name}-{service_name}"
    return ObjectNames(
        deployment=deployment,
        service=names.service or deployment.removesuffix("-service") + "-service",
        config_map=names.config_map or f"{service_name}-config",
        secret=names.secret or f"{service_name}-secrets",
    )


def version_label(tag_or_digest: str) -> str:
    """A label's value for an image: `v1.1.0` for `1.1.0`, and the beginning of a digest.

    A label takes 63 letters, digits and `-_.`, a letter or digit first and last; a digest has more,
    and a tag may begin with an underscore.
    """
    if tag_or_digest.startswith("sha256:"):
        return f"sha256-{tag_or_digest.removeprefix('sha256:')[:12]}"
    label = tag_or_digest.strip("-_.")[:62].rstrip("-_.")
    return f"v{label}" if label[:1].isdigit() else label or "unknown"


def _service_port(service: Service) -> int | None:
    if service.port is None:
        return None
    # Who calls a service is told the port on which it listens.
    return HTTP_PORT if service.public is not None and service.internal is None else service.port
