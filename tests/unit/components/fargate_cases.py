"""The services that the tests of FargateService look at; built once for all of them."""

import functools
from typing import Any

import pulumi

from components.fargate_service import FargateService, FargateServiceArgs
from components.fargate_service_args import LoadBalancerTargetArgs
from components.heartbeat import HeartbeatArgs
from components.policy import Statement
from components.public_route import PublicRoute
from components.reach import Destination
from components.secret_reference import SecretReference
from components.service_connect import AppProtocol, ServiceConnectArgs
from components.task_definition import ContainerHealthCheckArgs, CpuArchitecture
from components.task_scaling import QueueDepthArgs
from tests.unit.components import public_route_cases
from tools.recording.recorder import Recording, record_component

ACCOUNT = "111122223333"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1"
DATABASE = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:database-AbCdEf"
NAMESPACE = f"arn:aws:servicediscovery:us-east-1:{ACCOUNT}:namespace/ns-1"
SERVER = ServiceConnectArgs(
    namespace_arn=NAMESPACE, protocol=AppProtocol.GRPC, dns_name="shop-files"
)
CLIENT = ServiceConnectArgs(namespace_arn=NAMESPACE)
QUEUE = QueueDepthArgs(broker_name="shop-queue", queue="jobs", messages_per_task=100)


def args(**changes: Any) -> FargateServiceArgs:
    return FargateServiceArgs(
        **{
            "cluster_arn": "arn:cluster",
            "cluster_name": "apps",
            "vpc_id": "vpc-1",
            "subnet_ids": ["subnet-1", "subnet-2"],
            "region": "us-east-1",
            "account_id": ACCOUNT,
            "image": "registry/app:1",
            "cpu_units": 1024,
            "memory_mib": 2048,
            "minimum_tasks": 3,
            "kms_key_arn": KEY,
        }
        | changes
    )


def target(target_group_arn: pulumi.Input[str] = "arn:target-group") -> LoadBalancerTargetArgs:
    return LoadBalancerTargetArgs(
        target_group_arn=target_group_arn, load_balancer_security_group_id="sg-edge"
    )


def full(route: PublicRoute) -> FargateServiceArgs:
    """A public service that binds a database and scales: what AegisX is."""
    return args(
        port=3333,
        command=["node", "main.js"],
        environment={"LOG_LEVEL": "info"},
        secrets={
            "DB_PASSWORD": SecretReference(
                secret_arn=DATABASE, json_key="password", version_id="v1"
            ),
            "DATABASE_URL": SecretReference(secret_arn=DATABASE, json_key="url", version_id="v1"),
        },
        maximum_tasks=10,
        target_cpu_percent=70,
        target_memory_percent=80,
        minimum_healthy_percent=100,
        maximum_percent=134,
        health_check_grace_period_seconds=150,
        stop_timeout_seconds=40,
        container_health_check=ContainerHealthCheckArgs(command=["CMD", "true"]),
        target=target(route.target_group_arns["fargate"]),
        after=[route],
        reaches={"database": Destination(security_group_id="sg-database", port=5432)},
        tags={"team": "platform"},
    )


@functools.cache
def connected() -> Recording:
    """`files` is a private gRPC server, `gateway` its public client, `jobs` a worker of a queue."""

    def build(options: pulumi.ResourceOptions) -> None:
        server = args(port=3001, minimum_tasks=2, service_connect=SERVER)
        files = FargateService("files", server, options)
        tcp = ServiceConnectArgs(
            namespace_arn=NAMESPACE, protocol=AppProtocol.TCP, port_name="raw", dns_name="raw"
        )
        FargateService("raw", args(port=9000, service_connect=tcp), options)
        slow = ServiceConnectArgs(
            namespace_arn=NAMESPACE,
            protocol=AppProtocol.HTTP,
            dns_name="slow",
            request_timeout_seconds=0,
        )
        FargateService("slow", args(port=8080, service_connect=slow), options)
        gateway = args(
            port=3000,
            target=target(),
            service_connect=CLIENT,
            reaches={"files": Destination(security_group_id=files.security_group_id, port=3001)},
            after=[files],
        )
        FargateService("gateway", gateway, options)
        heartbeat = HeartbeatArgs(file="/tmp/heartbeat", max_age_seconds=60)  # noqa: S108
        jobs = args(
            minimum_tasks=2,
            maximum_tasks=8,
            queue_depth=QUEUE,
            stop_timeout_seconds=120,
            container_health_check=ContainerHealthCheckArgs(heartbeat=heartbeat),
            system_controls={"net.core.somaxconn": "4096"},
        )
        FargateService("jobs", jobs, options)

    return record_component(build)


@functools.cache
def recorded() -> Recording:
    """`api` is public and scales, `worker` is the least, `shell` turns the other choices around."""

    def build(options: pulumi.ResourceOptions) -> None:
        route = PublicRoute("api-route", public_route_cases.args(), options)
        FargateService("api", full(route), options)
        FargateService("worker", args(minimum_tasks=1), options)
        shell = args(
            port=80,
            minimum_tasks=1,
            maximum_tasks=2,
            target_memory_percent=60,
            maximum_percent=100,
            minimum_healthy_percent=0,
            exec_enabled=True,
            exec_log_group_arn="arn:exec-log",
            permissions=[Statement(actions="s3:GetObject", resources="arn:aws:s3:::files/*")],
            registry_secret_arn="arn:registry",
            repository_arns=["arn:repository"],
            cpu_architecture=CpuArchitecture.ARM64,
            log_retention_days=7,
        )
        FargateService("shell", shell, options)

    return record_component(build)
