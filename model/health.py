"""How a runtime and a load balancer see that a service has started, is ready and is alive."""

from typing import Annotated, Literal

from pydantic import Field

from model.container_fields import AbsolutePath, VariableName
from model.fields import SuccessCodes, UrlPath
from model.part import Part


class Probe(Part):
    """How Kubernetes asks a container how it is."""

    path: UrlPath | None = None
    """Path of the GET request; 2xx and 3xx are good. By default the port is only connected to,
    which says that the process lives, and nothing of its data stores (trap 20)."""
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


class Heartbeat(Part):
    """A file that a process without a port writes to again and again while it works."""

    file: AbsolutePath
    """The file, for example `/tmp/heartbeat`."""
    max_age_seconds: Annotated[int, Field(ge=5, le=3600)] = 60
    """Seconds since the last write after which the process counts as stuck, 5 to 3600; 60 by
    default."""


class ContainerHealthCheck(Part):
    """The check that ECS runs inside of the container; a task that fails it is replaced.

    Source: Amazon ECS API reference, HealthCheck.
    """

    path: UrlPath | None = None
    """Path asked on the service's own port; either this or `heartbeat`."""
    heartbeat: Heartbeat | None = None
    """The file whose age is looked at, for a worker without a port (trap 29)."""
    interval_seconds: Annotated[int, Field(ge=5, le=300)] = 30
    """Seconds from one check to the next, 5 to 300; 30 by default."""
    timeout_seconds: Annotated[int, Field(ge=2, le=60)] = 5
    """Seconds to wait for the answer, 2 to 60 and less than the interval; 5 by default."""
    retries: Annotated[int, Field(ge=1, le=10)] = 3
    """Failures in a row that count, 1 to 10; 3 by default."""
    start_period_seconds: Annotated[int, Field(ge=0, le=300)] = 0
    """Seconds after the start in which failures do not count, 0 to 300; 0 by default."""
    command: Literal["node", "wget", "curl"] = "node"
    """Program in the image that asks for the path; `node` by default, for slim images have no curl
    (trap 35)."""


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
