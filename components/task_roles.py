"""The two roles of a task; a part of Fargate services and one-shot tasks.

ECS uses the execution role to start the task, the application uses the task role.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import pulumi
import pulumi_aws as aws

from components.fargate_service_args import FargateServiceArgs
from components.policy import Statement, policy_document, read_secrets, trust_policy
from components.secret_reference import SecretReference


class TaskArgs(Protocol):
    """What the roles of a task are made from, whatever runs it."""

    @property
    def account_id(self) -> pulumi.Input[str]:
        """Account whose tasks alone may assume the roles."""
        ...

    @property
    def region(self) -> str:
        """Region of registry and secrets."""
        ...

    @property
    def partition(self) -> str:
        """First part of the account's ARNs."""
        ...

    @property
    def kms_key_arn(self) -> pulumi.Input[str]:
        """Key of the secrets."""
        ...

    @property
    def secrets(self) -> Mapping[str, SecretReference]:
        """Environment variables that come from Secrets Manager."""
        ...

    @property
    def registry_secret_arn(self) -> pulumi.Input[str] | None:
        """Secret of a private registry."""
        ...

    @property
    def repository_arns(self) -> Sequence[pulumi.Input[str]]:
        """ECR repositories to pull from, all of the account's when empty."""
        ...

    @property
    def tags(self) -> Mapping[str, str]:
        """Tags besides the names."""
        ...


def create_execution_role(
    name: str,
    args: TaskArgs,
    *,
    log_group_arn: pulumi.Input[str],
    parent: pulumi.Resource,
) -> tuple["aws.iam.Role", "aws.iam.RolePolicy | None"]:
    """Lets ECS start tasks: pull the image, write the log, read exactly the named secrets.

    Args:
        name: Name of the service or task.
        args: What it needs.
        log_group_arn: Where it logs.
        parent: The component.

    Returns:
        The role, and the policy that a task which starts must wait for.
    """
    return create_role(
        f"{name}-execution",
        args,
        description=f"Starts the tasks of {name}",
        statements=[*_start_statements(args, log_group_arn), *_secret_statements(args)],
        parent=parent,
    )


def create_task_role(
    name: str, args: FargateServiceArgs, *, parent: pulumi.Resource
) -> tuple["aws.iam.Role", "aws.iam.RolePolicy | None"]:
    """Lets the application do what its permissions say, and people open a shell if they may.

    Args:
        name: Name of the service.
        args: What the service needs.
        parent: The component.

    Returns:
        The role, and its policy; none when there is nothing to allow.
    """
    return create_role(
        f"{name}-task",
        args,
        description=f"What the application {name} may do",
        statements=[*args.permissions, *(_exec_statements(args) if args.exec_enabled else ())],
        parent=parent,
    )


def create_role(
    name: str,
    args: TaskArgs,
    *,
    description: str,
    statements: Sequence[Statement] = (),
    parent: pulumi.Resource,
) -> tuple["aws.iam.Role", "aws.iam.RolePolicy | None"]:
    """A role for the tasks of the account.

    Args:
        name: Name of the role and its policy.
        args: What runs as this role needs.
        description: Shown in the console.
        statements: What it may do; nothing by default.
        parent: The component.

    Returns:
        The role, and its policy; none when there is nothing to allow.
    """
    child = pulumi.ResourceOptions(parent=parent)
    role = aws.iam.Role(
        name,
        description=description,
        # Without the account, ECS could be made to use the role on behalf of somebody else.
        # Source: IAM guide, "The confused deputy problem".
        assume_role_policy=trust_policy(
            "ecs-tasks.amazonaws.com", {"StringEquals": {"aws:SourceAccount": args.account_id}}
        ),
        tags={**args.tags, "Name": name},
        opts=child,
    )
    if not statements:
        return role, None
    policy = aws.iam.RolePolicy(
        name, role=role.name, policy=policy_document(*statements), opts=child
    )
    return role, policy


def _start_statements(args: TaskArgs, log_group_arn: pulumi.Input[str]) -> list[Statement]:
    repositories = args.repository_arns or pulumi.Output.concat(
        f"arn:{args.partition}:ecr:{args.region}:", args.account_id, ":repository/*"
    )
    return [
        # AWS knows this action only for all repositories.
        Statement(sid="SignInToRegistry", actions="ecr:GetAuthorizationToken", resources="*"),
        Statement(
            sid="PullImage",
            actions=[
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            ],
            resources=repositories,
        ),
        Statement(
            sid="WriteOwnLog",
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=pulumi.Output.concat(log_group_arn, ":*"),
        ),
    ]


def _secret_statements(args: TaskArgs) -> list[Statement]:
    arns = [reference.secret_arn for reference in args.secrets.values()]
    if args.registry_secret_arn is not None:
        arns.append(args.registry_secret_arn)
    return read_secrets(arns, kms_key_arn=args.kms_key_arn, region=args.region)


def _exec_statements(args: FargateServiceArgs) -> list[Statement]:
    """Source: ECS guide, "Using Amazon ECS Exec to access containers"."""
    log_group_arn = args.exec_log_group_arn
    statements = [
        # AWS knows these actions only for all channels.
        Statement(
            sid="OpenSession",
            actions=[
                "ssmmessages:CreateControlChannel",
                "ssmmessages:CreateDataChannel",
                "ssmmessages:OpenControlChannel",
                "ssmmessages:OpenDataChannel",
            ],
            resources="*",
        ),
        Statement(sid="EncryptSession", actions="kms:Decrypt", resources=args.kms_key_arn),
    ]
    if log_group_arn is not None:
        statements += [
            # The agent looks for the group before it writes; AWS knows this for all groups only.
            Statement(sid="FindSessionLog", actions="logs:DescribeLogGroups", resources="*"),
            Statement(
                sid="WriteSessionLog",
                actions=[
                    "logs:CreateLogStream",
                    "logs:DescribeLogStreams",
                    "logs:PutLogEvents",
                ],
                resources=pulumi.Output.concat(log_group_arn, ":*"),
            ),
        ]
    return statements
