"""What watches Nessen, as its guide demands it, in the registered graph."""

import json

import pytest

from tests.program.alarms import Seen, charted, dimensions, seen
from tools.recording.recorder import Recording

TASK = "nessen-runtime"


ALARMS = {
    "high-error-rate": Seen(
        metrics={
            "errors": ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum"),
            "requests": ("AWS/ApplicationELB", "RequestCount", "Sum"),
        },
        expression="100 * FILL(errors, 0) / requests",
        condition=("GreaterThanThreshold", 1),
        minutes=5,
        severity="critical",
    ),
    "high-response-time": Seen(
        metrics={"value": ("AWS/ApplicationELB", "TargetResponseTime", "p95")},
        expression=None,
        # CloudWatch counts seconds: 100 ms.
        condition=("GreaterThanThreshold", 0.1),
        minutes=5,
        severity="warning",
    ),
    "high-memory": Seen(
        metrics={"value": ("AWS/ECS", "MemoryUtilization", "Average")},
        expression=None,
        condition=("GreaterThanThreshold", 80),
        minutes=5,
        severity="warning",
    ),
    "high-cpu": Seen(
        metrics={"value": ("AWS/ECS", "CPUUtilization", "Average")},
        expression=None,
        condition=("GreaterThanThreshold", 90),
        minutes=5,
        severity="warning",
    ),
    "missing-tasks": Seen(
        metrics={
            "desired": ("ECS/ContainerInsights", "DesiredTaskCount", "Average"),
            "running": ("ECS/ContainerInsights", "RunningTaskCount", "Average"),
        },
        expression="desired - running",
        condition=("GreaterThanThreshold", 0),
        minutes=5,
        severity="critical",
    ),
    "failed-health-checks": Seen(
        metrics={"value": ("AWS/ApplicationELB", "UnHealthyHostCount", "Maximum")},
        expression=None,
        condition=("GreaterThanThreshold", 0),
        minutes=2,
        severity="critical",
    ),
}


@pytest.mark.acceptance("D10", "trap-32")
@pytest.mark.parametrize("alarm", ALARMS)
def test_alarms_of_the_guide(graph: Recording, alarm: str) -> None:
    name = f"nessen-monitoring-{alarm}"
    assert seen(graph, name) == ALARMS[alarm]
    inputs = graph.one("MetricAlarm", name).inputs
    topic = graph.one("Topic", "nessen-monitoring-topic").outputs["arn"]
    assert inputs["alarmActions"] == inputs["okActions"] == [topic]
    assert "Team: platform." in inputs["alarmDescription"]
    assert inputs["alarmDescription"].endswith(f"/{alarm}.md")


@pytest.mark.acceptance("D10", "trap-32")
def test_alarms_look_at_this_service(graph: Recording) -> None:
    balancer = {
        "LoadBalancer": graph.one("aws:lb/loadBalancer:LoadBalancer").outputs["arnSuffix"],
        "TargetGroup": graph.one("TargetGroup", f"{TASK}-route-tg").outputs["arnSuffix"],
    }
    tasks = {
        "ClusterName": graph.one("Cluster").outputs["name"],
        "ServiceName": graph.one("aws:ecs/service:Service", f"{TASK}-service").outputs["name"],
    }
    for alarm, expected in ALARMS.items():
        of_balancer = {each[0] for each in expected.metrics.values()} == {"AWS/ApplicationELB"}
        found = dimensions(graph, f"nessen-monitoring-{alarm}")
        assert found == (balancer if of_balancer else tasks), alarm
    # Silence of the load balancer means that nobody asks, which is no problem.
    for alarm in ("high-error-rate", "high-response-time"):
        inputs = graph.one("MetricAlarm", f"nessen-monitoring-{alarm}").inputs
        assert inputs["treatMissingData"] == "notBreaching"


@pytest.mark.acceptance("D9", "D10")
def test_dashboard(graph: Recording) -> None:
    body = json.loads(graph.one("Dashboard", "nessen-monitoring-dashboard").inputs["dashboardBody"])
    assert charted(body) >= {
        ("AWS/ApplicationELB", "RequestCount", "Sum"),
        ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum"),
        ("AWS/ApplicationELB", "TargetResponseTime", "p95"),
        ("AWS/ECS", "CPUUtilization", "Average"),
        ("AWS/ECS", "MemoryUtilization", "Average"),
    }
    platform = json.loads(
        graph.one("Dashboard", "platform-monitoring-dashboard").inputs["dashboardBody"]
    )
    # What is open now the load balancer counts for all services together.
    assert ("AWS/ApplicationELB", "ActiveConnectionCount", "Sum") in charted(platform)
