"""The smallest database: in the isolated subnets of a network, with all protections on."""

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.database import Database, DatabaseArgs
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
database = Database(
    "orders",
    DatabaseArgs(
        vpc_id=network.vpc_id,
        subnet_ids=network.isolated_subnet_ids,
        engine_version="15",
        instance_class="db.t4g.small",
        database_name="orders",
        user_name="orders_user",
        kms_key_arn=key.arn,
    ),
    options,
)
pulumi.export("host", database.host)
pulumi.export("secretArn", database.secret_arn)
