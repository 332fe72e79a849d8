"""The status of a system on Fargate: asked for by a canary, from outside (A15)."""

from components.monitoring import MetricArgs
from components.status_canary import CANARY_NAMESPACE, StatusCanary, StatusCanaryArgs
from model.observation import StatusExporter
from stacks.scope import Scope
from stacks.status import METRIC_NAMESPACE, status_metrics
from stacks.watched import Status


def build(scope: Scope, described: StatusExporter, address: str) -> Status:
    """Builds the canary.

    Args:
        scope: The system.
        described: What it is to measure.
        address: Where it asks.
    """
    canary = StatusCanary(
        f"{scope.name}-status",
        StatusCanaryArgs(
            url=address,
            interval_seconds=described.interval_seconds,
            namespace=METRIC_NAMESPACE,
            dimensions={"System": scope.name},
            metrics=status_metrics(described),
            artifact_bucket_name=scope.platform.artifacts.bucket_name,
            artifact_bucket_arn=scope.platform.artifacts.bucket_arn,
            kms_key_arn=scope.platform.key_arn,
            log_retention_days=scope.environment.monitoring.log_retention_days,
        ),
        scope.clouds.options,
    )
    return Status(
        metric_namespace=canary.metric_namespace,
        answered=MetricArgs(
            namespace=CANARY_NAMESPACE,
            name="SuccessPercent",
            dimensions={"CanaryName": canary.canary_name},
        ),
        outputs={"canaryName": canary.canary_name},
    )
