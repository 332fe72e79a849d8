"""Networks: Amazon EC2."""

from typing import Any

from sandbox.aws.common import by_id, by_ids, with_id
from sandbox.aws.kind import AwsKind, Call, Made, Resource
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


def _detach_and_delete(resource: Resource) -> None:
    described = resource.call("DescribeInternetGateways", InternetGatewayIds=[resource.id])
    for each in described["InternetGateways"][0]["Attachments"]:
        arguments = {"InternetGatewayId": resource.id, "VpcId": each["VpcId"]}
        resource.call("DetachInternetGateway", **arguments)
    resource.call("DeleteInternetGateway", InternetGatewayId=resource.id)


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
}
