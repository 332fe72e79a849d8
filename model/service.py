"""What a service is: one container image and all that a runtime must know to run it."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from model.aws_fields import SystemControl
from model.container_fields import (
    AbsolutePath,
    SecretKey,
    UserId,
    VariableName,
    VariableValue,
)
from model.fields import (
    Cpu,
    ImageName,
    Memory,
    ObjectName,
    Percent,
    Port,
    QueueName,
    Sentence,
    UrlPath,
)
from model.health import ContainerHealthCheck, Probes, PublicHealthCheck
from model.part import Part


class CpuSize(Part):
    """What a task gets of a processor."""

    request: Cpu
    """Share that is always there, for example `250m`. Fargate gives the limit instead."""
    limit: Cpu
    """Most that it may take, for example `1000m`; the Fargate size is the next one above."""


class MemorySize(Part):
    """What a task gets of memory."""

    request: Memory
    """Memory that is always there, for example `512Mi`. Fargate gives the limit instead."""
    limit: Memory
    """Most that it may take, for example `1Gi`; a process that takes more is killed."""


class Size(Part):
    """What one task needs, in Kubernetes' quantities."""

    cpu: CpuSize
    """Processor."""
    memory: MemorySize
    """Memory."""


class QueueDepth(Part):
    """How much waiting work one task is there for."""

    queue: QueueName
    """Name of the queue in the broker, in the virtual host `/`."""
    messages_per_task: Annotated[int, Field(ge=1, le=1_000_000)]
    """Messages that may wait for each task, 1 or more; more tasks start when more wait."""


class Replicas(Part):
    """How many tasks run, as the guide gives it; the stack file decides for its environment."""

    min: Annotated[int, Field(ge=1, le=1000)]
    """Fewest tasks, 1 to 1000."""
    max: Annotated[int, Field(ge=1, le=1000)]
    """Most tasks, 1 to 1000."""
    target_cpu_percent: Percent | None = None
    """Average processor use that autoscaling aims at, 1 to 100 %; by default it does not look."""
    target_memory_percent: Percent | None = None
    """Average memory use that autoscaling aims at, 1 to 100 %; by default it does not look, because
    many processes never give memory back (trap 23)."""
    target_queue_depth: QueueDepth | None = None
    """Waiting messages that autoscaling aims at, for a worker (trap 29); by default it does not
    look."""

    @property
    def scales(self) -> bool:
        """Whether autoscaling has anything to aim at."""
        return any(
            target is not None
            for target in (
                self.target_cpu_percent,
                self.target_memory_percent,
                self.target_queue_depth,
            )
        )


class Rollout(Part):
    """How a new version takes the place of the old one, in Kubernetes' words."""

    max_surge: Annotated[int, Field(ge=0, le=100)] = 1
    """Tasks above the wanted number while rolling out; 1 by default."""
    max_unavailable: Annotated[int, Field(ge=0, le=100)] = 0
    """Tasks below the wanted number while rolling out; 0 by default, so that capacity stays."""


class Public(Part):
    """How the load balancer brings requests to the service."""

    paths: Annotated[tuple[UrlPath, ...], Field(min_length=1, max_length=10)]
    """Beginnings of the paths that belong to the service; `/` is everything."""
    health_check: PublicHealthCheck
    """How the load balancer knows which tasks are well."""
    deny: Annotated[tuple[UrlPath, ...], Field(max_length=10)] = ()
    """Beginnings of paths that are for the inside only and get 403, for example metrics (trap 33);
    none by default."""
    load_balancing: Literal["leastOutstandingRequests", "roundRobin"] = "leastOutstandingRequests"
    """Which task gets the next request; by default the one with the fewest unanswered."""


class Internal(Part):
    """How other services of the same system reach the service, by its name and port.

    ECS Service Connect balances each request, gRPC's too, which a name in DNS would not (trap 29).
    """

    protocol: Literal["http", "http2", "grpc", "tcp"]
    """What is spoken on the port. With `tcp` connections are balanced instead of requests."""


class Tokens(Part):
    """How long the tokens that the service issues are valid (trap 41)."""

    lifetime_variable: VariableName
    """Environment variable with the lifetime, for example `15m`, `24h` or `7d`."""
    refresh_secret: VariableName | None = None
    """The secret with which refresh tokens are signed; by default there are none, and a lifetime
    above a day is warned of, because a stolen token cannot be called back."""


class Shutdown(Part):
    """What a task needs to end without losing requests."""

    drain_seconds: Annotated[int, Field(ge=0, le=110)] = 30
    """Seconds that the process takes after SIGTERM, 0 to 110; 30 by default. Ten more and it is
    killed; Fargate allows 120 (trap 19)."""
    longest_request_seconds: Annotated[int, Field(ge=0, le=3600)] = 30
    """Seconds that the longest request takes, 0 to 3600; 30 by default. So long the load balancer
    keeps the connections of a task that leaves."""
    pre_stop_seconds: Annotated[int, Field(ge=0, le=110)] | None = None
    """Seconds that a pod waits before SIGTERM, in which the load balancer stops sending to it, 0 to
    110; by default 10 for a service with a port and 0 for one without. Not for Fargate, which takes
    a task out of the load balancer first (trap 19)."""


class Metrics(Part):
    """Where the service tells its own numbers, in Prometheus' text format (A14, D9)."""

    path: UrlPath
    """Path of the numbers, on the service's port, for example `/metrics`."""
    interval_seconds: Annotated[int, Field(ge=5, le=300)] = 30
    """Seconds from one scrape to the next, 5 to 300; 30 by default."""
    enabled: bool = True
    """Whether it is scraped; yes by default. `false` for a version that has no such path yet."""


class KubernetesNames(Part):
    """Names of the service's objects, where others know them by names of their own."""

    deployment: ObjectName | None = None
    """Name of the Deployment and value of the label `app`; by default `<system>-<service>`."""
    service: ObjectName | None = None
    """Name of the Service; by default the Deployment's and `-service`, and the service's own for
    one that others call."""
    config_map: ObjectName | None = None
    """Name of the ConfigMap; by default `<service>-config`."""
    secret: ObjectName | None = None
    """Name of the Secret; by default `<service>-secrets`."""


class KubernetesOptions(Part):
    """What only Kubernetes knows; Fargate does without."""

    names: KubernetesNames = Field(default_factory=KubernetesNames)
    """Names of the service's objects; derived from system and service by default."""
    secret_keys: Mapping[VariableName, SecretKey] = Field(default_factory=dict)
    """Keys of the Secret, by variable (D7); by default the variable's own name."""
    image_pull_policy: Literal["Always", "IfNotPresent"] = "IfNotPresent"
    """When a node pulls the image; `IfNotPresent` by default, for a tag means one image only."""
    revision_history_limit: Annotated[int, Field(ge=1, le=100)] = 10
    """Earlier versions that a rollback may go to, 1 to 100; 10 by default (E2)."""


class DatabasePool(Part):
    """How many connections a task opens to the database."""

    maximum_variable: VariableName
    """Environment variable with the pool's maximum; with the number of tasks it gives the sum that
    the database must bear (trap 27)."""


class Service(Part):
    """One container image with its port, probes, size, scaling and environment contract."""

    description: Sentence
    """What it does, in a sentence."""
    image: ImageName
    """Name of the image without registry and tag, for example `shop/api`."""
    command: tuple[str, ...] = ()
    """Command and arguments; by default the image's own."""
    port: Port | None = None
    """TCP port that it listens on, 1 to 65535; none by default, as for a worker. A change
    interrupts the service: the way to it leads to the new port from the start of the deploy on, and
    nothing listens there until the first new tasks run."""
    size: Size
    """Processor and memory of one task."""
    replicas: Replicas
    """Number of tasks and what autoscaling aims at."""
    rollout: Rollout = Field(default_factory=Rollout)
    """How a new version takes the place of the old one; by default one by one, new before old."""
    probes: Probes = Field(default_factory=Probes)
    """How to see that it has started, is ready, is alive."""
    container_health_check: ContainerHealthCheck | None = None
    """The check that ECS runs inside of the container; none by default."""
    public: Public | None = None
    """How requests from the Internet reach it; by default they do not."""
    internal: Internal | None = None
    """How other services of the system reach it; by default they do not."""
    shutdown: Shutdown = Field(default_factory=Shutdown)
    """What it needs to end without losing requests; 30 seconds each by default."""
    env: Mapping[VariableName, VariableValue] = Field(default_factory=dict)
    """Environment variables, always text; the stack file may override them. No secrets."""
    bind: Mapping[VariableName, str] = Field(default_factory=dict)
    """Environment variables that a data store or another service fills (trap 2): `database.` host,
    port, name, username, password, url, readerHost or readerUrl; `cache.` host, port, password, url
    or tls; `queue.` host, port, protocol, username, password or url; `objects.` endpoint, port,
    ssl, bucket, region, accessKey or secretKey; `assets.` url or bucket; `services.<name>.` host,
    port, address or url. What is bound can be reached, and nothing else."""
    secrets: Mapping[VariableName, Literal["generated", "generated-32", "provided"]] = Field(
        default_factory=dict
    )
    """Secrets of the system: `generated` once at random with 48 letters and digits, `generated-32`
    with 32 of them for ciphers that want a key of 32 bytes, or `provided` with
    `pulumi config set --secret`. Services that take the same name share one secret."""
    requires: tuple[VariableName, ...] = ()
    """Environment variables without which the application does not start; a preview fails if
    nothing gives one (trap 3)."""
    strict_values: Mapping[VariableName, str] = Field(default_factory=dict)
    """Values that an environment with `safety: strict` must not change, for example a demo switch
    that stays off."""
    database_pool: DatabasePool | None = None
    """How many connections a task opens to the database; by default that is not checked."""
    tokens: Tokens | None = None
    """How long the tokens are valid that it issues; by default that is not checked."""
    version_variable: VariableName | None = None
    """Environment variable that gets the image's tag or digest, so that the service can tell which
    version it is (trap 36); none by default."""
    user: UserId | None = None
    """User and group of the process, for example `1001:1001`; the image's own by default."""
    open_files: Annotated[int, Field(ge=1024, le=1_048_576)] | None = None
    """Files and connections that a process may have open, 1024 to 1048576; Fargate's own 65535 by
    default. Source: Amazon ECS API reference, Ulimit."""
    scratch: tuple[AbsolutePath, ...] = ()
    """Directories that the process writes to, each empty at the start of a task. With them all else
    is read-only on EKS; by default a process may write anywhere in its container."""
    metrics: Metrics | None = None
    """Where it tells its own numbers; by default nowhere."""
    kubernetes: KubernetesOptions = Field(default_factory=KubernetesOptions)
    """What only Kubernetes knows; derived by default."""
    system_controls: Mapping[SystemControl, str] = Field(default_factory=dict)
    """Kernel parameters of the task's own network, for example `net.core.somaxconn: "4096"`; none
    by default. Source: Amazon ECS API reference, SystemControl (trap 44)."""
