"""What EKS has a fixed list of."""

LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")

NODE_POOLS = ("general-purpose", "system")
"""The node pools that Auto Mode brings along."""

ADDONS = (
    *("adot", "amazon-cloudwatch-observability", "aws-ebs-csi-driver", "aws-efs-csi-driver"),
    *("aws-fsx-csi-driver", "aws-guardduty-agent", "aws-mountpoint-s3-csi-driver"),
    *("aws-network-flow-monitoring-agent", "aws-privateca-connector-for-kubernetes"),
    *("aws-secrets-store-csi-driver-provider", "cert-manager", "coredns"),
    *("eks-node-monitoring-agent", "eks-pod-identity-agent", "external-dns"),
    *("fluent-bit", "kube-proxy", "kube-state-metrics", "metrics-server"),
    *("prometheus-node-exporter", "snapshot-controller", "vpc-cni"),
)
"""Add-ons of AWS and of the community, without the marketplace's.

Source: EKS user guide, "AWS add-ons" and "Community add-ons".
"""

ADDON_NAMESPACES = {"amazon-cloudwatch-observability": "amazon-cloudwatch"}
"""Where add-ons live that do not live in kube-system."""

ACCESS_POLICIES = (
    *("AmazonEKSAdminPolicy", "AmazonEKSAdminViewPolicy", "AmazonEKSAutoNodePolicy"),
    *("AmazonEKSBlockStorageClusterPolicy", "AmazonEKSBlockStoragePolicy"),
    *("AmazonEKSClusterAdminPolicy", "AmazonEKSComputeClusterPolicy", "AmazonEKSComputePolicy"),
    *("AmazonEKSEditPolicy", "AmazonEKSHybridPolicy", "AmazonEKSLoadBalancingClusterPolicy"),
    *("AmazonEKSLoadBalancingPolicy", "AmazonEKSNetworkingClusterPolicy"),
    *("AmazonEKSNetworkingPolicy", "AmazonEKSSecretReaderPolicy", "AmazonEKSViewPolicy"),
)
"""Source: EKS user guide, "Review access policy permissions"."""

ENTRY_TYPES = (
    *("STANDARD", "FARGATE_LINUX", "EC2_LINUX", "EC2_WINDOWS", "EC2"),
    *("HYBRID_LINUX", "HYPERPOD_LINUX"),
)
"""Source: EKS API reference, CreateAccessEntry."""


def access_policy(name: str) -> str:
    """Returns the ARN of an access policy, which belongs to AWS and to no region."""
    return f"arn:aws:eks::aws:cluster-access-policy/{name}"
