"""Every built-in metric of a system file has its place in CloudWatch, and the right unit."""

from types import SimpleNamespace
from typing import Any

import pytest

from components.monitoring import ExpressionArgs, MetricArgs
from model.metrics import SERVICE_METRICS, STORE_METRICS
from stacks import measured
from stacks.measured import Measured
from stacks.watched import Watched
from tools.recording.recorder import record_component

# What the components have as outputs once they are deployed; alarms look at nothing else of them.
API = SimpleNamespace(service_name="api-1", target_group_arn_suffix="targetgroup/api/1")
WORKER = SimpleNamespace(service_name="worker-1", target_group_arn_suffix=None)


def watched() -> Watched:
    parts: dict[str, Any] = {
        "name": "shop",
        "description": None,
        "load_balancer": SimpleNamespace(arn_suffix="app/edge/1"),
        "cluster_name": "cluster",
        "services": {"api": API, "worker": WORKER},
        "database": SimpleNamespace(identifier="database-1"),
        "cache": SimpleNamespace(replication_group_id="cache-1"),
        "queue": SimpleNamespace(broker_name="queue-1"),
        "canary": None,
    }
    return Watched(**parts)


def sources(found: Measured) -> dict[str, MetricArgs]:
    if isinstance(found.metric, ExpressionArgs):
        return dict(found.metric.metrics)
    return {"": found.metric}


TASKS = {"ClusterName": "cluster", "ServiceName": "api-1"}
TARGETS = {"LoadBalancer": "app/edge/1", "TargetGroup": "targetgroup/api/1"}


@pytest.mark.parametrize(
    ("name", "expression", "expected"),
    [
        ("cpuPercent", None, [("AWS/ECS", "CPUUtilization", "Average", TASKS)]),
        ("memoryPercent", None, [("AWS/ECS", "MemoryUtilization", "Average", TASKS)]),
        (
            "missingTasks",
            "desired - running",
            [
                ("ECS/ContainerInsights", "DesiredTaskCount", "Average", TASKS),
                ("ECS/ContainerInsights", "RunningTaskCount", "Average", TASKS),
            ],
        ),
        (
            "errorRatePercent",
            "100 * FILL(errors, 0) / requests",
            [
                ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum", TARGETS),
                ("AWS/ApplicationELB", "RequestCount", "Sum", TARGETS),
            ],
        ),
        (
            "errorsPerSecond",
            "errors / PERIOD(errors)",
            [("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum", TARGETS)],
        ),
        (
            "requestsPerSecond",
            "requests / PERIOD(requests)",
            [("AWS/ApplicationELB", "RequestCount", "Sum", TARGETS)],
        ),
        (
            "responseTimeP95Milliseconds",
            None,
            [("AWS/ApplicationELB", "TargetResponseTime", "p95", TARGETS)],
        ),
        (
            "unhealthyTasks",
            None,
            [("AWS/ApplicationELB", "UnHealthyHostCount", "Maximum", TARGETS)],
        ),
    ],
)
def test_measures_a_service(
    name: str, expression: str | None, expected: list[tuple[str, str, str, dict[str, str]]]
) -> None:
    found = measured.of_service(watched(), "api", name)
    assert getattr(found.metric, "expression", None) == expression
    assert [
        (metric.namespace, metric.name, metric.statistic, metric.dimensions)
        for metric in sources(found).values()
    ] == expected


STORES = {
    "database": {
        "cpuPercent": ("AWS/RDS", ["CPUUtilization"], "Average"),
        "connections": ("AWS/RDS", ["DatabaseConnections"], "Average"),
        "freeStorageGib": ("AWS/RDS", ["FreeStorageSpace"], "Average"),
        "readLatencyMilliseconds": ("AWS/RDS", ["ReadLatency"], "Average"),
    },
    "cache": {
        "cpuPercent": ("AWS/ElastiCache", ["EngineCPUUtilization"], "Average"),
        "memoryPercent": ("AWS/ElastiCache", ["DatabaseMemoryUsagePercentage"], "Average"),
        "evictions": ("AWS/ElastiCache", ["Evictions"], "Sum"),
    },
    "queue": {
        "messagesReady": ("AWS/AmazonMQ", ["MessageReadyCount"], "Average"),
        "messagesUnacknowledged": ("AWS/AmazonMQ", ["MessageUnacknowledgedCount"], "Average"),
        "connections": ("AWS/AmazonMQ", ["ConnectionCount"], "Average"),
        "consumers": ("AWS/AmazonMQ", ["ConsumerCount"], "Average"),
        "memoryPercent": ("AWS/AmazonMQ", ["RabbitMQMemUsed", "RabbitMQMemLimit"], "Average"),
    },
}


@pytest.mark.parametrize("store", STORE_METRICS)
def test_measures_a_store(store: Any) -> None:
    assert set(STORES[store]) == set(STORE_METRICS[store])
    found: dict[str, Measured] = {}

    def measure(_options: object) -> None:
        found.update({name: measured.of_store(watched(), store, name) for name in STORES[store]})

    # The name of a cache's node is put together from an output, which is for programs only.
    record_component(measure)
    for name, (namespace, metrics, statistic) in STORES[store].items():
        assert [
            (each.namespace, each.name, each.statistic) for each in sources(found[name]).values()
        ] == [(namespace, metric, statistic) for metric in metrics]


def test_looks_at_the_system_s_own_stores() -> None:
    database = measured.of_store(watched(), "database", "cpuPercent").metric
    queue = measured.of_store(watched(), "queue", "memoryPercent").metric
    assert isinstance(database, MetricArgs)
    assert isinstance(queue, ExpressionArgs)
    assert database.dimensions == {"DBInstanceIdentifier": "database-1"}
    assert {str(metric.dimensions) for metric in queue.metrics.values()} == {
        "{'Broker': 'queue-1'}"
    }


@pytest.mark.parametrize("name", SERVICE_METRICS)
def test_only_the_load_balancer_s_metrics_need_a_public_service(name: str) -> None:
    if SERVICE_METRICS[name].needs_public:
        with pytest.raises(AssertionError, match="a service that is not public"):
            measured.of_service(watched(), "worker", name)
    else:
        found = sources(measured.of_service(watched(), "worker", name))
        assert {metric.dimensions["ServiceName"] for metric in found.values()} == {"worker-1"}


@pytest.mark.parametrize(
    ("found", "threshold", "in_cloudwatch"),
    [
        (measured.of_service(watched(), "api", "responseTimeP95Milliseconds"), 100, 0.1),
        (measured.of_store(watched(), "database", "readLatencyMilliseconds"), 35, 0.035),
        (measured.of_store(watched(), "database", "freeStorageGib"), 5, 5 * 1024**3),
        (measured.of_service(watched(), "api", "errorRatePercent"), 1, 1),
    ],
)
def test_a_threshold_keeps_its_meaning(
    found: Measured, threshold: float, in_cloudwatch: float
) -> None:
    """CloudWatch counts seconds and bytes."""
    assert found.in_cloudwatch(threshold) == in_cloudwatch


def test_no_request_is_no_slow_request() -> None:
    assert measured.of_service(
        watched(), "api", "responseTimeP95Milliseconds"
    ).silent_without_requests
