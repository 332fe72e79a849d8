"""What each field of a stack file's section `slipway:eks` becomes, on EKS alone."""

from planning.runtime_row import Area, Row

CLUSTER = Area(
    module=__name__,
    title="Stack file: the cluster",
    section="slipway:eks",
    rows=(
        Row(
            keys=(
                "version",
                "serviceCidrBlock",
                "publicAccessCidrBlocks",
                "deletionProtection",
            ),
            fargate="No meaning",
            eks="The cluster; its version is the nodes' and the pod security standard's too",
            eks_into=("Cluster", "NodeGroup version", "Namespace metadata.labels"),
        ),
        Row(
            part="nodeGroup",
            keys=("instanceTypes", "minNodes", "maxNodes"),
            fargate="No meaning",
            eks="A node group; EKS Auto Mode has none",
            eks_into=("NodeGroup",),
        ),
        Row(
            keys=("addonVersions",),
            fargate="No meaning",
            eks="Versions of the cluster's add-ons",
            eks_into=("Addon addonVersion",),
        ),
        Row(
            keys=("deployRoleName", "breakGlassRoleName"),
            fargate="No meaning",
            eks="Access entries with the administrator's policy",
            eks_into=("AccessEntry", "AccessPolicyAssociation"),
        ),
        Row(
            keys=("containerInsights",),
            fargate="No meaning: the cluster of ECS has it always",
            eks="The add-on, its role and log groups, and the alarms on what it measures",
            eks_into=(
                "Addon",
                "Dashboard dashboardBody",
                "LogGroup",
                "MetricAlarm",
                "Role",
                "RolePolicyAttachment",
            ),
        ),
        Row(
            keys=("prometheusOperator", "scrapeNamespace"),
            fargate="No meaning",
            eks="ServiceMonitors, a PrometheusRule, a status exporter that stays in place of a "
            "CronJob, and a way in for the scraper",
            eks_into=(
                "ConfigMap data",
                "CronJob",
                "Deployment",
                "NetworkPolicy spec.ingress",
                "PrometheusRule",
                "Service",
                "ServiceMonitor",
            ),
        ),
        Row(
            keys=("toolsImage",),
            fargate="No meaning",
            eks="Image of the status exporter, and of what reads RDS's own secret",
            eks_into=(
                "Deployment spec.template.spec.containers[].image",
                "Job spec.template.spec.initContainers",
            ),
        ),
    ),
)
