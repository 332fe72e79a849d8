"""All checks in one place: for each kind of subject, what is looked at and what it confirms."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from tools.doctor import (
    alarms,
    assets,
    autoscaling,
    backup,
    cache,
    database,
    ecs_service,
    kubernetes_cluster,
    kubernetes_deployment,
    kubernetes_environment,
    kubernetes_namespace,
    kubernetes_network,
    kubernetes_pods,
    kubernetes_probes,
    kubernetes_prometheus,
    kubernetes_scaling,
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
from tools.doctor.kubernetes_subjects import (
    ClusterSubject,
    KubernetesServiceSubject,
    NamespaceSubject,
)
from tools.doctor.store_subjects import (
    AssetsSubject,
    CacheSubject,
    DatabaseSubject,
    ObjectsSubject,
    QueueSubject,
)
from tools.doctor.subjects import (
    FargateServiceSubject,
    PlatformSubject,
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
    Check(
        "certificate", "it is issued, not near its end, for every host", load_balancer.certificate
    ),
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

CLUSTER: Sequence[Check[ClusterSubject]] = (
    Check("state", "it is active and of the described version", kubernetes_cluster.state),
    Check("support", "AWS supports its version", kubernetes_cluster.support),
    Check("API", "it answers us and is of the same version", kubernetes_cluster.api),
    Check("access", "the two described roles administer it", kubernetes_cluster.access),
    Check("endpoint", "open to the described ranges only", kubernetes_cluster.endpoint),
    Check("encryption", "its Secrets are encrypted with our key", kubernetes_cluster.encryption),
    Check("logs", "it logs everything, for as long as described", kubernetes_cluster.logs),
    Check("add-ons", "those that it needs work", kubernetes_cluster.addons),
    Check("network policies", "they are kept", kubernetes_cluster.network_policies),
    Check("nodes", "there are some, all ready", kubernetes_cluster.nodes),
)

NAMESPACE: Sequence[Check[NamespaceSubject]] = (
    Check("pod security", "only restricted pods may run", kubernetes_namespace.standard),
    Check(
        "default deny", "nothing connects that no policy lets", kubernetes_namespace.default_deny
    ),
    Check("tasks", "what runs before the services has ended well", kubernetes_namespace.tasks),
    Check(
        "status exporter",
        "what turns the status answer into metrics runs where described",
        kubernetes_namespace.status_exporter,
    ),
    Check(
        "status metrics",
        "Prometheus finds them and has the described alerts, where there is one",
        kubernetes_prometheus.status_metrics,
    ),
    Check("pods", "all run, none was restarted within the hour", kubernetes_pods.pods),
)

PUBLIC_SERVICE: Sequence[Check[ServiceSubject]] = (
    Check("forwarding", "its paths reach its target group", listener_rules.forwarding),
    Check("denied paths", "they answer 403 before anything else", listener_rules.denial),
    Check("health check", "the target group's is the described one", target_group.health_check),
    Check("traffic", "algorithm and drain time as described", target_group.traffic),
    Check("targets", "there are enough, all of them healthy", target_group.targets),
)

FARGATE_SERVICE: Sequence[Check[FargateServiceSubject]] = (
    Check("rollout", "the wanted task definition is rolled out whole", ecs_service.rollout),
    Check("count", "as many tasks run as wanted, within the bounds", ecs_service.count),
    Check(
        "safeguards", "circuit breaker, rollback, grace and exec are set", ecs_service.safeguards
    ),
    Check("placement", "private subnets and no public address", ecs_service.placement),
    Check("registration", "the tasks join their target group, if any", ecs_service.registration),
    Check("namespace", "in Service Connect's or in none, as deployed", ecs_service.namespace),
    Check("autoscaling", "bounds and targets as described", autoscaling.scaling),
    Check("size", "CPU, memory and stop timeout as planned", task_definition.size),
    Check("image", "the one that the stack file names", task_definition.image),
    Check("environment", "every promised variable is there", task_definition.environment),
    Check("logs", "the log group exists and keeps its retention", task_definition.logs),
    Check("secrets", "every one exists with its key and current version", secrets.presence),
    Check("secret access", "the execution role may read and decrypt them", secrets.access),
)

KUBERNETES_SERVICE: Sequence[Check[KubernetesServiceSubject]] = (
    Check("rollout", "the wanted pods are rolled out whole", kubernetes_deployment.rollout),
    Check("count", "replicas within the bounds", kubernetes_deployment.count),
    Check("strategy", "versions follow each other as described", kubernetes_deployment.strategy),
    Check("image", "the one that the stack file names", kubernetes_deployment.image),
    Check("size", "requests and limits as planned", kubernetes_deployment.size),
    Check("probes", "startup, readiness and liveness as planned", kubernetes_probes.probes),
    Check("shutdown", "wait and grace period as planned", kubernetes_deployment.shutdown),
    Check("security", "its pods meet the restricted standard", kubernetes_deployment.security),
    Check("environment", "every promised variable is there", kubernetes_environment.environment),
    Check("references", "ConfigMaps and Secrets have every key", kubernetes_environment.references),
    Check("secrecy", "what is secret comes from a Secret", kubernetes_environment.secrecy),
    Check("autoscaling", "bounds and targets as described", kubernetes_scaling.autoscaling),
    Check("disruption", "one pod may go at a time", kubernetes_scaling.disruption),
    Check("network policy", "it guards the pods", kubernetes_network.policy),
    Check("service", "it finds the pods", kubernetes_network.service),
    Check("binding", "the pods are kept in the target group", kubernetes_network.binding),
    Check("monitor", "Prometheus finds the metrics where described", kubernetes_prometheus.monitor),
)

DATABASE: Sequence[Check[DatabaseSubject]] = (
    Check("protection", "private, encrypted and as durable as described", database.protection),
    Check("placement", "its subnets have no route out of the VPC", database.placement),
    Check("reachability", "only its clients' groups can connect to it", database.reachability),
    Check("replicas", "as many as described, each like the database", database.replicas),
    Check("backup copy", "its backups are copied as far as deployed", database.backup_region),
)

CACHE: Sequence[Check[CacheSubject]] = (
    Check("protection", "TLS, token, encryption and copies as described", cache.protection),
    Check("placement", "its subnets have no route out of the VPC", cache.placement),
    Check("reachability", "only its clients' groups can connect to it", cache.reachability),
)

QUEUE: Sequence[Check[QueueSubject]] = (
    Check("protection", "private, encrypted and as many nodes as described", queue.protection),
    Check("placement", "its subnets have no route out of the VPC", queue.placement),
    Check("reachability", "only its clients' groups can connect to it", queue.reachability),
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

_TABLES: Mapping[type[PlatformSubject], Sequence[Check[Any]]] = {
    PlatformSubject: PLATFORM,
    ClusterSubject: CLUSTER,
    SystemSubject: SYSTEM,
    NamespaceSubject: NAMESPACE,
    FargateServiceSubject: FARGATE_SERVICE,
    KubernetesServiceSubject: KUBERNETES_SERVICE,
    DatabaseSubject: DATABASE,
    CacheSubject: CACHE,
    QueueSubject: QUEUE,
    ObjectsSubject: OBJECTS,
    AssetsSubject: ASSETS,
}


def of(subject: PlatformSubject) -> Sequence[Check[Any]]:
    """Gives the checks of a subject, in their order; a public service has those of the edge too."""
    edge = PUBLIC_SERVICE if isinstance(subject, ServiceSubject) and subject.is_public else ()
    return [*edge, *_TABLES[type(subject)]]
