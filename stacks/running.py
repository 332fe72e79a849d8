"""A service that runs, whatever carries it: what alarms, dashboards and outputs want to know."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.monitoring import ExpressionArgs, MetricArgs
from components.public_route import PublicRoute


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskMetrics:
    """What CloudWatch measures of a service's tasks or pods."""

    cpu_percent: MetricArgs
    """Share of the processor in use, averaged."""
    memory_percent: MetricArgs
    """Share of the memory in use, averaged."""
    desired: MetricArgs
    """How many should run."""
    running: MetricArgs
    """How many do."""

    @property
    def missing(self) -> ExpressionArgs:
        """How many should run and do not."""
        return ExpressionArgs(
            label="tasks that should run and do not",
            expression="desired - running",
            metrics={"desired": self.desired, "running": self.running},
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class RunningService:
    """One service."""

    metrics: TaskMetrics | None
    """What is measured of it; None on a cluster without Container Insights."""
    outputs: Mapping[str, object]
    """What the stack's outputs say of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """A system that runs."""

    services: Mapping[str, RunningService]
    """Its services, in the order of the system file."""
    routes: Mapping[str, PublicRoute]
    """How requests reach the public ones."""
    tasks: Mapping[str, Mapping[str, object]]
    """What ran before them, by name, with what the stack's outputs say of each."""
    namespace: pulumi.Output[str] | None = None
    """Namespace of its objects; None where there are none."""
