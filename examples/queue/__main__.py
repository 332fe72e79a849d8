"""The smallest queue: one node of RabbitMQ in an isolated subnet of a network."""

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.network import NatGateways, Network, NetworkArgs
from components.queue import Queue, QueueArgs, QueueDeployment

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
queue = Queue(
    "jobs",
    QueueArgs(
        vpc_id=network.vpc_id,
        subnet_ids=network.isolated_subnet_ids,
        engine_version="4.2",
        instance_type="mq.m7g.medium",
        deployment=QueueDeployment.SINGLE_INSTANCE,
        user_name="admin",
        kms_key_arn=key.arn,
    ),
    options,
)
pulumi.export("host", queue.host)
pulumi.export("secretArn", queue.secret_arn)
