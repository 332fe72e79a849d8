"""The platform: what all systems of one environment share."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.bucket import Bucket, BucketArgs, LogWriter
from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.fargate_cluster import FargateCluster, FargateClusterArgs
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.monitoring import Monitoring, MonitoringArgs
from components.network import NatGateways, Network, NetworkArgs
from model.description import Description
from model.environment import Environment
from stacks import alarms, dashboards
from stacks.providers import Clouds

LOAD_BALANCER_LOG_PREFIX = "load-balancer"


@dataclass(frozen=True, kw_only=True, slots=True)
class Platform:
    """What a system needs to know of the platform that carries it."""

    account_id: pulumi.Output[str]
    """The account of the credentials in use (trap 34: never written down)."""
    registry: pulumi.Input[str]
    """Host name of the container registry that image names are looked up in (trap 37)."""
    key: EncryptionKey
    logs: Bucket
    """Access logs of the load balancer; they end."""
    artifacts: Bucket
    """Scripts of canaries and what they saw; scripts must not end."""
    network: Network
    load_balancer: LoadBalancer
    cluster: FargateCluster
    monitoring: Monitoring


def build(description: Description, clouds: Clouds) -> Platform:
    """Builds network, keys, log bucket, load balancer, cluster and the platform's alarms."""
    environment = description.environment
    retention = environment.monitoring.log_retention_days
    invoke = pulumi.InvokeOutputOptions(provider=clouds.aws)
    account_id = aws.get_caller_identity_output(opts=invoke).account_id
    zone = aws.route53.get_zone_output(
        name=environment.domain.hosted_zone, private_zone=False, opts=invoke
    )

    key = EncryptionKey(
        "platform-key",
        EncryptionKeyArgs(
            description=f"Slipway {description.stack}: data, logs and secrets at rest",
            account_id=account_id,
            region=environment.region,
            deletion_window_days=environment.encryption.key_deletion_window_days,
        ),
        clouds.options,
    )
    logs = Bucket(
        "platform-logs",
        BucketArgs(
            # Load balancers cannot deliver to a bucket with a key of one's own.
            kms_key_arn=None,
            expiration_days=environment.load_balancer.access_log_retention_days,
            writers=[
                LogWriter(
                    service="logdelivery.elasticloadbalancing.amazonaws.com",
                    prefix=LOAD_BALANCER_LOG_PREFIX,
                    account_id=account_id,
                )
            ],
        ),
        clouds.options,
    )
    artifacts = Bucket("platform-artifacts", BucketArgs(kms_key_arn=key.key_arn), clouds.options)
    network = Network(
        "platform-network",
        NetworkArgs(
            cidr_block=environment.network.cidr_block,
            availability_zones=environment.network.availability_zones,
            nat_gateways=NatGateways(environment.network.nat_gateways),
            interface_endpoints=environment.network.interface_endpoints,
            flow_log_retention_days=environment.network.flow_log_retention_days,
            kms_key_arn=key.key_arn,
        ),
        clouds.options,
    )
    edge = environment.load_balancer
    load_balancer = LoadBalancer(
        "platform-edge",
        LoadBalancerArgs(
            vpc_id=network.vpc_id,
            subnet_ids=network.public_subnet_ids,
            hosts=[settings.host for settings in environment.systems.values()],
            hosted_zone_id=zone.zone_id,
            access_log_bucket=logs.bucket_name,
            access_log_prefix=LOAD_BALANCER_LOG_PREFIX,
            idle_timeout_seconds=edge.idle_timeout_seconds,
            deletion_protection=edge.deletion_protection,
            rate_limit_requests=edge.rate_limit.requests,
            rate_limit_window_seconds=edge.rate_limit.window_seconds,
            allowed_countries=edge.allowed_countries,
            web_acl_log_retention_days=retention,
            kms_key_arn=key.key_arn,
        ),
        clouds.options,
    )
    cluster = FargateCluster(
        "platform-fargate",
        FargateClusterArgs(kms_key_arn=key.key_arn, log_retention_days=retention),
        clouds.options,
    )
    monitoring = Monitoring(
        "platform-monitoring",
        MonitoringArgs(
            kms_key_arn=key.key_arn,
            account_id=account_id,
            emails=environment.monitoring.alarm_emails,
            alarms=alarms.of_platform(load_balancer, description),
            dashboard=dashboards.of_platform(load_balancer),
        ),
        clouds.options,
    )
    return Platform(
        account_id=account_id,
        registry=_registry(environment, account_id),
        key=key,
        logs=logs,
        artifacts=artifacts,
        network=network,
        load_balancer=load_balancer,
        cluster=cluster,
        monitoring=monitoring,
    )


def _registry(environment: Environment, account_id: pulumi.Output[str]) -> pulumi.Input[str]:
    if environment.domain.registry != "ecr":
        return environment.domain.registry
    return pulumi.Output.concat(account_id, f".dkr.ecr.{environment.region}.amazonaws.com")
