"""How many addresses of the private subnets pods take, at the most (trap 9)."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from model.description import Description
from planning.peak import peak

RESERVED_ADDRESSES = 5
"""AWS keeps so many of each subnet. Source: Amazon VPC user guide, "Subnet sizing"."""

PODS_PER_NODE = 10
"""How tightly pods are assumed to be packed; the fewer to a node, the more nodes."""

ADDRESSES_PER_NODE = 17
"""A node's own, and a prefix of 16 that it keeps ready for pods. Source: EKS best practices,
"Prefix mode for Linux"."""

SYSTEM_PODS = 6
"""metrics-server, the add-ons' controllers, and a status exporter."""

JOBS_PER_SYSTEM = 2
"""Bootstrap and migration."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Addresses:
    """A number of addresses, and where it comes from."""

    total: int
    """All of them."""
    words: str
    """The sum, as text."""


def free_addresses(ranges: Sequence[str]) -> int:
    """Addresses that subnets can give.

    Args:
        ranges: Their ranges.

    Raises:
        ValueError: One is no network.
    """
    return sum(
        max(ipaddress.IPv4Network(each).num_addresses - RESERVED_ADDRESSES, 0) for each in ranges
    )


def needed_addresses(description: Description) -> Addresses:
    """Addresses at the largest number of replicas, in the middle of a rollout of everything.

    Args:
        description: The description.
    """
    replicas = surge = jobs = tasks = 0
    for name, system in description.systems.items():
        settings = description.environment.systems[name].services
        for service_name, service in system.services.items():
            if service_name in settings:
                pods = peak(service, settings[service_name], "eks")
                replicas += pods.steady
                surge += pods.surge
                on_fargate = peak(service, settings[service_name], "fargate")
                tasks += on_fargate.steady + on_fargate.surge
        jobs += JOBS_PER_SYSTEM if system.database is not None else 0
    all_pods = replicas + surge + jobs + SYSTEM_PODS
    group = description.environment.eks.node_group
    nodes = -(-all_pods // PODS_PER_NODE) if group is None else group.max_nodes
    nodes = max(nodes, len(description.environment.network.availability_zones))
    words = (
        f"{replicas} pods, {surge} while rolling out, {jobs + SYSTEM_PODS} of the cluster's own "
        f"and of jobs, {ADDRESSES_PER_NODE} for each of {nodes} nodes"
    )
    total = all_pods + nodes * ADDRESSES_PER_NODE
    if len(description.environment.runtimes) > 1:
        total += tasks
        words += f", {tasks} of the tasks on Fargate"
    return Addresses(total=total, words=words)
