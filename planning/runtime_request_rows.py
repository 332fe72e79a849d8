"""What each field about a service's health and requests becomes on each runtime.

Numbers come from where they are computed, so that the page about runtimes cannot differ from them.
"""

from planning import runtime_exact_losses as exact_losses
from planning import runtime_losses as losses
from planning.probes import STARTUP_SECONDS
from planning.runtime_row import Area, Loss, Row, Same
from planning.shutdown import LONGEST_STOP_SECONDS, MARGIN_SECONDS, PRE_STOP_SECONDS
from planning.startup import DEFAULT_GRACE_SECONDS

_PATIENCE = ("periodSeconds", "timeoutSeconds", "failureThreshold")
_UNASKED = Loss(
    runtime="fargate",
    when="on a service that is not public and has no `containerHealthCheck`",
    find=losses.unasked_probes,
)

PROBES = Area(
    module=__name__,
    title="Probes",
    section="services.*",
    rows=(
        Row(
            part="probes.startup",
            keys=("initialDelaySeconds", "periodSeconds", "failureThreshold"),
            fargate="Grace period of the service: delay + period x failures, "
            f"{DEFAULT_GRACE_SECONDS} seconds where none is written",
            eks=f"`startupProbe`; where none is written, one with {STARTUP_SECONDS} seconds that "
            "asks what liveness asks (trap 22)",
            fargate_into=("Service healthCheckGracePeriodSeconds",),
            eks_into=("Deployment spec.template.spec.containers[].startupProbe",),
            losses=(
                Loss(
                    runtime="fargate",
                    when="on a service that is not public, if `containerHealthCheck` gives up "
                    "before",
                    find=losses.short_start,
                ),
                Loss(
                    runtime="eks",
                    when="where none is written, with `parity: exact` and a liveness probe",
                    find=exact_losses.unwatched_start,
                ),
            ),
        ),
        Row(
            part="probes",
            keys=("startup.path", "readiness.path", "liveness.path"),
            fargate="Not asked, but kept out of the CDN's caches as on EKS",
            eks="What the probe asks, and what the CDN never caches",
            into=("Distribution orderedCacheBehaviors",),
            eks_into=(
                "Deployment spec.template.spec.containers[].startupProbe.httpGet",
                "Deployment spec.template.spec.containers[].readinessProbe.httpGet",
                "Deployment spec.template.spec.containers[].livenessProbe.httpGet",
            ),
        ),
        Row(
            part="probes",
            keys=("startup.timeoutSeconds",),
            fargate="Not asked",
            eks="`timeoutSeconds` of the `startupProbe`",
            eks_into=("Deployment spec.template.spec.containers[].startupProbe",),
        ),
        Row(
            part="probes.readiness",
            keys=_PATIENCE,
            fargate="Not asked: the load balancer's check stands for it",
            eks="`readinessProbe`; where none is written, the load balancer's check, or the port",
            eks_into=("Deployment spec.template.spec.containers[].readinessProbe",),
            losses=(
                _UNASKED,
                Loss(
                    runtime="eks",
                    when="where none is written, with `parity: exact` and a port",
                    find=exact_losses.unasked_readiness,
                ),
            ),
        ),
        Row(
            part="probes.liveness",
            keys=_PATIENCE,
            fargate="Not asked: `containerHealthCheck` stands for it; a task that fails the load "
            "balancer's check is replaced too",
            eks="`livenessProbe`; where none is written, `containerHealthCheck`",
            eks_into=("Deployment spec.template.spec.containers[].livenessProbe",),
            losses=(_UNASKED,),
        ),
        Row(
            part="probes",
            keys=("readiness.initialDelaySeconds", "liveness.initialDelaySeconds"),
            fargate="No meaning: the grace period waits",
            eks="0 where a startup probe is derived, which waits better; else as written",
            eks_into=(
                "Deployment spec.template.spec.containers[].readinessProbe",
                "Deployment spec.template.spec.containers[].livenessProbe",
            ),
        ),
        Row(
            part="containerHealthCheck",
            keys=(
                "heartbeat.file",
                "heartbeat.maxAgeSeconds",
                "intervalSeconds",
                "timeoutSeconds",
                "retries",
                "startPeriodSeconds",
            ),
            fargate="`healthCheck` of the container definition; a task that fails it is replaced",
            eks="`livenessProbe` where none is written: `httpGet` for a path, `exec` for a "
            "heartbeat; the start period counts in the derived startup probe",
            fargate_into=("TaskDefinition containerDefinitions[].healthCheck",),
            eks_into=(
                "Deployment spec.template.spec.containers[].livenessProbe",
                "Deployment spec.template.spec.containers[].startupProbe",
            ),
            losses=(
                Loss(
                    runtime="eks",
                    when="with `parity: exact`, which derives no probe",
                    find=exact_losses.unasked_check,
                ),
            ),
        ),
        Row(
            part="containerHealthCheck",
            keys=("path",),
            fargate="What the check asks, and what the CDN never caches",
            eks="What the `livenessProbe` asks where none is written, and what the CDN never "
            "caches",
            into=("Distribution orderedCacheBehaviors",),
            fargate_into=("TaskDefinition containerDefinitions[].healthCheck",),
            eks_into=(
                "Deployment spec.template.spec.containers[].livenessProbe",
                "Deployment spec.template.spec.containers[].startupProbe",
            ),
        ),
        Row(
            part="containerHealthCheck",
            keys=("command",),
            fargate="Program in the image that asks (trap 35)",
            eks="Not needed: the node asks, not the image",
            fargate_into=("TaskDefinition containerDefinitions[].healthCheck",),
        ),
    ),
    same=(
        Same(
            part="probes",
            keys=(
                "startup.applicationTimeouts",
                "readiness.applicationTimeouts",
                "liveness.applicationTimeouts",
            ),
            why="looked at by a preview, trap 21",
        ),
    ),
)

REACH = Area(
    module=__name__,
    title="Requests and shutdown",
    section="services.*",
    rows=(
        Row(
            part="internal",
            keys=("protocol",),
            fargate="ECS Service Connect: balances each request, with `tcp` each connection. Its "
            "name is `<system>-<service>`",
            eks="Service: balances each connection. For `grpc` and `http2` a headless one, whose "
            "clients must balance themselves, in gRPC `dns:///` with `round_robin` (trap 29). Its "
            "name is the Service's",
            fargate_into=(
                "TaskDefinition containerDefinitions[].portMappings",
                "Service serviceConnectConfiguration",
            ),
            eks_into=("Service spec.clusterIP",),
            losses=(
                Loss(
                    runtime="eks",
                    when="of these two, where there may be more than one pod",
                    find=losses.own_balance,
                ),
            ),
        ),
        Row(
            part="shutdown",
            keys=("preStopSeconds",),
            fargate="Not needed: ECS takes a task out of the load balancer before SIGTERM",
            eks=f"`preStop` with `sleep`; {PRE_STOP_SECONDS} seconds for a service with a port",
            eks_into=(
                "Deployment spec.template.spec.containers[].lifecycle",
                "Deployment spec.template.spec.terminationGracePeriodSeconds",
            ),
            losses=(
                Loss(
                    runtime="eks",
                    when="where none is written, with `parity: exact` and a port",
                    find=exact_losses.early_end,
                ),
            ),
        ),
        Row(
            part="shutdown",
            keys=("drainSeconds",),
            fargate=f"`stopTimeout`: {MARGIN_SECONDS} seconds more, {LONGEST_STOP_SECONDS} at most",
            eks="`terminationGracePeriodSeconds`: wait, drain and "
            f"{MARGIN_SECONDS} seconds, in whole tens (trap 19)",
            fargate_into=("TaskDefinition containerDefinitions[].stopTimeout",),
            eks_into=("Deployment spec.template.spec.terminationGracePeriodSeconds",),
            losses=(
                Loss(
                    runtime="eks",
                    when="with `parity: exact`, which leaves no margin",
                    find=exact_losses.tight_end,
                ),
            ),
        ),
        Row(
            part="shutdown",
            keys=("longestRequestSeconds",),
            fargate="Deregistration delay, for which ECS waits before SIGTERM",
            eks="Deregistration delay, but SIGTERM does not wait for it",
            into=("TargetGroup deregistrationDelay",),
            losses=(
                Loss(
                    runtime="eks",
                    when="where it is more than the wait before SIGTERM and the drain",
                    find=losses.cut_requests,
                ),
            ),
        ),
    ),
    same=(
        Same(
            part="public",
            keys=(
                "healthCheck.intervalSeconds",
                "healthCheck.timeoutSeconds",
                "healthCheck.healthyThreshold",
                "healthCheck.unhealthyThreshold",
                "healthCheck.successCodes",
            ),
            why="target group of the load balancer; ECS registers tasks, a TargetGroupBinding pods",
            into=("TargetGroup healthCheck",),
        ),
        Same(
            part="public",
            keys=("loadBalancing",),
            why="target group of the load balancer",
            into=("TargetGroup loadBalancingAlgorithmType",),
        ),
        Same(
            part="public",
            keys=("paths", "deny"),
            why="rules of the load balancer",
            into=("ListenerRule conditions",),
        ),
        Same(
            part="public",
            keys=("healthCheck.path",),
            why="what the load balancer asks, and what the CDN never caches",
            into=("TargetGroup healthCheck.path",),
            fargate_into=("Distribution orderedCacheBehaviors",),
            eks_into=("Distribution orderedCacheBehaviors",),
        ),
    ),
)
