"""What each field about a service's health and requests becomes on each runtime.

Numbers come from where they are computed, so that the page about runtimes cannot differ from them.
"""

from planning import runtime_losses as losses
from planning.probes import STARTUP_SECONDS
from planning.runtime_row import Area, Loss, Row, Same
from planning.shutdown import LONGEST_STOP_SECONDS, MARGIN_SECONDS, PRE_STOP_SECONDS
from planning.startup import DEFAULT_GRACE_SECONDS

_PROBE = ("path", "periodSeconds", "timeoutSeconds", "failureThreshold")
_UNASKED = Loss(
    runtime="fargate",
    when="on a service that is not public and has no `containerHealthCheck`",
    find=losses.unasked_probes,
)

PROBES = Area(
    title="Probes",
    section="services.*",
    rows=(
        Row(
            part="probes.startup",
            keys=(*_PROBE, "initialDelaySeconds"),
            fargate="Grace period of the service: delay + period x failures, "
            f"{DEFAULT_GRACE_SECONDS} seconds where none is written. Nobody asks the path",
            eks=f"`startupProbe`; where none is written, one with {STARTUP_SECONDS} seconds that "
            "asks what liveness asks (trap 22)",
            losses=(
                Loss(
                    runtime="fargate",
                    when="on a service that is not public, if `containerHealthCheck` gives up "
                    "before",
                    find=losses.short_start,
                ),
            ),
        ),
        Row(
            part="probes.readiness",
            keys=_PROBE,
            fargate="Not asked: the load balancer's check stands for it",
            eks="`readinessProbe`; where none is written, the load balancer's check, or the port",
            losses=(_UNASKED,),
        ),
        Row(
            part="probes.liveness",
            keys=_PROBE,
            fargate="Not asked: `containerHealthCheck` stands for it; a task that fails the load "
            "balancer's check is replaced too",
            eks="`livenessProbe`; where none is written, `containerHealthCheck`",
            losses=(_UNASKED,),
        ),
        Row(
            part="probes",
            keys=("readiness.initialDelaySeconds", "liveness.initialDelaySeconds"),
            fargate="No meaning: the grace period waits",
            eks="0 where a startup probe is derived, which waits better; else as written",
        ),
        Row(
            part="containerHealthCheck",
            keys=(
                "path",
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
            losses=(
                Loss(
                    runtime="eks",
                    when="with `parity: exact`, which derives no probe",
                    find=losses.unasked_check,
                ),
            ),
        ),
        Row(
            part="containerHealthCheck",
            keys=("command",),
            fargate="Program in the image that asks (trap 35)",
            eks="Not needed: the node asks, not the image",
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
        ),
        Row(
            part="shutdown",
            keys=("preStopSeconds",),
            fargate="Not needed: ECS takes a task out of the load balancer before SIGTERM",
            eks=f"`preStop` with `sleep`; {PRE_STOP_SECONDS} seconds for a service with a port",
        ),
        Row(
            part="shutdown",
            keys=("drainSeconds",),
            fargate=f"`stopTimeout`: {MARGIN_SECONDS} seconds more, {LONGEST_STOP_SECONDS} at most",
            eks="`terminationGracePeriodSeconds`: wait, drain and "
            f"{MARGIN_SECONDS} seconds, in whole tens (trap 19)",
        ),
        Row(
            part="shutdown",
            keys=("longestRequestSeconds",),
            fargate="Deregistration delay, for which ECS waits before SIGTERM",
            eks="Deregistration delay, but SIGTERM does not wait for it",
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
                "paths",
                "deny",
                "loadBalancing",
                "healthCheck.path",
                "healthCheck.intervalSeconds",
                "healthCheck.timeoutSeconds",
                "healthCheck.healthyThreshold",
                "healthCheck.unhealthyThreshold",
                "healthCheck.successCodes",
            ),
            why="rules and target group of the load balancer; ECS registers tasks, a "
            "TargetGroupBinding pods",
        ),
    ),
)
