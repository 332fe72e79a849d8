"""The script of the canary, run by Node: what it reports for which status (A15)."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from components.status_canary import SCRIPT

HARNESS = Path(__file__).with_name("status_canary_harness.js")
URL = "https://api.example.com/api/status"
METRICS = {
    "health": {
        "field": "data.status",
        "values": {"healthy": 1, "degraded": 0.5, "unhealthy": 0},
        "otherwise": -1,
    },
    "memory": {"field": "data.memory.percentage"},
    "redis": {"field": "data.redis.responseTime", "otherwise": 0},
}

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not on PATH"),
    pytest.mark.acceptance("A15"),
]


def run(
    answer: dict[str, Any], *, url: str = URL, metrics: dict[str, Any] = METRICS
) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603
        [shutil.which("node") or "node", str(HARNESS), str(SCRIPT), json.dumps(answer)],
        env={
            "PATH": os.environ["PATH"],
            "STATUS_URL": url,
            "METRIC_NAMESPACE": "Shop",
            "METRIC_DIMENSIONS": json.dumps({"System": "shop"}),
            "METRICS": json.dumps(metrics),
        },
        capture_output=True,
        check=True,
        text=True,
        timeout=30,
    )
    return json.loads(done.stdout)


def reported(outcome: dict[str, Any]) -> dict[str, float]:
    return {
        datum["MetricName"]: datum["Value"]
        for each in outcome["sent"]
        for datum in each["MetricData"]
    }


def body(**data: Any) -> dict[str, Any]:
    return {"statusCode": 200, "body": json.dumps({"data": data})}


def test_reports_all_fields_at_once_with_their_dimensions() -> None:
    outcome = run(body(status="healthy", memory={"percentage": 41.5}, redis={"responseTime": 2}))
    assert outcome["failure"] is None
    (request,) = outcome["sent"]
    assert request["Namespace"] == "Shop"
    assert reported(outcome) == {"health": 1, "memory": 41.5, "redis": 2}
    assert all(
        datum["Dimensions"] == [{"Name": "System", "Value": "shop"}]
        for datum in request["MetricData"]
    )
    assert len({datum["Timestamp"] for datum in request["MetricData"]}) == 1


@pytest.mark.parametrize(
    ("status", "number"),
    [
        ("healthy", 1),
        ("degraded", 0.5),
        ("unhealthy", 0),
        ("on fire", -1),
        ("toString", -1),
        (None, -1),
        (7, -1),
    ],
)
def test_turns_words_into_numbers(status: object, number: float) -> None:
    assert reported(run(body(status=status)))["health"] == number


@pytest.mark.parametrize("percentage", [None, "41", {"of": 100}, True])
def test_reports_nothing_where_no_number_stands(percentage: object) -> None:
    outcome = run(body(status="healthy", memory={"percentage": percentage}))
    assert reported(outcome) == {"health": 1, "redis": 0}


def test_an_unhealthy_system_that_says_why_is_an_answer() -> None:
    outcome = run({"statusCode": 503, "body": json.dumps({"data": {"status": "unhealthy"}})})
    assert reported(outcome)["health"] == 0
    assert outcome["failure"] is None


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ({"error": "connect ECONNREFUSED"}, "connect ECONNREFUSED"),
        (
            {"statusCode": 502, "body": "<h1>Bad Gateway</h1>"},
            f"{URL} does not answer with JSON",
        ),
        (
            {"statusCode": 200, "bytes": 1024 * 1024 + 1},
            f"{URL} answers with more than 1048576 bytes",
        ),
    ],
)
def test_no_answer_is_reported_and_fails_the_run(answer: dict[str, Any], failure: str) -> None:
    outcome = run(answer)
    assert reported(outcome) == {"health": -1, "redis": 0}
    assert outcome["failure"] == failure


def test_sends_nothing_when_there_is_nothing_to_say() -> None:
    outcome = run({"statusCode": 200, "body": "{}"}, metrics={"memory": {"field": "memory"}})
    assert outcome == {"sent": [], "failure": None}


def test_speaks_https_only() -> None:
    outcome = run({}, url="http://api.example.com/api/status")
    assert outcome["failure"] == 'Protocol "http:" not supported. Expected "https:"'
    assert reported(outcome)["health"] == -1
