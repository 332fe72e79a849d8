"""The services of one system on EKS, with what runs before them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.kubernetes_job import KubernetesJob
from components.kubernetes_namespace import (
    KubernetesNamespace,
    KubernetesNamespaceArgs,
    RegistryCredentialsArgs,
)
from components.kubernetes_service import KubernetesService
from components.monitoring import MetricArgs
from components.reach import Destination
from planning.kubernetes import namespace, plan_kubernetes_service
from planning.order import called_services, deploy_order
from stacks import bindings
from stacks.eks_platform import EksPlatform
from stacks.parts import SystemParts
from stacks.pods import job_args, service_args
from stacks.prepare import Work, works
from stacks.running import Running, RunningService, TaskMetrics
from stacks.scope import Scope


@dataclass(frozen=True, kw_only=True, slots=True)
class OnKubernetes:
    """What one system has in the cluster."""

    namespace: KubernetesNamespace
    services: Mapping[str, KubernetesService]
    """In the order of the system file."""
    jobs: Mapping[str, KubernetesJob]
    """What ran before them: `bootstrap` and `migration`, as far as there is any."""


def build(
    scope: Scope, parts: SystemParts, platform: EksPlatform, *, prepares: bool
) -> OnKubernetes:
    """Builds the services, each behind all that it calls.

    Args:
        scope: The system.
        parts: What the services are made from, whatever runs them.
        platform: The cluster.
        prepares: Whether databases are prepared here; while switching the other runtime does it.
    """
    waiting = works(scope, parts) if prepares else []
    room = _namespace(scope, parts, platform, waiting)
    jobs: dict[str, KubernetesJob] = {}
    for work in waiting:
        jobs[work.name] = KubernetesJob(
            f"{scope.name}-{work.name}",
            job_args(scope, platform, room, work, after=[*platform.ready, room, *jobs.values()]),
            platform.options,
        )
    built: dict[str, KubernetesService] = {}
    offered = dict(parts.offered)
    for name in deploy_order(scope.system.services):
        wanted = scope.system.services[name]
        after: list[pulumi.Resource] = [room, *platform.ready]
        after += [built[called] for called in called_services(wanted)]
        if any(source.startswith("database.") for source in wanted.bind.values()):
            after += jobs.values()
        if name in parts.routes:
            # A pod is ready once the load balancer finds it well, and that looks at those target
            # groups only that a rule leads to.
            after.append(parts.routes[name])
        built[name] = KubernetesService(
            f"{scope.name}-{name}",
            service_args(scope, name, parts, platform, room, offered=offered, after=after),
            platform.options,
        )
        offered |= _offered(scope, name)
    return OnKubernetes(
        namespace=room, services={name: built[name] for name in scope.system.services}, jobs=jobs
    )


def _offered(scope: Scope, name: str) -> dict[str, bindings.Outputs]:
    """What a service offers to those that call it."""
    wanted = scope.system.services[name]
    plan = plan_kubernetes_service(scope.description, scope.name, name)
    if wanted.internal is None or plan.service_port is None:
        return {}
    return {
        f"services.{name}": bindings.of_service(
            dns_name=plan.names.service,
            protocol=wanted.internal.protocol,
            port=plan.service_port,
            destination=None,
        )
    }


def _namespace(
    scope: Scope, parts: SystemParts, platform: EksPlatform, waiting: Sequence[Work]
) -> KubernetesNamespace:
    reaches: dict[str, Destination] = {}
    for wanted in scope.system.services.values():
        for source in wanted.bind.values():
            part = source.partition(".")[0]
            destination = parts.offered[part].destination if part in parts.offered else None
            if destination is not None:
                reaches[part] = destination
    for work in waiting:
        reaches |= work.bound.reaches
    return KubernetesNamespace(
        f"{scope.name}-namespace",
        KubernetesNamespaceArgs(
            namespace=namespace(scope.description, scope.name),
            part_of=scope.name,
            pod_security_version=f"v{scope.environment.eks.version}",
            cluster_security_group_id=platform.cluster.security_group_id,
            reaches=reaches,
            waits_for_load_balancer=bool(parts.routes),
            registry_credentials=_registry_credentials(scope),
        ),
        platform.options,
    )


def _registry_credentials(scope: Scope) -> RegistryCredentialsArgs | None:
    arn = scope.environment.existing.registry_secret_arn
    if arn is None:
        return None
    version = aws.secretsmanager.get_secret_version_output(
        secret_id=arn, opts=pulumi.InvokeOutputOptions(provider=scope.clouds.aws)
    )
    return RegistryCredentialsArgs(
        host=scope.environment.domain.registry.partition("/")[0],
        document=pulumi.Output.secret(version.secret_string),
    )


def as_running(
    found: OnKubernetes, parts: SystemParts, platform: EksPlatform, *, container_insights: bool
) -> Running:
    """What alarms, dashboards and outputs want to know.

    Args:
        found: What was built.
        parts: What it was made from.
        platform: The cluster.
        container_insights: Whether CloudWatch measures pods.
    """
    return Running(
        services={
            name: RunningService(
                metrics=_pod_metrics(platform, service) if container_insights else None,
                outputs={
                    "namespace": service.namespace,
                    "deploymentName": service.deployment_name,
                    "serviceName": service.service_name,
                    "securityGroupId": platform.cluster.security_group_id,
                },
            )
            for name, service in found.services.items()
        },
        routes=parts.routes,
        tasks={
            name: {
                "namespace": job.namespace,
                "jobName": job.job_name,
                "securityGroupId": platform.cluster.security_group_id,
            }
            for name, job in found.jobs.items()
        },
        namespace=found.namespace.namespace,
    )


def _pod_metrics(platform: EksPlatform, service: KubernetesService) -> TaskMetrics:
    """Source: CloudWatch user guide, "Amazon EKS and Kubernetes Container Insights metrics"."""

    def of(name: str) -> MetricArgs:
        return MetricArgs(
            namespace="ContainerInsights",
            name=name,
            dimensions={
                "ClusterName": platform.cluster.cluster_name,
                "Namespace": service.namespace,
                # CloudWatch means the Deployment that the pods belong to.
                "PodName": service.deployment_name,
            },
        )

    return TaskMetrics(
        cpu_percent=of("pod_cpu_utilization_over_pod_limit"),
        memory_percent=of("pod_memory_utilization_over_pod_limit"),
        desired=of("replicas_desired"),
        running=of("replicas_ready"),
    )
