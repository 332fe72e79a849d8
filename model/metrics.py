"""The metrics that AWS reports by itself, by the names that an alert of a system file uses.

What CloudWatch calls them, and in which unit it counts, is the matter of `stacks/measured.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

StoreName = Literal["database", "cache", "queue"]


@dataclass(frozen=True, kw_only=True, slots=True)
class BuiltInMetric:
    """What a name stands for."""

    unit: str
    """Unit of an alert's threshold."""
    words: str
    """What it measures, in a few words."""
    needs_public: bool = False
    """Whether the load balancer counts it, so that a service that is not public has none."""


SERVICE_METRICS: Mapping[str, BuiltInMetric] = {
    "errorRatePercent": BuiltInMetric(
        unit="percent",
        words="share of the answers with a status of 500 or more",
        needs_public=True,
    ),
    "errorsPerSecond": BuiltInMetric(
        unit="errors a second",
        words="answers with a status of 500 or more",
        needs_public=True,
    ),
    "responseTimeP95Milliseconds": BuiltInMetric(
        unit="milliseconds",
        words="time in which 95 of 100 requests are answered",
        needs_public=True,
    ),
    "requestsPerSecond": BuiltInMetric(
        unit="requests a second", words="requests that reach the service", needs_public=True
    ),
    "unhealthyTasks": BuiltInMetric(
        unit="tasks", words="tasks that fail the load balancer's health check", needs_public=True
    ),
    "cpuPercent": BuiltInMetric(
        unit="percent", words="share of the tasks' processors that is in use, on average"
    ),
    "memoryPercent": BuiltInMetric(
        unit="percent", words="share of the tasks' memory that is in use, on average"
    ),
    "missingTasks": BuiltInMetric(
        unit="tasks", words="tasks that should run and do not, because they stop or never start"
    ),
}
"""Of a service."""

STORE_METRICS: Mapping[StoreName, Mapping[str, BuiltInMetric]] = {
    "database": {
        "cpuPercent": BuiltInMetric(unit="percent", words="share of the processor that is in use"),
        "connections": BuiltInMetric(unit="connections", words="open connections"),
        "freeStorageGib": BuiltInMetric(unit="GiB", words="storage that is free"),
        "readLatencyMilliseconds": BuiltInMetric(
            unit="milliseconds", words="time that a read from the disk takes, on average"
        ),
    },
    "cache": {
        "cpuPercent": BuiltInMetric(
            unit="percent", words="share of the one processor that Redis works on"
        ),
        "memoryPercent": BuiltInMetric(unit="percent", words="share of the memory that is in use"),
        "evictions": BuiltInMetric(
            unit="keys a minute", words="keys thrown away because the memory is full"
        ),
    },
    "queue": {
        "messagesReady": BuiltInMetric(
            unit="messages", words="messages that wait for a consumer, in all queues"
        ),
        "messagesUnacknowledged": BuiltInMetric(
            unit="messages", words="messages that a consumer has and has not confirmed"
        ),
        "connections": BuiltInMetric(unit="connections", words="open connections"),
        "consumers": BuiltInMetric(unit="consumers", words="consumers of all queues"),
        "memoryPercent": BuiltInMetric(
            unit="percent", words="share of the memory at which the broker refuses messages"
        ),
    },
}
"""Of a data store, by the store's section in the system file."""
