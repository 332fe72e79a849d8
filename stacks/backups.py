"""The daily backup of everything that a stack keeps (B12, E5)."""

from collections.abc import Mapping

import pulumi

from components.backup_plan import BackupPlan, BackupPlanArgs
from model.description import Description
from stacks.platform import Platform
from stacks.providers import Clouds
from stacks.system import DeployedSystem


def build(
    description: Description,
    platform: Platform,
    systems: Mapping[str, DeployedSystem],
    clouds: Clouds,
) -> BackupPlan | None:
    """Backs up databases and objects; caches and queues keep nothing that lasts.

    Returns:
        The plan; None if no system keeps anything.
    """
    kept: list[pulumi.Input[str]] = []
    for system in systems.values():
        if system.stores.database is not None:
            kept.append(system.stores.database.arn)
        if system.stores.objects is not None:
            kept.append(system.stores.objects.bucket_arn)
    if not kept:
        return None
    wanted = description.environment.backup
    return BackupPlan(
        "platform-backup",
        BackupPlanArgs(
            daily_at=wanted.daily_at,
            retention_days=wanted.retention_days,
            resource_arns=kept,
            kms_key_arn=platform.key_arn,
            copy_region=wanted.region,
            copy_kms_key_arn=platform.backup_key_arn,
        ),
        clouds.options,
    )
