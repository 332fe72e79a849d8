"""The record of all connections of a network; a part of `components/network.py`."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.policy import Statement, policy_document, trust_policy


def create_flow_log(
    name: str,
    vpc_id: pulumi.Input[str],
    *,
    retention_days: int,
    kms_key_arn: pulumi.Input[str] | None,
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> None:
    """Delivers accepted and refused connections to a log group of their own.

    Args:
        name: Name of the network.
        vpc_id: The network.
        retention_days: Days that the record is kept.
        kms_key_arn: Key that encrypts it, CloudWatch's own when None.
        tags: Tags besides the names.
        parent: The component.
    """
    child = pulumi.ResourceOptions(parent=parent)
    logical_name = f"{name}-flow-logs"
    named = {**tags, "Name": logical_name}
    log_group = aws.cloudwatch.LogGroup(
        logical_name,
        retention_in_days=retention_days,
        kms_key_id=kms_key_arn,
        tags=named,
        opts=child,
    )
    role = aws.iam.Role(
        logical_name,
        description="Delivers the flow logs of the network",
        assume_role_policy=trust_policy("vpc-flow-logs.amazonaws.com"),
        tags=named,
        opts=child,
    )
    permission = aws.iam.RolePolicy(
        logical_name, role=role.name, policy=_delivery(log_group), opts=child
    )
    aws.ec2.FlowLog(
        logical_name,
        vpc_id=vpc_id,
        traffic_type="ALL",
        log_destination=log_group.arn,
        iam_role_arn=role.arn,
        tags=named,
        # Delivery that starts before the permission fails quietly for ten minutes.
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[permission]),
    )


def _delivery(log_group: "aws.cloudwatch.LogGroup") -> pulumi.Input[str]:
    return policy_document(
        Statement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            resources=pulumi.Output.concat(log_group.arn, ":*"),
        ),
        # AWS knows this action only for all groups.
        Statement(actions="logs:DescribeLogGroups", resources="*"),
    )
