"""A task that runs once to its end during a deploy, before what needs its work starts."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components.fargate_task import create_task_definition
from components.json_document import json_document
from components.one_shot_task_args import OneShotTaskArgs
from components.physical_name import name_in_stack
from components.policy import Statement, policy_document
from components.reach import create_task_group
from components.task_definition import ContainerDefinition
from components.task_roles import create_execution_role, create_role

__all__ = ["OneShotTask", "OneShotTaskArgs"]

CONTAINER = "main"
"""Name of the container, and so the prefix of its log streams, by which the runner finds them."""
STOP_TIMEOUT_SECONDS = 30
"""Seconds between SIGTERM and SIGKILL for a task that takes too long. The runner waits 40."""


class OneShotTask(pulumi.ComponentResource):
    """A Fargate task that runs to its end during the deploy, such as a migration of a database.

    It runs when it is new and whenever its image, command, environment or a secret's version
    changes. What waits for it (`after` of FargateService) starts only when it has ended well.

    Builds:
        1. A task definition with one container, its log group and two roles: one by which ECS
           pulls, logs and reads exactly the named secrets, one for the application, which may do
           nothing in AWS.
        2. A security group with ways out to what the task reaches and to HTTPS, none in.
        3. The permission of the runner to run this task, and no other, in this cluster.
        4. The run itself.

    Not built: the runner, the cluster, the image.

    Cost: 0.0002 USD for a minute of 0.25 vCPU and 0.5 GiB; logs 0.50 USD a GiB.

    Failure: when the exit code is not 0, when the task cannot start, or when it takes too long, the
    deploy fails with the reason and the end of the log; services that wait keep what they ran
    before. The next deploy runs the task again.

    Example: `examples/one_shot_task`.
    """

    task_definition_arn: pulumi.Output[str]
    """What was run."""
    log_group_name: pulumi.Output[str]
    """Where it logged."""
    security_group_id: pulumi.Output[str]
    """Group of the task."""
    result: pulumi.Output[str]
    """JSON with the ARN of the task and its exit code, 0; known when it has ended."""

    def __init__(
        self, name: str, args: OneShotTaskArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:OneShotTask", name, {}, opts)

        log_group = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            retention_in_days=args.log_retention_days,
            kms_key_id=args.kms_key_arn,
            tags={**args.tags, "Name": f"{name}-logs"},
            opts=pulumi.ResourceOptions(parent=self),
        )
        execution_role, execution_policy = create_execution_role(
            name, args, log_group_arn=log_group.arn, parent=self
        )
        task_role, _ = create_role(
            f"{name}-task",
            args,
            description=f"What the application {name} may do",
            parent=self,
        )
        task = self._task_definition(name, args, log_group, execution_role, task_role)
        security_group, ways = create_task_group(
            name,
            description=f"One-shot task {name}",
            vpc_id=args.vpc_id,
            reaches=args.reaches,
            tags=args.tags,
            parent=self,
        )
        permission = aws.iam.RolePolicy(
            f"{name}-runner",
            role=args.runner_role_name,
            policy=policy_document(
                *_runner_statements(name, args, log_group, [execution_role, task_role])
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        needed = [permission, execution_policy, *ways, *args.after]
        run = aws.lambda_.Invocation(
            f"{name}-run",
            function_name=args.runner_function_name,
            lifecycle_scope="CREATE_ONLY",
            # Each change of what runs makes a new task definition; the provider runs it again when
            # this, or anything else in the input, differs.
            triggers={"taskDefinition": task.arn},
            input=json_document(
                {
                    "cluster": args.cluster_arn,
                    "taskDefinition": task.arn,
                    "subnets": list(args.subnet_ids),
                    "securityGroups": [security_group.id],
                    "container": CONTAINER,
                    "logGroup": log_group.name,
                    "timeoutSeconds": args.timeout_seconds,
                }
            ),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[resource for resource in needed if resource is not None],
            ),
        )

        self.task_definition_arn = task.arn
        self.log_group_name = log_group.name
        self.security_group_id = security_group.id
        self.result = run.result
        self.register_outputs(
            {
                "task_definition_arn": self.task_definition_arn,
                "log_group_name": self.log_group_name,
                "security_group_id": self.security_group_id,
                "result": self.result,
            }
        )

    def _task_definition(
        self,
        name: str,
        args: OneShotTaskArgs,
        log_group: "aws.cloudwatch.LogGroup",
        execution_role: "aws.iam.Role",
        task_role: "aws.iam.Role",
    ) -> "aws.ecs.TaskDefinition":
        container = ContainerDefinition(
            name=CONTAINER,
            image=args.image,
            command=args.command,
            environment=args.environment,
            secrets=args.secrets,
            registry_secret_arn=args.registry_secret_arn,
            stop_timeout_seconds=STOP_TIMEOUT_SECONDS,
            log_group_name=log_group.name,
            region=args.region,
        )
        return create_task_definition(
            name,
            args,
            container,
            execution_role=execution_role,
            task_role=task_role,
            parent=self,
        )


def _runner_statements(
    name: str,
    args: OneShotTaskArgs,
    log_group: "aws.cloudwatch.LogGroup",
    roles: "Sequence[aws.iam.Role]",
) -> list[Statement]:
    """Kept short: IAM counts the characters of all policies of the runner's role together."""
    family = pulumi.Output.concat(
        f"arn:{args.partition}:ecs:{args.region}:",
        args.account_id,
        f":task-definition/{name_in_stack(name)}:*",
    )
    tasks = pulumi.Output.from_input(args.cluster_arn).apply(
        lambda arn: f"{arn.replace(':cluster/', ':task/')}/*"
    )
    return [
        Statement(
            sid="Run",
            actions=["ecs:RunTask", "ecs:DescribeTasks", "ecs:StopTask"],
            resources=[family, tasks],
            conditions={"ArnEquals": {"ecs:cluster": args.cluster_arn}},
        ),
        Statement(
            sid="GiveRoles",
            actions="iam:PassRole",
            resources=[role.arn for role in roles],
            conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        ),
        Statement(
            sid="ReadLog",
            actions="logs:GetLogEvents",
            resources=pulumi.Output.concat(log_group.arn, ":*"),
        ),
    ]
