"""The stack's outputs: what people, the doctor and other stacks read; never a secret's value."""

from collections.abc import Mapping

import pulumi

from components.backup_plan import BackupPlan
from components.fargate_service import FargateService
from model.description import Description
from planning.order import is_connected
from stacks.platform import Platform
from stacks.stores import Stores
from stacks.system import DeployedSystem


def publish(
    description: Description,
    platform: Platform,
    systems: Mapping[str, DeployedSystem],
    backup: BackupPlan | None,
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
            "keyArn": platform.key_arn,
            "serviceConnectNamespaceArn": platform.cluster.service_connect_namespace_arn,
            "backup": {"vaultName": backup.vault_name, "planId": backup.plan_id}
            if backup is not None
            else None,
        },
    )
    pulumi.export(
        "systems", {name: _system(description, name, system) for name, system in systems.items()}
    )


def _system(description: Description, name: str, system: DeployedSystem) -> dict[str, object]:
    described = description.systems[name].services
    outputs: dict[str, object] = {
        "services": {
            each: {
                **_service(service),
                "serviceConnect": is_connected(described[each]),
            }
            for each, service in system.services.items()
        },
        "topicArn": system.monitoring.topic_arn,
        "alarmNames": system.monitoring.alarm_names,
        "dashboardName": system.monitoring.dashboard_name,
    }
    outputs |= _stores(description, system.stores)
    outputs["tasks"] = {
        name: {"securityGroupId": task.security_group_id, "logGroupName": task.log_group_name}
        for name, task in (
            ("bootstrap", system.prepared.bootstrap),
            ("migration", system.prepared.migration),
        )
        if task is not None
    }
    if system.canary is not None:
        outputs["canaryName"] = system.canary.canary_name
    return outputs


def _stores(description: Description, stores: Stores) -> dict[str, object]:
    outputs: dict[str, object] = {}
    if stores.database is not None:
        outputs["database"] = {
            "identifier": stores.database.identifier,
            "host": stores.database.host,
            "securityGroupId": stores.database.security_group_id,
            "secretArn": stores.database.secret_arn,
            "readerIdentifiers": stores.database.reader_identifiers,
            "backupRegion": description.environment.backup.region,
        }
    if stores.cache is not None:
        outputs["cache"] = {
            "replicationGroupId": stores.cache.replication_group_id,
            "host": stores.cache.host,
            "securityGroupId": stores.cache.security_group_id,
            "secretArn": stores.cache.secret_arn,
        }
    if stores.queue is not None:
        outputs["queue"] = {
            "brokerId": stores.queue.broker_id,
            "host": stores.queue.host,
            "securityGroupId": stores.queue.security_group_id,
            "secretArn": stores.queue.secret_arn,
        }
    if stores.objects is not None:
        outputs["objects"] = {"bucketName": stores.objects.bucket_name}
    if stores.assets is not None and stores.assets_bucket is not None:
        outputs["assets"] = {
            "url": stores.assets.url,
            "bucketName": stores.assets_bucket.bucket_name,
            "distributionId": stores.assets.distribution_id,
        }
    return outputs


def _service(service: FargateService) -> dict[str, object]:
    return {
        "serviceName": service.service_name,
        "taskDefinitionArn": service.task_definition_arn,
        "targetGroupArn": service.target_group_arn,
        "securityGroupId": service.security_group_id,
        "logGroupName": service.log_group_name,
    }
