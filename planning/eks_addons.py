"""Which add-ons a cluster gets."""

from collections.abc import Sequence

METRICS = "metrics-server"
INSIGHTS = "amazon-cloudwatch-observability"
BEFORE_NODES = ("vpc-cni", "kube-proxy", "eks-pod-identity-agent")
"""What a machine of a group needs to become ready, and its pods to get a role; EKS Auto Mode has
all of it inside of its machines."""
DNS = "coredns"


def addon_names(*, node_group: bool, container_insights: bool) -> Sequence[str]:
    """Names of a cluster's add-ons, as EKS calls them.

    Args:
        node_group: Whether its machines are those of a node group, and not EKS Auto Mode's.
        container_insights: Whether CloudWatch gets metrics and logs of its pods.
    """
    with_group = (*BEFORE_NODES, DNS) if node_group else ()
    return (*with_group, METRICS, *((INSIGHTS,) if container_insights else ()))
