"""The smallest cache: one node and one replica in the isolated subnets of a network."""

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.cache import Cache, CacheArgs
from components.network import NatGateways, Network, NetworkArgs

cloud = aws.Provider("aws", region="us-east-1")
draws = random.Provider("random")
options = pulumi.ResourceOptions(providers=[cloud, draws])
key = aws.kms.Key("key", enable_key_rotation=True, opts=pulumi.ResourceOptions(provider=cloud))
network = Network(
    "network",
    NetworkArgs(
        cidr_block="10.0.0.0/16",
        availability_zones=["us-east-1a", "us-east-1b"],
        nat_gateways=NatGateways.NONE,
    ),
    options,
)
cache = Cache(
    "sessions",
    CacheArgs(
        vpc_id=network.vpc_id,
        subnet_ids=network.isolated_subnet_ids,
        engine_version="7",
        node_type="cache.t4g.small",
        kms_key_arn=key.arn,
        deletion_protection=True,
    ),
    options,
)
pulumi.export("host", cache.host)
pulumi.export("secretArn", cache.secret_arn)
