"""What an EKS cluster needs to know; a part of `components/eks_cluster.py`."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.errors import require
from components.log_retention import require_retention

METRICS = "metrics-server"
INSIGHTS = "amazon-cloudwatch-observability"
BEFORE_NODES = ("vpc-cni", "kube-proxy", "eks-pod-identity-agent")
"""What a machine of a group needs to become ready, and its pods to get a role; EKS Auto Mode has
all of it inside of its machines."""
DNS = "coredns"

_VERSION = re.compile(r"1\.[1-9][0-9]")
# A generation, then what the processor is: `g` right behind the digits is AWS's own, Graviton.
_INSTANCE_TYPE = re.compile(r"(?P<family>[a-z]+)\d+(?P<arm>g)?[a-z0-9-]*\.[a-z0-9-]+")
_ACCELERATED = ("f", "g", "gr", "inf", "p", "trn", "vt")
_PRIVATE = [
    ipaddress.IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
]


@dataclass(frozen=True, kw_only=True, slots=True)
class NodeGroupArgs:
    """Machines of a fixed kind, in the place of those that EKS Auto Mode chooses.

    Source of the limits: EKS API reference, CreateNodegroup.
    """

    instance_types: Sequence[str]
    """Sizes that will do, for example `m7g.large`, the best one first; all Graviton or none, and
    none with an accelerator. A change replaces the machines."""
    min_nodes: int
    """Machines to begin with, and the fewest, 1 or more; two zones need two."""
    max_nodes: int
    """The most machines, `min_nodes` or more. Whoever moves the number does so between the two:
    an autoscaler of yours, or `aws eks update-nodegroup-config`; it is left alone here."""
    volume_gib: int = 50
    """Disk of a machine for images, logs and scratch data, 20 to 16384 GiB; 50 by default."""

    def __post_init__(self) -> None:
        found = [_INSTANCE_TYPE.fullmatch(each) for each in self.instance_types]
        known = [each for each in found if each]
        require(
            self,
            "instance_types",
            bool(found) and len(known) == len(found),
            "name one or more, for example m7g.large",
        )
        require(
            self,
            "instance_types",
            not any(each["family"] in _ACCELERATED for each in known),
            "use types without an accelerator: the machine image has no drivers for it",
        )
        require(
            self,
            "instance_types",
            len({each["arm"] for each in known}) == 1,
            "use Graviton types only or none: the machines share one image",
        )
        require(self, "min_nodes", self.min_nodes >= 1, "use 1 or more (nodes)")
        require(
            self,
            "max_nodes",
            self.max_nodes >= self.min_nodes,
            f"use {self.min_nodes} or more (nodes)",
        )
        require(self, "volume_gib", 20 <= self.volume_gib <= 16384, "use 20 to 16384 (GiB)")

    @property
    def is_graviton(self) -> bool:
        """Whether the machines have AWS's own processors, so that images must be for arm64."""
        found = _INSTANCE_TYPE.fullmatch(self.instance_types[0])
        return found is not None and found["arm"] is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class EksClusterArgs:
    """What an EKS cluster needs to know.

    Source of the limits: EKS API reference, CreateCluster.
    """

    region: str
    """Region of the cluster, for the kubeconfig."""
    version: str
    """Version of Kubernetes, for example `1.34`. It goes up one step at a time and never down."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """Subnets of two or more zones for control plane, nodes and pods, with a way out to the
    internet. Each pod takes an address. Source: Network.private_subnet_ids."""
    service_cidr_block: str
    """Addresses that Services get inside of the cluster, private and /12 to /24, in use nowhere
    that pods connect to: not in the network, nor beyond a peering. A change replaces the
    cluster."""
    kms_key_arn: pulumi.Input[str]
    """Key that encrypts Kubernetes Secrets and the logs. A change replaces the cluster.
    Source: EncryptionKey.key_arn."""
    admin_role_arns: Mapping[str, pulumi.Input[str]]
    """Roles that administer the cluster, by a short name, for example `deploy` and `break-glass`.
    Nobody else can enter, whoever made the cluster included."""
    public_access_cidr_blocks: Sequence[str] = ()
    """Addresses from which the Kubernetes API answers over the internet too, to whoever has such
    a role; none by default: then it is reached from the network alone."""
    node_group: NodeGroupArgs | None = None
    """Machines to run on; by default EKS Auto Mode chooses, adds, patches and removes them. To be
    decided when the cluster is made."""
    load_balancer_security_group_id: pulumi.Input[str] | None = None
    """Group of the load balancer that reaches pods; none by default.
    Source: LoadBalancer.security_group_id."""
    target_ports: Sequence[int] = ()
    """Ports of pods that the load balancer reaches, 1 to 65535; none by default."""
    log_retention_days: int = 30
    """Days that the logs of control plane and pods are kept, one of CloudWatch's periods; 30 by
    default."""
    container_insights: bool = True
    """Whether CloudWatch gets the metrics and the logs of pods and nodes; yes by default, because
    without it what a container prints is lost with it."""
    addon_versions: Mapping[str, str] = field(default_factory=dict[str, str])
    """Versions of add-ons by name, for example `{"metrics-server": "v0.8.0-eksbuild.2"}`; by
    default each keeps the one that EKS chose on the day it was installed. After an upgrade of
    Kubernetes, name those that it wants. Source: `aws eks describe-addon-versions`."""
    deletion_protection: bool = True
    """Whether AWS and Pulumi refuse to delete the cluster; on by default."""
    partition: str = "aws"
    """First part of the account's ARNs; `aws-cn` or `aws-us-gov` outside of the commercial one."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags besides the provider's default tags; none by default."""

    def __post_init__(self) -> None:
        require(
            self,
            "version",
            _VERSION.fullmatch(self.version) is not None,
            "use a version of Kubernetes without its patch, for example 1.34",
        )
        require(self, "subnet_ids", len(self.subnet_ids) >= 2, "use subnets of two or more zones")
        require(
            self,
            "service_cidr_block",
            _is_service_block(self.service_cidr_block),
            "use a private block of /12 to /24, for example 172.20.0.0/16",
        )
        require(self, "admin_role_arns", bool(self.admin_role_arns), "name one or more roles")
        require(
            self,
            "public_access_cidr_blocks",
            len(self.public_access_cidr_blocks) <= 40
            and all(_block(each) is not None for each in self.public_access_cidr_blocks),
            "use up to 40 IPv4 blocks, for example 203.0.113.0/24",
        )
        require(
            self,
            "target_ports",
            all(1 <= port <= 65535 for port in self.target_ports)
            and len(set(self.target_ports)) == len(self.target_ports),
            "use 1 to 65535, each port once",
        )
        require(
            self,
            "load_balancer_security_group_id",
            self.load_balancer_security_group_id is not None or not self.target_ports,
            "name the group of whoever reaches target_ports",
        )
        require_retention(self, "log_retention_days")
        require(
            self,
            "addon_versions",
            set(self.addon_versions) <= set(self.addons),
            f"name add-ons that are built: {', '.join(self.addons)}",
        )

    @property
    def addons(self) -> Sequence[str]:
        """Names of the add-ons that the cluster gets."""
        with_group = (*BEFORE_NODES, DNS) if self.node_group else ()
        return (*with_group, METRICS, *((INSIGHTS,) if self.container_insights else ()))


def _block(text: str) -> ipaddress.IPv4Network | None:
    try:
        return ipaddress.IPv4Network(text)
    except ValueError:
        return None


def _is_service_block(text: str) -> bool:
    block = _block(text)
    return (
        block is not None
        and 12 <= block.prefixlen <= 24
        and any(block.subnet_of(private) for private in _PRIVATE)
    )
