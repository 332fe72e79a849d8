"""The smallest load balancer: one host, whose certificate is proven in an existing zone."""

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.bucket import Bucket, BucketArgs, LogWriter
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.network import NatGateways, Network, NetworkArgs

cloud = aws.Provider("aws", region="us-east-1")
draws = random.Provider("random")
options = pulumi.ResourceOptions(providers=[cloud, draws])
invoke = pulumi.InvokeOutputOptions(provider=cloud)
account_id = aws.get_caller_identity_output(opts=invoke).account_id
zone = aws.route53.get_zone_output(name="example.com", private_zone=False, opts=invoke)
network = Network(
    "network",
    NetworkArgs(
        cidr_block="10.0.0.0/16",
        availability_zones=["us-east-1a", "us-east-1b"],
        nat_gateways=NatGateways.NONE,
    ),
    options,
)
logs = Bucket(
    "logs",
    BucketArgs(
        expiration_days=30,
        writers=[
            LogWriter(
                service="logdelivery.elasticloadbalancing.amazonaws.com",
                prefix="load-balancer",
                account_id=account_id,
            )
        ],
    ),
    options,
)
edge = LoadBalancer(
    "edge",
    LoadBalancerArgs(
        vpc_id=network.vpc_id,
        subnet_ids=network.public_subnet_ids,
        hosts=["www.example.com"],
        hosted_zone_id=zone.zone_id,
        access_log_bucket=logs.bucket_name,
        access_log_prefix="load-balancer",
        rate_limit_requests=2000,
    ),
    options,
)
pulumi.export("url", "https://www.example.com")
pulumi.export("listenerArn", edge.listener_arn)
