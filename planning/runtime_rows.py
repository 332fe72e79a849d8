"""What each field of a service becomes on each runtime.

Numbers come from where they are computed, so that the page about runtimes cannot differ from them.
"""

from planning import runtime_losses as losses
from planning.kubernetes import HTTP_PORT, STABILIZATION_SECONDS
from planning.runtime_row import Area, Loss, Row, Same
from planning.sysctls import SAFE_SYSCTLS

PROCESS = Area(
    module=__name__,
    title="The process",
    section="services.*",
    rows=(
        Row(
            keys=("image",),
            fargate="`image` of the container definition; the execution role pulls it",
            eks="`image` of the container; the node's role pulls it",
            fargate_into=("TaskDefinition containerDefinitions[].image",),
            eks_into=("Deployment spec.template.spec.containers[].image",),
        ),
        Row(
            keys=("command",),
            fargate="`command` of the container definition",
            eks="`args` of the container: both leave the image's entrypoint in place",
            fargate_into=("TaskDefinition containerDefinitions[].command",),
            eks_into=("Deployment spec.template.spec.containers[].args",),
        ),
        Row(
            keys=("port",),
            fargate="Port mapping of the task's own address",
            eks="Container port `http` and a Service: "
            f"{HTTP_PORT} for a public one, the port itself for one that others call",
            into=("SecurityGroupEgressRule", "SecurityGroupIngressRule"),
            fargate_into=(
                "TaskDefinition containerDefinitions[].portMappings",
                "TaskDefinition containerDefinitions[].environment",
                "TaskDefinition containerDefinitions[].healthCheck",
                "Service loadBalancers",
                "Service serviceConnectConfiguration",
            ),
            eks_into=(
                "Deployment spec.template.spec.containers[].ports",
                "Deployment spec.template.spec.containers[].startupProbe",
                "Deployment spec.template.spec.containers[].readinessProbe",
                "Deployment spec.template.spec.containers[].livenessProbe",
                "Deployment spec.template.metadata.annotations",
                "ConfigMap data",
                "NetworkPolicy spec",
                "Service spec.ports",
                "TargetGroupBinding spec.serviceRef",
            ),
        ),
        Row(
            part="size",
            keys=("cpu.limit", "memory.limit"),
            fargate="Task size: the next one that Fargate offers (trap 25)",
            eks="`limits`, as written",
            fargate_into=(
                "TaskDefinition cpu",
                "TaskDefinition memory",
            ),
            eks_into=("Deployment spec.template.spec.containers[].resources.limits",),
        ),
        Row(
            part="size",
            keys=("cpu.request", "memory.request"),
            fargate="No meaning: a task has its size for itself",
            eks="`requests`: what the scheduler keeps free, and what autoscaling's percents are of",
            eks_into=("Deployment spec.template.spec.containers[].resources.requests",),
        ),
        Row(
            keys=("user",),
            fargate="`user`; the image's own where none is written",
            eks="`runAsUser`, `runAsGroup` and `fsGroup`; 1000 where none is written, for the "
            "restricted pod security standard lets no root in",
            fargate_into=("TaskDefinition containerDefinitions[].user",),
            eks_into=(
                "Deployment spec.template.spec.securityContext.runAsUser",
                "Deployment spec.template.spec.securityContext.runAsGroup",
                "Deployment spec.template.spec.securityContext.fsGroup",
            ),
        ),
        Row(
            keys=("openFiles",),
            fargate="Ulimit `nofile`",
            eks="Nothing: a pod has no limit of its own, its node's holds (trap 44)",
            fargate_into=("TaskDefinition containerDefinitions[].ulimits",),
            losses=(Loss(runtime="eks", when="when it is written", find=losses.open_files),),
        ),
        Row(
            keys=("systemControls",),
            fargate="`systemControls`",
            eks="`sysctls` of the pod, where Kubernetes calls them safe: "
            + ", ".join(f"`{each}`" for each in sorted(SAFE_SYSCTLS) if each.startswith("net."))
            + " (trap 44)",
            fargate_into=("TaskDefinition containerDefinitions[].systemControls",),
            eks_into=("Deployment spec.template.spec.securityContext.sysctls",),
            losses=(
                Loss(runtime="eks", when="of every other", find=losses.unsafe_system_controls),
            ),
        ),
        Row(
            keys=("scratch",),
            fargate="No meaning: a process may write anywhere in its container",
            eks="An `emptyDir` each, and a root filesystem that is read-only",
            eks_into=(
                "Deployment spec.template.spec.containers[].volumeMounts",
                "Deployment spec.template.spec.volumes",
            ),
        ),
    ),
    same=(Same(keys=("description",), why="for people"),),
)

VARIABLES = Area(
    module=__name__,
    title="Variables and secrets",
    section="services.*",
    rows=(
        Row(
            keys=("env", "versionVariable"),
            fargate="`environment` of the container definition; a change is a new revision",
            eks="ConfigMap, read as a whole; a checksum makes new pods when it changes",
            fargate_into=("TaskDefinition containerDefinitions[].environment",),
            eks_into=(
                "ConfigMap data",
                "Deployment spec.template.metadata.annotations",
            ),
        ),
        Row(
            keys=("bind",),
            fargate="`environment`, and `secrets` for what holds a password. Security group rules "
            "from this service to the data store, rights of the task role",
            eks="ConfigMap, and Secret for what holds a password. NetworkPolicy of the pods, "
            "security group rules from the cluster to the data store, a role by Pod Identity",
            fargate_into=(
                "TaskDefinition containerDefinitions[].environment",
                "SecurityGroupEgressRule",
                "SecurityGroupIngressRule",
            ),
            eks_into=(
                "ConfigMap",
                "Deployment spec.template.metadata.annotations",
                "Deployment spec.template.spec.containers[].envFrom",
                "NetworkPolicy spec.egress",
            ),
        ),
        Row(
            keys=("secrets",),
            fargate="`secrets`: ECS reads Secrets Manager when a task starts",
            eks="The same secret in Secrets Manager, and a copy of it in a Secret that Pulumi "
            "writes and the environment's key encrypts",
            into=(
                "RandomPassword",
                "Secret",
                "SecretVersion",
            ),
            fargate_into=(
                "TaskDefinition containerDefinitions[].secrets",
                "RolePolicy policy",
            ),
            eks_into=(
                "Deployment spec.template.spec.containers[].env",
                "Deployment spec.template.metadata.annotations",
                "Job spec.template.spec.containers[].env",
                "Job spec.template.metadata.annotations",
            ),
        ),
    ),
    same=(
        Same(
            keys=(
                "requires",
                "strictValues",
                "databasePool.maximumVariable",
                "tokens.lifetimeVariable",
                "tokens.refreshSecret",
            ),
            why="looked at by a preview",
        ),
    ),
)

NUMBER = Area(
    module=__name__,
    title="Number and rollout",
    section="services.*",
    rows=(
        Row(
            part="replicas",
            keys=("targetCpuPercent",),
            fargate="Application Auto Scaling, target tracking on "
            "`ECSServiceAverageCPUUtilization`: percent of the task's size",
            eks="HorizontalPodAutoscaler v2, `cpu` utilization: percent of the request, so that "
            "it scales earlier",
            fargate_into=("Policy targetTrackingScalingPolicyConfiguration",),
            eks_into=("HorizontalPodAutoscaler spec.metrics",),
        ),
        Row(
            part="replicas",
            keys=("targetMemoryPercent",),
            fargate="As above on `ECSServiceAverageMemoryUtilization`",
            eks="As above on `memory`; fewer pods must be enough for "
            f"{STABILIZATION_SECONDS} seconds before one goes (trap 23)",
            fargate_into=("Policy targetTrackingScalingPolicyConfiguration",),
            eks_into=("HorizontalPodAutoscaler spec.metrics",),
        ),
        Row(
            part="replicas.targetQueueDepth",
            keys=("queue", "messagesPerTask"),
            fargate="Target tracking on the broker's `MessageReadyCount` for each running task",
            eks="Nothing: no autoscaler of Kubernetes looks into the broker or CloudWatch. "
            "`minReplicas` pods run, unless another target is written too",
            fargate_into=("Policy targetTrackingScalingPolicyConfiguration",),
            losses=(
                Loss(
                    runtime="eks",
                    when="where `maxReplicas` is above `minReplicas`",
                    find=losses.queue_depth,
                ),
            ),
        ),
        Row(
            part="rollout",
            keys=("maxSurge", "maxUnavailable"),
            fargate="`maximumPercent` and `minimumHealthyPercent` that come to so many tasks; the "
            "circuit breaker goes back to the version before",
            eks="`maxSurge` and `maxUnavailable`; after the progress deadline the deploy fails, "
            "and the old pods stay",
            fargate_into=(
                "Service deploymentMaximumPercent",
                "Service deploymentMinimumHealthyPercent",
            ),
            eks_into=("Deployment spec.strategy",),
        ),
    ),
    same=(Same(keys=("replicas.min", "replicas.max"), why="the guide's; the stack file decides"),),
)
