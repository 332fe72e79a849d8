"""The code of the task runner, against answers that AWS's own model accepts."""

import importlib.util
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from components.task_runner import SCRIPT

CLUSTER = "arn:aws:ecs:us-east-1:111122223333:cluster/apps"
DEFINITION = "arn:aws:ecs:us-east-1:111122223333:task-definition/dev-migrate:3"
TASK = "arn:aws:ecs:us-east-1:111122223333:task/apps/0123456789abcdef"
OTHER = "arn:aws:ecs:us-east-1:111122223333:task/apps/fedcba9876543210"
EVENT = {
    "cluster": CLUSTER,
    "taskDefinition": DEFINITION,
    "subnets": ["subnet-1", "subnet-2"],
    "securityGroups": ["sg-1"],
    "container": "main",
    "logGroup": "migrate-logs",
    "timeoutSeconds": 60,
}
STREAM = "main/main/0123456789abcdef"

pytestmark = pytest.mark.acceptance("B5")


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Aws:
    """Both services, which answer what a test has written down, in this order and no more."""

    def __init__(self) -> None:
        self.clock = Clock()
        self._stubs = {service: Stubber(self._make(service)) for service in ("ecs", "logs")}
        for stub in self._stubs.values():
            stub.activate()

    @staticmethod
    def _make(service: str) -> Any:
        return boto3.client(
            service, "us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
        )

    def client(self, service: str) -> Any:
        return self._stubs[service].client

    def finds(self, *arns: str) -> None:
        self._stubs["ecs"].add_response(
            "list_tasks", {"taskArns": list(arns)}, {"cluster": CLUSTER, "startedBy": ANY}
        )

    def starts(self, arn: str = TASK) -> None:
        self._stubs["ecs"].add_response("run_task", {"tasks": [{"taskArn": arn}]}, RUN)

    def starts_nothing(self, **failure: str) -> None:
        self._stubs["ecs"].add_response("run_task", {"tasks": [], "failures": [failure]}, RUN)

    def refuses_to_find(self, code: str, message: str) -> None:
        self._stubs["ecs"].add_client_error("list_tasks", code, message)

    def refuses_to_start(self, code: str, message: str) -> None:
        self._stubs["ecs"].add_client_error("run_task", code, message, expected_params=RUN)

    def lists_no_task(self) -> None:
        self._tells([])

    def shows(self, status: str, arn: str = TASK, **facts: Any) -> None:
        """What DescribeTasks tells; `exitCode` and `reason` belong to the container."""
        container = {"name": "main", "lastStatus": status}
        container |= {key: facts.pop(key) for key in ("exitCode", "reason") if key in facts}
        other = {"name": "beside", "lastStatus": status, "exitCode": 0}
        task = {"taskArn": arn, "lastStatus": status, "containers": [other, container], **facts}
        self._tells([task], arn)

    def _tells(self, tasks: list[dict[str, Any]], arn: str = TASK) -> None:
        self._stubs["ecs"].add_response(
            "describe_tasks", {"tasks": tasks}, {"cluster": CLUSTER, "tasks": [arn]}
        )

    def stops(self, reason: str) -> None:
        wanted = {"cluster": CLUSTER, "task": TASK, "reason": reason}
        self._stubs["ecs"].add_response("stop_task", {}, wanted)

    def logs(self, *lines: str) -> None:
        events = [{"timestamp": 1, "message": line} for line in lines]
        self._stubs["logs"].add_response("get_log_events", {"events": events}, READ)

    def has_no_log_yet(self) -> None:
        self._stubs["logs"].add_client_error(
            "get_log_events", "ResourceNotFoundException", expected_params=READ
        )

    def was_asked_everything(self) -> None:
        for stub in self._stubs.values():
            stub.assert_no_pending_responses()


RUN = {
    "cluster": CLUSTER,
    "taskDefinition": DEFINITION,
    "launchType": "FARGATE",
    "networkConfiguration": {
        "awsvpcConfiguration": {
            "subnets": ["subnet-1", "subnet-2"],
            "securityGroups": ["sg-1"],
            "assignPublicIp": "DISABLED",
        }
    },
    "startedBy": ANY,
}
READ = {
    "logGroupName": "migrate-logs",
    "logStreamName": STREAM,
    "limit": 50,
    "startFromHead": False,
}


@pytest.fixture
def aws() -> Iterator[Aws]:
    made = Aws()
    yield made
    made.was_asked_everything()


@pytest.fixture
def runner(aws: Aws) -> ModuleType:
    spec = importlib.util.spec_from_file_location("task_runner", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    vars(module).update(boto3=SimpleNamespace(client=aws.client), time=aws.clock)
    return module


def failure(runner: ModuleType, event: dict[str, Any] = EVENT) -> str:
    with pytest.raises(runner.TaskFailedError) as failed:
        runner.handler(event, None)
    return str(failed.value)


def test_waits_until_the_task_has_ended_well(aws: Aws, runner: ModuleType) -> None:
    aws.finds()
    aws.starts()
    aws.lists_no_task()  # as for a moment after the start
    aws.shows("PROVISIONING")
    aws.shows("RUNNING")
    aws.shows("STOPPED", exitCode=0, stopCode="EssentialContainerExited")
    assert runner.handler(EVENT, None) == {"taskArn": TASK, "exitCode": 0}
    assert aws.clock.now == 15


def test_fails_with_the_end_of_the_log(aws: Aws, runner: ModuleType) -> None:
    aws.finds()
    aws.starts()
    aws.shows("STOPPED", exitCode=3, stoppedReason="Essential container in task exited")
    aws.has_no_log_yet()
    aws.logs()
    aws.logs("migrating 0007\n", "ERROR: relation exists")
    assert failure(runner) == (
        f"task {TASK} ended with exit code 3: Essential container in task exited\n"
        f"The end of its log (log group migrate-logs, stream {STREAM}):\n"
        "migrating 0007\n"
        "ERROR: relation exists"
    )


def test_a_long_log_is_cut_at_its_beginning(aws: Aws, runner: ModuleType) -> None:
    aws.finds()
    aws.starts()
    aws.shows("STOPPED", exitCode=1)
    aws.logs("a" * 10000, "the last line")
    text = failure(runner)
    assert text.endswith("aaa\nthe last line")
    assert len(text.partition("):\n")[2]) == 8000


def test_fails_when_there_is_no_log(aws: Aws, runner: ModuleType) -> None:
    aws.finds()
    aws.starts()
    aws.shows("STOPPED", exitCode=1, reason="OutOfMemoryError: container killed")
    for _ in range(3):
        aws.has_no_log_yet()
    assert failure(runner) == (
        f"task {TASK} ended with exit code 1: OutOfMemoryError: container killed\n"
        f"It wrote no log (log group migrate-logs, stream {STREAM})."
    )


def test_fails_when_the_image_cannot_be_pulled(aws: Aws, runner: ModuleType) -> None:
    """Tried twice, because the same happens where a role has its policy for some seconds only."""
    reason = "CannotPullContainerError: pull image manifest has been retried 1 time(s): not found"
    for arn in (OTHER, TASK):
        aws.finds()
        aws.starts(arn)
        aws.shows("STOPPED", arn, stopCode="TaskFailedToStart", stoppedReason=reason)
    assert failure(runner) == f"task {TASK} did not run: {reason}"


def test_goes_on_when_only_the_first_start_fails(aws: Aws, runner: ModuleType) -> None:
    aws.finds()
    aws.starts(OTHER)
    aws.shows("STOPPED", OTHER, stopCode="TaskFailedToStart", stoppedReason="AccessDenied")
    aws.finds()
    aws.starts()
    aws.shows("STOPPED", exitCode=0)
    assert runner.handler(EVENT, None)["taskArn"] == TASK


def test_fails_without_a_reason(aws: Aws, runner: ModuleType) -> None:
    aws.finds()
    aws.starts()
    aws.shows("STOPPED", stopCode="SpotInterruption")
    assert failure(runner) == f"task {TASK} did not run: ECS gives no reason"


def test_stops_a_task_that_takes_too_long(aws: Aws, runner: ModuleType) -> None:
    aws.finds()
    aws.starts()
    for _ in range(13):
        aws.shows("RUNNING")
    aws.stops("it had not ended after 60 seconds")
    aws.shows("DEPROVISIONING")
    aws.shows("STOPPED", exitCode=137)
    aws.logs("waiting for a lock")
    assert failure(runner) == (
        f"task {TASK} was stopped: it had not ended after 60 seconds\n"
        f"The end of its log (log group migrate-logs, stream {STREAM}):\n"
        "waiting for a lock"
    )
    assert aws.clock.now == 65


def test_does_not_wait_for_ever_for_a_task_that_does_not_stop(aws: Aws, runner: ModuleType) -> None:
    aws.finds()
    aws.starts()
    for _ in range(13):
        aws.shows("RUNNING")
    aws.stops("it had not ended after 60 seconds")
    for _ in range(9):
        aws.shows("STOPPING")
    for _ in range(3):
        aws.logs()
    assert "was stopped" in failure(runner)
    # With the longest timeout, 780 seconds, Lambda's 900 still suffice.
    assert aws.clock.now - 60 == 50


def test_says_why_ecs_starts_no_task(aws: Aws, runner: ModuleType) -> None:
    aws.finds()
    aws.starts_nothing(arn=CLUSTER, reason="MISSING", detail="no such cluster")
    assert failure(runner) == f"ECS started no task: MISSING no such cluster {CLUSTER}"


def test_joins_the_task_of_a_caller_that_was_cut_off(aws: Aws, runner: ModuleType) -> None:
    aws.finds(TASK)
    aws.shows("RUNNING")
    aws.shows("STOPPED", exitCode=0)
    assert runner.handler(EVENT, None) == {"taskArn": TASK, "exitCode": 0}


def test_knows_its_own_task_by_all_of_the_event(runner: ModuleType) -> None:
    mark = runner._mark(EVENT)
    assert mark == runner._mark(dict(reversed(EVENT.items())))
    assert mark != runner._mark({**EVENT, "taskDefinition": f"{DEFINITION[:-1]}4"})
    assert len(mark) <= 128  # what ECS takes


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("AccessDeniedException", "not authorized to perform: ecs:RunTask"),
        ("ClientException", "ECS was unable to assume the role 'arn:aws:iam::1:role/x'"),
    ],
)
def test_waits_until_new_permissions_hold(
    aws: Aws, runner: ModuleType, code: str, message: str
) -> None:
    aws.refuses_to_find(code, message)
    aws.finds()
    aws.refuses_to_start(code, message)
    aws.starts()
    aws.shows("STOPPED", exitCode=0)
    assert runner.handler(EVENT, None)["exitCode"] == 0
    assert aws.clock.now == 10


def test_permissions_that_never_come_are_told(aws: Aws, runner: ModuleType) -> None:
    aws.finds()
    for _ in range(13):
        aws.refuses_to_start("AccessDeniedException", "not authorized to perform: ecs:RunTask")
    with pytest.raises(Exception, match="not authorized to perform: ecs:RunTask"):
        runner.handler(EVENT, None)
    assert aws.clock.now == 60


def test_what_waiting_does_not_help_is_told_at_once(aws: Aws, runner: ModuleType) -> None:
    aws.finds()
    aws.refuses_to_start("ClientException", "TaskDefinition is inactive")
    with pytest.raises(Exception, match="TaskDefinition is inactive"):
        runner.handler(EVENT, None)
    assert aws.clock.now == 0
