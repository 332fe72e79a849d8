"""Lets a deploy run an ECS task and wait for its end, which Pulumi and ECS cannot by themselves."""

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pulumi
import pulumi_aws as aws

from components.log_retention import require_retention
from components.policy import Statement, policy_document, trust_policy

SCRIPT = Path(__file__).parent / "assets" / "task_runner.py"


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskRunnerArgs:
    """What a task runner needs to know."""

    bucket_name: pulumi.Input[str]
    """Bucket for its code. If the bucket's lifecycle deletes objects, it must spare the folder
    `task-runners`. Source: Bucket.bucket_name."""
    kms_key_arn: pulumi.Input[str]
    """Key that encrypts its log. Source: EncryptionKey.key_arn."""
    log_retention_days: int = 30
    """Days that its own log is kept, one of CloudWatch's periods; 30 by default. The tasks' output
    is in their own log groups."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags besides the provider's default tags; none by default."""

    def __post_init__(self) -> None:
        require_retention(self, "log_retention_days")


class TaskRunner(pulumi.ComponentResource):
    """A Lambda function that starts an ECS task, waits until it ends, and fails when the task does.

    One serves all one-shot tasks of an environment. By itself it may run none: each `OneShotTask`
    adds the permission for its own task to the role. IAM counts 10,240 characters for the policies
    of a role, which is room for ten tasks.

    Builds:
        1. The code, in the bucket, and the function, outside of the network: it talks to AWS only.
        2. Its role and its log group, encrypted and with an end.

    Not built: the bucket and the tasks.

    Cost: 0.000003 USD for each second that it waits; nothing in between.

    Example: `examples/task_runner`.
    """

    function_name: pulumi.Output[str]
    """Name by which a task invokes it."""
    function_arn: pulumi.Output[str]
    """ARN, for the policies of those who deploy."""
    role_name: pulumi.Output[str]
    """Role to which a task adds what running it needs."""

    def __init__(
        self, name: str, args: TaskRunnerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:TaskRunner", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)

        code = aws.s3.BucketObjectv2(
            f"{name}-code",
            bucket=args.bucket_name,
            # Named by its content: under the same key changed code would not be picked up.
            key=f"task-runners/{name}/{hashlib.sha256(SCRIPT.read_bytes()).hexdigest()[:12]}.zip",
            # As text and not as an asset: a preview shows that it changed, on every engine.
            content_base64=base64.b64encode(_package()).decode(),
            tags={**args.tags, "Name": f"{name}-code"},
            opts=child,
        )
        log_group = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            retention_in_days=args.log_retention_days,
            kms_key_id=args.kms_key_arn,
            tags={**args.tags, "Name": f"{name}-logs"},
            opts=child,
        )
        role, permission = self._role(name, args, log_group)
        function = aws.lambda_.Function(
            f"{name}-function",
            description="Runs ECS tasks to their end during a deploy",
            runtime="python3.13",
            architectures=["arm64"],
            handler=f"{SCRIPT.stem}.handler",
            s3_bucket=code.bucket,
            s3_key=code.key,
            role=role.arn,
            # Lambda's longest: each task brings its own, shorter limit.
            timeout=900,
            memory_size=256,
            # A group of our own: the one that Lambda makes by itself would be kept for ever.
            logging_config=aws.lambda_.FunctionLoggingConfigArgs(
                log_format="Text", log_group=log_group.name
            ),
            tags={**args.tags, "Name": f"{name}-function"},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )

        self.function_name = function.name
        self.function_arn = function.arn
        self.role_name = role.name
        self.register_outputs(
            {
                "function_name": self.function_name,
                "function_arn": self.function_arn,
                "role_name": self.role_name,
            }
        )

    def _role(
        self, name: str, args: TaskRunnerArgs, log_group: "aws.cloudwatch.LogGroup"
    ) -> "tuple[aws.iam.Role, aws.iam.RolePolicy]":
        child = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            f"{name}-function",
            description=f"Task runner {name}",
            assume_role_policy=trust_policy("lambda.amazonaws.com"),
            tags={**args.tags, "Name": f"{name}-function"},
            opts=child,
        )
        permission = aws.iam.RolePolicy(
            f"{name}-function",
            role=role.name,
            policy=policy_document(
                Statement(
                    sid="WriteOwnLog",
                    actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                    resources=pulumi.Output.concat(log_group.arn, ":*"),
                ),
                # AWS knows this action for container instances only, which Fargate has none of. It
                # answers with ARNs and nothing else.
                Statement(sid="FindRunningTask", actions="ecs:ListTasks", resources="*"),
            ),
            opts=child,
        )
        return role, permission


def _package() -> bytes:
    """The code as the archive that Lambda wants; the same code makes the same bytes.

    Not compressed: what zlib makes of the same text differs from machine to machine.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        entry = zipfile.ZipInfo(SCRIPT.name)
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, SCRIPT.read_bytes())
    return packed.getvalue()
