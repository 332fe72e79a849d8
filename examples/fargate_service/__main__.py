"""The smallest services: a gRPC server and a worker that calls it, without load balancer.

The worker calls `currency:7000` and reaches every task of the server: Service Connect spreads gRPC
calls, not connections. It has no port, so it shows by a file that it is well.
"""

import pulumi
import pulumi_aws as aws

from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.fargate_cluster import FargateCluster, FargateClusterArgs
from components.fargate_service import FargateService, FargateServiceArgs
from components.heartbeat import HeartbeatArgs
from components.network import NatGateways, Network, NetworkArgs
from components.reach import Destination
from components.service_connect import AppProtocol, ServiceConnectArgs
from components.task_definition import ContainerHealthCheckArgs

REGION = "us-east-1"
PORT = 7000
HEARTBEAT = "/dev/shm/heartbeat"  # noqa: S108

cloud = aws.Provider("aws", region=REGION)
options = pulumi.ResourceOptions(providers=[cloud])
invoke = pulumi.InvokeOutputOptions(provider=cloud)
account_id = aws.get_caller_identity_output(opts=invoke).account_id
key = EncryptionKey(
    "key",
    EncryptionKeyArgs(description="Services", account_id=account_id, region=REGION),
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
server = FargateService(
    "currency",
    FargateServiceArgs(
        cluster_arn=cluster.cluster_arn,
        cluster_name=cluster.cluster_name,
        vpc_id=network.vpc_id,
        subnet_ids=network.private_subnet_ids,
        region=REGION,
        account_id=account_id,
        image="us-central1-docker.pkg.dev/google-samples/microservices-demo/currencyservice:v0.10.2",
        environment={"PORT": str(PORT), "DISABLE_PROFILER": "1"},
        port=PORT,
        service_connect=ServiceConnectArgs(
            namespace_arn=cluster.service_connect_namespace_arn,
            protocol=AppProtocol.GRPC,
            dns_name="currency",
        ),
        cpu_units=512,
        memory_mib=1024,
        minimum_tasks=2,
        kms_key_arn=key.key_arn,
    ),
    options,
)
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
        command=[
            *("sh", "-c"),
            f"while sleep 10; do nc -z currency {PORT} && touch {HEARTBEAT}; done",
        ],
        container_health_check=ContainerHealthCheckArgs(
            heartbeat=HeartbeatArgs(file=HEARTBEAT, max_age_seconds=60), start_period_seconds=60
        ),
        service_connect=ServiceConnectArgs(namespace_arn=cluster.service_connect_namespace_arn),
        reaches={"currency": Destination(security_group_id=server.security_group_id, port=PORT)},
        after=[server],
        cpu_units=512,
        memory_mib=1024,
        minimum_tasks=1,
        kms_key_arn=key.key_arn,
    ),
    options,
)
pulumi.export("serviceName", worker.service_name)
