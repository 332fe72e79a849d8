"""The smallest network: two zones and one way out."""

import pulumi
import pulumi_aws as aws

from components.network import NatGateways, Network, NetworkArgs

provider = aws.Provider("aws", region="us-east-1")
network = Network(
    "main",
    NetworkArgs(
        cidr_block="10.0.0.0/16",
        availability_zones=["us-east-1a", "us-east-1b"],
        nat_gateways=NatGateways.SINGLE,
    ),
    pulumi.ResourceOptions(provider=provider),
)
pulumi.export("vpcId", network.vpc_id)
