"""The cluster of the runtime eks, and how Kubernetes objects are made in it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

from components.eks_cluster import EksCluster, EksClusterArgs
from components.eks_cluster_args import NodeGroupArgs
from components.load_balancer import LoadBalancer
from components.network_policy_controller import (
    NetworkPolicyController,
    NetworkPolicyControllerArgs,
)
from model.description import Description
from model.eks import NodeGroup
from stacks.existing import SharedNetwork
from stacks.providers import Clouds

RUNTIME = "eks"


@dataclass(frozen=True, kw_only=True, slots=True)
class EksPlatform:
    """What a system needs to know of the cluster."""

    cluster: EksCluster
    options: pulumi.ResourceOptions
    """Options for a component with Kubernetes objects: its children use this cluster."""
    ready: list[pulumi.Resource]
    """What pods wait for besides the cluster itself."""


def build(
    description: Description,
    clouds: Clouds,
    network: SharedNetwork,
    load_balancer: LoadBalancer,
    *,
    account_id: pulumi.Output[str],
    key_arn: pulumi.Input[str],
) -> EksPlatform:
    """Builds the cluster, its provider, and what makes it keep to network policies.

    Args:
        description: The verified description.
        clouds: The providers.
        network: Where it stands.
        load_balancer: Who reaches its pods.
        account_id: Account of its administrators' roles.
        key_arn: Key that encrypts its Secrets.
    """
    environment = description.environment
    wanted = environment.eks
    cluster = EksCluster(
        "platform-eks",
        EksClusterArgs(
            region=environment.region,
            version=wanted.version,
            subnet_ids=network.private_subnet_ids,
            service_cidr_block=wanted.service_cidr_block,
            kms_key_arn=key_arn,
            admin_role_arns={
                "deploy": _role_arn(account_id, wanted.deploy_role_name),
                "break-glass": _role_arn(account_id, wanted.break_glass_role_name),
            },
            public_access_cidr_blocks=wanted.public_access_cidr_blocks,
            node_group=_node_group(wanted.node_group, environment.tags),
            load_balancer_security_group_id=load_balancer.security_group_id,
            target_ports=_target_ports(description),
            log_retention_days=environment.monitoring.log_retention_days,
            container_insights=wanted.container_insights,
            addon_versions=wanted.addon_versions,
            deletion_protection=wanted.deletion_protection,
        ),
        clouds.options,
    )
    provider = kubernetes.Provider(
        "kubernetes",
        kubeconfig=cluster.kubeconfig,
        # Objects have the names that people know, so that a replaced one could not stand beside
        # its successor: both kinds change in place, and a checksum restarts the pods.
        enable_config_map_mutable=True,
        enable_secret_mutable=True,
    )
    options = pulumi.ResourceOptions(providers=[clouds.aws, clouds.random, provider])
    ready: list[pulumi.Resource] = []
    if wanted.node_group is None:
        ready.append(
            NetworkPolicyController(
                "platform-network-policies", NetworkPolicyControllerArgs(), options
            )
        )
    return EksPlatform(cluster=cluster, options=options, ready=ready)


def _role_arn(account_id: pulumi.Output[str], name: str) -> pulumi.Output[str]:
    return pulumi.Output.concat("arn:aws:iam::", account_id, f":role/{name}")


def _node_group(wanted: NodeGroup | None, tags: Mapping[str, str]) -> NodeGroupArgs | None:
    if wanted is None:
        return None
    return NodeGroupArgs(
        instance_types=wanted.instance_types,
        min_nodes=wanted.min_nodes,
        max_nodes=wanted.max_nodes,
        tags=tags,
    )


def _target_ports(description: Description) -> list[int]:
    return sorted(
        {
            service.port
            for system in description.systems.values()
            for service in system.services.values()
            if service.public is not None and service.port is not None
        }
    )
