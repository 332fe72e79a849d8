"""The services of one system on EKS, with what runs before them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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
from model.observation import StatusExporter
from planning.kubernetes import namespace, plan_kubernetes_service
from stacks import bindings, status_pod
from stacks.eks_platform import EksPlatform
from stacks.parts import SystemParts
from stacks.pods import job_args, service_args
from stacks.prepare import Work
from stacks.running import Running, RunningService, TaskMetrics
from stacks.scope import Scope
from stacks.watched import Status


@dataclass(frozen=True, kw_only=True, slots=True)
class OnKubernetes:
    """What one system has in the cluster; see `stacks.runtime.SystemRuntime`."""

    scope: Scope
    parts: SystemParts
    platform: EksPlatform
    namespace: KubernetesNamespace
    services: dict[str, KubernetesService] = field(default_factory=dict[str, KubernetesService])
    """In the order in which they are deployed."""
    jobs: dict[str, KubernetesJob] = field(default_factory=dict[str, KubernetesJob])
    """What ran before them: `bootstrap` and `migration`, as far as there is any."""

    def prepare(self, work: Work, after: Sequence[pulumi.Resource]) -> KubernetesJob:
        """Runs a Job."""
        job = self.jobs[work.name] = KubernetesJob(
            f"{self.scope.name}-{work.name}",
            job_args(self.scope, self.platform, self.namespace, work, after=[*self._ready, *after]),
            self.platform.options,
        )
        return job

    def deploy(
        self,
        name: str,
        offered: Mapping[str, bindings.Outputs],
        after: Sequence[pulumi.Resource],
    ) -> KubernetesService:
        """Builds a Deployment with all that belongs to it."""
        service = self.services[name] = KubernetesService(
            f"{self.scope.name}-{name}",
            service_args(
                self.scope,
                name,
                self.parts,
                self.platform,
                self.namespace,
                offered=offered,
                after=[*self._ready, *after],
            ),
            self.platform.options,
        )
        return service

    @property
    def _ready(self) -> list[pulumi.Resource]:
        return [self.namespace, *self.platform.ready]

    def offers(self, name: str) -> bindings.Outputs | None:
        """The name and the port of its Service."""
        wanted = self.scope.system.services[name]
        plan = plan_kubernetes_service(self.scope.description, self.scope.name, name)
        if wanted.internal is None or plan.service_port is None:
            return None
        return bindings.of_service(
            dns_name=plan.names.service,
            protocol=wanted.internal.protocol,
            port=plan.service_port,
            destination=None,
        )

    def running(self) -> Running:
        """What was built, and what CloudWatch measures of it."""
        measured = self.scope.environment.eks.container_insights
        group = self.platform.cluster.security_group_id
        return Running(
            services={
                name: RunningService(
                    metrics=_pod_metrics(self.platform, self.services[name]) if measured else None,
                    outputs={
                        "namespace": self.services[name].namespace,
                        "deploymentName": self.services[name].deployment_name,
                        "serviceName": self.services[name].service_name,
                        "securityGroupId": group,
                    },
                )
                for name in self.scope.system.services
            },
            routes=self.parts.routes,
            tasks={
                name: {
                    "namespace": job.namespace,
                    "jobName": job.job_name,
                    "securityGroupId": group,
                }
                for name, job in self.jobs.items()
            },
            namespace=self.namespace.namespace,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Eks:
    """The runtime `eks`; see `stacks.runtime.Runtime`."""

    platform: EksPlatform

    @property
    def outputs(self) -> Mapping[str, object]:
        """ARN and name of the cluster, and the group that all pods share."""
        cluster = self.platform.cluster
        return {
            "clusterArn": cluster.cluster_arn,
            "clusterName": cluster.cluster_name,
            "clusterSecurityGroupId": cluster.security_group_id,
        }

    @property
    def target_tags(self) -> Mapping[str, pulumi.Input[str]]:
        """The one by which EKS knows the target groups that it may register pods in."""
        return {"eks:eks-cluster-name": self.platform.cluster.cluster_name}

    def system(self, scope: Scope, parts: SystemParts, works: Sequence[Work]) -> OnKubernetes:
        """Begins with a system: its namespace."""
        return OnKubernetes(
            scope=scope,
            parts=parts,
            platform=self.platform,
            namespace=_namespace(scope, parts, self.platform, works),
        )

    def status(
        self, scope: Scope, described: StatusExporter, address: str, running: Running
    ) -> Status:
        """Builds a pod that asks, which Prometheus may read."""
        assert running.namespace is not None  # noqa: S101 (it runs here)
        return status_pod.build(scope, described, address, self.platform, running.namespace)


def _namespace(
    scope: Scope, parts: SystemParts, platform: EksPlatform, works: Sequence[Work]
) -> KubernetesNamespace:
    reaches: dict[str, Destination] = {}
    for wanted in scope.system.services.values():
        for source in wanted.bind.values():
            part = source.partition(".")[0]
            destination = parts.offered[part].destination if part in parts.offered else None
            if destination is not None:
                reaches[part] = destination
    for work in works:
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
