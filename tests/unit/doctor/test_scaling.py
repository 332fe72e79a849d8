"""Autoscaling of a worker that follows its queue, with one thing broken at a time."""

import dataclasses
from typing import Any

import pytest

from model.description import Description
from model.service import QueueDepth
from tests.unit.doctor import RESTORE, Failures
from tests.unit.doctor.deployed import Deployed
from tools import doctor

CHECK = "shop/worker: autoscaling"
RESOURCE = "service/cluster/shop-worker"
TARGET = {
    "ServiceNamespace": "ecs",
    "ResourceId": RESOURCE,
    "ScalableDimension": "ecs:service:DesiredCount",
}


@pytest.fixture
def failed(deployed: Deployed, description: Description) -> Failures:
    """Runs the doctor on the shop whose worker has a task for every 20 messages."""
    shop, environment = description.systems["shop"], description.environment
    worker, settings = shop.services["worker"], environment.systems["shop"]
    depth = QueueDepth.model_validate({"queue": "jobs", "messagesPerTask": 20})
    replicas = worker.replicas.model_copy(update={"target_queue_depth": depth})
    worker = worker.model_copy(update={"replicas": replicas})
    shop = shop.model_copy(update={"services": {**shop.services, "worker": worker}})
    own = settings.services["worker"].model_copy(update={"max_replicas": 6})
    settings = settings.model_copy(update={"services": {**settings.services, "worker": own}})
    described = dataclasses.replace(
        description,
        systems={"shop": shop},
        environment=environment.model_copy(update={"systems": {"shop": settings}}),
    )

    def examine() -> list[tuple[str, str]]:
        findings = doctor.run(described, deployed.outputs, deployed.endpoint)
        return [(finding.check, finding.detail) for finding in findings if not finding.ok]

    return examine


def scale(deployed: Deployed, **changes: Any) -> None:
    """Registers the worker as scalable, with changes."""
    bounds = {"MinCapacity": 2, "MaxCapacity": 6, **changes}
    deployed.client("application-autoscaling").register_scalable_target(**TARGET, **bounds)


def follow_queue(deployed: Deployed, messages: int) -> None:
    """Lets the count of workers follow the messages that wait for each."""

    def stat(identifier: str, namespace: str, name: str, **dimensions: str) -> dict[str, Any]:
        metric = {
            "Namespace": namespace,
            "MetricName": name,
            "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
        }
        return {
            "Id": identifier,
            "MetricStat": {"Metric": metric, "Stat": "Average"},
            "ReturnData": False,
        }

    metrics = [
        stat("ready", "AWS/AmazonMQ", "MessageReadyCount", Broker="shop", Queue="jobs"),
        stat("running", "ECS/ContainerInsights", "RunningTaskCount", ServiceName="shop-worker"),
        {"Id": "waiting", "Expression": "ready / running", "ReturnData": True},
    ]
    deployed.client("application-autoscaling").put_scaling_policy(
        **TARGET,
        PolicyName="queue",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": messages,
            "CustomizedMetricSpecification": {"Metrics": metrics},
        },
    )


def test_a_worker_that_follows_its_queue(deployed: Deployed, failed: Failures) -> None:
    scale(deployed)
    follow_queue(deployed, 20)

    assert failed() == []


def test_a_worker_that_does_not_scale(failed: Failures) -> None:
    assert failed() == [(CHECK, f"expected a scalable target {RESOURCE}, found none; {RESTORE}")]


def test_a_worker_that_follows_nothing(deployed: Deployed, failed: Failures) -> None:
    scale(deployed, MaxCapacity=9)

    assert failed() == [
        (CHECK, f"expected maximum capacity (tasks) 6, found 9; {RESTORE}"),
        (
            CHECK,
            "expected target (messages a task) of the queue's depth 20.0, found nothing; "
            f"{RESTORE}",
        ),
    ]


def test_a_worker_with_more_messages(deployed: Deployed, failed: Failures) -> None:
    scale(deployed)
    follow_queue(deployed, 500)

    assert failed() == [
        (
            CHECK,
            f"expected target (messages a task) of the queue's depth 20.0, found 500.0; {RESTORE}",
        )
    ]


def test_a_worker_that_follows_its_processor_too(deployed: Deployed, failed: Failures) -> None:
    scale(deployed)
    follow_queue(deployed, 20)
    deployed.client("application-autoscaling").put_scaling_policy(
        **TARGET,
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 70,
            "PredefinedMetricSpecification": {
                "PredefinedMetricType": "ECSServiceAverageCPUUtilization"
            },
        },
    )

    assert failed() == [
        (
            CHECK,
            "expected target (percent) of ECSServiceAverageCPUUtilization nothing, found 70.0; "
            f"{RESTORE}",
        )
    ]


def test_a_queue_that_nobody_described(deployed: Deployed, failures: Failures) -> None:
    scale(deployed)
    follow_queue(deployed, 20)

    assert failures() == [
        (CHECK, f"expected no autoscaling, found a scalable target {RESOURCE}; {RESTORE}")
    ]
