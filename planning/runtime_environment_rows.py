"""What each field of a system as a whole, and of a stack file, becomes on each runtime."""

from planning import runtime_losses as losses
from planning.runtime_row import Area, Loss, Row, Same

SYSTEM = Area(
    title="The system as a whole",
    section="",
    rows=(
        Row(
            keys=("name",),
            fargate="Beginning of names",
            eks="Beginning of names, the namespace, the label `app.kubernetes.io/part-of`",
        ),
        Row(
            keys=("parity",),
            fargate="No meaning: it is about Kubernetes' numbers",
            eks="`safe` derives probes, waits and margins; `exact` takes the file's numbers",
        ),
        Row(
            part="database.migration",
            keys=("service", "command", "timeoutSeconds"),
            fargate="A task that a Lambda function starts and waits for, before the services",
            eks="A Job that Pulumi waits for, before the services",
        ),
        Row(
            part="statusExporter",
            keys=(
                "service",
                "path",
                "intervalSeconds",
                "metrics.*.field",
                "metrics.*.values",
                "metrics.*.otherwise",
            ),
            fargate="CloudWatch Synthetics canary that asks the public address",
            eks="CronJob that asks the public address; with `slipway:eks.prometheusOperator` a pod "
            "that stays and is scraped",
        ),
        Row(
            part="statusExporter",
            keys=("alertGroup",),
            fargate="No meaning: CloudWatch's alarms have no groups",
            eks="Group of a PrometheusRule, with `slipway:eks.prometheusOperator`",
        ),
        Row(
            part="alerts[]",
            keys=("service", "metric"),
            fargate="CloudWatch alarm on what the load balancer, ECS and Container Insights count",
            eks="CloudWatch alarm on what the load balancer and Container Insights count. Those on "
            "the status exporter's metrics are a PrometheusRule too, with the operator",
            losses=(
                Loss(
                    runtime="eks",
                    when="of `cpuPercent`, `memoryPercent` and `missingTasks`, where "
                    "`slipway:eks.containerInsights` is `false`",
                    find=losses.unmeasured_alerts,
                ),
            ),
        ),
    ),
    same=(
        Same(keys=("description",), why="for people"),
        Same(
            part="alerts[]",
            keys=(
                "name",
                "store",
                "equals",
                "above",
                "below",
                "forMinutes",
                "severity",
                "summary",
                "team",
            ),
            why="the alarm's condition and words",
        ),
        Same(
            part="postDeployChecks[]",
            keys=("service", "path", "maxLatencyMilliseconds", "expect"),
            why="asked by the doctor, through the public address",
        ),
        Same(
            part="database",
            keys=("engine", "version", "name", "user", "extensions"),
            why="RDS, prepared by a task or a Job",
        ),
        Same(
            part="cache",
            keys=("version", "holds", "minimumMemory", "maxMemoryPolicy"),
            why="ElastiCache",
        ),
        Same(part="queue", keys=("engine", "version", "user"), why="Amazon MQ"),
        Same(part="objects", keys=("staticKeys",), why="S3"),
        Same(part="assets", keys=("rootObject",), why="CloudFront and S3"),
        Same(part="rateLimit", keys=("requests", "windowSeconds"), why="WAF"),
    ),
)

SETTINGS = Area(
    title="Stack file: a system's settings",
    section="slipway:systems.*",
    rows=(
        Row(
            keys=("namespace",),
            fargate="No meaning",
            eks="Namespace, with the restricted pod security standard (trap 18)",
        ),
        Row(
            keys=("images",),
            fargate="End of the image's name",
            eks="End of the image's name, and the label `version`",
        ),
        Row(
            part="services.*",
            keys=("minReplicas", "maxReplicas"),
            fargate="Desired count, and the limits of Application Auto Scaling",
            eks="`replicas`, or `minReplicas` and `maxReplicas` of the HorizontalPodAutoscaler, "
            "which then owns the number",
        ),
        Row(
            part="services.*",
            keys=("env",),
            fargate="As `env` of the system file",
            eks="As `env` of the system file",
        ),
        Row(
            part="services.*",
            keys=("execEnabled",),
            fargate="`aws ecs execute-command`, logged and encrypted",
            eks="No meaning: who may enter the cluster may `kubectl exec`; its audit log tells",
        ),
    ),
    same=(
        Same(keys=("host",), why="rules of the load balancer, record in the hosted zone"),
        Same(
            part="database",
            keys=(
                "instanceClass",
                "storageGib",
                "maxStorageGib",
                "multiAz",
                "backupRetentionDays",
                "backupWindow",
                "maintenanceWindow",
                "deletionProtection",
                "finalSnapshot",
                "performanceInsights",
                "monitoringIntervalSeconds",
                "readReplicas",
            ),
            why="RDS",
        ),
        Same(
            part="cache",
            keys=(
                "nodeType",
                "replicas",
                "snapshotRetentionDays",
                "snapshotWindow",
                "maintenanceWindow",
                "deletionProtection",
            ),
            why="ElastiCache",
        ),
        Same(
            part="queue",
            keys=("instanceType", "deployment", "maintenanceWindow", "deletionProtection"),
            why="Amazon MQ",
        ),
        Same(part="objects", keys=("expirationDays", "noncurrentDays"), why="S3"),
        Same(part="assets", keys=("host", "priceClass"), why="CloudFront"),
    ),
)

ENVIRONMENT = Area(
    title="Stack file: the environment",
    section="",
    rows=(
        Row(
            part="slipway:eks",
            keys=(
                "version",
                "serviceCidrBlock",
                "nodeGroup.instanceTypes",
                "nodeGroup.minNodes",
                "nodeGroup.maxNodes",
                "publicAccessCidrBlocks",
                "deployRoleName",
                "breakGlassRoleName",
                "deletionProtection",
                "containerInsights",
                "prometheusOperator",
                "scrapeNamespace",
                "toolsImage",
            ),
            fargate="No meaning",
            eks="The cluster",
        ),
        Row(
            keys=("slipway:tags",),
            fargate="Tags of all resources, tasks too",
            eks="Tags of all resources of AWS, the nodes of a node group too. Those of EKS Auto "
            "Mode have EKS's own tags only, and objects of Kubernetes have labels",
        ),
        Row(
            keys=("slipway:network.subnets.private", "slipway:existing.vpc.privateSubnetIds"),
            fargate="Where tasks run, with an address each",
            eks="Where nodes and pods run, with an address each and some in reserve (trap 9)",
        ),
        Row(
            part="slipway:network",
            keys=("natGateways", "interfaceEndpoints"),
            fargate="Without a NAT gateway endpoints of the registry, secrets and logs, which a "
            "preview looks for",
            eks='Those of a private cluster too (EKS user guide, "Deploy private clusters with '
            "limited internet access\"), and `toolsImage` in the account's own registry",
        ),
        Row(
            keys=("slipway:domain.registry", "slipway:existing.registrySecretArn"),
            fargate="`repositoryCredentials`: ECS reads the secret when a task starts",
            eks="`imagePullSecrets`: a Secret with a copy of it, in each namespace",
        ),
        Row(
            keys=("slipway:bootstrap.image",),
            fargate="A task that a Lambda function starts and waits for, before the migration",
            eks="A Job; with `toolsImage` it reads RDS's own secret by Pod Identity",
        ),
        Row(
            keys=("slipway:monitoring.logRetentionDays",),
            fargate="A log group for each service",
            eks="Log groups of the control plane and of Container Insights, for all pods together",
        ),
    ),
    same=(
        Same(
            keys=("aws:region", "slipway:runtime", "slipway:switch.to", "slipway:switch.percent"),
            why="decide where, and on what",
        ),
        Same(keys=("slipway:safety",), why="guardrails"),
        Same(
            part="slipway:network",
            keys=(
                "cidrBlock",
                "availabilityZones",
                "subnets.public",
                "subnets.isolated",
                "flowLogRetentionDays",
            ),
            why="the VPC",
        ),
        Same(keys=("slipway:domain.hostedZone",), why="Route 53"),
        Same(
            part="slipway:existing",
            keys=(
                "vpc.id",
                "vpc.publicSubnetIds",
                "vpc.isolatedSubnetIds",
                "hostedZoneId",
                "certificateArn",
                "keyArn",
            ),
            why="used in place of being built",
        ),
        Same(
            part="slipway:backup",
            keys=("dailyAt", "retentionDays", "region"),
            why="AWS Backup, of data stores only",
        ),
        Same(
            part="slipway:encryption",
            keys=("keyDeletionWindowDays", "secretRecoveryDays"),
            why="KMS and Secrets Manager",
        ),
        Same(
            part="slipway:loadBalancer",
            keys=(
                "deletionProtection",
                "idleTimeoutSeconds",
                "accessLogRetentionDays",
                "rateLimit.requests",
                "rateLimit.windowSeconds",
                "allowedCountries",
                "contentSecurityPolicy",
            ),
            why="the load balancer and its firewall",
        ),
        Same(
            part="slipway:monitoring",
            keys=("alarmEmails", "runbookBaseUrl"),
            why="alarms",
        ),
    ),
)
