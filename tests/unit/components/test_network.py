"""Network: exact inputs, each NAT mode, endpoints by choice, and refused arguments."""

import json
from typing import Any

import pulumi
import pytest

from components.errors import ArgumentError
from components.network import NatGateways, Network, NetworkArgs
from planning.subnets import SubnetPlan, plan_subnets
from tools.recording.recorder import Recording, record_component

ZONES = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
KEY = "arn:aws:kms:eu-central-1:111122223333:key/1"
CHOSEN = {
    "public": ("10.0.1.0/24", "10.0.2.0/24"),
    "private": ("10.0.10.0/24", "10.0.11.0/24"),
    "isolated": ("10.0.20.0/26", "10.0.20.64/26"),
}


def args(**changes: Any) -> NetworkArgs:
    return NetworkArgs(**{"cidr_block": "10.0.0.0/16", "availability_zones": ZONES} | changes)


@pytest.fixture(scope="module")
def recording() -> Recording:
    """One network of each kind; `full` has everything that can be chosen."""

    def build(options: pulumi.ResourceOptions) -> None:
        full = args(
            interface_endpoints=["ecr.api", "logs"],
            flow_log_retention_days=90,
            kms_key_arn=KEY,
            tags={"team": "platform"},
        )
        Network("full", full, options)
        Network("single", args(nat_gateways=NatGateways.SINGLE), options)
        Network("none", args(nat_gateways=NatGateways.NONE), options)
        chosen = args(availability_zones=ZONES[:2], subnets=SubnetPlan(**CHOSEN))
        Network("chosen", chosen, options)

    return record_component(build)


def test_builds_a_vpc_with_names_and_an_empty_default_group(recording: Recording) -> None:
    vpc = recording.one("Vpc", "full-vpc")
    assert vpc.inputs == {
        "cidrBlock": "10.0.0.0/16",
        "enableDnsSupport": True,
        "enableDnsHostnames": True,
        "tags": {"team": "platform", "Name": "full-vpc"},
    }
    default = recording.one("DefaultSecurityGroup", "full-default").inputs
    assert set(default) == {"vpcId", "tags"}


@pytest.mark.parametrize("tier", ["public", "private", "isolated"])
def test_builds_a_subnet_of_each_tier_in_each_zone(recording: Recording, tier: str) -> None:
    ranges = getattr(plan_subnets("10.0.0.0/16", 3), tier)
    vpc_id = recording.one("Vpc", "full-vpc").id
    ids: list[str] = []
    for zone, cidr_block in zip(ZONES, ranges, strict=True):
        subnet = recording.one("Subnet", f"full-{tier}-{zone}")
        ids.append(subnet.id)
        assert subnet.inputs == {
            "vpcId": vpc_id,
            "availabilityZone": zone,
            "cidrBlock": cidr_block,
            "mapPublicIpOnLaunch": False,
            "tags": {"team": "platform", "Name": f"full-{tier}-{zone}"},
        }
    assert recording.outputs_of("full")[f"{tier}_subnet_ids"] == ids


@pytest.mark.acceptance("C2", "trap-9")
@pytest.mark.parametrize("tier", ["public", "private", "isolated"])
def test_builds_subnets_of_the_ranges_that_were_chosen(recording: Recording, tier: str) -> None:
    built = {
        each.name: each.inputs["cidrBlock"]
        for each in recording.of_type("Subnet")
        if each.name.startswith(f"chosen-{tier}-")
    }
    assert built == {
        f"chosen-{tier}-{zone}": block for zone, block in zip(ZONES[:2], CHOSEN[tier], strict=True)
    }


@pytest.mark.parametrize(
    ("tier", "blocks", "remedy"),
    [
        ("private", ["10.0.10.0/24"], "use 2 private ranges, in the order of the zones"),
        (
            "public",
            ["10.0.1.0/24", "10.1.2.0/24"],
            "10.1.2.0/24 is not inside of 10.0.0.0/16; use a range of it",
        ),
        (
            "isolated",
            ["10.0.20.0/29", "10.0.20.64/26"],
            "10.0.20.0/29 has no size of a subnet; use /16 to /28",
        ),
        (
            "public",
            ["10.0.1.0/24", "10.0.1.0/24"],
            "public[0] 10.0.1.0/24 and public[1] 10.0.1.0/24 overlap; move one of the two apart",
        ),
        (
            "isolated",
            ["10.0.20.0/26", "10.0.11.128/25"],
            "private[1] 10.0.11.0/24 and isolated[1] 10.0.11.128/25 overlap; "
            "move one of the two apart",
        ),
        ("public", ["10.0.1.1/24", "10.0.2.0/24"], "10.0.1.1/24 has host bits set"),
    ],
)
def test_fails_when_chosen_ranges_do_not_fit(tier: str, blocks: list[str], remedy: str) -> None:
    chosen = SubnetPlan(**{**CHOSEN, tier: tuple(blocks)})
    with pytest.raises(ArgumentError) as refused:
        args(availability_zones=ZONES[:2], subnets=chosen)
    assert str(refused.value) == f"Network: subnets={chosen!r} is not allowed; {remedy}"


@pytest.mark.parametrize(
    ("name", "gateways"), [("full", [0, 1, 2]), ("single", [0, 0, 0]), ("none", None)]
)
def test_private_subnets_leave_through_the_gateways_of_their_mode(
    recording: Recording, name: str, gateways: list[int] | None
) -> None:
    ways = {r.name: r.inputs for r in recording.of_type("Route") if "natGatewayId" in r.inputs}
    for position, zone in enumerate(ZONES):
        table = recording.one("RouteTable", f"{name}-private-{zone}")
        association = recording.one("RouteTableAssociation", f"{name}-private-{zone}-subnet")
        subnet = recording.one("Subnet", f"{name}-private-{zone}")
        assert association.inputs == {
            "routeTableId": table.id,
            "subnetId": subnet.id,
        }
        way = ways.get(f"{name}-private-{zone}-internet")
        if gateways is None:
            assert way is None
        else:
            gateway = recording.one("NatGateway", f"{name}-nat-{ZONES[gateways[position]]}")
            assert way == {
                "routeTableId": table.id,
                "destinationCidrBlock": "0.0.0.0/0",
                "natGatewayId": gateway.id,
            }


@pytest.mark.parametrize(("name", "count"), [("full", 3), ("single", 1), ("none", 0)])
def test_builds_no_gateway_that_is_not_asked_for(
    recording: Recording, name: str, count: int
) -> None:
    for type_ in ("NatGateway", "Eip"):
        assert len([r for r in recording.of_type(type_) if r.name.startswith(name)]) == count


def test_nat_gateways_stand_in_public_subnets_once_there_is_a_way_out(
    recording: Recording,
) -> None:
    gateway = recording.one("NatGateway", "full-nat-eu-central-1b")
    address = recording.one("Eip", "full-nat-eu-central-1b-address")
    assert address.inputs["domain"] == "vpc"
    assert gateway.inputs == {
        "allocationId": address.id,
        "subnetId": recording.one("Subnet", "full-public-eu-central-1b").id,
        "tags": {"team": "platform", "Name": "full-nat-eu-central-1b"},
    }
    assert recording.one("Route", "full-public-internet").urn in gateway.dependencies


def test_public_subnets_leave_by_the_internet_gateway(recording: Recording) -> None:
    table = recording.one("RouteTable", "full-public").id
    assert recording.one("Route", "full-public-internet").inputs == {
        "routeTableId": table,
        "destinationCidrBlock": "0.0.0.0/0",
        "gatewayId": recording.one("InternetGateway", "full-internet").id,
    }
    for zone in ZONES:
        association = recording.one("RouteTableAssociation", f"full-public-{zone}-subnet")
        assert association.inputs["routeTableId"] == table


def test_isolated_subnets_have_no_way_out(recording: Recording) -> None:
    table = recording.one("RouteTable", "full-isolated").id
    assert [r.name for r in recording.of_type("Route") if r.inputs["routeTableId"] == table] == []
    for zone in ZONES:
        association = recording.one("RouteTableAssociation", f"full-isolated-{zone}-subnet")
        assert association.inputs == {
            "routeTableId": table,
            "subnetId": recording.one("Subnet", f"full-isolated-{zone}").id,
        }


def test_s3_is_reached_from_private_and_isolated_subnets(recording: Recording) -> None:
    endpoint = recording.one("VpcEndpoint", "full-s3").inputs
    tables = [f"full-private-{zone}" for zone in ZONES] + ["full-isolated"]
    assert endpoint == {
        "vpcId": recording.one("Vpc", "full-vpc").id,
        "vpcEndpointType": "Gateway",
        "serviceName": "com.amazonaws.eu-central-1.s3",
        "routeTableIds": [recording.one("RouteTable", name).id for name in tables],
        "tags": {"team": "platform", "Name": "full-s3"},
    }


def test_interface_endpoints_answer_inside_the_network_only(recording: Recording) -> None:
    group = recording.one("SecurityGroup", "full-endpoints").id
    rule = recording.one("SecurityGroupIngressRule", "full-endpoints-https").inputs
    assert rule == {
        "securityGroupId": group,
        "description": "HTTPS from inside the network",
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
        "cidrIpv4": "10.0.0.0/16",
        "tags": {"team": "platform", "Name": "full-endpoints-https"},
    }
    endpoint = recording.one("VpcEndpoint", "full-endpoint-ecr-api").inputs
    assert endpoint["serviceName"] == "com.amazonaws.eu-central-1.ecr.api"
    assert endpoint["vpcEndpointType"] == "Interface"
    assert endpoint["privateDnsEnabled"] is True
    assert endpoint["securityGroupIds"] == [group]
    assert endpoint["subnetIds"] == recording.outputs_of("full")["private_subnet_ids"]


def test_no_interface_endpoint_by_default(recording: Recording) -> None:
    assert [r.name for r in recording.of_type("VpcEndpoint") if r.name.startswith("none")] == [
        "none-s3"
    ]
    assert [r.name for r in recording.of_type("SecurityGroup")] == ["full-endpoints"]


def test_records_all_connections(recording: Recording) -> None:
    log_group = recording.one("LogGroup", "full-flow-logs")
    role = recording.one("Role", "full-flow-logs")
    permission = recording.one("RolePolicy", "full-flow-logs")
    flow_log = recording.one("FlowLog", "full-flow-logs")
    tags = {"team": "platform", "Name": "full-flow-logs"}
    assert log_group.inputs == {"retentionInDays": 90, "kmsKeyId": KEY, "tags": tags}
    assert flow_log.inputs == {
        "vpcId": recording.one("Vpc", "full-vpc").id,
        "trafficType": "ALL",
        "logDestination": log_group.outputs["arn"],
        "iamRoleArn": role.outputs["arn"],
        "tags": tags,
    }
    assert permission.urn in flow_log.dependencies
    trust = json.loads(role.inputs["assumeRolePolicy"])["Statement"][0]
    assert trust["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert json.loads(permission.inputs["policy"])["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            "Resource": f"{log_group.outputs['arn']}:*",
        },
        {"Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": "*"},
    ]
    assert "kmsKeyId" not in recording.one("LogGroup", "none-flow-logs").inputs


def test_gives_its_ids_and_zones(recording: Recording) -> None:
    outputs = recording.outputs_of("single")
    assert outputs["vpc_id"] == recording.one("Vpc", "single-vpc").id
    assert outputs["cidr_block"] == "10.0.0.0/16"
    assert outputs["availability_zones"] == ZONES


@pytest.mark.parametrize(
    "zones",
    [
        [],
        ["us-east-1a"],
        ["us-east-1a", "us-east-1a"],
        ["us-east-1a", "us-west-2b"],
        ["us-east-1a", "us-east-1"],
        ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"],
    ],
)
def test_fails_when_the_zones_are_not_two_or_three_of_one_region(zones: list[str]) -> None:
    with pytest.raises(ArgumentError) as refused:
        args(availability_zones=zones)
    assert str(refused.value) == (
        f"Network: availability_zones={zones!r} is not allowed; use two or three different zones "
        "of one region, for example us-east-1a, us-east-1b"
    )


def test_fails_when_the_range_does_not_hold_the_subnets() -> None:
    with pytest.raises(ValueError, match=r".") as reason:
        plan_subnets("10.0.0.0/27", 3)
    with pytest.raises(ArgumentError) as refused:
        args(cidr_block="10.0.0.0/27")
    assert str(refused.value) == (
        f"Network: cidr_block='10.0.0.0/27' is not allowed; {reason.value}"
    )


def test_fails_when_the_retention_is_unknown() -> None:
    with pytest.raises(ArgumentError, match=r"^Network: flow_log_retention_days=31 is not allowed"):
        args(flow_log_retention_days=31)
