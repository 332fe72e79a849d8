"""What a database's instances have in common; a part of `components/database.py`."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.database_args import DatabaseArgs
from components.database_monitoring import create_monitoring_role


@dataclass(frozen=True, kw_only=True, slots=True)
class Shared:
    """What the primary and its replicas have in common."""

    security_group_id: pulumi.Output[str]
    """Security group to which clients add their ways in."""
    parameter_group_name: pulumi.Output[str]
    """Parameter group that refuses connections without TLS."""
    monitoring_role_arn: pulumi.Output[str] | None
    """Role that delivers enhanced monitoring; None where it is off."""
    permissions: Sequence[pulumi.Resource]
    """What that role needs before an instance can use it."""


def create_shared(
    name: str,
    args: DatabaseArgs,
    security_group: "aws.ec2.SecurityGroup",
    child: pulumi.ResourceOptions,
) -> Shared:
    """Makes the parameter group and, where it is on, the role for enhanced monitoring."""
    parameter_group = aws.rds.ParameterGroup(
        f"{name}-parameters",
        description=f"Database {name}",
        family=f"postgres{args.engine_version}",
        parameters=[
            aws.rds.ParameterGroupParameterArgs(
                name="rds.force_ssl", value="1", apply_method="immediate"
            )
        ],
        tags={**args.tags, "Name": f"{name}-parameters"},
        opts=child,
    )
    monitoring_role_arn = None
    permissions: list[pulumi.Resource] = []
    if args.monitoring_interval_seconds > 0:
        role, permission = create_monitoring_role(
            name, partition=args.partition, tags=args.tags, child=child
        )
        monitoring_role_arn = role.arn
        permissions.append(permission)
    return Shared(
        security_group_id=security_group.id,
        parameter_group_name=parameter_group.name,
        monitoring_role_arn=monitoring_role_arn,
        permissions=permissions,
    )
