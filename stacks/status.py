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
    runtime = scope.platform.runtimes[scope.environment.runtime]
    return runtime.status(scope, described, f"{url}{described.path}", running)


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
