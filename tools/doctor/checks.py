"""All checks in one place: for each kind of subject, what is looked at and what it confirms."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from tools.doctor import (
    alarms,
    assets,
    autoscaling,
    backup,
    cache,
    database,
    ecs_service,
    listener_rules,
    load_balancer,
    network,
    objects,
    queue,
    secrets,
    target_group,
    task_definition,
)
from tools.doctor.finding import Difference
from tools.doctor.subjects import (
    AssetsSubject,
    CacheSubject,
    DatabaseSubject,
    ObjectsSubject,
    PlatformSubject,
    QueueSubject,
    ServiceSubject,
    SystemSubject,
)

Subject = TypeVar("Subject", bound=PlatformSubject)


@dataclass(frozen=True, slots=True)
class Check(Generic[Subject]):
    """One row of the doctor's list."""

    name: str
    """Second half of the finding's name."""
    confirms: str
    """What holds when the check finds no difference."""
    differences: Callable[[Subject], Iterable[Difference]]
    """Reads the account and gives every difference from the description."""


PLATFORM: Sequence[Check[PlatformSubject]] = (
    Check("load balancer", "it is active and internet-facing", load_balancer.state),
    Check("https", "port 443 speaks HTTPS with TLS 1.2 and 1.3 only", load_balancer.https),
    Check("certificate", "it is issued and covers every host", load_balancer.certificate),
    Check("redirect", "port 80 answers 301 to HTTPS", load_balancer.redirect),
    Check("firewall", "a web ACL with the rate limit guards the edge", load_balancer.firewall),
    Check("exposure", "only the edge's 80 and 443 are open to the internet", network.exposure),
    Check("alarms", "they exist and act on the platform's topic", alarms.of_platform),
    Check("topic", "it takes alarms and passes them on", alarms.topic_of_platform),
    Check("backup", "what must not be lost is backed up daily, as described", backup.plan),
)

SYSTEM: Sequence[Check[SystemSubject]] = (
    Check("alarms", "every alert has one, each acts on the system's topic", alarms.of_system),
    Check("topic", "it takes alarms and passes them on", alarms.topic_of_system),
)

PUBLIC_SERVICE: Sequence[Check[ServiceSubject]] = (
    Check("forwarding", "its paths reach its target group", listener_rules.forwarding),
    Check("denied paths", "they answer 403 before anything else", listener_rules.denial),
    Check("health check", "the target group's is the described one", target_group.health_check),
    Check("traffic", "port, algorithm and drain time as described", target_group.traffic),
    Check("targets", "enough of them are healthy", target_group.targets),
)

SERVICE: Sequence[Check[ServiceSubject]] = (
    Check("rollout", "the wanted task definition is rolled out whole", ecs_service.rollout),
    Check("count", "as many tasks run as wanted, within the bounds", ecs_service.count),
    Check(
        "safeguards", "circuit breaker, rollback, grace and exec are set", ecs_service.safeguards
    ),
    Check("placement", "private subnets and no public address", ecs_service.placement),
    Check("namespace", "in Service Connect's or in none, as deployed", ecs_service.namespace),
    Check("autoscaling", "bounds and targets as described", autoscaling.scaling),
    Check("size", "CPU, memory and stop timeout as planned", task_definition.size),
    Check("image", "the one that the stack file names", task_definition.image),
    Check("environment", "every promised variable is there", task_definition.environment),
    Check("logs", "the log group exists and keeps its retention", task_definition.logs),
    Check("secrets", "every one exists with its key and current version", secrets.presence),
    Check("secret access", "the execution role may read and decrypt them", secrets.access),
)

DATABASE: Sequence[Check[DatabaseSubject]] = (
    Check("protection", "private, encrypted and as durable as described", database.protection),
    Check("placement", "its subnets have no route out of the VPC", database.placement),
    Check("reachability", "only its clients can connect to it", database.reachability),
    Check("replicas", "as many as described, each like the database", database.replicas),
    Check("backup copy", "its backups are copied as far as deployed", database.backup_region),
)

CACHE: Sequence[Check[CacheSubject]] = (
    Check("protection", "TLS, token, encryption and copies as described", cache.protection),
    Check("placement", "its subnets have no route out of the VPC", cache.placement),
    Check("reachability", "only its clients can connect to it", cache.reachability),
)

QUEUE: Sequence[Check[QueueSubject]] = (
    Check("protection", "private, encrypted and as many nodes as described", queue.protection),
    Check("placement", "its subnets have no route out of the VPC", queue.placement),
    Check("reachability", "only its clients can connect to it", queue.reachability),
    Check("log", "its log arrives in CloudWatch", queue.log),
)

OBJECTS: Sequence[Check[ObjectsSubject]] = (
    Check("protection", "private, versioned and encrypted with our key", objects.protection),
    Check("lifecycle", "objects and earlier versions end as described", objects.lifecycle),
    Check("copy", "copied to the backup region, as described", objects.copy),
    Check("access", "the services that bind it, and no others, may use it", objects.access),
)

ASSETS: Sequence[Check[AssetsSubject]] = (
    Check("distribution", "deployed, enabled and at the described host", assets.distribution),
    Check("https", "HTTPS with TLS 1.2 or newer only", assets.https),
    Check("origin", "it signs every request to the bucket", assets.origin),
    Check("bucket", "private, and only this distribution may read it", assets.bucket),
    Check("health paths", "none of them is cached", assets.health),
)
