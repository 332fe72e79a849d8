"""The smallest services: a gRPC server and a worker that calls it, in a namespace that exists.

The worker calls `currency:7000` and reaches every pod of the server: the Service has no address of
its own, so that its name stands for the pods. The worker has no port, so it shows by a file that it
is well.
"""

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
import pulumi_random as random

from components.heartbeat import HeartbeatArgs
from components.kubernetes_container import ContainerArgs, ProbeArgs
from components.kubernetes_network_policy import NetworkReach
from components.kubernetes_service import KubernetesService
from components.kubernetes_service_args import KubernetesServiceArgs, NamesArgs
from components.secret import Secret, SecretArgs
from components.secret_reference import SecretReference

PORT = 7000
HEARTBEAT = HeartbeatArgs(file="/dev/shm/heartbeat", max_age_seconds=60)  # noqa: S108

cloud = aws.Provider("aws", region="us-east-1")
options = pulumi.ResourceOptions(providers=[cloud, random.Provider("random")])
invoke = pulumi.InvokeOutputOptions(provider=cloud)
account_id = aws.get_caller_identity_output(opts=invoke).account_id
key = aws.kms.Key("key", enable_key_rotation=True, opts=pulumi.ResourceOptions(provider=cloud))
token = Secret("token", SecretArgs(description="Token", kms_key_arn=key.arn), options)
cluster = kubernetes.Provider("cluster", kubeconfig=pulumi.Config().get("kubeconfig"))
inside = pulumi.ResourceOptions(providers=[cloud, cluster])
server = KubernetesService(
    "currency",
    KubernetesServiceArgs(
        cluster_name="apps",
        account_id=account_id,
        namespace="shop",
        app="currency",
        service="currency",
        part_of="shop",
        names=NamesArgs(service="currency", config_map="currency-config", secret="currency"),  # noqa: S106
        container=ContainerArgs(
            image="us-central1-docker.pkg.dev/google-samples/microservices-demo/currencyservice:v0.10.2",
            port=PORT,
            port_name="grpc",
            cpu_request="100m",
            cpu_limit="200m",
            memory_request="64Mi",
            memory_limit="128Mi",
            startup_probe=ProbeArgs(failure_threshold=30),
            pre_stop_seconds=10,
        ),
        environment={"PORT": str(PORT), "DISABLE_PROFILER": "1"},
        replicas=2,
        termination_grace_period_seconds=40,
        callers=["worker"],
        is_headless=True,
    ),
    inside,
)
worker = KubernetesService(
    "worker",
    KubernetesServiceArgs(
        cluster_name="apps",
        account_id=account_id,
        namespace="shop",
        app="worker",
        service="worker",
        part_of="shop",
        names=NamesArgs(service="worker", config_map="worker-config", secret="worker"),  # noqa: S106
        container=ContainerArgs(
            image="public.ecr.aws/docker/library/busybox:1.37.0",
            command=[
                *("sh", "-c"),
                f"while sleep 10; do nc -z currency {PORT} && touch {HEARTBEAT.file}; done",
            ],
            cpu_request="50m",
            cpu_limit="100m",
            memory_request="32Mi",
            memory_limit="64Mi",
            liveness_probe=ProbeArgs(command=HEARTBEAT.probe_command, initial_delay_seconds=60),
        ),
        secrets={
            "TOKEN": SecretReference(
                secret_arn=token.secret_arn,
                version_id=token.version_id,
                document=token.secret_document,
            )
        },
        replicas=1,
        termination_grace_period_seconds=30,
        reaches={"currency": NetworkReach(app="currency", port=PORT)},
        after=[server],
    ),
    inside,
)
pulumi.export("deploymentName", worker.deployment_name)
