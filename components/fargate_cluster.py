"""A cluster that runs tasks on Fargate."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.log_retention import require_retention


@dataclass(frozen=True, kw_only=True, slots=True)
class FargateClusterArgs:
    """What a cluster needs to know."""

    kms_key_arn: pulumi.Input[str]
    """Key that encrypts exec sessions and their log. Source: EncryptionKey.key_arn."""
    container_insights: bool = True
    """Whether CloudWatch records metrics of tasks and services beyond the free ones; yes by
    default. Source: CloudWatch guide, "Container Insights"."""
    log_retention_days: int = 30
    """Days that what was typed in exec sessions is kept, one of CloudWatch's periods; 30 by
    default."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags besides the provider's default tags; none by default."""

    def __post_init__(self) -> None:
        require_retention(self, "log_retention_days")


class FargateCluster(pulumi.ComponentResource):
    """An ECS cluster without machines of its own.

    Builds:
        1. The cluster, with Container Insights by choice.
        2. An encrypted log of all exec sessions, and their encryption.
        3. Fargate as the only way to run a task, Spot by choice of the task.
        4. A namespace in which services call each other by name, over Service Connect.

    Not built: services, which join the namespace by themselves, and the right to open an exec
    session; that stands in the task role of a service that allows it.

    Cost: nothing by itself, the namespace included; Container Insights about 3 USD a month for a
    service of three tasks.

    Example: `examples/fargate_cluster`.
    """

    cluster_arn: pulumi.Output[str]
    """ARN of the cluster."""
    cluster_name: pulumi.Output[str]
    """Name of the cluster: the dimension `ClusterName` of its metrics."""
    exec_log_group_arn: pulumi.Output[str]
    """Log group of exec sessions, which the task role of a service with exec must reach."""
    service_connect_namespace_arn: pulumi.Output[str]
    """Namespace of the cluster's services. Read by ServiceConnectArgs.namespace_arn."""

    def __init__(
        self, name: str, args: FargateClusterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:FargateCluster", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)

        sessions = aws.cloudwatch.LogGroup(
            f"{name}-exec",
            retention_in_days=args.log_retention_days,
            kms_key_id=args.kms_key_arn,
            tags={**args.tags, "Name": f"{name}-exec"},
            opts=child,
        )
        cluster = aws.ecs.Cluster(
            f"{name}-cluster",
            settings=[
                aws.ecs.ClusterSettingArgs(
                    name="containerInsights",
                    value="enabled" if args.container_insights else "disabled",
                )
            ],
            configuration=aws.ecs.ClusterConfigurationArgs(
                execute_command_configuration=aws.ecs.ClusterConfigurationExecuteCommandConfigurationArgs(
                    kms_key_id=args.kms_key_arn,
                    logging="OVERRIDE",
                    log_configuration=aws.ecs.ClusterConfigurationExecuteCommandConfigurationLogConfigurationArgs(
                        cloud_watch_log_group_name=sessions.name,
                        cloud_watch_encryption_enabled=True,
                    ),
                )
            ),
            tags={**args.tags, "Name": f"{name}-cluster"},
            opts=child,
        )
        aws.ecs.ClusterCapacityProviders(
            f"{name}-capacity-providers",
            cluster_name=cluster.name,
            capacity_providers=["FARGATE", "FARGATE_SPOT"],
            # For tasks that people start by hand; a service of ours names its launch type.
            default_capacity_provider_strategies=[
                aws.ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArgs(
                    capacity_provider="FARGATE", weight=1
                )
            ],
            opts=child,
        )
        # Not the cluster's default: with it ECS puts a proxy, which takes its share of processor
        # and memory, into the tasks of every service, also of those that call nobody. Without DNS,
        # because the proxies need none: its names would be for clients outside of the namespace.
        namespace = aws.servicediscovery.HttpNamespace(
            f"{name}-namespace",
            description=f"Services of cluster {name}",
            tags={**args.tags, "Name": f"{name}-namespace"},
            opts=child,
        )

        self.cluster_arn = cluster.arn
        self.cluster_name = cluster.name
        self.exec_log_group_arn = sessions.arn
        self.service_connect_namespace_arn = namespace.arn
        self.register_outputs(
            {
                "cluster_arn": self.cluster_arn,
                "cluster_name": self.cluster_name,
                "exec_log_group_arn": self.exec_log_group_arn,
                "service_connect_namespace_arn": self.service_connect_namespace_arn,
            }
        )
