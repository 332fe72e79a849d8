"""TaskRunner: exact inputs and refused arguments; its code is in test_task_runner_script.py."""

import ast
import base64
import hashlib
import io
import json
import sys
import zipfile
from typing import Any

import pulumi
import pytest

from components.errors import ArgumentError
from components.task_runner import SCRIPT, TaskRunner, TaskRunnerArgs
from tools.recording.recorder import Recording, record_component

KEY = "arn:aws:kms:us-east-1:111122223333:key/1"
CODE = f"task-runners/tasks/{hashlib.sha256(SCRIPT.read_bytes()).hexdigest()[:12]}.zip"


def args(**changes: Any) -> TaskRunnerArgs:
    return TaskRunnerArgs(**{"bucket_name": "artifacts-1", "kms_key_arn": KEY} | changes)


@pytest.fixture(scope="module")
def recording() -> Recording:
    def build(options: pulumi.ResourceOptions) -> None:
        TaskRunner("tasks", args(log_retention_days=7, tags={"team": "platform"}), options)

    return record_component(build)


@pytest.mark.acceptance("B5")
def test_builds_a_function_that_may_wait_as_long_as_lambda_lets_it(recording: Recording) -> None:
    function = recording.one("Function")
    assert function.inputs == {
        "description": "Runs ECS tasks to their end during a deploy",
        "runtime": "python3.13",
        "architectures": ["arm64"],
        "handler": "task_runner.handler",
        "s3Bucket": "artifacts-1",
        "s3Key": CODE,
        "role": recording.one("Role").outputs["arn"],
        "timeout": 900,
        "memorySize": 256,
        "loggingConfig": {
            "logFormat": "Text",
            "logGroup": recording.one("LogGroup").outputs["name"],
        },
        "tags": {"team": "platform", "Name": "tasks-function"},
    }
    assert recording.one("RolePolicy").urn in function.dependencies


def test_uploads_its_code(recording: Recording) -> None:
    code = recording.one("BucketObjectv2").inputs
    assert (code["bucket"], code["key"]) == ("artifacts-1", CODE)
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(code["contentBase64"]))) as archive:
        assert archive.namelist() == ["task_runner.py"]
        assert archive.read("task_runner.py") == SCRIPT.read_bytes()


def test_its_code_needs_only_what_lambda_has() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
        )
    }
    assert imported - sys.stdlib_module_names == {"boto3"}


def test_keeps_its_log_for_a_while(recording: Recording) -> None:
    assert recording.one("LogGroup").inputs == {
        "retentionInDays": 7,
        "kmsKeyId": KEY,
        "tags": {"team": "platform", "Name": "tasks-logs"},
    }


def test_may_run_nothing_by_itself(recording: Recording) -> None:
    role = recording.one("Role").inputs
    assert json.loads(role["assumeRolePolicy"])["Statement"][0]["Principal"] == {
        "Service": "lambda.amazonaws.com"
    }
    statements = json.loads(recording.one("RolePolicy").inputs["policy"])["Statement"]
    assert {each["Sid"]: (each["Action"], each["Resource"]) for each in statements} == {
        "WriteOwnLog": (
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            f"{recording.one('LogGroup').outputs['arn']}:*",
        ),
        "FindRunningTask": ("ecs:ListTasks", "*"),
    }


def test_gives_what_a_task_needs(recording: Recording) -> None:
    function = recording.one("Function").outputs
    assert recording.outputs_of("tasks") == {
        "function_name": function["name"],
        "function_arn": function["arn"],
        "role_name": recording.one("Role").outputs["name"],
    }


def test_fails_when_cloudwatch_would_refuse() -> None:
    with pytest.raises(ArgumentError) as refused:
        args(log_retention_days=31)
    assert str(refused.value) == (
        "TaskRunner: log_retention_days=31 is not allowed; use one of 1, 3, 5, 7, 14, 30, 60, 90, "
        "120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 (days)"
    )
