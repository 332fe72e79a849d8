"""Every built-in metric of a system file has its place in CloudWatch, and the right unit."""

from typing import Any

import pytest

from components.monitoring import ExpressionArgs, MetricArgs
from model.metrics import SERVICE_METRICS, STORE_METRICS
from stacks import measured
from stacks.measured import Measured
from tests.unit.stacks.watched_cases import TARGETS, on_eks, sources, watched
from tools.recording.recorder import record_component

TASKS = {"ClusterName": "cluster", "ServiceName": "api-1"}


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


PODS = {"ClusterName": "cluster", "Namespace": "shop", "PodName": "shop-api"}


@pytest.mark.parametrize(
    ("name", "metrics"),
    [
        ("cpuPercent", ["pod_cpu_utilization_over_pod_limit"]),
        ("memoryPercent", ["pod_memory_utilization_over_pod_limit"]),
        ("missingTasks", ["replicas_desired", "replicas_ready"]),
    ],
)
def test_measures_pods(name: str, metrics: list[str]) -> None:
    found = measured.of_service(watched(on_eks()), "api", name)
    assert [
        (metric.namespace, metric.name, metric.statistic, metric.dimensions)
        for metric in sources(found).values()
    ] == [("ContainerInsights", metric, "Average", PODS) for metric in metrics]


def test_measures_requests_to_pods_at_their_own_target_group() -> None:
    found = measured.of_service(watched(on_eks()), "api", "requestsPerSecond")
    assert [metric.dimensions for metric in sources(found).values()] == [
        {"LoadBalancer": "app/edge/1", "TargetGroup": "targetgroup/api/2"}
    ]


def test_nobody_measures_pods_without_container_insights() -> None:
    pods = watched(on_eks(container_insights=False))
    asked = [*SERVICE_METRICS, "api_health_status"]
    assert [name for name in asked if not measured.is_measured(pods, "api", name)] == [
        "cpuPercent",
        "memoryPercent",
        "missingTasks",
    ]
    assert measured.is_measured(pods, None, "api_health_status")


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
