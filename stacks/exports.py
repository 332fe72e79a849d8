"""The stack's outputs: what people, the doctor and other stacks read; never a secret's value."""

from collections.abc import Mapping

import pulumi

from components.backup_plan import BackupPlan
from model.description import Description
from stacks.platform import Platform
from stacks.running import Running
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
            **platform.runtimes[description.environment.runtime].outputs,
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
        "systems", {name: _system(description, system) for name, system in systems.items()}
    )
    for other, cluster in platform.runtimes.items():
        if other != description.environment.runtime:
            pulumi.export("otherRuntime", _other_runtime(other, cluster.outputs, systems))


def _other_runtime(
    runtime: str, cluster: Mapping[str, object], systems: Mapping[str, DeployedSystem]
) -> dict[str, object]:
    """What the runtime to which the services move has for itself; the rest is both's."""
    return {
        "runtime": runtime,
        "platform": dict(cluster),
        "systems": {
            name: _running(runtime, system.moving[runtime]) for name, system in systems.items()
        },
    }


def _running(runtime: str, running: Running) -> dict[str, object]:
    routes = running.routes
    return {
        "services": {
            each: {
                **service.outputs,
                "targetGroupArn": routes[each].target_group_arns[runtime]
                if each in routes
                else None,
            }
            for each, service in running.services.items()
        },
        "tasks": {task: dict(told) for task, told in running.tasks.items()},
    }


def _system(description: Description, system: DeployedSystem) -> dict[str, object]:
    outputs: dict[str, object] = {
        **_running(description.environment.runtime, system.running),
        "topicArn": system.monitoring.topic_arn,
        "alarmNames": system.monitoring.alarm_names,
        "dashboardName": system.monitoring.dashboard_name,
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
