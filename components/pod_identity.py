"""The AWS role of pods, by EKS Pod Identity; a part of whatever runs on Kubernetes.

Source: EKS user guide, "EKS Pod Identity".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.policy import Statement, policy_document


@dataclass(frozen=True, kw_only=True, slots=True)
class PodIdentity:
    """A role that the pods of one service account have."""

    role_arn: pulumi.Output[str]
    """ARN of the role."""
    needed: Sequence[pulumi.Resource]
    """What the pods wait for: EKS tells a pod about its role when the pod is made, and never
    afterwards, so one that is older than the association stays without."""


def create_pod_identity(
    name: str,
    *,
    cluster_name: pulumi.Input[str],
    namespace: pulumi.Input[str],
    service_account_name: str,
    account_id: pulumi.Input[str],
    permissions: Sequence[Statement],
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> PodIdentity | None:
    """Creates the role of a service account's pods, and the association that hands it to them.

    Args:
        name: Name of the component.
        cluster_name: Cluster of the pods. Source: EksCluster.cluster_name.
        namespace: Namespace of the service account. Source: KubernetesNamespace.namespace.
        service_account_name: The service account, which the component itself creates.
        account_id: Account of the cluster, twelve digits.
        permissions: What the pods may do in AWS.
        tags: Tags besides the names.
        parent: The component.

    Returns:
        The role; None without permissions, when the pods have no role at all.
    """
    if not permissions:
        return None
    child = pulumi.ResourceOptions(parent=parent)
    role = aws.iam.Role(
        f"{name}-pod",
        description=f"What the pods of {name} may do",
        assume_role_policy=_trust(
            pulumi.Output.concat("arn:*:eks:*:", account_id, ":cluster/", cluster_name),
            namespace,
            service_account_name,
        ),
        tags={**tags, "Name": f"{name}-pod"},
        opts=child,
    )
    policy = aws.iam.RolePolicy(
        f"{name}-pod", role=role.name, policy=policy_document(*permissions), opts=child
    )
    association = aws.eks.PodIdentityAssociation(
        f"{name}-pod",
        cluster_name=cluster_name,
        namespace=namespace,
        service_account=service_account_name,
        role_arn=role.arn,
        tags={**tags, "Name": f"{name}-pod"},
        opts=child,
    )
    return PodIdentity(role_arn=role.arn, needed=[policy, association])


def _trust(
    cluster_arn: pulumi.Input[str], namespace: pulumi.Input[str], service_account_name: str
) -> pulumi.Input[str]:
    """Trusts the pods of this service account alone.

    By the tags that EKS gives each session, which AWS documents for this purpose: whoever may
    create associations could otherwise give the role to any pod of any cluster. AWS documents
    neither aws:SourceAccount nor aws:SourceArn for this service; the cluster's ARN holds the
    account. Source: EKS user guide, "Create IAM role with trust policy required by EKS Pod
    Identity".
    """
    return policy_document(
        Statement(
            actions=["sts:AssumeRole", "sts:TagSession"],
            principals={"Service": "pods.eks.amazonaws.com"},
            conditions={
                "StringEquals": {
                    "aws:RequestTag/kubernetes-namespace": namespace,
                    "aws:RequestTag/kubernetes-service-account": service_account_name,
                },
                # Partition and region are the cluster's own: its name is enough in one account.
                "StringLike": {"aws:RequestTag/eks-cluster-arn": cluster_arn},
            },
        )
    )
