"""Who may open a connection to whom: security groups that name each other, never addresses."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    """Something that a service connects to."""

    security_group_id: pulumi.Input[str]
    """Group of the destination. Source: Database.security_group_id, Cache.security_group_id."""
    port: int
    """TCP port on which it listens, 1 to 65535."""


def open_reach(
    leaving: str,
    entering: str,
    *,
    source: pulumi.Input[str],
    destination: Destination,
    description: str,
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> "aws.vpc.SecurityGroupEgressRule":
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
        The rule on the source's group; it depends on nothing that the destination runs.
    """
    child = pulumi.ResourceOptions(parent=parent)
    aws.vpc.SecurityGroupIngressRule(
        entering,
        security_group_id=destination.security_group_id,
        referenced_security_group_id=source,
        ip_protocol="tcp",
        from_port=destination.port,
        to_port=destination.port,
        description=description,
        tags={**tags, "Name": entering},
        opts=child,
    )
    return aws.vpc.SecurityGroupEgressRule(
        leaving,
        security_group_id=source,
        referenced_security_group_id=destination.security_group_id,
        ip_protocol="tcp",
        from_port=destination.port,
        to_port=destination.port,
        description=description,
        tags={**tags, "Name": leaving},
        opts=child,
    )
