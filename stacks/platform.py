"""The platform: what all systems of one environment share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.bucket import Bucket, BucketArgs, LogWriter
from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.listeners import ResponseHeadersArgs
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.monitoring import Monitoring, MonitoringArgs
from components.network import NatGateways, Network, NetworkArgs
from components.rate_limit import RateLimit
from model.description import Description
from model.environment import Environment
from planning.priorities import listener_priorities
from planning.subnets import SubnetPlan, plan_subnets
from stacks import alarms, dashboards, existing
from stacks.existing import SharedNetwork
from stacks.providers import Clouds

if TYPE_CHECKING:
    from stacks.runtime import Runtime

LOAD_BALANCER_LOG_PREFIX = "load-balancer"


@dataclass(frozen=True, kw_only=True, slots=True)
class Platform:
    """What a system needs to know of the platform that carries it."""

    account_id: pulumi.Output[str]
    """The account of the credentials in use (trap 34: never written down)."""
    registry: pulumi.Input[str]
    """Host name of the container registry that image names are looked up in (trap 37)."""
    key_arn: pulumi.Input[str]
    """Key that encrypts data, logs and secrets."""
    backup_key_arn: pulumi.Output[str] | None
    """Key of the backup region; None without one."""
    zone_id: pulumi.Input[str]
    """Hosted zone of all hosts."""
    logs: Bucket
    """Access logs of the load balancer; they end."""
    artifacts: Bucket
    """Scripts of canaries and what they saw; scripts must not end."""
    network: SharedNetwork
    load_balancer: LoadBalancer
    runtimes: "Mapping[str, Runtime]"
    """What services run on, by name: the environment's own, and while switching the other one."""
    monitoring: Monitoring
    priorities: Mapping[tuple[str, str], int]
    """First listener priority of every public service, by system and service."""


def build(description: Description, clouds: Clouds) -> Platform:
    """Builds network, keys, log bucket, load balancer, clusters and the platform's alarms."""
    environment = description.environment
    existing.check(description, clouds)
    backup_region = environment.backup.region
    invoke = pulumi.InvokeOutputOptions(provider=clouds.aws)
    account_id = aws.get_caller_identity_output(opts=invoke).account_id
    zone_id = environment.existing.hosted_zone_id or (
        aws.route53.get_zone_output(
            name=environment.domain.hosted_zone, private_zone=False, opts=invoke
        ).zone_id
    )
    key_arn = environment.existing.key_arn or _key(description, clouds, account_id)
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
    artifacts = Bucket("platform-artifacts", BucketArgs(kms_key_arn=key_arn), clouds.options)
    network = _network(environment, clouds, key_arn)
    load_balancer = _load_balancer(
        description, clouds, network, logs, zone_id=zone_id, key_arn=key_arn
    )
    monitoring = Monitoring(
        "platform-monitoring",
        MonitoringArgs(
            kms_key_arn=key_arn,
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
        key_arn=key_arn,
        backup_key_arn=_key(description, clouds, account_id, backup_region)
        if backup_region is not None
        else None,
        zone_id=zone_id,
        logs=logs,
        artifacts=artifacts,
        network=network,
        load_balancer=load_balancer,
        runtimes=_runtimes(
            description,
            clouds,
            network,
            load_balancer,
            artifacts,
            account_id=account_id,
            key_arn=key_arn,
        ),
        monitoring=monitoring,
        priorities=listener_priorities(description),
    )


def _runtimes(
    description: Description,
    clouds: Clouds,
    network: SharedNetwork,
    load_balancer: LoadBalancer,
    artifacts: Bucket,
    *,
    account_id: pulumi.Output[str],
    key_arn: pulumi.Input[str],
) -> "dict[str, Runtime]":
    # The one place that knows which runtimes there are. Only what is used is loaded: each has a
    # score of modules.
    found: dict[str, Runtime] = {}
    for name in description.environment.runtimes:
        if name == "fargate":
            from stacks import fargate_platform, on_fargate  # noqa: PLC0415

            tasks = fargate_platform.build(description, clouds, artifacts, key_arn=key_arn)
            found[name] = on_fargate.Fargate(platform=tasks)
        else:
            from stacks import eks_platform, on_kubernetes  # noqa: PLC0415

            pods = eks_platform.build(
                description,
                clouds,
                network,
                load_balancer,
                account_id=account_id,
                key_arn=key_arn,
            )
            found[name] = on_kubernetes.Eks(platform=pods)
    return found


def _registry(environment: Environment, account_id: pulumi.Output[str]) -> pulumi.Input[str]:
    if environment.domain.registry != "ecr":
        return environment.domain.registry
    return pulumi.Output.concat(account_id, f".dkr.ecr.{environment.region}.amazonaws.com")


def _load_balancer(
    description: Description,
    clouds: Clouds,
    network: SharedNetwork,
    logs: Bucket,
    *,
    zone_id: pulumi.Input[str],
    key_arn: pulumi.Input[str],
) -> LoadBalancer:
    environment = description.environment
    edge = environment.load_balancer
    return LoadBalancer(
        "platform-edge",
        LoadBalancerArgs(
            vpc_id=network.vpc_id,
            subnet_ids=network.public_subnet_ids,
            hosts=[settings.host for settings in environment.systems.values()],
            hosted_zone_id=zone_id,
            access_log_bucket=logs.bucket_name,
            access_log_prefix=LOAD_BALANCER_LOG_PREFIX,
            idle_timeout_seconds=edge.idle_timeout_seconds,
            deletion_protection=edge.deletion_protection,
            rate_limit_requests=edge.rate_limit.requests,
            rate_limit_window_seconds=edge.rate_limit.window_seconds,
            allowed_countries=edge.allowed_countries,
            host_rate_limits={
                environment.systems[name].host: RateLimit(
                    requests=system.rate_limit.requests,
                    window_seconds=system.rate_limit.window_seconds,
                )
                for name, system in description.systems.items()
                if system.rate_limit is not None
            },
            response_headers=ResponseHeadersArgs(
                content_security_policy=edge.content_security_policy
            ),
            certificate_arn=environment.existing.certificate_arn,
            web_acl_log_retention_days=environment.monitoring.log_retention_days,
            kms_key_arn=key_arn,
        ),
        clouds.options,
    )


def _key(
    description: Description,
    clouds: Clouds,
    account_id: pulumi.Output[str],
    region: str | None = None,
) -> pulumi.Output[str]:
    """The key of the environment's own region, or its twin in the backup region."""
    what = "data, logs and secrets" if region is None else "backups"
    return EncryptionKey(
        "platform-key" if region is None else "platform-backup-key",
        EncryptionKeyArgs(
            description=f"Slipway {description.stack}: {what} at rest",
            account_id=account_id,
            region=region or description.environment.region,
            deletion_window_days=description.environment.encryption.key_deletion_window_days,
        ),
        clouds.options,
    ).key_arn


def _network(environment: Environment, clouds: Clouds, key_arn: pulumi.Input[str]) -> SharedNetwork:
    if environment.existing.vpc is not None:
        return existing.network(environment, environment.existing.vpc, clouds)
    wanted = environment.network
    subnets = (
        SubnetPlan(
            public=wanted.subnets.public,
            private=wanted.subnets.private,
            isolated=wanted.subnets.isolated,
        )
        if wanted.subnets is not None
        else plan_subnets(wanted.cidr_block, len(wanted.availability_zones))
    )
    built = Network(
        "platform-network",
        NetworkArgs(
            cidr_block=wanted.cidr_block,
            availability_zones=wanted.availability_zones,
            subnets=subnets,
            nat_gateways=NatGateways(wanted.nat_gateways),
            interface_endpoints=wanted.interface_endpoints,
            flow_log_retention_days=wanted.flow_log_retention_days,
            kms_key_arn=key_arn,
        ),
        clouds.options,
    )
    return SharedNetwork(
        vpc_id=built.vpc_id,
        public_subnet_ids=built.public_subnet_ids,
        private_subnet_ids=built.private_subnet_ids,
        isolated_subnet_ids=built.isolated_subnet_ids,
        public_cidr_blocks=subnets.public,
        isolated_cidr_blocks=subnets.isolated,
    )
