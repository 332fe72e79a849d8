"""The script of the status exporter: its process, against a real application and a CloudWatch."""

import ast
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from components.status_exporter_args import ANSWERED_METRIC
from components.status_exporter_workload import SCRIPT
from tests.unit.components.status_exporter_world import (
    HEALTHY,
    METRICS,
    Application,
    CloudWatch,
    Process,
    eventually,
    free_port,
)

pytestmark = pytest.mark.acceptance("A15")


@pytest.fixture
def application() -> Iterator[Application]:
    made = Application()
    yield made
    made.stop()


@pytest.fixture
def cloudwatch() -> Iterator[CloudWatch]:
    made = CloudWatch()
    yield made
    made.stop()


@pytest.fixture
def start() -> Iterator[Callable[..., Process]]:
    started: list[Process] = []

    def make(*args: Any, **settings: Any) -> Process:
        process = Process(*args, **settings)
        started.append(process)
        eventually(lambda: process.answers or not process.runs)
        return process

    yield make
    for process in started:
        process.kill()


def test_reports_to_cloudwatch_and_to_prometheus(
    application: Application, cloudwatch: CloudWatch, start: Callable[..., Process]
) -> None:
    process = start(application.url, cloudwatch.endpoint, cloudwatch.namespace)
    eventually(lambda: process.metrics)
    assert process.get("/metrics") == (
        200,
        "text/plain; version=0.0.4; charset=utf-8",
        "# TYPE health gauge\nhealth 1\n"
        "# TYPE memory gauge\nmemory 41.5\n"
        "# TYPE redis gauge\nredis 2.0\n",
    )
    eventually(lambda: cloudwatch.latest(ANSWERED_METRIC) == 100)
    reported = {name: cloudwatch.latest(name) for name in METRICS}
    assert reported == {"health": 1, "memory": 41.5, "redis": 2}
    assert application.asked[0] == ("/api/status?deep=1", "application/json")
    # And again, once an interval.
    rounds = len(application.asked)
    eventually(lambda: len(application.asked) >= rounds + 3)
    eventually(lambda: (cloudwatch.latest(ANSWERED_METRIC, "SampleCount") or 0) >= 3)
    assert process.get("/")[0] == 404
    assert process.log == []


def test_goes_on_when_the_application_does_not_answer(
    application: Application, cloudwatch: CloudWatch, start: Callable[..., Process]
) -> None:
    application.body, application.code = b"<h1>Bad Gateway</h1>", 502
    process = start(application.url, cloudwatch.endpoint, cloudwatch.namespace)
    eventually(lambda: process.metrics)
    # Only what has a number for this case: a memory that nobody knows is no memory of 0.
    assert process.metrics == "# TYPE health gauge\nhealth -1\n# TYPE redis gauge\nredis 0\n"
    eventually(lambda: cloudwatch.latest(ANSWERED_METRIC) == 0)
    assert cloudwatch.latest("health") == -1
    assert cloudwatch.latest("memory") is None
    assert process.log[0] == f"no status: {application.url} does not answer with JSON\n"
    application.says(HEALTHY)
    eventually(lambda: "memory 41.5\n" in process.metrics)
    eventually(lambda: cloudwatch.latest(ANSWERED_METRIC) == 100)
    application.says({"data": {"status": "unhealthy"}}, code=503)
    eventually(lambda: "health 0\n" in process.metrics)
    assert "memory" not in process.metrics


def test_goes_on_when_cloudwatch_does_not_answer(
    application: Application, start: Callable[..., Process]
) -> None:
    port = free_port()
    process = start(application.url, f"http://127.0.0.1:{port}", "Later")
    eventually(lambda: process.log)
    assert process.log[0].startswith("CloudWatch has no metrics of this round: Could not connect")
    # Prometheus has them nevertheless.
    assert "health 1\n" in process.metrics
    late = CloudWatch(port)
    try:
        late.namespace = "Later"
        eventually(lambda: late.latest("health") == 1)
    finally:
        late.stop()


def test_without_a_port_asks_once_and_ends(
    application: Application, cloudwatch: CloudWatch, start: Callable[..., Process]
) -> None:
    process = start(application.url, cloudwatch.endpoint, cloudwatch.namespace, once=True)
    assert (process.ended(), process.log) == (0, [])
    reported = {name: cloudwatch.latest(name) for name in (*METRICS, ANSWERED_METRIC)}
    assert reported == {"health": 1, "memory": 41.5, "redis": 2, ANSWERED_METRIC: 100}
    assert len(application.asked) == 1


def test_one_question_without_an_answer_is_told_and_no_failure(
    application: Application, cloudwatch: CloudWatch, start: Callable[..., Process]
) -> None:
    application.body, application.code = b"<h1>Bad Gateway</h1>", 502
    process = start(application.url, cloudwatch.endpoint, cloudwatch.namespace, once=True)
    assert process.ended() == 0
    assert process.log == [f"no status: {application.url} does not answer with JSON\n"]
    assert (cloudwatch.latest("health"), cloudwatch.latest(ANSWERED_METRIC)) == (-1, 0)


def test_one_question_that_cloudwatch_never_hears_of_is_a_failure(
    application: Application, start: Callable[..., Process]
) -> None:
    process = start(application.url, f"http://127.0.0.1:{free_port()}", "Never", once=True)
    assert process.ended() == 1
    [told] = process.log
    assert told.startswith("CloudWatch has no metrics of this round: Could not connect")


def test_ends_at_once_in_the_middle_of_a_question(
    application: Application, cloudwatch: CloudWatch, start: Callable[..., Process]
) -> None:
    application.body = None
    process = start(application.url, cloudwatch.endpoint, cloudwatch.namespace)
    eventually(lambda: application.asked)
    code, seconds = process.end()
    assert code == 0
    assert seconds < 2


def test_needs_boto3_and_nothing_else() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - sys.stdlib_module_names == {"boto3", "botocore"}
