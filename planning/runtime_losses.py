"""Where a description asks for what its runtime cannot do, or not in full; a preview warns of it.

What is merely not needed on a runtime is not told: nobody could do anything about it.
"""

from collections.abc import Iterator

from model.metrics import SERVICE_METRICS
from model.problems import Problem, listed, shown
from model.service import Service
from planning.kubernetes import plan_kubernetes_service
from planning.runtime_row import Use
from planning.shutdown import plan_pod_shutdown
from planning.startup import grace_period_seconds
from planning.sysctls import SAFE_SYSCTLS

MEASURED_BY_INSIGHTS = frozenset(
    name for name, metric in SERVICE_METRICS.items() if not metric.needs_public
)
"""Metrics of a service that on EKS only Container Insights has: the load balancer counts the rest.
"""

LONGEST_START_SECONDS = 300
"""ECS's limit. Source: Amazon ECS API reference, HealthCheck.startPeriod."""

LONGEST_WAIT_SECONDS = 110
"""What the model takes as `preStopSeconds`, and as `drainSeconds`."""


def unasked_probes(use: Use) -> Iterator[Problem]:
    """Fargate: probes of a service that neither the load balancer nor ECS asks."""
    for _, service, place in use.services():
        if service.public is not None or service.container_health_check is not None:
            continue
        # Nobody sends requests to a service that is neither public nor internal.
        readiness = service.probes.readiness if service.internal is not None else None
        suffers = {
            kind: what
            for kind, probe, what in (
                ("readiness", readiness, "a task gets requests before it is ready"),
                ("liveness", service.probes.liveness, "a task that hangs stays"),
            )
            if probe is not None
        }
        if suffers:
            yield place.key("probes").problem(
                listed(suffers),
                f"{'is' if len(suffers) == 1 else 'are'} asked by nobody on fargate, where no load "
                f"balancer looks at this service: {listed(suffers.values())}",
                "write containerHealthCheck, which ECS asks",
            )


def short_start(use: Use) -> Iterator[Problem]:
    """Fargate: a start that takes longer than the check inside of the container waits."""
    for _, service, place in use.services():
        check, startup = service.container_health_check, service.probes.startup
        if service.public is not None or check is None or startup is None:
            continue
        wanted = grace_period_seconds(startup)
        waits = check.start_period_seconds + check.interval_seconds * check.retries
        if wanted > waits:
            start = wanted - check.interval_seconds * check.retries
            yield place.keys("probes", "startup").problem(
                f"{wanted} seconds",
                f"are not given on fargate to a service that is not public: containerHealthCheck "
                f"gives up after {waits}",
                f"write containerHealthCheck.startPeriodSeconds: {start} (seconds)"
                if start <= LONGEST_START_SECONDS
                else f"write containerHealthCheck.startPeriodSeconds: {LONGEST_START_SECONDS}, "
                f"the most that ECS takes, and an intervalSeconds times retries of "
                f"{wanted - LONGEST_START_SECONDS} (seconds)",
            )


def queue_depth(use: Use) -> Iterator[Problem]:
    """EKS: a queue that the number of pods should follow."""
    for name, service, place in use.services():
        depth, own = service.replicas.target_queue_depth, use.settings.services[name]
        if depth is None or own.min_replicas == own.max_replicas:
            continue
        others = (service.replicas.target_cpu_percent, service.replicas.target_memory_percent)
        pods = "1 pod runs" if own.min_replicas == 1 else f"{own.min_replicas} pods run"
        yield place.keys("replicas", "targetQueueDepth", "queue").problem(
            shown(depth.queue),
            "is not looked into on eks, where no autoscaler knows the broker"
            + (f": {pods}, however many messages wait" if not any(others) else ""),
            f"raise minReplicas in {use.description.stack_file} to what works the queue off at its "
            "fullest",
        )


def open_files(use: Use) -> Iterator[Problem]:
    """EKS: a limit that a pod cannot have of its own."""
    for name, service, place in use.services():
        if service.open_files is not None:
            yield place.key("openFiles").problem(
                str(service.open_files),
                "is not applied on eks, where the node's limit holds for every pod (trap 44)",
                f"compare it with `ulimit -n` in a pod of {name}",
            )


def unsafe_system_controls(use: Use) -> Iterator[Problem]:
    """EKS: kernel parameters with which no node would start a pod."""
    for _, service, place in use.services():
        unsafe = [each for each in service.system_controls if each not in SAFE_SYSCTLS]
        if unsafe:
            yield place.key("systemControls").problem(
                listed(unsafe),
                f"{'is' if len(unsafe) == 1 else 'are'} left out on eks, where a node starts no "
                "pod that asks for what Kubernetes does not call safe (trap 44)",
                "see that the service does with the kernel's own",
            )


def cut_requests(use: Use) -> Iterator[Problem]:
    """EKS: requests that last longer than a pod that leaves."""
    for _, service, place in use.services():
        if service.port is None:
            continue
        longest, drain = service.shutdown.longest_request_seconds, service.shutdown.drain_seconds
        end = plan_pod_shutdown(
            drain,
            pre_stop_seconds=service.shutdown.pre_stop_seconds,
            has_port=True,
            parity=use.system.parity,
        )
        if longest > end.pre_stop_seconds + drain:
            yield place.keys("shutdown", "longestRequestSeconds").problem(
                str(longest),
                f"is more than a pod that leaves has on eks: {end.pre_stop_seconds} seconds before "
                f"SIGTERM and {drain} after it, and what is not answered then is cut off (trap 19)",
                _longer_end(service),
            )


def _longer_end(service: Service) -> str:
    # A longer wait asks nothing of the process; a longer drain it must know how to keep.
    longest, drain = service.shutdown.longest_request_seconds, service.shutdown.drain_seconds
    if longest - drain <= LONGEST_WAIT_SECONDS:
        return f"write preStopSeconds: {longest - drain} (seconds)"
    if longest <= 2 * LONGEST_WAIT_SECONDS:
        return (
            f"write preStopSeconds: {LONGEST_WAIT_SECONDS} and drainSeconds: "
            f"{longest - LONGEST_WAIT_SECONDS} (seconds)"
        )
    return (
        f"write {2 * LONGEST_WAIT_SECONDS} or less, and see that a longer request can be sent "
        "again (seconds)"
    )


def own_balance(use: Use) -> Iterator[Problem]:
    """EKS: requests that only the callers themselves can share out among the pods."""
    for name, service, place in use.services():
        plan = plan_kubernetes_service(use.description, use.name, name)
        if service.internal is not None and plan.is_headless and plan.maximum_replicas > 1:
            yield place.keys("internal", "protocol").problem(
                shown(service.internal.protocol),
                "is balanced by nobody but its callers on eks: a connection carries many requests "
                "and ends at one pod (trap 29)",
                f"see that whoever calls {name} resolves it to all pods and takes turns, in gRPC "
                "dns:/// with round_robin",
            )


def unscraped_tasks(use: Use) -> Iterator[Problem]:
    """Fargate: numbers that nobody fetches, because nothing looks for tasks."""
    for _, service, place in use.services():
        if service.metrics is not None and service.metrics.enabled:
            yield place.keys("metrics", "path").problem(
                shown(service.metrics.path),
                "is scraped by nobody on fargate, where nothing looks for tasks",
                "alert on what the load balancer and ECS count (docs/metrics.md), or write "
                "metrics.enabled: false here",
            )


def unscraped_metrics(use: Use) -> Iterator[Problem]:
    """EKS: numbers that nobody fetches, because the cluster has no Prometheus operator."""
    if use.description.environment.eks.prometheus_operator:
        return
    for _, service, place in use.services():
        if service.metrics is not None and service.metrics.enabled:
            yield place.keys("metrics", "path").problem(
                shown(service.metrics.path),
                "is scraped by nobody on eks: slipway:eks.prometheusOperator is false",
                f"install the operator and write true in {use.description.stack_file}, or "
                "metrics.enabled: false here",
            )


def unmeasured_alerts(use: Use) -> Iterator[Problem]:
    """EKS: alerts on what only Container Insights measures."""
    if use.description.environment.eks.container_insights:
        return
    for index, alert in enumerate(use.system.alerts):
        if alert.service is not None and alert.metric in MEASURED_BY_INSIGHTS:
            yield use.place.keys("alerts", index, "metric").problem(
                shown(alert.metric),
                "is measured by nobody on eks: slipway:eks.containerInsights is false, and the "
                "alert is not built",
                f"write true in {use.description.stack_file}, or take the alert out",
            )


def unkept_logs(use: Use) -> Iterator[Problem]:
    """EKS: logs of pods that end with their node."""
    environment = use.description.environment
    if environment.eks.container_insights:
        return
    yield use.stack_place.keys("slipway:monitoring", "logRetentionDays").problem(
        str(environment.monitoring.log_retention_days),
        "is for the cluster's own logs only on eks: slipway:eks.containerInsights is false, and "
        "what a pod writes ends with its node",
        "write true there, or collect the pods' logs otherwise",
    )


def untagged_nodes(use: Use) -> Iterator[Problem]:
    """EKS: nodes without the stack file's tags, for EKS Auto Mode makes them."""
    environment = use.description.environment
    if environment.eks.node_group is None and environment.tags:
        yield use.stack_place.key("slipway:tags").problem(
            listed(environment.tags),
            f"{'is' if len(environment.tags) == 1 else 'are'} not on the nodes on eks: EKS Auto "
            "Mode gives them its own tags only",
            "count what they cost by EKS's tag eks:eks-cluster-name, or write a "
            "slipway:eks.nodeGroup, whose nodes have these too",
        )
