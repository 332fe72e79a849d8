"""The network of an environment: who can be reached from where."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import pulumi
import pulumi_aws as aws

from components.errors import ArgumentError, require
from components.flow_log import create_flow_log
from components.log_retention import require_retention
from components.network_endpoints import Endpoints
from components.network_subnets import ranges
from planning.subnets import SubnetPlan

ANYWHERE = "0.0.0.0/0"
ZONE = re.compile(r"([a-z]{2}(-[a-z]+)+-\d+)[a-z]")


class NatGateways(StrEnum):
    """How private subnets reach the internet, from cheapest to safest."""

    NONE = "none"
    """Not at all: what they need must come through interface endpoints."""
    SINGLE = "single"
    """Through one gateway; its zone's failure cuts all zones off."""
    PER_ZONE = "per-zone"
    """Through a gateway of their own zone; a zone's failure stays in that zone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkArgs:
    """What a network needs to know."""

    cidr_block: str
    """Private IPv4 range, for example `10.0.0.0/16`. A change replaces the network."""
    availability_zones: Sequence[str]
    """Two or three zones of one region, for example `us-east-1a`. The order decides the ranges:
    add a zone at the end and no subnet is replaced."""
    subnets: SubnetPlan | None = None
    """Ranges of the subnets, one per zone in each tier and none overlapping, /16 to /28; by default
    the network is cut into equal parts, with room for one more zone. Each task takes an address of
    a private one, so give those the most."""
    nat_gateways: NatGateways = NatGateways.PER_ZONE
    """How private subnets reach the internet; one gateway per zone by default."""
    interface_endpoints: Sequence[str] = ()
    """AWS services reached without leaving the network, by the last part of their name, for
    example `ecr.api`; none by default, each costs 7 USD per zone and month."""
    flow_log_retention_days: int = 30
    """Days that the record of all connections is kept; 30 by default. Source: PutRetentionPolicy
    in the CloudWatch Logs API reference."""
    kms_key_arn: pulumi.Input[str] | None = None
    """Key that encrypts the flow logs, from EncryptionKey.key_arn; CloudWatch's own by default."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags besides the provider's default tags; none by default."""

    def __post_init__(self) -> None:
        zones = [ZONE.fullmatch(zone) for zone in self.availability_zones]
        require(
            self,
            "availability_zones",
            len(set(self.availability_zones)) == len(zones) in (2, 3)
            and len({zone and zone[1] for zone in zones}) == 1
            and None not in zones,
            "use two or three different zones of one region, for example us-east-1a, us-east-1b",
        )
        require_retention(self, "flow_log_retention_days")
        field_name = "cidr_block" if self.subnets is None else "subnets"
        try:
            ranges(self.cidr_block, len(self.availability_zones), self.subnets)
        except ValueError as problem:
            value = getattr(self, field_name)
            raise ArgumentError("Network", field_name, value, str(problem)) from None


class Network(pulumi.ComponentResource):
    """A VPC with public, private and isolated subnets in each zone.

    Builds:
        1. The VPC with DNS names, its internet gateway, and its default security group emptied.
        2. Public subnets for load balancers and NAT gateways; nothing in them gets a public
           address by itself.
        3. Private subnets for workloads, with a way out through NAT gateways.
        4. Isolated subnets for data stores, without any route out of the network.
        5. A gateway endpoint for S3, and interface endpoints by choice.
        6. Flow logs of all connections, accepted and refused.

    Not built: security groups and their rules; they belong to what they protect.

    Cost: a NAT gateway 33 USD a month and 0.045 USD per GB; flow logs 0.50 USD per GB; the S3
    endpoint is free and keeps image layers and backups off the NAT gateways.

    Example: `examples/network`.
    """

    vpc_id: pulumi.Output[str]
    """Identifier of the VPC, for `vpc_id` of the other components."""
    cidr_block: pulumi.Output[str]
    """IPv4 range of the VPC."""
    public_subnet_ids: Sequence[pulumi.Output[str]]
    """One per zone, in the order of the zones; for load balancers."""
    private_subnet_ids: Sequence[pulumi.Output[str]]
    """One per zone, in the order of the zones; for workloads."""
    isolated_subnet_ids: Sequence[pulumi.Output[str]]
    """One per zone, in the order of the zones; for data stores."""
    availability_zones: Sequence[str]
    """The zones as given."""

    def __init__(
        self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:Network", name, {}, opts)
        self._prefix = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        plan = ranges(args.cidr_block, len(args.availability_zones), args.subnets)

        vpc = aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=args.cidr_block,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags=self._tags("vpc"),
            opts=self._child,
        )
        # Whoever forgets to name a security group gets one that nothing passes.
        aws.ec2.DefaultSecurityGroup(
            f"{name}-default", vpc_id=vpc.id, tags=self._tags("default"), opts=self._child
        )
        public, internet = self._public_tier(vpc, plan)
        gateways = self._nat_gateways(public, internet)
        private, private_tables = self._private_tier(vpc, plan, gateways)
        isolated, isolated_table = self._isolated_tier(vpc, plan)
        endpoints = Endpoints(
            # The zones name the region already; asking the provider would be one more call.
            region=args.availability_zones[0][:-1],
            vpc_id=vpc.id,
            cidr_block=args.cidr_block,
            tags=args.tags,
        )
        endpoints.create_gateway(name, "s3", [*private_tables, isolated_table], self._child)
        endpoints.create_interfaces(name, args.interface_endpoints, private, self._child)
        create_flow_log(
            name,
            vpc.id,
            retention_days=args.flow_log_retention_days,
            kms_key_arn=args.kms_key_arn,
            tags=args.tags,
            parent=self,
        )

        self.vpc_id = vpc.id
        self.cidr_block = vpc.cidr_block
        self.public_subnet_ids = [subnet.id for subnet in public]
        self.private_subnet_ids = [subnet.id for subnet in private]
        self.isolated_subnet_ids = [subnet.id for subnet in isolated]
        self.availability_zones = list(args.availability_zones)
        self.register_outputs(
            {
                "vpc_id": self.vpc_id,
                "cidr_block": self.cidr_block,
                "public_subnet_ids": self.public_subnet_ids,
                "private_subnet_ids": self.private_subnet_ids,
                "isolated_subnet_ids": self.isolated_subnet_ids,
                "availability_zones": self.availability_zones,
            }
        )

    def _tags(self, suffix: str) -> dict[str, str]:
        return {**self._args.tags, "Name": f"{self._prefix}-{suffix}"}

    def _subnets(
        self, tier: str, vpc: "aws.ec2.Vpc", ranges: Sequence[str]
    ) -> list["aws.ec2.Subnet"]:
        return [
            aws.ec2.Subnet(
                f"{self._prefix}-{tier}-{zone}",
                vpc_id=vpc.id,
                availability_zone=zone,
                cidr_block=cidr_block,
                map_public_ip_on_launch=False,
                tags=self._tags(f"{tier}-{zone}"),
                opts=self._child,
            )
            for zone, cidr_block in zip(self._args.availability_zones, ranges, strict=True)
        ]

    def _route_table(
        self, suffix: str, vpc: "aws.ec2.Vpc", subnets: Mapping[str, "aws.ec2.Subnet"]
    ) -> "aws.ec2.RouteTable":
        """A route table and its subnets, by the suffix of their association."""
        table = aws.ec2.RouteTable(
            f"{self._prefix}-{suffix}", vpc_id=vpc.id, tags=self._tags(suffix), opts=self._child
        )
        for association, subnet in subnets.items():
            aws.ec2.RouteTableAssociation(
                f"{self._prefix}-{association}",
                route_table_id=table.id,
                subnet_id=subnet.id,
                opts=self._child,
            )
        return table

    def _public_tier(
        self, vpc: "aws.ec2.Vpc", plan: SubnetPlan
    ) -> tuple[list["aws.ec2.Subnet"], "aws.ec2.Route"]:
        subnets = self._subnets("public", vpc, plan.public)
        table = self._route_table("public", vpc, self._by_zone("public", subnets))
        gateway = aws.ec2.InternetGateway(
            f"{self._prefix}-internet",
            vpc_id=vpc.id,
            tags=self._tags("internet"),
            opts=self._child,
        )
        internet = aws.ec2.Route(
            f"{self._prefix}-public-internet",
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=gateway.id,
            opts=self._child,
        )
        return subnets, internet

    def _private_tier(
        self, vpc: "aws.ec2.Vpc", plan: SubnetPlan, gateways: Sequence["aws.ec2.NatGateway"]
    ) -> tuple[list["aws.ec2.Subnet"], list["aws.ec2.RouteTable"]]:
        """A table per zone whatever the NAT mode, so that changing the mode moves no subnet."""
        subnets = self._subnets("private", vpc, plan.private)
        tables: list[aws.ec2.RouteTable] = []
        for position, zone in enumerate(self._args.availability_zones):
            suffix = f"private-{zone}"
            table = self._route_table(suffix, vpc, {f"{suffix}-subnet": subnets[position]})
            if gateways:
                aws.ec2.Route(
                    f"{self._prefix}-{suffix}-internet",
                    route_table_id=table.id,
                    destination_cidr_block=ANYWHERE,
                    nat_gateway_id=gateways[position % len(gateways)].id,
                    opts=self._child,
                )
            tables.append(table)
        return subnets, tables

    def _isolated_tier(
        self, vpc: "aws.ec2.Vpc", plan: SubnetPlan
    ) -> tuple[list["aws.ec2.Subnet"], "aws.ec2.RouteTable"]:
        """One table for all zones: there is no way out that a zone could lose."""
        subnets = self._subnets("isolated", vpc, plan.isolated)
        table = self._route_table("isolated", vpc, self._by_zone("isolated", subnets))
        return subnets, table

    def _by_zone(
        self, tier: str, subnets: Sequence["aws.ec2.Subnet"]
    ) -> dict[str, "aws.ec2.Subnet"]:
        zones = self._args.availability_zones
        return {f"{tier}-{zone}-subnet": each for zone, each in zip(zones, subnets, strict=True)}

    def _nat_gateways(
        self, public: Sequence["aws.ec2.Subnet"], internet: "aws.ec2.Route"
    ) -> list["aws.ec2.NatGateway"]:
        count = {NatGateways.NONE: 0, NatGateways.SINGLE: 1, NatGateways.PER_ZONE: len(public)}
        zones = self._args.availability_zones[: count[self._args.nat_gateways]]
        gateways: list[aws.ec2.NatGateway] = []
        for zone, subnet in zip(zones, public, strict=False):
            address = aws.ec2.Eip(
                f"{self._prefix}-nat-{zone}-address",
                domain="vpc",
                tags=self._tags(f"nat-{zone}"),
                opts=self._child,
            )
            gateways.append(
                aws.ec2.NatGateway(
                    f"{self._prefix}-nat-{zone}",
                    allocation_id=address.id,
                    subnet_id=subnet.id,
                    tags=self._tags(f"nat-{zone}"),
                    # AWS refuses a gateway in a network that has no way out yet.
                    opts=pulumi.ResourceOptions(parent=self, depends_on=[internet]),
                )
            )
        return gateways
