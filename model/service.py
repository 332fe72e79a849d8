"""What a service is: one container image and all that a runtime must know to run it."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from model.fields import (
    Cpu,
    ImageName,
    Memory,
    Percent,
    Port,
    Sentence,
    SuccessCodes,
    UrlPath,
    VariableName,
)
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


class Rollout(Part):
    """How a new version takes the place of the old one, in Kubernetes' words."""

    max_surge: Annotated[int, Field(ge=0, le=100)] = 1
    """Tasks above the wanted number while rolling out; 1 by default."""
    max_unavailable: Annotated[int, Field(ge=0, le=100)] = 0
    """Tasks below the wanted number while rolling out; 0 by default, so that capacity stays."""


class Probe(Part):
    """A request by which Kubernetes asks a container how it is."""

    path: UrlPath
    """Path of the GET request; 2xx and 3xx are good."""
    initial_delay_seconds: Annotated[int, Field(ge=0, le=3600)] = 0
    """Seconds before the first request; 0 by default, a startup probe waits better."""
    period_seconds: Annotated[int, Field(ge=1, le=300)] = 10
    """Seconds from one request to the next; 10 by default, as in Kubernetes."""
    timeout_seconds: Annotated[int, Field(ge=1, le=300)] = 1
    """Seconds to wait for the answer, less than the period; 1 by default, as in Kubernetes."""
    failure_threshold: Annotated[int, Field(ge=1, le=100)] = 3
    """Failures in a row that count; 3 by default, as in Kubernetes."""
    application_timeouts: tuple[VariableName, ...] = ()
    """Environment variables with timeouts in milliseconds that the path itself waits for; each
    must be below `timeoutSeconds`, or the probe gives up first (trap 21). None by default."""


class Probes(Part):
    """Startup, readiness and liveness.

    On Fargate startup sets the grace period, the load balancer's check stands for readiness and
    the container check for liveness.
    """

    startup: Probe | None = None
    """Until it succeeds the other two wait; period times failures is the time to start. By default
    the grace period is 60 seconds."""
    readiness: Probe | None = None
    """While it fails a task gets no requests."""
    liveness: Probe | None = None
    """When it fails a task is restarted, so it must not depend on a data store (trap 20)."""


class ContainerHealthCheck(Part):
    """The check that ECS runs inside of the container; a task that fails it is replaced.

    Source: Amazon ECS API reference, HealthCheck.
    """

    path: UrlPath
    """Path asked on the service's own port."""
    interval_seconds: Annotated[int, Field(ge=5, le=300)] = 30
    """Seconds from one check to the next, 5 to 300; 30 by default."""
    timeout_seconds: Annotated[int, Field(ge=2, le=60)] = 5
    """Seconds to wait for the answer, 2 to 60 and less than the interval; 5 by default."""
    retries: Annotated[int, Field(ge=1, le=10)] = 3
    """Failures in a row that count, 1 to 10; 3 by default."""
    start_period_seconds: Annotated[int, Field(ge=0, le=300)] = 0
    """Seconds after the start in which failures do not count, 0 to 300; 0 by default."""
    command: Literal["node", "wget", "curl"] = "node"
    """Program in the image that asks; `node` by default, for slim images have no curl (trap 35)."""


class PublicHealthCheck(Part):
    """The check by which the load balancer chooses the tasks that get requests.

    Source: Elastic Load Balancing API reference, CreateTargetGroup.
    """

    path: UrlPath
    """Path of the GET request."""
    interval_seconds: Annotated[int, Field(ge=5, le=300)] = 10
    """Seconds from one check to the next, 5 to 300; 10 by default."""
    timeout_seconds: Annotated[int, Field(ge=2, le=120)] = 5
    """Seconds to wait for the answer, 2 to 120 and less than the interval; 5 by default."""
    healthy_threshold: Annotated[int, Field(ge=2, le=10)] = 2
    """Successes in a row until a task gets requests, 2 to 10; 2 by default."""
    unhealthy_threshold: Annotated[int, Field(ge=2, le=10)] = 3
    """Failures in a row until a task gets none, 2 to 10; 3 by default."""
    success_codes: SuccessCodes = "200-299"
    """HTTP codes that are good; 200-299 by default."""


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


class Shutdown(Part):
    """What a task needs to end without losing requests."""

    drain_seconds: Annotated[int, Field(ge=0, le=110)] = 30
    """Seconds that the process takes after SIGTERM, 0 to 110; 30 by default. Ten more and it is
    killed; Fargate allows 120 (trap 19)."""
    longest_request_seconds: Annotated[int, Field(ge=0, le=3600)] = 30
    """Seconds that the longest request takes, 0 to 3600; 30 by default. So long the load balancer
    keeps the connections of a task that leaves."""


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
    """TCP port that it listens on, 1 to 65535; none by default, as for a worker."""
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
    shutdown: Shutdown = Field(default_factory=Shutdown)
    """What it needs to end without losing requests; 30 seconds each by default."""
    env: Mapping[VariableName, str] = Field(default_factory=dict)
    """Environment variables, always text; the stack file may override them. No secrets."""
    bind: Mapping[VariableName, str] = Field(default_factory=dict)
    """Environment variables that a data store fills: `database.` host, port, name, username,
    password or url; `cache.` host, port, password, url or tls (trap 2)."""
    secrets: Mapping[VariableName, Literal["generated", "provided"]] = Field(default_factory=dict)
    """Secrets of the service's own: `generated` once at random, or `provided` with
    `pulumi config set --secret`."""
    requires: tuple[VariableName, ...] = ()
    """Environment variables without which the application does not start; a preview fails if
    nothing gives one (trap 3)."""
    strict_values: Mapping[VariableName, str] = Field(default_factory=dict)
    """Values that an environment with `safety: strict` must not change, for example a demo switch
    that stays off."""
    database_pool: DatabasePool | None = None
    """How many connections a task opens to the database; by default that is not checked."""
