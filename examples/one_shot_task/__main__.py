"""The smallest one-shot task: it says hello and ends."""

import pulumi
import pulumi_aws as aws

from components.bucket import Bucket, BucketArgs
from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.fargate_cluster import FargateCluster, FargateClusterArgs
from components.network import NatGateways, Network, NetworkArgs
from components.one_shot_task import OneShotTask, OneShotTaskArgs
from components.task_runner import TaskRunner, TaskRunnerArgs

REGION = "us-east-1"

cloud = aws.Provider("aws", region=REGION)
options = pulumi.ResourceOptions(providers=[cloud])
invoke = pulumi.InvokeOutputOptions(provider=cloud)
account_id = aws.get_caller_identity_output(opts=invoke).account_id
key = EncryptionKey(
    "key",
    EncryptionKeyArgs(description="Tasks", account_id=account_id, region=REGION),
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
artifacts = Bucket("artifacts", BucketArgs(), options)
cluster = FargateCluster("apps", FargateClusterArgs(kms_key_arn=key.key_arn), options)
runner = TaskRunner(
    "tasks",
    TaskRunnerArgs(bucket_name=artifacts.bucket_name, kms_key_arn=key.key_arn),
    options,
)
hello = OneShotTask(
    "hello",
    OneShotTaskArgs(
        cluster_arn=cluster.cluster_arn,
        runner_function_name=runner.function_name,
        runner_role_name=runner.role_name,
        vpc_id=network.vpc_id,
        subnet_ids=network.private_subnet_ids,
        region=REGION,
        account_id=account_id,
        image="public.ecr.aws/docker/library/busybox:1.37.0",
        command=["echo", "hello"],
        kms_key_arn=key.key_arn,
    ),
    options,
)
pulumi.export("result", hello.result)
