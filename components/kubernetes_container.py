"""What a container is, as typed data; a part of all that runs in a cluster."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.errors import require, require_path, require_port
from components.kubernetes_labels import require_dns_label

PULL_POLICIES = ("Always", "IfNotPresent", "Never")

_CPU = re.compile(r"(\d+)(m?)")
_MEMORY = re.compile(r"(\d+)(Mi|Gi)")
_USER = re.compile(r"[1-9]\d*(:[1-9]\d*)?")
_PORT_NAME = re.compile(r"(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True, slots=True)
class ProbeArgs:
    """How the kubelet tells whether a container is well: by a path, a command or its port.

    Source of the limits: Kubernetes API reference, Probe.
    """

    path: str | None = None
    """Path that answers 200 to 399 when it is well; by default the port is only connected to."""
    command: Sequence[str] = ()
    """Program and arguments that end with 0 when it is well, for one without a port (trap 29);
    none by default. It must be in the image (trap 35)."""
    initial_delay_seconds: int = 0
    """Seconds after the start before the first question, from 0; 0 by default, because a startup
    probe waits as long as needed and no longer (trap 22)."""
    period_seconds: int = 10
    """Seconds between two questions, from 1; 10 by default."""
    timeout_seconds: int = 1
    """Seconds after which an answer is too late, from 1; 1 by default."""
    failure_threshold: int = 3
    """Failures in a row that count, from 1; 3 by default."""

    def __post_init__(self) -> None:
        require_path(self, optional=True)
        require(
            self,
            "command",
            self.path is None or not self.command,
            "leave out path or command: a probe asks in one way",
        )
        require(
            self,
            "initial_delay_seconds",
            self.initial_delay_seconds >= 0,
            "use 0 or more (seconds)",
        )
        for field in ("period_seconds", "timeout_seconds"):
            require(self, field, getattr(self, field) >= 1, "use 1 or more (seconds)")
        require(self, "failure_threshold", self.failure_threshold >= 1, "use 1 or more (failures)")


@dataclass(frozen=True, kw_only=True, slots=True)
class ContainerArgs:
    """What a container needs to know. Source of the limits: Kubernetes API reference, Container."""

    name: str = "main"
    """Name in the pod; `main` by default."""
    image: pulumi.Input[str]
    """Image with registry and with a tag that never moves or a digest (trap 36)."""
    command: Sequence[str] = ()
    """Program and arguments, which the image's entrypoint gets if it has one; the image's own by
    default. What ECS calls `command`, and Kubernetes `args`."""
    entrypoint: Sequence[str] = ()
    """What runs in place of the image's entrypoint; the image's own by default. What Kubernetes
    calls `command`."""
    port: int | None = None
    """Port on which the application listens, 1 to 65535; none by default, as for a worker."""
    port_name: str = "http"
    """Name of that port, by which Service and scrape find it: 1 to 15 lower-case letters, digits
    and hyphens; `http` by default."""
    user: str | None = None
    """User and group of the process as numbers, `1001:1001`, or the user alone for both; 1000 by
    default. Never 0 and never a name: the kubelet cannot tell whether a name is root."""
    cpu_request: str
    """Processor that is kept free for it: thousandths such as `250m`, or whole ones."""
    cpu_limit: str
    """Processor above which it is slowed down."""
    memory_request: str
    """Memory that is kept free for it, such as `512Mi` or `1Gi`. An autoscaler's percentages are of
    the requests."""
    memory_limit: str
    """Memory above which it is killed."""
    image_pull_policy: str = "IfNotPresent"
    """`Always`, `IfNotPresent` or `Never`; `IfNotPresent` by default, because a tag does not
    move."""
    startup_probe: ProbeArgs | None = None
    """Holds the other two back until it succeeds once; none by default."""
    readiness_probe: ProbeArgs | None = None
    """Takes the pod out of the Service while it fails; none by default."""
    liveness_probe: ProbeArgs | None = None
    """Starts the container anew when it fails. The cheapest question there is, never one that asks
    the database too: its outage would restart every pod (trap 20). None by default."""
    pre_stop_seconds: int = 0
    """Seconds between the end's announcement and SIGTERM, in which load balancers and Services stop
    to send requests (trap 19), from 0; 0 by default."""
    scratch: Sequence[str] = ()
    """Directories that it may write to, empty in each new pod. With any of them the rest of its
    disk is read-only; none by default, images are not ours."""

    def __post_init__(self) -> None:
        require_dns_label(self, "name")
        require_port(self, optional=True)
        require(
            self,
            "port_name",
            len(self.port_name) <= 15 and _PORT_NAME.fullmatch(self.port_name) is not None,
            "use 1 to 15 lower-case letters, digits and hyphens, with a letter among them",
        )
        require(
            self,
            "user",
            self.user is None or _USER.fullmatch(self.user) is not None,
            "use numbers, user or user:group, and not 0, which is root",
        )
        require(
            self,
            "image_pull_policy",
            self.image_pull_policy in PULL_POLICIES,
            f"use one of {', '.join(PULL_POLICIES)}",
        )
        require(self, "pre_stop_seconds", self.pre_stop_seconds >= 0, "use 0 or more (seconds)")
        require(
            self,
            "scratch",
            all(path.startswith("/") and path != "/" for path in self.scratch)
            and len(set(self.scratch)) == len(self.scratch),
            "use paths below /, each once",
        )
        self._require_resources()
        self._require_probes()

    def _require_resources(self) -> None:
        for field in ("cpu_request", "cpu_limit"):
            require(
                self,
                field,
                _millicores(getattr(self, field)) > 0,
                "use thousandths of a processor such as 250m, or whole ones such as 1",
            )
        for field in ("memory_request", "memory_limit"):
            require(
                self, field, _mebibytes(getattr(self, field)) > 0, "use a size such as 512Mi or 1Gi"
            )
        require(
            self,
            "cpu_limit",
            _millicores(self.cpu_limit) >= _millicores(self.cpu_request),
            "use cpu_request or more",
        )
        require(
            self,
            "memory_limit",
            _mebibytes(self.memory_limit) >= _mebibytes(self.memory_request),
            "use memory_request or more",
        )

    def _require_probes(self) -> None:
        probes = (self.startup_probe, self.readiness_probe, self.liveness_probe)
        require(
            self,
            "port",
            self.port is not None or all(probe is None or probe.command for probe in probes),
            "name the port that the probes ask, or give them a command",
        )


def _millicores(quantity: str) -> int:
    """Thousandths of a processor, 0 for what is no such quantity."""
    match = _CPU.fullmatch(quantity)
    return 0 if match is None else int(match[1]) * (1 if match[2] else 1000)


def _mebibytes(quantity: str) -> int:
    """MiB, 0 for what is no such quantity."""
    match = _MEMORY.fullmatch(quantity)
    return 0 if match is None else int(match[1]) * (1024 if match[2] == "Gi" else 1)
