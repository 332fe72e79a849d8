"""Networks: Amazon EC2."""

from typing import Any

from sandbox.aws.common import all_tags, by_id, by_ids, nothing, with_id
from sandbox.aws.kind import AwsKind, Call, Made, Resource
from sandbox.aws.naming import Naming
from sandbox.provider import Plain


def _modify(operation: str, key: str, argument: str) -> Call:
    """A setting that AWS wraps as `{"Value": ...}` and takes after the creation."""

    def arrange(inputs: Plain) -> Plain:
        return {key: {"value": inputs[key]}} if key in inputs else {}

    return Call(operation=operation, takes=[key], arrange=arrange, adds=with_id(argument))


def _in_vpc(resource: Resource, vpc_id: str) -> list[dict[str, Any]]:
    del resource
    return [{"Name": "vpc-id", "Values": [vpc_id]}]


def _default_group(resource: Resource, vpc_id: str) -> dict[str, Any]:
    groups = resource.call("DescribeSecurityGroups", Filters=_in_vpc(resource, vpc_id))
    return next(each for each in groups["SecurityGroups"] if each["GroupName"] == "default")


def _main_route_table(resource: Resource) -> str:
    tables = resource.call("DescribeRouteTables", Filters=_in_vpc(resource, resource.id))
    return tables["RouteTables"][0]["RouteTableId"]


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


def _detach_and_delete(resource: Resource) -> None:
    described = resource.call("DescribeInternetGateways", InternetGatewayIds=[resource.id])
    for each in described["InternetGateways"][0]["Attachments"]:
        arguments = {"InternetGatewayId": resource.id, "VpcId": each["VpcId"]}
        resource.call("DetachInternetGateway", **arguments)
    resource.call("DeleteInternetGateway", InternetGatewayId=resource.id)


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


def _route_id(resource: Resource) -> str:
    target = resource.get("destinationCidrBlock") or resource.get("destinationIpv6CidrBlock")
    return f"r-{resource.get('routeTableId')}-{target}"


def _find_route(resource: Resource) -> list[Plain]:
    tables = resource.call("DescribeRouteTables", RouteTableIds=[resource.get("routeTableId")])
    target = resource.get("destinationCidrBlock")
    routes = tables["RouteTables"][0]["Routes"]
    return [each for each in routes if each.get("DestinationCidrBlock") == target]


def _find_association(resource: Resource) -> list[Plain]:
    tables = resource.call("DescribeRouteTables", RouteTableIds=[resource.get("routeTableId")])
    found = tables["RouteTables"][0]["Associations"]
    return [each for each in found if each["RouteTableAssociationId"] == resource.id]


def _arn(kind: str) -> Made:
    return lambda resource: resource.arn(f"{kind}/{resource.id}")


def _public_ip(resource: Resource) -> str:
    return resource.record["PublicIp"]


KINDS = {
    "aws:ec2/vpc:Vpc": AwsKind(
        service="ec2",
        create=Call(operation="CreateVpc"),
        then=[
            _modify("ModifyVpcAttribute", "enableDnsSupport", "VpcId"),
            _modify("ModifyVpcAttribute", "enableDnsHostnames", "VpcId"),
        ],
        record="Vpc",
        id="VpcId",
        find=by_ids("DescribeVpcs", "VpcIds", "Vpcs"),
        outputs={
            "arn": _arn("vpc"),
            "mainRouteTableId": _main_route_table,
            "defaultSecurityGroupId": lambda resource: _default_group(resource, resource.id)[
                "GroupId"
            ],
        },
        delete=by_id("DeleteVpc", "VpcId"),
        tagged="vpc",
    ),
    "aws:ec2/subnet:Subnet": AwsKind(
        service="ec2",
        create=Call(operation="CreateSubnet"),
        then=[_modify("ModifySubnetAttribute", "mapPublicIpOnLaunch", "SubnetId")],
        record="Subnet",
        id="SubnetId",
        find=by_ids("DescribeSubnets", "SubnetIds", "Subnets"),
        outputs={"arn": _arn("subnet"), "availabilityZoneId": "AvailabilityZoneId"},
        delete=by_id("DeleteSubnet", "SubnetId"),
        tagged="subnet",
    ),
    "aws:ec2/internetGateway:InternetGateway": AwsKind(
        service="ec2",
        create=Call(operation="CreateInternetGateway"),
        then=[
            Call(
                operation="AttachInternetGateway",
                takes=["vpcId"],
                adds=with_id("InternetGatewayId"),
            )
        ],
        record="InternetGateway",
        id="InternetGatewayId",
        find=by_ids("DescribeInternetGateways", "InternetGatewayIds", "InternetGateways"),
        outputs={"arn": _arn("internet-gateway")},
        delete=_detach_and_delete,
        tagged="internet-gateway",
    ),
    "aws:ec2/eip:Eip": AwsKind(
        service="ec2",
        create=Call(operation="AllocateAddress"),
        id="AllocationId",
        find=by_ids("DescribeAddresses", "AllocationIds", "Addresses"),
        outputs={"allocationId": "AllocationId", "publicIp": _public_ip},
        delete=by_id("ReleaseAddress", "AllocationId"),
        tagged="elastic-ip",
    ),
    "aws:ec2/natGateway:NatGateway": AwsKind(
        service="ec2",
        create=Call(operation="CreateNatGateway"),
        record="NatGateway",
        id="NatGatewayId",
        find=lambda resource: [
            each
            for each in resource.call("DescribeNatGateways", NatGatewayIds=[resource.id])[
                "NatGateways"
            ]
            if each["State"] not in ("deleting", "deleted")
        ],
        delete=by_id("DeleteNatGateway", "NatGatewayId"),
        tagged="natgateway",
    ),
    "aws:ec2/routeTable:RouteTable": AwsKind(
        service="ec2",
        create=Call(operation="CreateRouteTable"),
        record="RouteTable",
        id="RouteTableId",
        find=by_ids("DescribeRouteTables", "RouteTableIds", "RouteTables"),
        outputs={"arn": _arn("route-table")},
        delete=by_id("DeleteRouteTable", "RouteTableId"),
        tagged="route-table",
    ),
    "aws:ec2/route:Route": AwsKind(
        service="ec2",
        create=Call(operation="CreateRoute"),
        id=_route_id,
        find=_find_route,
        delete=lambda resource: resource.call(
            "DeleteRoute",
            RouteTableId=resource.get("routeTableId"),
            DestinationCidrBlock=resource.get("destinationCidrBlock"),
        ),
        tagged=None,
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": AwsKind(
        service="ec2",
        create=Call(operation="AssociateRouteTable"),
        id="AssociationId",
        find=_find_association,
        delete=by_id("DisassociateRouteTable", "AssociationId"),
        tagged=None,
    ),
    "aws:ec2/vpcEndpoint:VpcEndpoint": AwsKind(
        service="ec2",
        create=Call(operation="CreateVpcEndpoint"),
        record="VpcEndpoint",
        id="VpcEndpointId",
        find=lambda resource: [
            each
            for each in resource.call("DescribeVpcEndpoints", VpcEndpointIds=[resource.id])[
                "VpcEndpoints"
            ]
            if each["State"] not in ("deleting", "deleted")
        ],
        outputs={"arn": _arn("vpc-endpoint")},
        delete=lambda resource: resource.call("DeleteVpcEndpoints", VpcEndpointIds=[resource.id]),
        tagged="vpc-endpoint",
    ),
    "aws:ec2/flowLog:FlowLog": AwsKind(
        service="ec2",
        create=Call(
            operation="CreateFlowLogs",
            names={
                "iamRoleArn": "DeliverLogsPermissionArn",
                "vpcId": "ResourceIds",
                "logDestination": "LogDestination",
            },
            adds=lambda _resource: {"ResourceType": "VPC"},
        ),
        record="@",
        id="FlowLogIds[0]",
        find=by_ids("DescribeFlowLogs", "FlowLogIds", "FlowLogs"),
        outputs={"arn": _arn("vpc-flow-log")},
        delete=lambda resource: resource.call("DeleteFlowLogs", FlowLogIds=[resource.id]),
        tagged="vpc-flow-log",
    ),
    "aws:ec2/securityGroup:SecurityGroup": AwsKind(
        service="ec2",
        create=Call(operation="CreateSecurityGroup", names={"name": "GroupName"}),
        # AWS opens all ways out of a new group; Pulumi's provider closes them again.
        after=_close,
        id="GroupId",
        find=by_ids("DescribeSecurityGroups", "GroupIds", "SecurityGroups"),
        outputs={"arn": _arn("security-group")},
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
        outputs={"arn": _arn("security-group"), "tagsAll": all_tags},
        delete=nothing,
        tagged=None,
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _rule("Ingress"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _rule("Egress"),
}
