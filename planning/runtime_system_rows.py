"""What each field of a system as a whole becomes on each runtime."""

from planning import runtime_losses as losses
from planning.runtime_row import Area, Loss, Row, Same

SYSTEM = Area(
    module=__name__,
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
            eks_into=(
                "Deployment spec.template.spec.containers[].lifecycle",
                "Deployment spec.template.spec.containers[].startupProbe",
                "Deployment spec.template.spec.containers[].readinessProbe",
                "Deployment spec.template.spec.containers[].livenessProbe",
                "Deployment spec.template.spec.terminationGracePeriodSeconds",
                "HorizontalPodAutoscaler spec.behavior",
            ),
        ),
        Row(
            part="database.migration",
            keys=("service", "command", "timeoutSeconds"),
            fargate="A task that a Lambda function starts and waits for, before the services",
            eks="A Job that Pulumi waits for, before the services",
            fargate_into=(
                "TaskDefinition",
                "Invocation input",
                "RolePolicy policy",
                "SecurityGroupEgressRule",
                "SecurityGroupIngressRule",
            ),
            eks_into=("Job", "ConfigMap", "NetworkPolicy", "Secret", "ServiceAccount"),
        ),
        Row(
            part="statusExporter",
            keys=(
                "path",
                "intervalSeconds",
                "metrics.*.field",
                "metrics.*.values",
                "metrics.*.otherwise",
            ),
            fargate="CloudWatch Synthetics canary that asks the public address",
            eks="CronJob that asks the public address; with `slipway:eks.prometheusOperator` a pod "
            "that stays and is scraped",
            fargate_into=("Canary",),
            eks_into=(
                "ConfigMap data",
                "Deployment",
            ),
        ),
        Row(
            part="statusExporter",
            keys=("service", "alertGroup"),
            fargate="No meaning: CloudWatch's alarms have no groups, and a preview sees that the "
            "service is public",
            eks="Group of a PrometheusRule, with `slipway:eks.prometheusOperator`",
            eks_into=("PrometheusRule",),
        ),
        Row(
            part="alerts[]",
            keys=("service", "metric"),
            fargate="CloudWatch alarm on what the load balancer, ECS and Container Insights count",
            eks="CloudWatch alarm on what the load balancer and Container Insights count. Those on "
            "the status exporter's metrics are a PrometheusRule too, with the operator",
            into=("MetricAlarm",),
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
            fargate_into=("MetricAlarm", "Dashboard dashboardBody"),
            eks_into=("MetricAlarm", "Dashboard dashboardBody", "PrometheusRule"),
        ),
        Same(
            part="postDeployChecks[]",
            keys=("service", "path", "maxLatencyMilliseconds", "expect"),
            why="asked by the doctor, through the public address",
        ),
        Same(
            part="database",
            keys=("engine", "version"),
            why="RDS",
            into=("Instance engineVersion", "ParameterGroup family"),
        ),
        Same(
            part="database",
            keys=("name", "user"),
            why="RDS, prepared by a task or a Job",
            into=("Instance dbName", "SecretVersion"),
            fargate_into=("TaskDefinition containerDefinitions[].environment",),
            eks_into=(
                "ConfigMap data",
                "Secret stringData",
                "Job spec.template.metadata.annotations",
            ),
        ),
        Same(
            part="database",
            keys=("extensions",),
            why="prepared by a task or a Job",
            fargate_into=("TaskDefinition containerDefinitions[].environment",),
            eks_into=("ConfigMap data", "Job spec.template.metadata.annotations"),
        ),
        Same(
            part="cache",
            keys=("version", "holds", "maxMemoryPolicy"),
            why="ElastiCache",
            into=("ReplicationGroup", "ParameterGroup"),
        ),
        Same(part="cache", keys=("minimumMemory",), why="looked at by a preview, trap 11"),
        Same(
            part="queue",
            keys=("engine", "version"),
            why="Amazon MQ",
            into=("Broker engineVersion", "Broker replacementTrigger"),
        ),
        Same(
            part="queue",
            keys=("user",),
            why="Amazon MQ, and what is bound to it",
            into=("Broker", "SecretVersion"),
            eks_into=("Secret stringData",),
        ),
        Same(
            part="objects",
            keys=("staticKeys",),
            why="S3",
            into=(
                "AccessKey",
                "User",
                "UserPolicy",
                "Secret",
                "SecretVersion",
            ),
        ),
        Same(
            part="assets",
            keys=("rootObject",),
            why="CloudFront and S3",
            into=("Distribution defaultRootObject",),
        ),
        Same(
            part="rateLimit", keys=("requests", "windowSeconds"), why="WAF", into=("WebAcl rules",)
        ),
    ),
)
