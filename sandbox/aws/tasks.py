"""Functions, and their one call during a deploy: AWS Lambda."""

import builtins
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from sandbox.aws.clients import Clients
from sandbox.aws.common import by_id
from sandbox.aws.kind import AwsKind, Call, Resource
from sandbox.aws.naming import Naming
from sandbox.aws.rules import json_text, one_of, within
from sandbox.errors import SandboxError
from sandbox.provider import UNKNOWN, Plain, Problem

_LONGEST = 15 * 60
_NO_CONTAINERS = (
    "the function really runs, but the sandbox runs no container for the task it starts"
)


def _function(inputs: Plain) -> Plain:
    code = {name: inputs[name] for name in ("s3Bucket", "s3Key") if name in inputs}
    rest = {key: value for key, value in inputs.items() if key not in code}
    return {**rest, "code": code}


def _only_python(inputs: Plain) -> Iterator[Problem]:
    runtime = inputs.get("runtime")
    if isinstance(runtime, str) and not runtime.startswith("python3."):
        yield Problem("runtime", f"the sandbox runs functions in Python only, not in {runtime}")


def _latest(inputs: Plain) -> Iterator[Problem]:
    if inputs.get("qualifier", "$LATEST") not in ("$LATEST", UNKNOWN):
        yield Problem("qualifier", "the sandbox calls the latest version only")


def _found(resource: Resource) -> Any:
    return resource.call("GetFunction", FunctionName=resource.id)["Configuration"]


def _identity(resource: Resource) -> str:
    digest = hashlib.md5(resource.get("input").encode(), usedforsecurity=False).hexdigest()
    return f"{resource.get('functionName')},$LATEST,{digest}"


def _invoke(resource: Resource) -> None:
    """Runs the function's own code as Lambda does, here and now.

    Not by the API's Invoke: the code calls the API itself, which answers one request at a time,
    and moto's Invoke asks for Docker.
    """
    name, function = resource.get("functionName"), resource.record
    bucket, _, key = function["Code"]["Location"].removeprefix("s3://").partition("/")
    packed = resource.call("GetObject", "s3", Bucket=bucket, Key=key)["Body"].read()
    handler = _load(packed, function["Configuration"]["Handler"], resource.account.clients)
    try:
        answer = handler(json.loads(resource.get("input")), None)
    except Exception as error:
        # Lambda answers with type and text of the error, and Pulumi's provider fails with both.
        reason = f"{type(error).__name__}: {error}"
        raise SandboxError(f"invoking Lambda Function ({name}): {reason}") from error
    resource.record = {"result": json.dumps(answer)}


def _load(packed: bytes, handler: str, clients: Clients) -> Callable[[Any, Any], Any]:
    """The handler, in a module whose boto3 knows this account only.

    Its real boto3 would take credentials and endpoint from the environment, and those of whoever
    runs the sandbox lead to a real account.
    """
    module, _, name = handler.rpartition(".")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        source = archive.read(f"{module}.py")
    boto3 = SimpleNamespace(client=clients.client)

    def imported(wanted: str, *rest: Any) -> Any:
        return boto3 if wanted == "boto3" else __import__(wanted, *rest)

    scope: dict[str, Any] = {
        "__builtins__": {**vars(builtins), "__import__": imported},
        "__name__": module,
    }
    exec(compile(source, f"{module}.py", "exec"), scope)  # noqa: S102 the program's own code
    return scope[name]


KINDS = {
    "aws:lambda/function:Function": AwsKind(
        service="lambda",
        create=Call(operation="CreateFunction", arrange=_function, names={"name": "functionName"}),
        id="FunctionName",
        find=_found,
        outputs={"arn": "FunctionArn", "version": "Version"},
        delete=by_id("DeleteFunction", "FunctionName"),
        naming=Naming(property="name", limit=64, pattern=r"[\w-]+", words="letters, digits, - _"),
        rules=[_only_python, within("timeout", 1, _LONGEST, "seconds")],
    ),
    "aws:lambda/invocation:Invocation": AwsKind(
        service="lambda",
        create=Call(operation="GetFunction", takes=["functionName"]),
        own=["input", "lifecycleScope", "qualifier", "triggers"],
        id=_identity,
        after=_invoke,
        find=lambda resource: resource.call(
            "GetFunction", FunctionName=resource.get("functionName")
        ),
        outputs={"result": "result"},
        # What it did stays done.
        delete=lambda _resource: None,
        rules=[json_text("input"), one_of("lifecycleScope", "CREATE_ONLY"), _latest],
        tagged=None,
        mocked=_NO_CONTAINERS,
    ),
}
