"""The smallest job: it says hello to the user whose password AWS alone knows, and ends."""

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from components.kubernetes_container import ContainerArgs
from components.kubernetes_job import KubernetesJob, KubernetesJobArgs
from components.secret_reference import SecretReference

REGION = "us-east-1"
ACCOUNT = "111122223333"

cloud = aws.Provider("aws", region=REGION)
cluster = kubernetes.Provider("cluster", kubeconfig=pulumi.Config().get("kubeconfig"))
hello = KubernetesJob(
    "hello",
    KubernetesJobArgs(
        cluster_name="apps",
        account_id=ACCOUNT,
        region=REGION,
        namespace="shop",
        app="shop-hello",
        service="hello",
        part_of="shop",
        container=ContainerArgs(
            image="public.ecr.aws/docker/library/busybox:1.37.0",
            command=["sh", "-c", 'echo "$GREETING, $USER_NAME"'],
            cpu_request="100m",
            cpu_limit="250m",
            memory_request="32Mi",
            memory_limit="64Mi",
        ),
        environment={"GREETING": "hello"},
        fetched_secrets={
            "USER_NAME": SecretReference(
                secret_arn=f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:rds!db-1-AbCdEf",
                json_key="username",
            )
        },
        tools_image="public.ecr.aws/lambda/python:3.13",
        kms_key_arn=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1",
    ),
    pulumi.ResourceOptions(providers=[cloud, cluster]),
)
pulumi.export("jobName", hello.job_name)
