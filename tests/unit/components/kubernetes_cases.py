"""The services that the tests of KubernetesService look at; built once for all of them."""

import functools
import json
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from components.heartbeat import HeartbeatArgs
from components.kubernetes_container import ContainerArgs, ProbeArgs
from components.kubernetes_network_policy import NetworkReach
from components.kubernetes_service import KubernetesService
from components.kubernetes_service_args import KubernetesServiceArgs, NamesArgs, ScrapeArgs
from components.policy import Statement
from components.secret_reference import SecretReference
from tools.recording.recorder import Recording, record

ACCOUNT = "111122223333"
DATABASE = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:database-AbCdEf"
CACHE = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:cache-AbCdEf"
TARGET_GROUP = f"arn:aws:elasticloadbalancing:us-east-1:{ACCOUNT}:targetgroup/shop-api/0123456789"
SHORT_SECRET = "pw-1"


def record_in_cluster(
    build: Callable[[pulumi.ResourceOptions], object], **options: Any
) -> Recording:
    """Runs `build` with explicit providers of AWS and of a cluster."""

    def program() -> None:
        cloud = aws.Provider("aws", region="us-east-1")
        cluster = kubernetes.Provider("cluster", kubeconfig="{}")
        build(pulumi.ResourceOptions(providers=[cloud, cluster]))

    return record(program, **options)


def container(**changes: Any) -> ContainerArgs:
    return ContainerArgs(
        **{
            "image": "registry/app:1.0.0",
            "cpu_request": "250m",
            "cpu_limit": "1",
            "memory_request": "512Mi",
            "memory_limit": "1Gi",
        }
        | changes
    )


def secret(**changes: Any) -> SecretReference:
    document = json.dumps({"password": SHORT_SECRET, "url": "postgresql://user:pw-1@database"})
    known = {"secret_arn": DATABASE, "json_key": "password", "version_id": "v1"}
    return SecretReference(**known | {"document": document} | changes)


def args(**changes: Any) -> KubernetesServiceArgs:
    return KubernetesServiceArgs(
        **{
            "cluster_name": "apps",
            "account_id": ACCOUNT,
            "namespace": "shop",
            "app": "shop-api",
            "service": "api",
            "part_of": "shop",
            "names": NamesArgs(
                service="shop-api-service", config_map="api-config", secret="api-secrets"
            ),
            "container": container(),
            "replicas": 3,
            "termination_grace_period_seconds": 40,
        }
        | changes
    )


def full() -> KubernetesServiceArgs:
    """A public service that binds a database and scales, with all numbers of AegisX (A2 to A14)."""
    return args(
        version="v1.0.0",
        container=container(
            image="registry/api:1.0.0",
            command=["node", "main.js"],
            port=3333,
            image_pull_policy="Always",
            liveness_probe=ProbeArgs(
                path="/api/health", initial_delay_seconds=30, timeout_seconds=5
            ),
            readiness_probe=ProbeArgs(
                path="/api/status",
                initial_delay_seconds=5,
                period_seconds=5,
                timeout_seconds=3,
                failure_threshold=2,
            ),
            startup_probe=ProbeArgs(
                path="/api/health", period_seconds=5, timeout_seconds=3, failure_threshold=30
            ),
            pre_stop_seconds=10,
        ),
        environment={"NODE_ENV": "production", "API_PORT": "3333"},
        secrets={
            "DB_PASSWORD": secret(),
            "REDIS_PASSWORD": secret(secret_arn=CACHE, json_key=None, document="token-2"),
        },
        maximum_replicas=10,
        target_cpu_percent=70,
        target_memory_percent=80,
        termination_grace_period_seconds=50,
        image_pull_secret="registry",
        target_group_arn=TARGET_GROUP,
        ingress_cidr_blocks=["10.0.1.0/24", "10.0.2.0/24"],
        reaches={"database": NetworkReach(cidr_blocks=["10.0.20.0/24"], port=5432)},
        service_port=80,
        scrape=ScrapeArgs(path="/api/metrics", interval_seconds=30, namespace="monitoring"),
    )


def worker() -> KubernetesServiceArgs:
    """Without a port: it shows by a file that it is well (trap 29), and is the least besides."""
    heartbeat = HeartbeatArgs(file="/dev/shm/heartbeat", max_age_seconds=60)  # noqa: S108
    return args(
        app="shop-worker",
        service="worker",
        container=container(liveness_probe=ProbeArgs(command=heartbeat.probe_command)),
        replicas=2,
    )


def files() -> KubernetesServiceArgs:
    """An internal gRPC server with permissions, as its callers see it."""
    return args(
        app="shop-files",
        service="files",
        names=NamesArgs(service="files", config_map="files-config", secret="files-secrets"),
        container=container(
            port=3001, port_name="grpc", startup_probe=ProbeArgs(failure_threshold=30)
        ),
        replicas=2,
        callers=["shop-api"],
        is_headless=True,
        permissions=[Statement(actions="s3:GetObject", resources="arn:aws:s3:::files/*")],
        tags={"team": "platform"},
    )


def drained() -> KubernetesServiceArgs:
    """The other choices: own user, scratch directory, kernel parameters, keys of secrets."""
    return args(
        app="shop-runtime",
        service="runtime",
        version="v1.1.0",
        names=NamesArgs(service="shop-runtime", config_map="own-config", secret="own-secrets"),
        container=container(
            port=3000,
            entrypoint=["tini", "--"],
            command=["node", "dist/server.js"],
            user="1001",
            pre_stop_seconds=15,
            scratch=["/app/logs", "/tmp"],  # noqa: S108
        ),
        secrets={"JWT_SECRET": secret(json_key=None, document="drawn")},
        secret_keys={"JWT_SECRET": "jwt-secret"},
        maximum_replicas=5,
        target_memory_percent=60,
        scale_down_stabilization_seconds=None,
        max_unavailable=1,
        termination_grace_period_seconds=60,
        system_controls={
            "net.ipv4.tcp_syncookies": "1",
            "net.ipv4.ip_local_port_range": "1024 65535",
        },
    )


@functools.cache
def recorded() -> Recording:
    def build(options: pulumi.ResourceOptions) -> None:
        server = KubernetesService("files", files(), options)
        KubernetesService("api", full(), options)
        KubernetesService("worker", worker(), options)
        KubernetesService("runtime", drained(), options)
        caller = args(app="shop-gateway", container=container(port=3000), after=[server])
        KubernetesService("gateway", caller, options)

    return record_in_cluster(build)


def pod_of(recording: Recording, service: str) -> dict[str, Any]:
    """The pod of a service's Deployment."""
    return recording.one("Deployment", f"{service}-deployment").inputs["spec"]["template"]["spec"]


def container_of(recording: Recording, service: str) -> dict[str, Any]:
    """The only container of that pod."""
    (only,) = pod_of(recording, service)["containers"]
    return only
