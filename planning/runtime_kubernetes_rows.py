"""What each field that only Kubernetes knows becomes, on EKS alone."""

from planning import runtime_losses as losses
from planning.runtime_row import Area, Loss, Row

ONLY_KUBERNETES = Area(
    module=__name__,
    title="What only Kubernetes knows",
    section="services.*",
    rows=(
        Row(
            part="metrics",
            keys=("path", "intervalSeconds", "enabled"),
            fargate="Nothing: nobody scrapes tasks. What the load balancer and ECS count has "
            "alarms and dashboards on both",
            eks="ServiceMonitor, and a way in for the scraper",
            eks_into=(
                "ServiceMonitor",
                "NetworkPolicy spec.ingress",
            ),
            losses=(
                Loss(runtime="fargate", when="where `enabled`", find=losses.unscraped_tasks),
                Loss(
                    runtime="eks",
                    when="where `slipway:eks.prometheusOperator` is `false`",
                    find=losses.unscraped_metrics,
                ),
            ),
        ),
        Row(
            part="kubernetes",
            keys=("names.deployment",),
            fargate="No meaning: Pulumi names what it builds",
            eks="Name of the Deployment and its companions, and the label `app`",
            eks_into=(
                "ConfigMap metadata",
                "Dashboard dashboardBody",
                "Deployment",
                "HorizontalPodAutoscaler",
                "MetricAlarm dimensions",
                "NetworkPolicy",
                "PodDisruptionBudget",
                "PodIdentityAssociation",
                "Role assumeRolePolicy",
                "Secret metadata",
                "Service",
                "ServiceAccount",
                "ServiceMonitor",
                "TargetGroupBinding",
            ),
        ),
        Row(
            part="kubernetes",
            keys=("names.service", "names.configMap", "names.secret"),
            fargate="No meaning: Pulumi names what it builds",
            eks="Names of the objects",
            eks_into=(
                "Service metadata.name",
                "TargetGroupBinding spec.serviceRef",
                "ConfigMap metadata.name",
                "Deployment spec.template.spec.containers[].envFrom",
                "Secret metadata.name",
                "Deployment spec.template.spec.containers[].env",
            ),
        ),
        Row(
            part="kubernetes",
            keys=("secretKeys",),
            fargate="No meaning: each variable names its secret",
            eks="Keys of the Secret",
            eks_into=(
                "Secret stringData",
                "Deployment spec.template.metadata.annotations",
                "Deployment spec.template.spec.containers[].env",
            ),
        ),
        Row(
            part="kubernetes",
            keys=("imagePullPolicy",),
            fargate="No meaning: each task pulls its image",
            eks="`imagePullPolicy`",
            eks_into=("Deployment spec.template.spec.containers[].imagePullPolicy",),
        ),
        Row(
            part="kubernetes",
            keys=("revisionHistoryLimit",),
            fargate="No meaning: the circuit breaker goes back by itself",
            eks="`revisionHistoryLimit` of the Deployment, for `kubectl rollout undo`, which takes "
            "back the image but not ConfigMap and Secret",
            eks_into=("Deployment spec.revisionHistoryLimit",),
        ),
    ),
)
