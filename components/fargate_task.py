"""A task definition on Fargate; a part of FargateService and of OneShotTask."""

from collections.abc import Mapping
from typing import Protocol

import pulumi
import pulumi_aws as aws

from components.physical_name import name_in_stack
from components.task_definition import ContainerDefinition, CpuArchitecture, container_definitions


class TaskSize(Protocol):
    """The part of a component's args that a task definition takes."""

    @property
    def cpu_units(self) -> int: ...  # noqa: D102
    @property
    def memory_mib(self) -> int: ...  # noqa: D102
    @property
    def cpu_architecture(self) -> CpuArchitecture: ...  # noqa: D102
    @property
    def tags(self) -> Mapping[str, str]: ...  # noqa: D102


def create_task_definition(
    name: str,
    args: TaskSize,
    container: ContainerDefinition,
    *,
    execution_role: "aws.iam.Role",
    task_role: "aws.iam.Role",
    parent: pulumi.Resource,
) -> "aws.ecs.TaskDefinition":
    """Creates the task definition of one container.

    Args:
        name: Name of the component.
        args: The component's args: size, processor, tags.
        container: What runs.
        execution_role: Role by which ECS pulls, logs and reads secrets.
        task_role: Role of the application.
        parent: The component.
    """
    return aws.ecs.TaskDefinition(
        f"{name}-task",
        family=name_in_stack(name),
        requires_compatibilities=["FARGATE"],
        network_mode="awsvpc",
        cpu=str(args.cpu_units),
        memory=str(args.memory_mib),
        runtime_platform=aws.ecs.TaskDefinitionRuntimePlatformArgs(
            operating_system_family="LINUX", cpu_architecture=args.cpu_architecture.value
        ),
        execution_role_arn=execution_role.arn,
        task_role_arn=task_role.arn,
        container_definitions=container_definitions(container),
        tags={**args.tags, "Name": f"{name}-task"},
        opts=pulumi.ResourceOptions(parent=parent),
    )
