"""What services run on: Fargate and EKS behind one interface.

`stacks/services.py` asks for it, and everything else of a system knows neither of the two.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import pulumi

from model.observation import StatusExporter
from stacks.bindings import Outputs
from stacks.parts import SystemParts
from stacks.prepare import Work
from stacks.running import Running
from stacks.scope import Scope
from stacks.watched import Status


class SystemRuntime(Protocol):
    """One system on a runtime, while it is being built."""

    def prepare(self, work: Work, after: Sequence[pulumi.Resource]) -> pulumi.Resource:
        """Builds what runs once, before the services.

        Args:
            work: What it does.
            after: What must be there before it.

        Returns:
            What services that need it wait for.
        """
        ...

    def deploy(
        self, name: str, offered: Mapping[str, Outputs], after: Sequence[pulumi.Resource]
    ) -> pulumi.Resource:
        """Builds a service.

        Args:
            name: Which of the system's.
            offered: What data stores, and the services before this one, offer to its bindings.
            after: What must be there before it.

        Returns:
            What services that call it wait for.
        """
        ...

    def offers(self, name: str) -> Outputs | None:
        """What a service that was built offers to those that call it; None if none may.

        Args:
            name: Which of the system's.
        """
        ...

    def running(self) -> Running:
        """What was built, for alarms, dashboards and outputs."""
        ...


class Runtime(Protocol):
    """A cluster that carries the services of all systems."""

    @property
    def outputs(self) -> Mapping[str, object]:
        """What the stack's outputs say of the cluster."""
        ...

    @property
    def target_tags(self) -> Mapping[str, pulumi.Input[str]]:
        """Tags of the target groups that it keeps its tasks or pods in."""
        ...

    def system(self, scope: Scope, parts: SystemParts, works: Sequence[Work]) -> SystemRuntime:
        """Begins with a system.

        Args:
            scope: The system.
            parts: What its services are made from, whatever runs them.
            works: What will run before them here.
        """
        ...

    def status(
        self, scope: Scope, described: StatusExporter, address: str, running: Running
    ) -> Status:
        """Builds what asks a system for its status (A15).

        Args:
            scope: The system.
            described: What it is to measure.
            address: Where it asks.
            running: What runs here.
        """
        ...
