"""What an EKS cluster needs to know; a part of `components/eks_cluster.py`."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.errors import require
from components.log_retention import require_retention
from planning.eks_addons import addon_names
from planning.instance_types import is_graviton, is_instance_type, why_no_node
from planning.public_addresses import NOT_PUBLIC

_VERSION = re.compile(r"1\.[1-9][0-9]")
_PRIVATE = [
    ipaddress.IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
]


@dataclass(frozen=True, kw_only=True, slots=True)
class NodeGroupArgs:
    """Machines of a fixed kind, in the place of those that EKS Auto Mode chooses.

    A new version of Kubernetes brings the newest machine image for it, and nothing renews the image
    in between. `aws eks update-nodegroup-version --cluster-name ... --nodegroup-name ...` does so,
    a third of the machines at a time, and no deploy takes it back.

    Source of the limits: EKS API reference, CreateNodegroup.
    """

    instance_types: Sequence[str]
    """Sizes that will do, for example `m7g.large`, the best one first; all Graviton or none, and
    none with an accelerator or for macOS. A change replaces the machines."""
    min_nodes: int
    """Machines to begin with, and the fewest, 1 or more; two zones need two. To raise it above the
    number that runs, raise that first, which a deploy leaves alone: `aws eks
    update-nodegroup-config --cluster-name ... --nodegroup-name ... --scaling-config desiredSize=3`
    for 3. EKS refuses the deploy otherwise."""
    max_nodes: int
    """The most machines, `min_nodes` or more. Whoever moves the number does so between the two:
    an autoscaler of yours, or that command; lower the number before this falls below it."""
    volume_gib: int = 50
    """Disk of a machine for images, logs and scratch data, 20 to 16384 GiB; 50 by default."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags of the machines and their disks, which the provider's default tags do not reach; none by
    default."""

    def __post_init__(self) -> None:
        require(
            self,
            "instance_types",
            bool(self.instance_types)
            and all(is_instance_type(each) for each in self.instance_types),
            "name one or more, for example m7g.large",
        )
        for each in self.instance_types:
            reason = why_no_node(each)
            require(self, "instance_types", reason is None, f"leave out {each}, which {reason}")
        require(
            self,
            "instance_types",
            len({is_graviton(each) for each in self.instance_types}) == 1,
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
        return is_graviton(self.instance_types[0])


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
    """Public addresses from which the Kubernetes API answers over the internet too, to whoever has
    such a role, up to 40 blocks; none by default: then it is reached from the network alone."""
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
            "public_access_cidr_blocks",
            all(_is_public(each) for each in self.public_access_cidr_blocks),
            "use public blocks, and not the whole internet, for example 203.0.113.0/24",
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
        return addon_names(
            node_group=self.node_group is not None, container_insights=self.container_insights
        )


def _block(text: str) -> ipaddress.IPv4Network | None:
    try:
        return ipaddress.IPv4Network(text)
    except ValueError:
        return None


def _is_public(text: str) -> bool:
    block = _block(text)
    return block is not None and not any(block.overlaps(other) for other in NOT_PUBLIC)


def _is_service_block(text: str) -> bool:
    block = _block(text)
    return (
        block is not None
        and 12 <= block.prefixlen <= 24
        and any(block.subnet_of(private) for private in _PRIVATE)
    )
