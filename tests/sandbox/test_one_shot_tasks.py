"""One-shot tasks in the sandbox: the runner's real code, on tasks that end at once."""

import base64
import io
import json
import zipfile

import pytest
from botocore.exceptions import ClientError

from components.task_runner import SCRIPT
from sandbox.errors import SandboxError

ASSUME = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
INVOCATION = "aws:lambda/invocation:Invocation"


def packed(**files):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        for name, text in files.items():
            opened.writestr(f"{name}.py", text)
    return base64.b64encode(archive.getvalue()).decode()


@pytest.fixture(scope="module")
def function(account):
    """Makes a function of a source text; its handler is `code.handler`."""
    bucket = account.create("aws:s3/bucket:Bucket", "functions").id
    role = account.create("aws:iam/role:Role", "function", assumeRolePolicy=ASSUME)

    def make(name, text, **inputs):
        account.create(
            "aws:s3/bucketObjectv2:BucketObjectv2",
            name,
            bucket=bucket,
            key=f"{name}/code.zip",
            contentBase64=packed(code=text),
        )
        return account.create(
            "aws:lambda/function:Function",
            name,
            s3Bucket=bucket,
            s3Key=f"{name}/code.zip",
            role=role.outputs["arn"],
            **{"handler": "code.handler", "runtime": "python3.13", "timeout": 900} | inputs,
        )

    return make


def invoke(account, function, event=None):
    return account.create(INVOCATION, "run", functionName=function.id, input=json.dumps(event))


@pytest.fixture(scope="module")
def task(account):
    """Makes the event for a task with a command."""
    network = account.create("aws:ec2/vpc:Vpc", "net", cidrBlock="10.0.0.0/16").id
    subnet = account.create(
        "aws:ec2/subnet:Subnet", "net", vpcId=network, cidrBlock="10.0.0.0/24"
    ).id
    group = account.create(
        "aws:ec2/securityGroup:SecurityGroup", "task", vpcId=network, description="task"
    ).id
    cluster = account.create("aws:ecs/cluster:Cluster", "apps").id
    log = account.create("aws:cloudwatch/logGroup:LogGroup", "task").id

    def make(*command):
        options = {
            "awslogs-group": log,
            "awslogs-region": "us-east-1",
            "awslogs-stream-prefix": "main",
        }
        container = {
            "name": "main",
            "image": "app:1",
            "command": list(command),
            "logConfiguration": {"logDriver": "awslogs", "options": options},
        }
        definition = account.create(
            "aws:ecs/taskDefinition:TaskDefinition",
            family="task",
            cpu="256",
            memory="512",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            containerDefinitions=json.dumps([container]),
        )
        return {
            "cluster": cluster,
            "taskDefinition": definition.outputs["arn"],
            "subnets": [subnet],
            "securityGroups": [group],
            "container": "main",
            "logGroup": log,
            "timeoutSeconds": 60,
        }

    return make


def start(account, event):
    vpc = {"subnets": event["subnets"], "securityGroups": event["securityGroups"]}
    [started] = account.client("ecs").run_task(
        cluster=event["cluster"],
        taskDefinition=event["taskDefinition"],
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": vpc},
    )["tasks"]
    return started


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["npm", "run", "migrate"], 0),
        (["false"], 1),
        (["sh", "-c", "false"], 1),
        (["echo", "it is false."], 0),
        ([], 0),
    ],
)
def test_a_task_stops_at_once_and_says_that_nothing_ran(account, task, command, code):
    event = task(*command)
    arn = start(account, event)["taskArn"]
    answer = account.client("ecs").describe_tasks(cluster=event["cluster"], tasks=[arn])
    [found] = answer["tasks"]
    assert (found["lastStatus"], found["desiredStatus"]) == ("STOPPED", "STOPPED")
    assert found["stopCode"] == "EssentialContainerExited"
    [container] = found["containers"]
    assert (container["lastStatus"], container["exitCode"]) == ("STOPPED", code)
    stream = f"main/main/{arn.rpartition('/')[2]}"
    answer = account.client("logs").get_log_events(
        logGroupName=event["logGroup"], logStreamName=stream
    )
    [line] = answer["events"]
    assert line["message"].startswith(f"the sandbox runs no containers; exit code {code} without:")


def test_a_stopped_task_leaves_nothing_behind_in_the_network(account, task):
    event = task("true")
    start(account, event)
    found = account.client("ec2").describe_network_interfaces(
        Filters=[{"Name": "subnet-id", "Values": event["subnets"]}]
    )
    assert found["NetworkInterfaces"] == []


def test_tasks_that_ended_are_listed_only_when_asked_for(account, task):
    event = task("true")
    arn = start(account, event)["taskArn"]
    ecs = account.client("ecs")
    assert ecs.list_tasks(cluster=event["cluster"])["taskArns"] == []
    assert arn in ecs.list_tasks(cluster=event["cluster"], desiredStatus="STOPPED")["taskArns"]


def test_the_runner_starts_a_new_task_every_time(account, function, task):
    runner = function("runner", SCRIPT.read_text())
    event = task("true")
    first, second = (json.loads(invoke(account, runner, event).outputs["result"]) for _ in "12")
    assert first["exitCode"] == second["exitCode"] == 0
    assert first["taskArn"] != second["taskArn"]


def test_what_ecs_refuses_is_told(account, function, task):
    runner = function("refused", SCRIPT.read_text())
    event = {**task("true"), "taskDefinition": "arn:aws:ecs:us-east-1:1:task-definition/none:1"}
    with pytest.raises(
        SandboxError, match=rf"^invoking Lambda Function \({runner.id}\): .*RunTask"
    ):
        invoke(account, runner, event)


def test_an_error_of_the_code_fails_the_invocation(account, function):
    broken = function("broken", "def handler(event, context):\n    return event['missing']\n")
    with pytest.raises(SandboxError) as failed:
        invoke(account, broken, {})
    assert str(failed.value) == f"invoking Lambda Function ({broken.id}): KeyError: 'missing'"


def test_the_api_itself_runs_no_function(account, function):
    made = function("called", "def handler(event, context): pass")
    answer = account.client("lambda").invoke(FunctionName=made.id, Payload=b"{}")
    assert answer["FunctionError"] == "Handled"
    assert json.loads(answer["Payload"].read())["errorMessage"] == (
        f"the sandbox runs {made.id} in a deploy only, see sandbox/aws/tasks.py"
    )


def test_code_reaches_the_sandbox_only(account, function, monkeypatch):
    """Whatever account the shell has credentials for."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://elsewhere.example.com")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    text = (
        "import boto3, json\n"
        "client = boto3.client('sts')\n"
        "def handler(event, context):\n"
        "    return [client.meta.endpoint_url, client.meta.region_name, event]\n"
    )
    asked = function("asks", text)
    answer = invoke(account, asked, {"a": 1}).outputs["result"]
    assert json.loads(answer) == [account.endpoint, "us-east-1", {"a": 1}]


def test_a_function_is_there_until_it_is_deleted(account, function):
    made = function("brief", "def handler(event, context): pass", memorySize=256)
    found = made.read()
    assert found is not None
    assert found["arn"] == f"arn:aws:lambda:us-east-1:123456789012:function:{made.id}"
    run = invoke(account, made, {})
    assert run.outputs["result"] == "null"
    assert run.id.startswith(f"{made.id},$LATEST,")
    assert run.read() is not None
    run.delete()
    made.delete()
    assert made.read() is None
    assert run.read() is None


def test_an_invocation_needs_its_function(account):
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        account.create(INVOCATION, functionName="none", input="{}")


@pytest.mark.parametrize(
    ("type_", "inputs", "refusal"),
    [
        (
            "aws:lambda/function:Function",
            {"runtime": "nodejs22.x"},
            "runtime: the sandbox runs functions in Python only, not in nodejs22.x",
        ),
        (
            "aws:lambda/function:Function",
            {"timeout": 901},
            "timeout: 901 is refused by AWS; use 1 to 900 (seconds)",
        ),
        (
            INVOCATION,
            {"functionName": "f", "input": "[1]"},
            "input: is not a JSON object",
        ),
        (
            INVOCATION,
            {"functionName": "f", "input": "{}", "lifecycleScope": "CRUD"},
            "lifecycleScope: 'CRUD' is refused by AWS; use one of CREATE_ONLY",
        ),
        (
            INVOCATION,
            {"functionName": "f", "input": "{}", "qualifier": "1"},
            "qualifier: the sandbox calls the latest version only",
        ),
    ],
)
def test_refuses_before_it_creates(account, type_, inputs, refusal):
    assert refusal in account.failures(type_, **inputs)
