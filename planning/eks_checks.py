"""What the sums say of the EKS cluster: its version, its nodes and its addresses."""

import ipaddress
from collections.abc import Iterator
from datetime import date

from model.description import Description, intact
from model.eks import Eks
from model.problems import Place, Problem, shown
from planning import (
    eks_access_checks,
    eks_node_checks,
    lifecycle,
    object_checks,
    pod_checks,
)
from planning.addresses import free_addresses, needed_addresses
from planning.subnets import plan_subnets

_ENGINE = "eks"


def problems(description: Description, today: date) -> Iterator[Problem]:
    """What cannot run on EKS, where services are or are about to be.

    Args:
        description: The description.
        today: The day that counts.
    """
    yield from intact(_switch(description))
    yield from intact(_on_eks(description, today))


def _on_eks(description: Description, today: date) -> Iterator[Problem]:
    if "eks" not in description.environment.runtimes:
        return
    yield from intact(_section(description, today))
    yield from intact(_addresses(description))
    yield from object_checks.problems(description)
    yield from pod_checks.problems(description)


def _section(description: Description, today: date) -> Iterator[Problem]:
    eks = description.environment.eks
    place = Place(description.stack_file).key("slipway:eks")
    yield from _version(eks, place, today)
    yield from intact(_service_range(description, place))
    yield from eks_node_checks.problems(eks, place)
    yield from eks_access_checks.problems(eks, place)


def warnings(description: Description, today: date) -> Iterator[Problem]:
    """A version that is near its end or not known yet, and an API that the deploy cannot reach.

    Args:
        description: The description.
        today: The day that counts.
    """
    if "eks" not in description.environment.runtimes:
        return
    place = Place(description.stack_file).key("slipway:eks")
    yield from _version_warnings(description.environment.eks.version, place, today)
    yield from eks_access_checks.warnings(description.environment, place)


def _switch(description: Description) -> Iterator[Problem]:
    switch, runtime = description.environment.switch, description.environment.runtime
    place = Place(description.stack_file).key("slipway:switch")
    if switch.to == runtime:
        yield place.key("to").problem(
            shown(switch.to),
            "is where the services run already",
            "write the other runtime, or null when the move is done",
        )
    if switch.to is None and switch.percent > 0:
        yield place.key("percent").problem(
            str(switch.percent),
            "goes nowhere: no move is under way",
            "write 0, or name the other runtime under to (%)",
        )


def _version(eks: Eks, place: Place, today: date) -> Iterator[Problem]:
    end = lifecycle.end_of_support(_ENGINE, eks.version)
    if lifecycle.is_newer(_ENGINE, eks.version) or (end is not None and end >= today):
        return
    offered = lifecycle.offered(_ENGINE, today)
    yield place.key("version").problem(
        shown(eks.version),
        f"has left EKS's standard support on {end}"
        if end is not None
        else "is no version whose end of support Slipway knows",
        f"write {' or '.join(offered)}"
        if offered
        else "add newer versions to planning/lifecycle.py",
    )


def _version_warnings(version: str, place: Place, today: date) -> Iterator[Problem]:
    here = place.key("version")
    if lifecycle.is_newer(_ENGINE, version):
        yield here.problem(
            shown(version),
            f"is newer than Slipway knows the end of support of ({lifecycle.newest(_ENGINE)}), and "
            "nothing will warn before EKS upgrades the cluster",
            "look it up in EKS's release calendar and add it to planning/lifecycle.py",
        )
    end = lifecycle.end_of_support(_ENGINE, version)
    if end is not None and end >= today and lifecycle.is_near_its_end(end, today):
        yield here.problem(
            shown(version),
            f"leaves EKS's standard support on {end}, and EKS upgrades the cluster then",
            "plan the upgrade to the next minor version",
        )


def _service_range(description: Description, place: Place) -> Iterator[Problem]:
    here = place.key("serviceCidrBlock")
    text = description.environment.eks.service_cidr_block
    try:
        services = ipaddress.IPv4Network(text)
    except ValueError:
        yield here.problem(
            shown(text), "is no network", "write one whose host part is zero, 172.20.0.0/16"
        )
        return
    if not 12 <= services.prefixlen <= 24 or not any(
        services.subnet_of(ipaddress.IPv4Network(private))
        for private in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
    ):
        yield here.problem(
            shown(text),
            "is no range that EKS takes for Services",
            "write a private one of /12 to /24, for example 172.20.0.0/16",
        )
    vpc = description.environment.network.cidr_block
    if description.environment.existing.vpc is None and services.overlaps(
        ipaddress.IPv4Network(vpc)
    ):
        yield here.problem(
            shown(text),
            f"overlaps slipway:network.cidrBlock {vpc}: a pod could not tell a Service from what "
            "is in the VPC",
            "write a range outside of it, for example 172.20.0.0/16",
        )


def _addresses(description: Description) -> Iterator[Problem]:
    network = description.environment.network
    if description.environment.existing.vpc is not None:
        return  # the preview looks its subnets up
    if description.is_partial:
        return  # the sum would lack the systems that are absent
    try:
        ranges = (
            network.subnets.private
            if network.subnets is not None
            else plan_subnets(network.cidr_block, len(network.availability_zones)).private
        )
        free = free_addresses(ranges)
    except ValueError:
        return  # told by the model's rules
    need = needed_addresses(description)
    if need.total > free:
        key = "subnets" if network.subnets is not None else "cidrBlock"
        yield (
            Place(description.stack_file)
            .keys("slipway:network", key)
            .problem(
                ", ".join(ranges),
                f"have {free} addresses, and EKS needs {need.total}: {need.words} (trap 9)",
                "write larger private ranges, or lower maxReplicas",
            )
        )
