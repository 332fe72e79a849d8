"""The role by which RDS delivers enhanced monitoring; a part of `components/database.py`."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.policy import trust_policy

POLICY = "service-role/AmazonRDSEnhancedMonitoringRole"


def create_monitoring_role(
    name: str, *, partition: str, tags: Mapping[str, str], child: pulumi.ResourceOptions
) -> tuple["aws.iam.Role", "aws.iam.RolePolicyAttachment"]:
    """Makes the role, and its permission, for which RDS does not wait by itself."""
    role = aws.iam.Role(
        f"{name}-monitoring",
        description=f"Delivers the operating system's figures of database {name}",
        assume_role_policy=trust_policy("monitoring.rds.amazonaws.com"),
        tags={**tags, "Name": f"{name}-monitoring"},
        opts=child,
    )
    permission = aws.iam.RolePolicyAttachment(
        f"{name}-monitoring",
        role=role.name,
        policy_arn=f"arn:{partition}:iam::aws:policy/{POLICY}",
        opts=child,
    )
    return role, permission
