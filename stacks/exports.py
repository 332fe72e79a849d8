"""The stack's outputs: what people, the doctor and other stacks read; never a secret's value."""

from collections.abc import Mapping

import pulumi

from components.backup_plan import BackupPlan
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
            **_cluster(description, platform),
            "loadBalancerArn": platform.load_balancer.arn,
            "loadBalancerDnsName": platform.load_balancer.dns_name,
            "listenerArn": platform.load_balancer.listener_arn,
            "loadBalancerSecurityGroupId": platform.load_balancer.security_group_id,
            "topicArn": platform.monitoring.topic_arn,
            "alarmNames": platform.monitoring.alarm_names,
            "logBucketName": platform.logs.bucket_name,
            "keyArn": platform.key_arn,
            "backup": {"vaultName": backup.vault_name, "planId": backup.plan_id}
            if backup is not None
            else None,
        },
    )
    pulumi.export(
        "systems", {name: _system(description, name, system) for name, system in systems.items()}
    )


def _cluster(description: Description, platform: Platform) -> dict[str, object]:
    if description.environment.runtime == "fargate" and platform.fargate is not None:
        cluster = platform.fargate.cluster
        return {
            "clusterArn": cluster.cluster_arn,
            "clusterName": cluster.cluster_name,
            "serviceConnectNamespaceArn": cluster.service_connect_namespace_arn,
        }
    assert platform.eks is not None  # noqa: S101 (built for each runtime there is)
    return {
        "clusterArn": platform.eks.cluster.cluster_arn,
        "clusterName": platform.eks.cluster.cluster_name,
        "clusterSecurityGroupId": platform.eks.cluster.security_group_id,
    }


def _system(description: Description, name: str, system: DeployedSystem) -> dict[str, object]:
    runtime, described = description.environment.runtime, description.systems[name].services
    routes = system.running.routes
    outputs: dict[str, object] = {
        "services": {
            each: {
                **service.outputs,
                "targetGroupArn": routes[each].target_group_arns[runtime]
                if each in routes
                else None,
                **(
                    {"serviceConnect": is_connected(described[each])}
                    if runtime == "fargate"
                    else {}
                ),
            }
            for each, service in system.running.services.items()
        },
        "topicArn": system.monitoring.topic_arn,
        "alarmNames": system.monitoring.alarm_names,
        "dashboardName": system.monitoring.dashboard_name,
        "tasks": {task: dict(told) for task, told in system.running.tasks.items()},
    }
    outputs |= _stores(description, system.stores)
    if system.status is not None:
        outputs |= system.status.outputs
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
