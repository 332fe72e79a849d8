"""What a system tells of its own state, as metrics (A15)."""

from components.status_metric import StatusMetric
from model.observation import StatusExporter
from stacks.running import Running
from stacks.scope import Scope
from stacks.watched import Status

METRIC_NAMESPACE = "Slipway"


def build(scope: Scope, url: str, running: Running) -> Status | None:
    """Builds what asks for the status; None where nobody is to ask.

    Args:
        scope: The system.
        url: Its public address: asked as users ask, whatever runs it.
        running: What runs.
    """
    described = scope.system.status_exporter
    if described is None:
        return None
    address = f"{url}{described.path}"
    # Only what is used is loaded, as in `stacks/services.py`.
    if scope.platform.eks is not None and running.namespace is not None:
        from stacks import status_pod  # noqa: PLC0415

        return status_pod.build(scope, described, address, scope.platform.eks, running.namespace)
    from stacks import status_canary  # noqa: PLC0415

    return status_canary.build(scope, described, address)


def status_metrics(described: StatusExporter) -> dict[str, StatusMetric]:
    """The metrics as the components take them.

    Args:
        described: What the system file says.
    """
    return {
        metric: StatusMetric(
            field=source.field, values=source.values or None, otherwise=source.otherwise
        )
        for metric, source in described.metrics.items()
    }
