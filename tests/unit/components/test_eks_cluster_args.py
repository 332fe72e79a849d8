"""EksClusterArgs and NodeGroupArgs: what they refuse, with the whole message."""

import pytest

from components.errors import ArgumentError
from tests.unit.components.eks_cases import args, group

VERSION = "use a version of Kubernetes without its patch, for example 1.34"
SERVICES = "use a private block of /12 to /24, for example 172.20.0.0/16"
PUBLIC = "use up to 40 IPv4 blocks, for example 203.0.113.0/24"
INTERNET = "use public blocks, and not the whole internet, for example 203.0.113.0/24"
PORTS = "use 1 to 65535, each port once"
SIZES = "name one or more, for example m7g.large"
ACCELERATED = "has an accelerator, and the machine image has no drivers for it"
MACOS = "runs macOS, and nodes run Linux"
OLD = "is of the first Graviton, which the machine image, Amazon Linux 2023, does not run"
MIXED = "use Graviton types only or none: the machines share one image"


@pytest.mark.parametrize(
    ("field", "value", "remedy"),
    [
        ("version", "1.34.1", VERSION),
        ("version", "v1.34", VERSION),
        ("version", "1.9", VERSION),
        ("version", "latest", VERSION),
        ("subnet_ids", ["subnet-1"], "use subnets of two or more zones"),
        ("service_cidr_block", "172.20.0.0/25", SERVICES),
        ("service_cidr_block", "10.0.0.0/8", SERVICES),
        ("service_cidr_block", "100.64.0.0/16", SERVICES),
        ("service_cidr_block", "172.20.0.1/16", SERVICES),
        ("service_cidr_block", "fd00::/108", SERVICES),
        ("admin_role_arns", {}, "name one or more roles"),
        ("public_access_cidr_blocks", ["203.0.113.7/24"], PUBLIC),
        ("public_access_cidr_blocks", ["2001:db8::/32"], PUBLIC),
        ("public_access_cidr_blocks", [f"203.0.113.{each}/32" for each in range(41)], PUBLIC),
        ("public_access_cidr_blocks", ["0.0.0.0/0"], INTERNET),
        ("public_access_cidr_blocks", ["128.0.0.0/1"], INTERNET),
        ("public_access_cidr_blocks", ["203.0.113.0/24", "10.1.0.0/16"], INTERNET),
        ("public_access_cidr_blocks", ["172.31.0.0/16"], INTERNET),
        ("public_access_cidr_blocks", ["192.168.7.0/24"], INTERNET),
        ("public_access_cidr_blocks", ["0.1.0.0/16"], INTERNET),
        ("public_access_cidr_blocks", ["100.127.255.0/24"], INTERNET),
        ("public_access_cidr_blocks", ["127.0.0.1/32"], INTERNET),
        ("public_access_cidr_blocks", ["169.254.169.254/32"], INTERNET),
        ("public_access_cidr_blocks", ["198.19.0.0/16"], INTERNET),
        ("public_access_cidr_blocks", ["224.0.0.0/24"], INTERNET),
        ("public_access_cidr_blocks", ["255.255.255.255/32"], INTERNET),
        ("target_ports", [0], PORTS),
        ("target_ports", [65536], PORTS),
        ("target_ports", [3000, 3000], PORTS),
        (
            "log_retention_days",
            31,
            "use one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, "
            "2192, 2557, 2922, 3288, 3653 (days)",
        ),
        (
            "addon_versions",
            {"coredns": "v1.12.4-eksbuild.1"},
            "name add-ons that are built: metrics-server, amazon-cloudwatch-observability",
        ),
    ],
)
def test_fails_when_eks_would_refuse(field: str, value: object, remedy: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        args(**{field: value})
    assert str(refused.value) == f"EksCluster: {field}={value!r} is not allowed; {remedy}"


def test_fails_when_ports_are_open_to_nobody() -> None:
    with pytest.raises(ArgumentError) as refused:
        args(target_ports=[3000])
    assert str(refused.value) == (
        "EksCluster: load_balancer_security_group_id=None is not allowed; "
        "name the group of whoever reaches target_ports"
    )


@pytest.mark.parametrize(
    ("field", "value", "remedy"),
    [
        ("instance_types", [], SIZES),
        ("instance_types", ["large"], SIZES),
        ("instance_types", ["m7g.large", "M7G.large"], SIZES),
        ("instance_types", ["g5.xlarge"], f"leave out g5.xlarge, which {ACCELERATED}"),
        (
            "instance_types",
            ["m7i.large", "dl1.24xlarge"],
            f"leave out dl1.24xlarge, which {ACCELERATED}",
        ),
        ("instance_types", ["mac2.metal"], f"leave out mac2.metal, which {MACOS}"),
        ("instance_types", ["a1.large"], f"leave out a1.large, which {OLD}"),
        ("instance_types", ["m7g.large", "m7i.large"], MIXED),
        ("min_nodes", 0, "use 1 or more (nodes)"),
        ("max_nodes", 1, "use 2 or more (nodes)"),
        ("volume_gib", 19, "use 20 to 16384 (GiB)"),
        ("volume_gib", 16385, "use 20 to 16384 (GiB)"),
    ],
)
def test_fails_when_nodes_could_not_join(field: str, value: object, remedy: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        group(**{field: value})
    assert str(refused.value) == f"NodeGroup: {field}={value!r} is not allowed; {remedy}"


@pytest.mark.parametrize(
    ("instance_type", "expected"),
    [
        ("m7g.large", True),
        ("c7gn.xlarge", True),
        ("t4g.small", True),
        ("x2gd.metal", True),
        ("m8gd.metal-24xl", True),
        ("m7i.large", False),
        ("m7i-flex.large", False),
        ("t3.medium", False),
        ("c6a.large", False),
        ("u-6tb1.metal", False),
    ],
)
def test_tells_graviton_by_the_name_of_the_type(instance_type: str, *, expected: bool) -> None:
    """A machine image of the other processor never joins (pulumi-eks#1515)."""
    assert group(instance_types=[instance_type]).is_graviton is expected


@pytest.mark.parametrize(
    "block", ["203.0.113.7/32", "11.0.0.0/8", "100.128.0.0/16", "172.32.0.0/16", "192.169.0.0/16"]
)
def test_takes_public_addresses_beside_the_reserved_ones(block: str) -> None:
    assert args(public_access_cidr_blocks=[block]).public_access_cidr_blocks == [block]


def test_takes_versions_of_the_addons_that_are_built() -> None:
    """Those of a node group are not built for the machines of EKS Auto Mode."""
    versions = {"coredns": "v1.12.4-eksbuild.1", "metrics-server": "v0.8.0-eksbuild.2"}
    assert args(node_group=group(), addon_versions=versions).addon_versions == versions
