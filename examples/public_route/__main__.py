"""The smallest public route: a tenth of the requests goes to a second runtime."""

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.bucket import Bucket, BucketArgs, LogWriter
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.network import NatGateways, Network, NetworkArgs
from components.public_route import PublicRoute, PublicRouteArgs
from components.public_route_args import HealthCheckArgs, TargetArgs

HOST = "www.example.com"

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
        hosts=[HOST],
        hosted_zone_id=zone.zone_id,
        access_log_bucket=logs.bucket_name,
        access_log_prefix="load-balancer",
        rate_limit_requests=2000,
    ),
    options,
)
route = PublicRoute(
    "web-route",
    PublicRouteArgs(
        vpc_id=network.vpc_id,
        listener_arn=edge.listener_arn,
        host=HOST,
        first_priority=100,
        health_check=HealthCheckArgs(path="/health"),
        deny_paths=["/metrics"],
        targets={
            "fargate": TargetArgs(weight=90),
            "eks": TargetArgs(weight=10, tags={"eks:eks-cluster-name": "apps"}),
        },
    ),
    options,
)
pulumi.export("targetGroupArns", route.target_group_arns)
