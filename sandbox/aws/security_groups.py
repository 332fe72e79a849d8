"""Security groups and their rules: Amazon EC2."""

from sandbox.aws.common import all_tags, by_id, by_ids, nothing
from sandbox.aws.kind import AwsKind, Call, Resource
from sandbox.aws.naming import Naming
from sandbox.provider import Plain


def _close(resource: Resource) -> None:
    """Takes all rules out of the group with the resource's id."""
    [group] = resource.call("DescribeSecurityGroups", GroupIds=[resource.id])["SecurityGroups"]
    for permissions, operation in (
        (group["IpPermissions"], "RevokeSecurityGroupIngress"),
        (group["IpPermissionsEgress"], "RevokeSecurityGroupEgress"),
    ):
        if permissions:
            resource.call(operation, GroupId=resource.id, IpPermissions=permissions)


def _adopt(resource: Resource) -> None:
    """Takes over the group that came with the VPC: closed, and with our tags."""
    _close(resource)
    tags = [{"Key": key, "Value": value} for key, value in all_tags(resource).items()]
    if tags:
        resource.call("CreateTags", Resources=[resource.id], Tags=tags)


def _permission(inputs: Plain) -> Plain:
    """One rule as the list of permissions that the older API takes."""
    permission: Plain = {}
    for key in ("ipProtocol", "fromPort", "toPort"):
        if key in inputs:
            permission[key] = inputs[key]
    described = {"description": inputs["description"]} if "description" in inputs else {}
    for key, group, member in (
        ("cidrIpv4", "ipRanges", "cidrIp"),
        ("cidrIpv6", "ipv6Ranges", "cidrIpv6"),
        ("prefixListId", "prefixListIds", "prefixListId"),
        ("referencedSecurityGroupId", "userIdGroupPairs", "groupId"),
    ):
        if key in inputs:
            permission[group] = [{member: inputs[key], **described}]
    return {"groupId": inputs["securityGroupId"], "ipPermissions": [permission]}


def _rule(direction: str) -> AwsKind:
    return AwsKind(
        service="ec2",
        create=Call(
            operation=f"AuthorizeSecurityGroup{direction}",
            takes=[
                "securityGroupId", "ipProtocol", "fromPort", "toPort", "description",
                "cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId",
            ],
            arrange=_permission,
        ),
        record="SecurityGroupRules[0]",
        id="SecurityGroupRuleId",
        find=by_ids("DescribeSecurityGroupRules", "SecurityGroupRuleIds", "SecurityGroupRules"),
        outputs={
            "securityGroupRuleId": "SecurityGroupRuleId",
            "arn": lambda resource: resource.arn(f"security-group-rule/{resource.id}"),
        },
        delete=lambda resource: resource.call(
            f"RevokeSecurityGroup{direction}",
            GroupId=resource.get("securityGroupId"),
            SecurityGroupRuleIds=[resource.id],
        ),
        tagged="security-group-rule",
    )  # fmt: skip


KINDS = {
    "aws:ec2/securityGroup:SecurityGroup": AwsKind(
        service="ec2",
        create=Call(operation="CreateSecurityGroup", names={"name": "GroupName"}),
        # AWS opens all ways out of a new group; Pulumi's provider closes them again.
        after=_close,
        id="GroupId",
        find=by_ids("DescribeSecurityGroups", "GroupIds", "SecurityGroups"),
        outputs={"arn": lambda resource: resource.arn(f"security-group/{resource.id}")},
        delete=by_id("DeleteSecurityGroup", "GroupId"),
        naming=Naming(
            property="name",
            limit=255,
            pattern=r"(?!sg-)[\w .:/()#,@\[\]+=&;{}!$*-]+",
            words="letters, digits and ordinary marks, not sg- in front",
        ),
        tagged="security-group",
    ),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": AwsKind(
        service="ec2",
        # It exists since the VPC does: taking it over means describing it and closing it.
        create=Call(
            operation="DescribeSecurityGroups",
            takes=["vpcId"],
            arrange=lambda inputs: {
                "filters": [
                    {"name": "vpc-id", "values": [inputs["vpcId"]]},
                    {"name": "group-name", "values": ["default"]},
                ]
            },
        ),
        own=["tags"],
        record="SecurityGroups[0]",
        id="GroupId",
        after=_adopt,
        find=by_ids("DescribeSecurityGroups", "GroupIds", "SecurityGroups"),
        outputs={
            "arn": lambda resource: resource.arn(f"security-group/{resource.id}"),
            "tagsAll": all_tags,
        },
        delete=nothing,
        tagged=None,
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _rule("Ingress"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _rule("Egress"),
}
