"""The stack's outputs: what people, the doctor and other stacks read; never a secret's value."""

from collections.abc import Mapping

import pulumi

from components.fargate_service import FargateService
from model.description import Description
from stacks.platform import Platform
from stacks.system import DeployedSystem


def publish(
    description: Description, platform: Platform, systems: Mapping[str, DeployedSystem]
) -> None:
    """Exports `urls`, `platform` and `systems`; the shape is the doctor's input."""
    pulumi.export("runtime", description.environment.runtime)
    pulumi.export("urls", {name: system.url for name, system in systems.items()})
    pulumi.export(
        "platform",
        {
            "vpcId": platform.network.vpc_id,
            "clusterArn": platform.cluster.cluster_arn,
            "clusterName": platform.cluster.cluster_name,
            "loadBalancerArn": platform.load_balancer.arn,
            "loadBalancerDnsName": platform.load_balancer.dns_name,
            "listenerArn": platform.load_balancer.listener_arn,
            "loadBalancerSecurityGroupId": platform.load_balancer.security_group_id,
            "topicArn": platform.monitoring.topic_arn,
            "alarmNames": platform.monitoring.alarm_names,
            "logBucketName": platform.logs.bucket_name,
            "keyArn": platform.key.key_arn,
        },
    )
    pulumi.export("systems", {name: _system(system) for name, system in systems.items()})


def _system(system: DeployedSystem) -> dict[str, object]:
    outputs: dict[str, object] = {
        "services": {name: _service(service) for name, service in system.services.items()},
        "topicArn": system.monitoring.topic_arn,
        "alarmNames": system.monitoring.alarm_names,
        "dashboardName": system.monitoring.dashboard_name,
    }
    if system.database is not None:
        outputs["database"] = {
            "identifier": system.database.identifier,
            "host": system.database.host,
            "securityGroupId": system.database.security_group_id,
            "secretArn": system.database.secret_arn,
        }
    if system.cache is not None:
        outputs["cache"] = {
            "replicationGroupId": system.cache.replication_group_id,
            "host": system.cache.host,
            "securityGroupId": system.cache.security_group_id,
            "secretArn": system.cache.secret_arn,
        }
    if system.canary is not None:
        outputs["canaryName"] = system.canary.canary_name
    return outputs


def _service(service: FargateService) -> dict[str, object]:
    return {
        "serviceName": service.service_name,
        "taskDefinitionArn": service.task_definition_arn,
        "targetGroupArn": service.target_group_arn,
        "securityGroupId": service.security_group_id,
        "logGroupName": service.log_group_name,
    }
