"""Monitoring: topic, receivers and dashboard, with exact inputs."""

import json

import pytest

from tests.unit.components import monitoring_cases
from tests.unit.components.monitoring_cases import ACCOUNT, KEY
from tools.recording.recorder import Recording, Resource


@pytest.fixture
def recording() -> Recording:
    return monitoring_cases.recorded()


def test_builds_an_encrypted_topic_for_alarms_of_the_account(recording: Recording) -> None:
    topic = recording.one("Topic", "watch-topic")
    assert topic.inputs == {
        "kmsMasterKeyId": KEY,
        "tags": {"team": "platform", "Name": "watch-topic"},
    }
    policy = recording.one("TopicPolicy", "watch-topic-policy").inputs
    arn = topic.outputs["arn"]
    assert policy["arn"] == arn
    assert json.loads(policy["policy"])["Statement"] == [
        {
            "Sid": "AlarmsOfThisAccount",
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": arn,
            "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        },
        {
            "Sid": "OnlyOverTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    ]


def test_tells_every_address(recording: Recording) -> None:
    topic = recording.one("Topic", "watch-topic").outputs["arn"]
    assert {each.name: each.inputs for each in recording.of_type("TopicSubscription")} == {
        "watch-oncall@example.com": {
            "topic": topic,
            "protocol": "email",
            "endpoint": "oncall@example.com",
        },
        "watch-boss@example.com": {
            "topic": topic,
            "protocol": "email",
            "endpoint": "Boss@example.com",
        },
    }


def alarms_of(recording: Recording) -> list[Resource]:
    """In the order of the arguments; that of the registrations differs between Pythons."""
    names = ("slow", "down", "disk", "errors", "idle", "error-rate", "lost")
    return [recording.one("MetricAlarm", f"watch-{name}") for name in names]


def test_shows_alarms_and_graphs(recording: Recording) -> None:
    dashboard = recording.one("Dashboard").inputs
    alarms = [each.outputs["arn"] for each in alarms_of(recording)]
    assert dashboard["dashboardName"] == "test-watch"
    assert json.loads(dashboard["dashboardBody"]) == {
        "widgets": [
            {
                "type": "alarm",
                "width": 24,
                "height": 3,
                "properties": {"title": "Alarms", "alarms": alarms},
            },
            {
                "type": "metric",
                "width": 12,
                "height": 6,
                "properties": {
                    "title": "Speed",
                    "region": "us-east-1",
                    "view": "timeSeries",
                    "metrics": [
                        [
                            *("Shop", "milliseconds", "System", "shop"),
                            {"stat": "Average", "period": 60},
                        ],
                        [
                            *("Shop", "milliseconds", "System", "shop"),
                            {"stat": "p95", "period": 60},
                        ],
                    ],
                },
            },
            {
                "type": "metric",
                "width": 24,
                "height": 6,
                "properties": {
                    "title": "Wide",
                    "region": "us-east-1",
                    "view": "timeSeries",
                    "metrics": [["Shop", "milliseconds", {"stat": "Average", "period": 60}]],
                },
            },
            {
                "type": "metric",
                "width": 12,
                "height": 6,
                "properties": {
                    "title": "Rate",
                    "region": "us-east-1",
                    "view": "timeSeries",
                    "metrics": [
                        [
                            *("Shop", "milliseconds", "System", "shop"),
                            {"stat": "Average", "period": 60},
                        ],
                        [
                            {
                                "expression": "100 * FILL(errors, 0) / requests",
                                "label": "errors, percent of the requests",
                                "id": "result1",
                                "period": 60,
                            }
                        ],
                        [
                            *("Shop", "errors", "System", "shop"),
                            {"stat": "Sum", "period": 60, "id": "errors", "visible": False},
                        ],
                        [
                            *("Shop", "requests", "System", "shop"),
                            {"stat": "Sum", "period": 60, "id": "requests", "visible": False},
                        ],
                    ],
                },
            },
        ]
    }


def test_gives_names_and_the_address_of_the_dashboard(recording: Recording) -> None:
    assert recording.outputs_of("watch") == {
        "topic_arn": recording.one("Topic", "watch-topic").outputs["arn"],
        "alarm_names": [each.outputs["name"] for each in alarms_of(recording)],
        "dashboard_name": "test-watch",
        "dashboard_url": (
            "https://console.aws.amazon.com/cloudwatch/home?region=us-east-1"
            "#dashboards/dashboard/test-watch"
        ),
    }


def test_without_graphs_there_is_no_dashboard(recording: Recording) -> None:
    assert recording.outputs_of("bare") == {
        "topic_arn": recording.one("Topic", "bare-topic").outputs["arn"],
        "alarm_names": [],
    }
