"""The smallest service: one worker task, without load balancer, data store or autoscaling."""

import pulumi
import pulumi_aws as aws

from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.fargate_cluster import FargateCluster, FargateClusterArgs
from components.fargate_service import FargateService, FargateServiceArgs
from components.network import NatGateways, Network, NetworkArgs

REGION = "us-east-1"

cloud = aws.Provider("aws", region=REGION)
options = pulumi.ResourceOptions(providers=[cloud])
invoke = pulumi.InvokeOutputOptions(provider=cloud)
account_id = aws.get_caller_identity_output(opts=invoke).account_id
key = EncryptionKey(
    "key",
    EncryptionKeyArgs(description="Worker", account_id=account_id, region=REGION),
    options,
)
network = Network(
    "network",
    NetworkArgs(
        cidr_block="10.0.0.0/16",
        availability_zones=["us-east-1a", "us-east-1b"],
        nat_gateways=NatGateways.SINGLE,
    ),
    options,
)
cluster = FargateCluster("apps", FargateClusterArgs(kms_key_arn=key.key_arn), options)
worker = FargateService(
    "worker",
    FargateServiceArgs(
        cluster_arn=cluster.cluster_arn,
        cluster_name=cluster.cluster_name,
        vpc_id=network.vpc_id,
        subnet_ids=network.private_subnet_ids,
        region=REGION,
        account_id=account_id,
        image="public.ecr.aws/docker/library/busybox:1.37.0",
        command=["sleep", "infinity"],
        cpu_units=256,
        memory_mib=512,
        minimum_tasks=1,
        kms_key_arn=key.key_arn,
    ),
    options,
)
pulumi.export("serviceName", worker.service_name)
