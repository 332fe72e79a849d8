"""The section `slipway:eks`: the cluster that carries the services with `runtime: eks`."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from model.aws_fields import (
    AddonName,
    AddonVersion,
    CidrBlock,
    InstanceType,
    PublicCidrBlock,
    RoleName,
)
from model.fields import NamespaceName, PublicImage, Text
from model.part import Part

KubernetesVersion = Annotated[
    str,
    Text(
        r"1\.\d{2}",
        "is no minor version of Kubernetes",
        'write one that EKS offers, in quotes, for example "1.36"',
        "1.36",
    ),
]


class NodeGroup(Part):
    """Machines of the team's own choice, in place of those that EKS Auto Mode chooses."""

    instance_types: Annotated[tuple[InstanceType, ...], Field(min_length=1, max_length=20)]
    """Types that nodes may have, for example `m7i.large`; several find room sooner. None of
    Graviton, because images are built for x86_64, and none with an accelerator. A change replaces
    the nodes."""
    min_nodes: Annotated[int, Field(ge=1, le=450)]
    """Fewest nodes, 1 to 450, and those to begin with; one for each zone leaves every service
    somewhere to go. How many run afterwards is left to an autoscaler of yours, and EKS refuses a
    fewest above that number: give the group more nodes first, by
    `aws eks update-nodegroup-config`."""
    max_nodes: Annotated[int, Field(ge=1, le=450)]
    """Most nodes, 1 to 450, `minNodes` or more."""


class Eks(Part):
    """The EKS cluster. Read with `slipway:runtime: eks`, and while `slipway:switch` leads there."""

    version: KubernetesVersion
    """Minor version of Kubernetes, for example `"1.36"`. A change upgrades the cluster in place,
    one minor version at a time and never back."""
    service_cidr_block: CidrBlock
    """Private range of the Services' own addresses, /12 to /24, apart from the VPC's. A change
    replaces the cluster."""
    node_group: NodeGroup | None
    """Nodes of the team's own choice; `null` leaves nodes to EKS Auto Mode. To be decided when the
    cluster is made."""
    addon_versions: Mapping[AddonName, AddonVersion]
    """Versions of EKS add-ons by name, for example `{vpc-cni: v1.20.4-eksbuild.2}`; `{}` leaves
    each at the one that EKS chose on the day it was installed. After an upgrade of Kubernetes name
    those that it wants: `aws eks describe-addon-versions` lists them. There are `metrics-server`,
    with `containerInsights` `amazon-cloudwatch-observability`, and with a `nodeGroup` `vpc-cni`,
    `kube-proxy`, `eks-pod-identity-agent` and `coredns`."""
    public_access_cidr_blocks: Annotated[tuple[PublicCidrBlock, ...], Field(max_length=40)]
    """Public ranges that may reach the cluster's API, up to 40, each /8 or smaller and apart from
    the others; `[]` leaves only the way from inside of the VPC, so that deploys must run there."""
    deploy_role_name: RoleName
    """IAM role that deploys: administrator of the cluster. It must exist, and whoever runs
    `pulumi up` must be it; the creator gets no rights of its own. With its path if it has one, for
    example `team/deployer`."""
    break_glass_role_name: RoleName
    """IAM role for the day on which that does not work: administrator too. It must exist and be
    another one, because EKS admits each role once."""
    deletion_protection: bool
    """Whether AWS refuses to delete the cluster."""
    container_insights: bool
    """Whether CloudWatch collects logs and metrics of the pods. Without it their logs stay on the
    nodes, and alerts on processor, memory and missing tasks cannot be built."""
    prometheus_operator: bool
    """Whether the cluster has the Prometheus operator, so that ServiceMonitors and PrometheusRules
    are built; without its definitions the cluster refuses them (A14)."""
    scrape_namespace: NamespaceName
    """Namespace of the Prometheus that scrapes, for example `monitoring`; no other may."""
    tools_image: PublicImage
    """Image with Python and boto3 that reads RDS's own secret for a database's bootstrap, and turns
    a status page into metrics."""
