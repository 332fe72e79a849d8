"""Which add-ons a cluster gets, as the description is checked and as the cluster is built."""

import itertools

import pytest

from components.eks_cluster_args import EksClusterArgs, NodeGroupArgs
from planning.eks_addons import addon_names

GROUP = NodeGroupArgs(instance_types=["m7i.large"], min_nodes=2, max_nodes=3)


def test_a_cluster_with_its_own_nodes_gets_what_auto_mode_has_inside() -> None:
    assert addon_names(node_group=True, container_insights=True) == (
        "vpc-cni",
        "kube-proxy",
        "eks-pod-identity-agent",
        "coredns",
        "metrics-server",
        "amazon-cloudwatch-observability",
    )
    assert addon_names(node_group=False, container_insights=False) == ("metrics-server",)


@pytest.mark.parametrize(
    ("node_group", "container_insights"), itertools.product((True, False), repeat=2)
)
def test_the_cluster_is_built_with_the_add_ons_that_are_checked(
    *, node_group: bool, container_insights: bool
) -> None:
    names = addon_names(node_group=node_group, container_insights=container_insights)

    built = EksClusterArgs(
        region="us-east-1",
        version="1.36",
        subnet_ids=["subnet-0a1b2c3d", "subnet-1a2b3c4d"],
        service_cidr_block="172.20.0.0/16",
        kms_key_arn="arn:aws:kms:us-east-1:123456789012:key/k",
        admin_role_arns={"deploy": "arn:aws:iam::123456789012:role/deploy"},
        node_group=GROUP if node_group else None,
        container_insights=container_insights,
        addon_versions=dict.fromkeys(names, "v1.0.0-eksbuild.1"),
    )

    assert sorted(built.addons) == sorted(names)
