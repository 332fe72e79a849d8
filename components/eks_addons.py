"""What AWS installs into an EKS cluster; a part of `components/eks_cluster.py`."""

import json
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from components.eks_access import create_service_role
from components.eks_cluster_args import EksClusterArgs
from planning.eks_addons import INSIGHTS

_CONFIGURATION: Mapping[str, Mapping[str, object]] = {
    "vpc-cni": {
        # Off by default: NetworkPolicies would be accepted and do nothing (trap 30).
        "enableNetworkPolicy": "true",
        # By default a node hoards two network interfaces full of addresses, 20 on an m7i.large, and
        # its pods are no more than those can have. With prefixes of 16 it keeps one to spare. That
        # is what planning/addresses.py counts on, and what EKS computes the most pods of a node
        # from, since the template names no machine image.
        # Source: EKS user guide, "Assign more IP addresses to Amazon EKS nodes with prefixes".
        "env": {"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "1"},
    },
    # On by default: it would put an agent of its own into the pods of everyone.
    INSIGHTS: {"manager": {"applicationSignals": {"autoMonitor": {"monitorAllServices": False}}}},
}
# Source: the logs of the add-on, CloudWatch guide, "Container Insights".
_INSIGHTS_LOGS = ("application", "dataplane", "host", "performance")
_INSIGHTS_NAMESPACE = "amazon-cloudwatch"
_INSIGHTS_SERVICE_ACCOUNT = "cloudwatch-agent"


def create_addon(
    name: str,
    addon: str,
    args: EksClusterArgs,
    *,
    cluster: "aws.eks.Cluster",
    roles: "Sequence[aws.eks.AddonPodIdentityAssociationArgs]" = (),
    needed: Sequence[pulumi.Resource] = (),
    parent: pulumi.Resource,
) -> "aws.eks.Addon":
    """Installs an add-on.

    Args:
        name: Name of the component.
        addon: Name of the add-on, as EKS calls it.
        args: Arguments of the cluster.
        cluster: The cluster.
        roles: Roles of its service accounts.
        needed: What must exist before, such as nodes to run on.
        parent: The component.

    Returns:
        The add-on; it exists once its pods run.
    """
    configuration = _CONFIGURATION.get(addon)
    return aws.eks.Addon(
        f"{name}-{addon}",
        cluster_name=cluster.name,
        addon_name=addon,
        addon_version=args.addon_versions.get(addon),
        configuration_values=json.dumps(configuration) if configuration else None,
        pod_identity_associations=list(roles) or None,
        # What is set here holds, also over what someone changed with kubectl.
        resolve_conflicts_on_create="OVERWRITE",
        resolve_conflicts_on_update="OVERWRITE",
        tags={**args.tags, "Name": f"{name}-{addon}"},
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(needed)),
    )


def create_container_insights(
    name: str,
    args: EksClusterArgs,
    *,
    cluster: "aws.eks.Cluster",
    needed: Sequence[pulumi.Resource],
    parent: pulumi.Resource,
) -> "aws.eks.Addon":
    """Sends metrics and logs of pods and nodes to CloudWatch; arguments as above."""
    child = pulumi.ResourceOptions(parent=parent)
    logs: list[pulumi.Resource] = [
        aws.cloudwatch.LogGroup(
            f"{name}-insights-{log}",
            # The agents would make these groups themselves, to be kept for ever.
            name=pulumi.Output.concat("/aws/containerinsights/", cluster.name, f"/{log}"),
            retention_in_days=args.log_retention_days,
            kms_key_id=args.kms_key_arn,
            tags={**args.tags, "Name": f"{name}-insights-{log}"},
            opts=child,
        )
        for log in _INSIGHTS_LOGS
    ]
    role, permissions = create_service_role(
        f"{name}-insights",
        description=f"Sends metrics and logs of cluster {name}",
        service="pods.eks.amazonaws.com",
        actions=("sts:AssumeRole", "sts:TagSession"),
        # By the tags that EKS gives each session: otherwise whoever may associate roles with pods
        # could give this one to any pod.
        conditions={
            "StringEquals": {
                "aws:RequestTag/eks-cluster-arn": cluster.arn,
                "aws:RequestTag/kubernetes-namespace": _INSIGHTS_NAMESPACE,
                "aws:RequestTag/kubernetes-service-account": _INSIGHTS_SERVICE_ACCOUNT,
            }
        },
        policies={"agent": "CloudWatchAgentServerPolicy"},
        partition=args.partition,
        tags=args.tags,
        child=child,
    )
    return create_addon(
        name,
        INSIGHTS,
        args,
        cluster=cluster,
        roles=[
            aws.eks.AddonPodIdentityAssociationArgs(
                role_arn=role.arn, service_account=_INSIGHTS_SERVICE_ACCOUNT
            )
        ],
        needed=[*logs, *permissions, *needed],
        parent=parent,
    )
