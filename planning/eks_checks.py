"""What the sums say of the EKS cluster: its version, its addresses, and the names inside of it."""

import ipaddress
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from model.description import Description, system_file
from model.eks import Eks
from model.problems import Place, Problem, shown
from planning import kubernetes, lifecycle
from planning.addresses import free_addresses, needed_addresses
from planning.subnets import plan_subnets

_ENGINE = "eks"
_OWN_WORK = ("bootstrap", "migration", "status")
"""What a system may have besides its services: jobs, and who asks for its status."""


def problems(description: Description, today: date) -> Iterator[Problem]:
    """What cannot run on EKS, where services are or are about to be.

    Args:
        description: The description.
        today: The day that counts.
    """
    yield from _switch(description)
    if "eks" not in description.environment.runtimes:
        return
    eks = description.environment.eks
    place = Place(description.stack_file).key("slipway:eks")
    yield from _version(eks, place, today)
    yield from _service_range(description, place)
    yield from _node_group(eks, place)
    yield from _addresses(description)
    yield from _namespaces(description)
    yield from _objects(description)
    yield from _users(description)


def warnings(description: Description, today: date) -> Iterator[Problem]:
    """A version that is near its end.

    Args:
        description: The description.
        today: The day that counts.
    """
    if "eks" not in description.environment.runtimes:
        return
    version = description.environment.eks.version
    end = lifecycle.end_of_support(_ENGINE, version)
    if end is not None and end >= today and lifecycle.is_near_its_end(end, today):
        yield (
            Place(description.stack_file)
            .keys("slipway:eks", "version")
            .problem(
                shown(version),
                f"leaves EKS's standard support on {end}, and EKS upgrades the cluster then",
                "plan the upgrade to the next minor version",
            )
        )


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
    known = [version for version, end in lifecycle.ENDS[_ENGINE].items() if end >= today]
    if eks.version in known:
        return
    end = lifecycle.end_of_support(_ENGINE, eks.version)
    yield place.key("version").problem(
        shown(eks.version),
        f"has left EKS's standard support on {end}"
        if end is not None
        else "is no version whose end of support Slipway knows",
        f"write {' or '.join(known)}" if known else "add newer versions to planning/lifecycle.py",
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


def _node_group(eks: Eks, place: Place) -> Iterator[Problem]:
    group = eks.node_group
    if group is not None and group.min_nodes > group.max_nodes:
        yield place.keys("nodeGroup", "minNodes").problem(
            str(group.min_nodes),
            f"is above maxNodes {group.max_nodes}",
            f"write 1 to {group.max_nodes} (nodes), or raise maxNodes",
        )


def _addresses(description: Description) -> Iterator[Problem]:
    network = description.environment.network
    if description.environment.existing.vpc is not None:
        return  # the preview looks its subnets up
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


def _namespaces(description: Description) -> Iterator[Problem]:
    owners: dict[str, list[str]] = defaultdict(list)
    for name in description.systems:
        owners[kubernetes.namespace(description, name)].append(name)
    for namespace, systems in owners.items():
        place = Place(description.stack_file).keys("slipway:systems", systems[-1], "namespace")
        if namespace == "default" or namespace.startswith("kube-"):
            yield place.problem(
                shown(namespace),
                "is a namespace of Kubernetes' own",
                "write one of the system's own",
            )
        if len(systems) > 1:
            yield place.problem(
                shown(namespace),
                f"is the namespace of {' and of '.join(systems[:-1])} too (trap 18)",
                "give each system a namespace of its own",
            )


def _objects(description: Description) -> Iterator[Problem]:
    """Objects of one kind that would have the same name."""
    for name, system in description.systems.items():
        owners = {("deployment", f"{name}-{own}"): f"its own {own}" for own in _OWN_WORK}
        for service_name, service in system.services.items():
            names = kubernetes.object_names(service, name, service_name)
            for key, value in (
                ("deployment", names.deployment),
                ("service", names.service),
                ("configMap", names.config_map),
                ("secret", names.secret),
            ):
                first = owners.setdefault((key, value), service_name)
                if first != service_name:
                    yield (
                        Place(system_file(name))
                        .keys("services", service_name, "kubernetes", "names", key)
                        .problem(
                            shown(value),
                            f"is the name that {first} has",
                            "write a name of its own",
                        )
                    )


def _users(description: Description) -> Iterator[Problem]:
    """A pod that may be root is refused by its namespace, and never starts."""
    for name, system in description.systems.items():
        for service_name, service in system.services.items():
            numbers = (service.user or "1").split(":")
            if any(int(number) == 0 for number in numbers):
                yield (
                    Place(system_file(name))
                    .keys("services", service_name, "user")
                    .problem(
                        shown(service.user or ""),
                        "is root, whom no pod of a restricted namespace may be",
                        "write a user above 0 that the image's files are readable for, for "
                        "example 1000:1000",
                    )
                )
