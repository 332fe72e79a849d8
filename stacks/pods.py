"""What the pods of one system are made from; a part of `stacks/on_kubernetes.py`."""

from collections.abc import Mapping, Sequence

import pulumi

from components.heartbeat import HeartbeatArgs
from components.kubernetes_container import ContainerArgs, ProbeArgs
from components.kubernetes_job import KubernetesJobArgs
from components.kubernetes_namespace import KubernetesNamespace
from components.kubernetes_network_policy import NetworkReach
from components.kubernetes_service import KubernetesServiceArgs
from components.kubernetes_service_args import NamesArgs, ScrapeArgs
from components.reach import Destination
from model.service import Service
from planning.kubernetes import KubernetesPlan, plan_kubernetes_service
from planning.order import called_services
from planning.probes import ProbePlan
from stacks import bindings
from stacks.eks_platform import RUNTIME, EksPlatform
from stacks.parts import SystemParts
from stacks.prepare import Work
from stacks.scope import Scope


def service_args(
    scope: Scope,
    name: str,
    parts: SystemParts,
    platform: EksPlatform,
    namespace: KubernetesNamespace,
    *,
    offered: Mapping[str, bindings.Outputs],
    after: Sequence[pulumi.Resource],
) -> KubernetesServiceArgs:
    """What a service needs to know.

    Args:
        scope: The system.
        name: The service.
        parts: What services are made from, whatever runs them.
        platform: The cluster.
        namespace: The system's namespace.
        offered: What data stores, and the services before this one, offer to bindings.
        after: What must be there before its pods.
    """
    plan = plan_kubernetes_service(scope.description, scope.name, name)
    bound = parts.bound(plan.variables, offered)
    wanted = scope.system.services[name]
    route = parts.routes.get(name)
    return KubernetesServiceArgs(
        cluster_name=platform.cluster.cluster_name,
        account_id=scope.platform.account_id,
        namespace=namespace.namespace,
        app=plan.names.deployment,
        service=name,
        part_of=scope.name,
        version=plan.version,
        names=NamesArgs(
            service=plan.names.service,
            config_map=plan.names.config_map,
            secret=plan.names.secret,
        ),
        container=_container(scope, wanted, plan),
        environment=bound.values,
        secrets=bound.secrets,
        secret_keys=wanted.kubernetes.secret_keys,
        replicas=plan.minimum_replicas,
        maximum_replicas=plan.maximum_replicas,
        target_cpu_percent=plan.target_cpu_percent if plan.scales else None,
        target_memory_percent=plan.target_memory_percent if plan.scales else None,
        scale_down_stabilization_seconds=plan.scale_down_stabilization_seconds,
        max_surge=plan.max_surge,
        max_unavailable=plan.max_unavailable,
        progress_deadline_seconds=plan.progress_deadline_seconds,
        revision_history_limit=wanted.kubernetes.revision_history_limit,
        termination_grace_period_seconds=plan.shutdown.termination_grace_period_seconds,
        system_controls=plan.system_controls,
        permissions=bound.permissions,
        image_pull_secret=namespace.image_pull_secret,
        target_group_arn=route.target_group_arns[RUNTIME] if route is not None else None,
        ingress_cidr_blocks=scope.platform.network.public_cidr_blocks if route is not None else (),
        callers=_callers(scope, name),
        reaches={**_store_reaches(scope, bound.reaches), **_service_reaches(scope, wanted)},
        is_headless=plan.is_headless,
        service_port=plan.service_port,
        scrape=_scrape(scope, wanted),
        after=after,
    )


def _container(scope: Scope, wanted: Service, plan: KubernetesPlan) -> ContainerArgs:
    return ContainerArgs(
        image=pulumi.Output.concat(scope.platform.registry, "/", plan.variables.image),
        command=wanted.command,
        port=wanted.port,
        user=wanted.user,
        cpu_request=plan.cpu_request,
        cpu_limit=plan.cpu_limit,
        memory_request=plan.memory_request,
        memory_limit=plan.memory_limit,
        image_pull_policy=wanted.kubernetes.image_pull_policy,
        startup_probe=_probe(plan.probes.startup),
        readiness_probe=_probe(plan.probes.readiness),
        liveness_probe=_probe(plan.probes.liveness),
        pre_stop_seconds=plan.shutdown.pre_stop_seconds,
        scratch=wanted.scratch,
    )


def _probe(plan: ProbePlan | None) -> ProbeArgs | None:
    if plan is None:
        return None
    command: list[str] = []
    if plan.heartbeat is not None:
        beat = plan.heartbeat
        command = HeartbeatArgs(file=beat.file, max_age_seconds=beat.max_age_seconds).probe_command
    return ProbeArgs(
        path=plan.path,
        command=command,
        initial_delay_seconds=plan.initial_delay_seconds,
        period_seconds=plan.period_seconds,
        timeout_seconds=plan.timeout_seconds,
        failure_threshold=plan.failure_threshold,
    )


def _callers(scope: Scope, name: str) -> list[str]:
    return sorted(
        plan_kubernetes_service(scope.description, scope.name, other).names.deployment
        for other, service in scope.system.services.items()
        if name in called_services(service)
    )


def _service_reaches(scope: Scope, wanted: Service) -> dict[str, NetworkReach]:
    reaches: dict[str, NetworkReach] = {}
    for called in called_services(wanted):
        plan = plan_kubernetes_service(scope.description, scope.name, called)
        port = scope.system.services[called].port
        assert port is not None  # noqa: S101 (the model's rules have looked)
        reaches[called] = NetworkReach(app=plan.names.deployment, port=port)
    return reaches


def _store_reaches(
    scope: Scope, destinations: Mapping[str, Destination]
) -> dict[str, NetworkReach]:
    # A policy knows no security groups, and all stores stand in the isolated subnets: it lets a
    # pod to every store that listens on this port. Those of other systems have other passwords.
    blocks = scope.platform.network.isolated_cidr_blocks
    return {
        name: NetworkReach(cidr_blocks=blocks, port=destination.port)
        for name, destination in destinations.items()
    }


def _scrape(scope: Scope, wanted: Service) -> ScrapeArgs | None:
    eks = scope.environment.eks
    if wanted.metrics is None or not wanted.metrics.enabled or not eks.prometheus_operator:
        return None
    return ScrapeArgs(
        path=wanted.metrics.path,
        interval_seconds=wanted.metrics.interval_seconds,
        namespace=eks.scrape_namespace,
    )


def job_args(
    scope: Scope,
    platform: EksPlatform,
    namespace: KubernetesNamespace,
    work: Work,
    *,
    after: Sequence[pulumi.Resource],
) -> KubernetesJobArgs:
    """What work that runs before the services needs to know.

    Args:
        scope: The system.
        platform: The cluster.
        namespace: The system's namespace.
        work: The work.
        after: What must be there before it.
    """
    known = {name: each for name, each in work.bound.secrets.items() if each.document is not None}
    fetched = {name: each for name, each in work.bound.secrets.items() if name not in known}
    return KubernetesJobArgs(
        cluster_name=platform.cluster.cluster_name,
        account_id=scope.platform.account_id,
        region=scope.environment.region,
        namespace=namespace.namespace,
        app=f"{scope.name}-{work.name}",
        service=work.service or work.name,
        part_of=scope.name,
        container=_work_container(scope, work),
        environment=work.bound.values,
        secrets=known,
        fetched_secrets=fetched,
        tools_image=scope.environment.eks.tools_image,
        kms_key_arn=scope.platform.key_arn,
        reaches=_store_reaches(scope, work.bound.reaches),
        image_pull_secret=namespace.image_pull_secret if work.service is not None else None,
        timeout_seconds=work.timeout_seconds,
        after=after,
    )


def _work_container(scope: Scope, work: Work) -> ContainerArgs:
    if work.service is None:
        return ContainerArgs(
            image=work.image,
            command=work.command,
            cpu_request="250m",
            cpu_limit="500m",
            memory_request="256Mi",
            memory_limit="512Mi",
        )
    plan = plan_kubernetes_service(scope.description, scope.name, work.service)
    return ContainerArgs(
        image=work.image,
        command=work.command,
        user=scope.system.services[work.service].user,
        cpu_request=plan.cpu_request,
        cpu_limit=plan.cpu_limit,
        memory_request=plan.memory_request,
        memory_limit=plan.memory_limit,
    )
