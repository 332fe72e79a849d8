"""An end for the log of a RabbitMQ broker; a part of `components/queue.py`.

Amazon MQ makes the log group itself, as soon as the broker runs, and without an end. It is named
after the broker's id, which AWS draws, so it cannot be made before, as the groups of the database
are; and afterwards CloudWatch refuses a second one of the name. So a schedule sets the retention,
each day anew: that costs nothing, holds for a broker that takes the place of this one, and needs
no code that someone has to keep up.
"""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.json_document import json_document
from components.policy import Statement, policy_document, trust_policy


def create_log_retention(
    name: str,
    broker: "aws.mq.Broker",
    *,
    retention_days: int,
    tags: Mapping[str, str],
    child: pulumi.ResourceOptions,
) -> None:
    """Makes a schedule that sets the retention of the broker's general log, and its role.

    Source: EventBridge Scheduler guide, "Using universal targets".

    Args:
        name: Name of the component.
        broker: The broker; its log group is `/aws/amazonmq/broker/<id>/general`.
        retention_days: Days that CloudWatch keeps the log.
        tags: Tags besides the names.
        child: Options of the children.
    """
    suffix = f"{name}-log-retention"
    log_group = pulumi.Output.concat("/aws/amazonmq/broker/", broker.id, "/general")
    log_group_arn = pulumi.Output.all(broker.arn, log_group).apply(
        lambda known: _log_group_arn(*known)
    )
    role = aws.iam.Role(
        suffix,
        description=f"Lets EventBridge Scheduler set how long the log of queue {name} is kept",
        assume_role_policy=trust_policy(
            "scheduler.amazonaws.com",
            {"StringEquals": {"aws:SourceAccount": broker.arn.apply(_account)}},
        ),
        tags={**tags, "Name": suffix},
        opts=child,
    )
    permission = aws.iam.RolePolicy(
        suffix,
        role=role.name,
        policy=policy_document(
            Statement(
                sid="SetRetention",
                actions="logs:PutRetentionPolicy",
                # CloudWatch asks for the group itself or for all that is in it, by action.
                resources=[log_group_arn, pulumi.Output.concat(log_group_arn, ":*")],
            )
        ),
        opts=child,
    )
    aws.scheduler.Schedule(
        suffix,
        description=f"Keeps the log of queue {name} for {retention_days} days",
        schedule_expression="rate(1 days)",
        flexible_time_window=aws.scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
        target=aws.scheduler.ScheduleTargetArgs(
            arn=broker.arn.apply(
                lambda arn: (
                    f"arn:{_partition(arn)}:scheduler:::aws-sdk:cloudwatchlogs:putRetentionPolicy"
                )
            ),
            role_arn=role.arn,
            input=json_document({"LogGroupName": log_group, "RetentionInDays": retention_days}),
        ),
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[permission])),
    )


# The broker's ARN says where the broker is, so that the program need not be asked once more:
# arn:<partition>:mq:<region>:<account>:broker:<name>:<id>
def _partition(arn: str) -> str:
    return arn.split(":")[1]


def _account(arn: str) -> str:
    return arn.split(":")[4]


def _log_group_arn(broker_arn: str, log_group: str) -> str:
    _, partition, _, region, account, *_ = broker_arn.split(":")
    return f"arn:{partition}:logs:{region}:{account}:log-group:{log_group}"
