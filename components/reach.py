"""Who may open a connection to whom: security groups that name each other, never addresses."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.errors import require_port


@dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    """Something that a service connects to."""

    security_group_id: pulumi.Input[str]
    """Group of the destination. Source: Database.security_group_id, Cache.security_group_id."""
    port: int
    """TCP port on which it listens, 1 to 65535."""

    def __post_init__(self) -> None:
        require_port(self)


def open_reach(
    leaving: str,
    entering: str,
    *,
    source: pulumi.Input[str],
    destination: Destination,
    description: str,
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> list[pulumi.Resource]:
    """Lets the members of one group connect to one port of another.

    Both rules belong to the component that needs the connection, so that they come and go with it
    and neither end has to know the other (DESIGN.md decision 5).

    Args:
        leaving: Logical name of the rule on the source's group.
        entering: Logical name of the rule on the destination's group.
        source: Group of those who connect.
        destination: What they connect to.
        description: Shown in the console beside both rules.
        tags: Tags besides the names.
        parent: The component.

    Returns:
        Both rules, which who connects waits for; they depend on nothing that the destination runs.
    """
    way_in = open_way_in(
        entering,
        source=source,
        destination=destination,
        description=description,
        tags=tags,
        parent=parent,
    )
    way_out = aws.vpc.SecurityGroupEgressRule(
        leaving,
        security_group_id=source,
        referenced_security_group_id=destination.security_group_id,
        ip_protocol="tcp",
        from_port=destination.port,
        to_port=destination.port,
        description=description,
        tags={**tags, "Name": leaving},
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return [way_in, way_out]


def open_way_in(
    entering: str,
    *,
    source: pulumi.Input[str],
    destination: Destination,
    description: str,
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> "aws.vpc.SecurityGroupIngressRule":
    """Lets the members of one group in to one port of another; enough where all may go out.

    Args:
        entering: Logical name of the rule on the destination's group.
        source: Group of those who connect.
        destination: What they connect to.
        description: Shown in the console beside the rule.
        tags: Tags besides the name.
        parent: The component.
    """
    return aws.vpc.SecurityGroupIngressRule(
        entering,
        security_group_id=destination.security_group_id,
        referenced_security_group_id=source,
        ip_protocol="tcp",
        from_port=destination.port,
        to_port=destination.port,
        description=description,
        tags={**tags, "Name": entering},
        opts=pulumi.ResourceOptions(parent=parent),
    )


def create_task_group(
    name: str,
    *,
    description: str,
    vpc_id: pulumi.Input[str],
    reaches: Mapping[str, Destination],
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> "tuple[aws.ec2.SecurityGroup, list[pulumi.Resource]]":
    """Creates the security group of tasks, with ways out to HTTPS and to what they reach.

    Args:
        name: Name of the component.
        description: Shown in the console.
        vpc_id: Network of the group.
        reaches: What the tasks connect to, by a short name.
        tags: Tags besides the names.
        parent: The component.

    Returns:
        The group, and the rules without which a task that starts cannot connect.
    """
    child = pulumi.ResourceOptions(parent=parent)
    group = aws.ec2.SecurityGroup(
        f"{name}-security-group",
        description=description,
        vpc_id=vpc_id,
        tags={**tags, "Name": f"{name}-security-group"},
        opts=child,
    )
    https = aws.vpc.SecurityGroupEgressRule(
        f"{name}-to-https",
        security_group_id=group.id,
        description="Registry, secrets, logs and the APIs of others",
        cidr_ipv4="0.0.0.0/0",
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        tags={**tags, "Name": f"{name}-to-https"},
        opts=child,
    )
    ways: list[pulumi.Resource] = [https]
    for destination, reach in reaches.items():
        ways += open_reach(
            f"{name}-to-{destination}",
            f"{name}-into-{destination}",
            source=group.id,
            destination=reach,
            description=f"{name} to {destination}",
            tags=tags,
            parent=parent,
        )
    return group, ways
