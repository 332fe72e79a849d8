"""What a system is: the content of `systems/<name>.yaml`. It knows nothing about environments."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from model.fields import Name, Sentence
from model.observation import Alert, PostDeployCheck, StatusExporter
from model.part import Part
from model.rate_limit import RateLimit
from model.service import Service
from model.stores import Assets, Cache, Database, Objects, Queue


class System(Part):
    """What one team runs: services, data stores, bindings, alerts."""

    name: Name
    """Name of the system, and of its file."""
    description: Sentence
    """What it is for, in a sentence."""
    services: Annotated[Mapping[Name, Service], Field(min_length=1)]
    """Services by name."""
    parity: Literal["safe", "exact"] = "safe"
    """`safe` puts right what is harmful on Kubernetes: it derives a startup probe, waits before
    SIGTERM, leaves a margin before the kill. `exact` takes the numbers of this file as they are,
    and only warns (traps 19, 21 to 24)."""
    database: Database | None = None
    """PostgreSQL database; none by default."""
    cache: Cache | None = None
    """Redis cache; none by default."""
    queue: Queue | None = None
    """RabbitMQ broker; none by default."""
    objects: Objects | None = None
    """Bucket for objects; none by default."""
    assets: Assets | None = None
    """Static files behind a CDN; none by default."""
    rate_limit: RateLimit | None = None
    """Requests that one address may send to this system; by default the stack file's general limit
    holds (trap 17)."""
    status_exporter: StatusExporter | None = None
    """Metrics from a status answer; none by default."""
    alerts: tuple[Alert, ...] = ()
    """Alerts; none by default. Every system has those on its services and data stores without
    asking."""
    post_deploy_checks: tuple[PostDeployCheck, ...] = ()
    """Requests that the doctor makes after a deploy; none by default."""
