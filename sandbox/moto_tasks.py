"""What moto lacks around one-shot tasks: tasks on Fargate that end, and the code of a function.

The sandbox runs no containers. A task stops in the moment in which it is started, and its log says
that nothing ran. The command `false` fails, as it would in a container, so that it can be seen
what a failing task does to a deploy.
"""

# pyright: reportPrivateUsage=false, reportAttributeAccessIssue=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# It lives inside of moto's classes, of which moto tells hardly any types.

import json
import shlex
import time
from typing import Any, cast

from moto.awslambda.models import LambdaFunction
from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ecs.models import EC2ContainerServiceBackend as Backend
from moto.ecs.models import Task, TaskDefinition
from moto.ecs.responses import EC2ContainerServiceResponse as Ecs
from moto.logs.models import logs_backends

_run_task = Ecs.run_task
_list_tasks = Ecs.list_tasks
_get_code = LambdaFunction.get_code


def add() -> None:
    """Adds the actions; a second call changes nothing."""
    Backend._calculate_task_resource_requirements = staticmethod(_no_instance)  # noqa: SLF001
    NetworkInterface.private_dns_name = ""  # missing where a network names no hosts
    Ecs.run_task = _run_and_stop
    Ecs.list_tasks = _list_of_status
    LambdaFunction.get_code = _code_in_bucket
    LambdaFunction._invoke_lambda = _refuse_to_run  # noqa: SLF001


def _no_instance(task_definition: TaskDefinition) -> dict[str, Any]:
    # What a task takes from a machine. On Fargate there is none, and moto breaks over containers
    # that leave their share of the task's memory open.
    del task_definition
    return {}


def _run_and_stop(self: Ecs) -> ActionResult:
    answer = _run_task(self)
    for task in cast("Any", answer.result)["tasks"]:
        _stop(self.ecs_backend, task)
    return answer


def _stop(ecs: Backend, task: Task) -> None:
    [container, *_] = ecs.describe_task_definition(task.task_definition_arn).container_definitions
    overrides = task.overrides.get("containerOverrides") or [{}]
    command: list[str] = overrides[0].get("command") or container.get("command") or []
    code = 1 if command[-1:] == ["false"] else 0
    task.last_status = task.desired_status = "STOPPED"
    task.stop_code = "EssentialContainerExited"
    task.stopped_reason = "Essential container in task exited"
    task.containers[0].last_status, task.containers[0].exitCode = "STOPPED", code
    network = ec2_backends[ecs.account_id][ecs.region_name]
    for attachment in task.attachments:
        details = {each["name"]: each["value"] for each in attachment["details"]}
        network.delete_network_interface(details["networkInterfaceId"])
    options = container.get("logConfiguration", {}).get("options", {})
    group, prefix = options.get("awslogs-group"), options.get("awslogs-stream-prefix")
    if group and prefix:
        logs = logs_backends[ecs.account_id][ecs.region_name]
        stream = f"{prefix}/{container['name']}/{task.id}"
        logs.create_log_stream(group, stream)
        line = f"the sandbox runs no containers; exit code {code} without: {shlex.join(command)}"
        event = {"timestamp": int(time.time() * 1000), "message": line}
        logs.put_log_events(group, stream, [event])


def _list_of_status(self: Ecs) -> ActionResult:
    """Without a status the running ones, where moto lists all."""
    answer = _list_tasks(self)
    wanted = self._get_param("desiredStatus", "RUNNING")
    known = {
        task.task_arn: task.desired_status
        for tasks in self.ecs_backend.tasks.values()
        for task in tasks.values()
    }
    found = [arn for arn in cast("Any", answer.result)["taskArns"] if known[arn] == wanted]
    return ActionResult({"taskArns": found})


def _code_in_bucket(self: LambdaFunction) -> dict[str, Any]:
    """Where the code really is; AWS gives a link that can be downloaded, moto one that cannot."""
    answer = _get_code(self)
    if "S3Key" in self.code:
        answer["Code"]["Location"] = f"s3://{self.code['S3Bucket']}/{self.code['S3Key']}"
    return answer


def _refuse_to_run(self: LambdaFunction, event: Any = None) -> tuple[str, bool, str]:
    # moto would look for Docker and hold up all other requests meanwhile.
    del event
    message = f"the sandbox runs {self.function_name} in a deploy only, see sandbox/aws/tasks.py"
    return json.dumps({"errorMessage": message, "errorType": "NotImplementedBySandbox"}), True, ""
