"""Runs one ECS task on Fargate and waits for its end: the code of a Lambda function.

It is uploaded as it stands here and knows nothing of the project. What to run is in the event:

  cluster, taskDefinition  ARNs
  subnets, securityGroups  lists of ids
  container                name of the container, which is the prefix of its log streams too
  logGroup                 name of the log group that the container writes to
  timeoutSeconds           seconds after which the task is stopped, its start included

Whatever goes wrong raises an error: a synchronous caller then gets the error's text.
"""

import hashlib
import json
import time
from typing import Any

import boto3

POLL_SECONDS = 5
STOP_SECONDS = 40  # longer than the container's stop timeout
PERMISSION_SECONDS = 60  # IAM takes some seconds until new permissions hold everywhere
STARTS = 2
LOG_LINES = 50
LOG_CHARACTERS = 8000
LOG_READS = 3  # the last lines may arrive after the task's end


class TaskFailedError(Exception):
    """The task did not do its work; the text tells why, with the end of its log."""


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Runs the task of the event; returns its ARN and exit code, which is 0."""
    del context
    ecs = _client("ecs")
    deadline = time.monotonic() + event["timeoutSeconds"]
    task: dict[str, Any] = {}
    for _ in range(STARTS):
        arn = _find(ecs, event) or _start(ecs, event)
        ended = _wait(ecs, event, arn, deadline)
        if ended is None:
            raise TaskFailedError(_stop(ecs, event, arn) + _end_of_log(event, arn))
        task = ended
        # Nothing has run, so it may be tried again: the policy of a role that was made a moment
        # ago may not hold yet when ECS reads the secrets.
        if task.get("stopCode") != "TaskFailedToStart":
            break
    return _outcome(task, event)


def _client(service: str) -> Any:
    return boto3.client(service)  # pyright: ignore[reportUnknownVariableType] boto3 has no types


def _outcome(task: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
    arn = task["taskArn"]
    [container] = [each for each in task["containers"] if each["name"] == event["container"]]
    code = container.get("exitCode")
    if code == 0:
        return {"taskArn": arn, "exitCode": code}
    # ECS tells the cause at the container or at the task.
    reason = container.get("reason") or task.get("stoppedReason") or "ECS gives no reason"
    if code is None:
        raise TaskFailedError(f"task {arn} did not run: {reason}")
    text = f"task {arn} ended with exit code {code}: {reason}"
    raise TaskFailedError(text + _end_of_log(event, arn))


def _ask(ecs: Any, operation: str, **arguments: Any) -> dict[str, Any]:
    """Calls ECS, with patience where a role or its policy was made a moment ago."""
    until = time.monotonic() + PERMISSION_SECONDS
    while True:
        try:
            return getattr(ecs, operation)(**arguments)
        except (ecs.exceptions.AccessDeniedException, ecs.exceptions.ClientException) as error:
            denied = isinstance(error, ecs.exceptions.AccessDeniedException)
            if not (denied or "assume the role" in str(error)) or time.monotonic() >= until:
                raise
        time.sleep(POLL_SECONDS)


def _find(ecs: Any, event: dict[str, Any]) -> str | None:
    """The task of this very event that still runs.

    A caller whose connection breaks while it waits, as NAT gateways and CI runners do to silent
    ones after some minutes, calls again. A second task beside the first must not start then.
    """
    running = _ask(ecs, "list_tasks", cluster=event["cluster"], startedBy=_mark(event))["taskArns"]
    return running[0] if running else None


def _mark(event: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()[:32]


def _start(ecs: Any, event: dict[str, Any]) -> str:
    network = {
        "subnets": event["subnets"],
        "securityGroups": event["securityGroups"],
        "assignPublicIp": "DISABLED",
    }
    answer = _ask(
        ecs,
        "run_task",
        cluster=event["cluster"],
        taskDefinition=event["taskDefinition"],
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": network},
        startedBy=_mark(event),
    )
    if answer["tasks"]:
        return answer["tasks"][0]["taskArn"]
    reasons = [
        " ".join(each[key] for key in ("reason", "detail", "arn") if each.get(key))
        for each in answer["failures"]
    ]
    raise TaskFailedError(f"ECS started no task: {'; '.join(reasons)}")


def _wait(ecs: Any, event: dict[str, Any], arn: str, deadline: float) -> dict[str, Any] | None:
    while True:
        tasks = _ask(ecs, "describe_tasks", cluster=event["cluster"], tasks=[arn])["tasks"]
        # A task that was started a moment ago may not be listed yet.
        if tasks and tasks[0]["lastStatus"] == "STOPPED":
            return tasks[0]
        if time.monotonic() >= deadline:
            return None
        time.sleep(POLL_SECONDS)


def _stop(ecs: Any, event: dict[str, Any], arn: str) -> str:
    reason = f"it had not ended after {event['timeoutSeconds']} seconds"
    ecs.stop_task(cluster=event["cluster"], task=arn, reason=reason)
    _wait(ecs, event, arn, time.monotonic() + STOP_SECONDS)  # for the last lines of its log
    return f"task {arn} was stopped: {reason}"


def _end_of_log(event: dict[str, Any], arn: str) -> str:
    logs = _client("logs")
    container, group = event["container"], event["logGroup"]
    stream = f"{container}/{container}/{arn.rpartition('/')[2]}"
    place = f"log group {group}, stream {stream}"
    for reading in range(LOG_READS):
        if reading:
            time.sleep(POLL_SECONDS)
        events: list[dict[str, Any]] = []
        try:
            events = logs.get_log_events(
                logGroupName=group, logStreamName=stream, limit=LOG_LINES, startFromHead=False
            )["events"]
        except logs.exceptions.ResourceNotFoundException:
            continue
        if events:
            text = "\n".join(each["message"].rstrip() for each in events)
            return f"\nThe end of its log ({place}):\n{text[-LOG_CHARACTERS:]}"
    return f"\nIt wrote no log ({place})."
