"""Machines of a fixed kind for an EKS cluster; a part of `components/eks_cluster.py`."""

import pulumi
import pulumi_aws as aws

from components.eks_access import GROUP_NODE_POLICIES, create_service_role
from components.eks_cluster_args import EksClusterArgs, NodeGroupArgs


def create_node_group(
    name: str,
    args: EksClusterArgs,
    group: NodeGroupArgs,
    *,
    cluster: "aws.eks.Cluster",
    needed: list[pulumi.Resource],
    parent: pulumi.Resource,
) -> "aws.eks.NodeGroup":
    """Makes the machines, their role, and the template that says what all of them are like.

    Args:
        name: Name of the component.
        args: Arguments of the cluster.
        group: Arguments of the machines.
        cluster: The cluster.
        needed: What a machine needs to become ready: the network add-on above all.
        parent: The component.

    Returns:
        The node group.
    """
    child = pulumi.ResourceOptions(parent=parent)
    role, permissions = create_service_role(
        f"{name}-node",
        description=f"Nodes of cluster {name}",
        service="ec2.amazonaws.com",
        policies=GROUP_NODE_POLICIES,
        partition=args.partition,
        tags=args.tags,
        child=child,
    )
    template = _template(name, args, group, child)
    return aws.eks.NodeGroup(
        f"{name}-nodes",
        cluster_name=cluster.name,
        version=args.version,
        node_role_arn=role.arn,
        subnet_ids=args.subnet_ids,
        ami_type="AL2023_ARM_64_STANDARD" if group.is_graviton else "AL2023_x86_64_STANDARD",
        instance_types=list(group.instance_types),
        launch_template=aws.eks.NodeGroupLaunchTemplateArgs(
            id=template.id, version=template.latest_version.apply(str)
        ),
        scaling_config=aws.eks.NodeGroupScalingConfigArgs(
            min_size=group.min_nodes, max_size=group.max_nodes, desired_size=group.min_nodes
        ),
        # A third at a time; PodDisruptionBudgets are kept, so an update may wait, or fail.
        update_config=aws.eks.NodeGroupUpdateConfigArgs(max_unavailable_percentage=33),
        node_repair_config=aws.eks.NodeGroupNodeRepairConfigArgs(enabled=True),
        tags={**args.tags, "Name": f"{name}-nodes"},
        opts=pulumi.ResourceOptions(
            parent=parent,
            depends_on=[*permissions, *needed],
            # Whoever scales the group owns the number; a deploy would take machines away from
            # under the pods.
            ignore_changes=["scalingConfig.desiredSize"],
        ),
    )


def _template(
    name: str, args: EksClusterArgs, group: NodeGroupArgs, child: pulumi.ResourceOptions
) -> "aws.ec2.LaunchTemplate":
    """Without machine image and security group: EKS then gives its own image and its own group."""
    tags = {**args.tags, "Name": f"{name}-nodes"}
    return aws.ec2.LaunchTemplate(
        f"{name}-nodes",
        description=f"Nodes of cluster {name}",
        update_default_version=True,
        block_device_mappings=[
            aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
                device_name="/dev/xvda",
                ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                    # By the account's key for EBS: one of ours would have to let EC2 Auto Scaling
                    # make grants. Nothing here is kept: nodes come and go.
                    encrypted="true",
                    volume_type="gp3",
                    volume_size=group.volume_gib,
                    delete_on_termination="true",
                ),
            )
        ],
        metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
            http_endpoint="enabled",
            http_tokens="required",
            # A pod is one hop further away: it gets a role of its own and never the node's.
            http_put_response_hop_limit=1,
        ),
        # The provider's default tags do not reach what a template makes.
        tag_specifications=[
            aws.ec2.LaunchTemplateTagSpecificationArgs(
                resource_type=kind, tags={**group.tags, **tags}
            )
            for kind in ("instance", "volume")
        ],
        tags=tags,
        opts=child,
    )
