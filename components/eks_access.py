"""Who may do what around an EKS cluster; a part of `components/eks_cluster.py`."""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from components.policy import Statement, policy_document

# What EKS Auto Mode does by this role: nodes, disks, load balancers, addresses.
# Source: EKS user guide, "Amazon EKS Auto Mode cluster IAM role".
CONTROL_PLANE_POLICIES = {
    "cluster": "AmazonEKSClusterPolicy",
    "compute": "AmazonEKSComputePolicy",
    "block-storage": "AmazonEKSBlockStoragePolicy",
    "load-balancing": "AmazonEKSLoadBalancingPolicy",
    "networking": "AmazonEKSNetworkingPolicy",
}
# Source: EKS user guide, "Amazon EKS Auto Mode node IAM role".
AUTO_NODE_POLICIES = {
    "minimal": "AmazonEKSWorkerNodeMinimalPolicy",
    "images": "AmazonEC2ContainerRegistryPullOnly",
}
# The network add-on of a node group gives pods their addresses by the node's role; Auto Mode does
# it by the control plane's. Source: EKS user guide, "Amazon EKS node IAM role".
GROUP_NODE_POLICIES = {
    "worker": "AmazonEKSWorkerNodePolicy",
    "network": "AmazonEKS_CNI_Policy",
    "images": "AmazonEC2ContainerRegistryPullOnly",
}


def create_service_role(
    name: str,
    *,
    description: str,
    service: str,
    actions: Sequence[str] = ("sts:AssumeRole",),
    conditions: Mapping[str, Mapping[str, pulumi.Input[str]]] | None = None,
    policies: Mapping[str, str],
    partition: str,
    tags: Mapping[str, str],
    child: pulumi.ResourceOptions,
) -> "tuple[aws.iam.Role, list[pulumi.Resource]]":
    """Makes a role that an AWS service assumes, with AWS's own policies for the purpose.

    AWS extends them as EKS learns to do more; policies of ours would break with that.

    Args:
        name: Logical name of the role.
        description: What it is for; shown in the console.
        service: Service that assumes it.
        actions: How it does so.
        conditions: What must hold besides.
        policies: Names of AWS's policies, by a short name.
        partition: First part of the ARNs.
        tags: Tags besides the names.
        child: Options of the resources.

    Returns:
        The role, and its permissions, for which EKS does not wait by itself.
    """
    role = aws.iam.Role(
        name,
        description=description,
        assume_role_policy=policy_document(
            Statement(actions=actions, principals={"Service": service}, conditions=conditions)
        ),
        tags={**tags, "Name": name},
        opts=child,
    )
    permissions: list[pulumi.Resource] = [
        aws.iam.RolePolicyAttachment(
            f"{name}-{short}",
            role=role.name,
            policy_arn=f"arn:{partition}:iam::aws:policy/{policy}",
            opts=child,
        )
        for short, policy in policies.items()
    ]
    return role, permissions


def admit_administrators(
    name: str,
    *,
    cluster_name: pulumi.Input[str],
    role_arns: Mapping[str, pulumi.Input[str]],
    partition: str,
    tags: Mapping[str, str],
    child: pulumi.ResourceOptions,
) -> list[pulumi.Resource]:
    """Lets roles administer the cluster; all of them can be taken away again.

    Args:
        name: Name of the component.
        cluster_name: The cluster.
        role_arns: The roles, by a short name.
        partition: First part of the ARNs.
        tags: Tags besides the names.
        child: Options of the resources.

    Returns:
        What must exist before any of them can do anything in the cluster.
    """
    policy = f"arn:{partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
    admitted: list[pulumi.Resource] = []
    for who, role_arn in role_arns.items():
        entry = aws.eks.AccessEntry(
            f"{name}-access-{who}",
            cluster_name=cluster_name,
            principal_arn=role_arn,
            tags={**tags, "Name": f"{name}-access-{who}"},
            opts=child,
        )
        admitted.append(
            aws.eks.AccessPolicyAssociation(
                f"{name}-access-{who}",
                cluster_name=cluster_name,
                principal_arn=entry.principal_arn,
                policy_arn=policy,
                access_scope=aws.eks.AccessPolicyAssociationAccessScopeArgs(type="cluster"),
                opts=child,
            )
        )
    return admitted
