"""The cluster of the runtime fargate, and what runs tasks in it once."""

from dataclasses import dataclass

import pulumi

from components.bucket import Bucket
from components.fargate_cluster import FargateCluster, FargateClusterArgs
from components.task_runner import TaskRunner, TaskRunnerArgs
from model.description import Description
from stacks.providers import Clouds

RUNTIME = "fargate"


@dataclass(frozen=True, kw_only=True, slots=True)
class FargatePlatform:
    """What a system needs to know of the cluster."""

    cluster: FargateCluster
    runner: TaskRunner | None
    """Runs what must run before services; None if no system has a database."""


def build(
    description: Description, clouds: Clouds, artifacts: Bucket, *, key_arn: pulumi.Input[str]
) -> FargatePlatform:
    """Builds the cluster and the runner.

    Args:
        description: The verified description.
        clouds: The providers.
        artifacts: Where the runner's code is kept.
        key_arn: Key of logs and sessions.
    """
    retention = description.environment.monitoring.log_retention_days
    runner = None
    if any(system.database is not None for system in description.systems.values()):
        runner = TaskRunner(
            "platform-task-runner",
            TaskRunnerArgs(
                bucket_name=artifacts.bucket_name,
                kms_key_arn=key_arn,
                log_retention_days=retention,
            ),
            clouds.options,
        )
    return FargatePlatform(
        cluster=FargateCluster(
            "platform-fargate",
            FargateClusterArgs(kms_key_arn=key_arn, log_retention_days=retention),
            clouds.options,
        ),
        runner=runner,
    )
