"""Network and hosts: what the systems of an environment share and must not share."""

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence

from model.eks import Eks
from model.environment import Bootstrap, Existing, Network, Switch
from model.problems import Place, Problem, listed, shown
from model.rules.parts import Parts

NEEDED_ENDPOINTS = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")
"""What a task or a pod must reach to start: its image, its logs, its secrets. S3 has its own."""

NEEDED_ENDPOINTS_OF_EKS = ("ec2", "eks-auth", "sts")
"""What nodes ask for addresses, and pods for the rights of their roles. Load balancing is not among
them: EKS Auto Mode registers pods from outside of the VPC. Source: EKS user guide, "Deploy private
clusters with limited internet access"."""

_OWN_REGISTRY = re.compile(r"\d{12}\.dkr\.ecr\.")
_PRIVATE = tuple(
    ipaddress.IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
)


def problems(parts: Parts) -> Iterator[Problem]:
    """What the rules about network and hosts refuse."""
    network = parts.network
    if network is not None:
        place = parts.stack_place.key("slipway:network")
        yield from _cidr(network.cidr_block, place.key("cidrBlock"))
        yield from _zones(network, parts.region, place.key("availabilityZones"))
        yield from _subnets(network, place)
        yield from _nat(parts, network, place)
    if parts.encryption is not None and 0 < parts.encryption.secret_recovery_days < 7:
        yield parts.stack_place.keys("slipway:encryption", "secretRecoveryDays").problem(
            str(parts.encryption.secret_recovery_days),
            "is not offered by Secrets Manager",
            "write 7 to 30, or 0 to delete secrets at once (days)",
        )
    yield from _hosts(parts)


def warnings(parts: Parts) -> Iterator[Problem]:
    """What the rules about network and hosts advise against."""
    network = parts.network
    if network is not None and _is_closed(parts, network):
        yield parts.stack_place.keys("slipway:network", "natGateways").problem(
            "none",
            "leaves services without the Internet: they reach AWS through the endpoints only",
            "write single or per-zone if a service calls anyone else",
        )
    if parts.load_balancer is not None:
        idle = parts.load_balancer.idle_timeout_seconds
        for system in parts.systems:
            for name, service in system.system.services.items() if system.system else ():
                longest = service.shutdown.longest_request_seconds
                if service.public is not None and longest > idle:
                    yield (
                        system.service_place(name)
                        .keys("shutdown", "longestRequestSeconds")
                        .problem(
                            str(longest),
                            f"is above idleTimeoutSeconds {idle} of the load balancer, which ends "
                            "a request that sends nothing for so long",
                            f"raise slipway:loadBalancer.idleTimeoutSeconds in "
                            f"{parts.stack_place.file} (seconds), or see that an answer begins "
                            "early",
                        )
                    )


def _cidr(block: str, place: Place) -> Iterator[Problem]:
    try:
        network = ipaddress.IPv4Network(block)
    except ValueError:
        yield place.problem(
            shown(block),
            "is no range of addresses",
            "write its first address and its size, for example 10.0.0.0/16",
        )
        return
    if not any(network.subnet_of(private) for private in _PRIVATE):
        yield place.problem(
            shown(block),
            "is not private",
            "write a range of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
        )
    if not 16 <= network.prefixlen <= 20:
        yield place.problem(
            shown(block),
            "is too large for a VPC" if network.prefixlen < 16 else "is too small for three tiers",
            "write a size of /16 to /20, for example 10.0.0.0/16",
        )


def _subnets(network: Network, place: Place) -> Iterator[Problem]:
    if network.subnets is None:
        return
    zones = len(network.availability_zones)
    vpc = _read(network.cidr_block)
    seen: list[tuple[str, ipaddress.IPv4Network]] = []
    for tier in ("public", "private", "isolated"):
        blocks: tuple[str, ...] = getattr(network.subnets, tier)
        here = place.keys("subnets", tier)
        if len(blocks) != zones:
            yield here.problem(
                f"{len(blocks)} ranges" if len(blocks) != 1 else "1 range",
                f"for {zones} availability zones",
                f"write {zones} ranges, in the order of the zones",
            )
        for index, block in enumerate(blocks):
            subnet = _read(block)
            yield from _subnet(block, subnet, vpc, seen, here.key(index))
            if subnet is not None:
                seen.append((f"{tier}[{index}]", subnet))


def _subnet(
    block: str,
    subnet: ipaddress.IPv4Network | None,
    vpc: ipaddress.IPv4Network | None,
    seen: Sequence[tuple[str, ipaddress.IPv4Network]],
    place: Place,
) -> Iterator[Problem]:
    if subnet is None:
        yield place.problem(
            shown(block),
            "is no range of addresses",
            "write its first address and its size, for example 10.0.1.0/24",
        )
        return
    if vpc is not None and not subnet.subnet_of(vpc):
        yield place.problem(
            shown(block), f"is not inside of cidrBlock {vpc}", "write a range inside of it"
        )
    if subnet.prefixlen > 28:
        yield place.problem(
            shown(block), "is smaller than AWS makes subnets", "write a size of /28 or larger"
        )
    for other, taken in seen:
        if subnet.overlaps(taken):
            yield place.problem(shown(block), f"overlaps {other} {taken}", "move one of the two")


def _read(block: str) -> ipaddress.IPv4Network | None:
    try:
        return ipaddress.IPv4Network(block)
    except ValueError:
        return None


def _zones(network: Network, region: str | None, place: Place) -> Iterator[Problem]:
    for index, zone in enumerate(network.availability_zones):
        if zone in network.availability_zones[:index]:
            yield place.key(index).problem(
                shown(zone), "stands twice", "write two or three different zones"
            )
        elif region is not None and zone[:-1] != region:
            yield place.key(index).problem(
                shown(zone),
                f"is not in aws:region {region}",
                f"write a zone of that region, for example {region}a",
            )


def _is_closed(parts: Parts, network: Network) -> bool:
    """Whether private subnets are built without a way to the Internet."""
    existing: Existing | None = parts.sections.get("existing")
    is_built = existing is None or existing.vpc is None
    return is_built and network.nat_gateways == "none"


def _nat(parts: Parts, network: Network, place: Place) -> Iterator[Problem]:
    if not _is_closed(parts, network):
        return
    if parts.domain is not None and parts.domain.registry != "ecr":
        yield place.key("natGateways").problem(
            "none",
            f"leaves no way to the registry {parts.domain.registry}",
            "write single or per-zone, or ecr as slipway:domain.registry",
        )
    runtimes = _runtimes(parts)
    needed = (*NEEDED_ENDPOINTS, *(NEEDED_ENDPOINTS_OF_EKS if "eks" in runtimes else ()))
    missing = [name for name in needed if name not in network.interface_endpoints]
    if missing:
        what = " and no ".join("task" if runtime == "fargate" else "pod" for runtime in runtimes)
        yield place.key("natGateways").problem(
            "none",
            f"leaves no way to {listed(missing)}, without which no {what} starts",
            f"write single or per-zone, or add {listed(missing)} to interfaceEndpoints",
        )
    for image, here in _public_images(parts, runtimes):
        if not _OWN_REGISTRY.match(image):
            yield here.problem(
                shown(image),
                "cannot be fetched: slipway:network.natGateways none leaves a way to the account's "
                "own registry only",
                "copy it to a repository of ECR and name it there, or write single or per-zone",
            )


def _runtimes(parts: Parts) -> Sequence[str]:
    """What carries services now or soon, as far as the stack file is readable."""
    switch: Switch | None = parts.sections.get("switch")
    named = (parts.sections.get("runtime"), switch.to if switch is not None else None)
    return sorted({runtime for runtime in named if runtime is not None}, reverse=True)


def _public_images(parts: Parts, runtimes: Sequence[str]) -> Iterator[tuple[str, Place]]:
    """Images besides the systems' own, where something runs them."""
    eks: Eks | None = parts.sections.get("eks")
    if eks is not None and "eks" in runtimes:
        yield eks.tools_image, parts.stack_place.keys("slipway:eks", "toolsImage")
    bootstrap: Bootstrap | None = parts.sections.get("bootstrap")
    if bootstrap is not None and any(
        each.system is not None and each.system.database is not None for each in parts.systems
    ):
        yield bootstrap.image, parts.stack_place.keys("slipway:bootstrap", "image")


def _hosts(parts: Parts) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for system in parts.systems:
        if system.settings is None:
            continue
        place = parts.settings_place(system.name)
        wanted = [(place.key("host"), system.settings.host, system.name, f"system {system.name}")]
        if system.settings.assets is not None:
            assets = system.settings.assets.host
            owner = f"the assets of system {system.name}"
            wanted.append((place.keys("assets", "host"), assets, f"{system.name}-assets", owner))
        for here, host, label, owner in wanted:
            yield from _host(parts, here, host, label, owners)
            owners.setdefault(host, owner)


def _host(
    parts: Parts, place: Place, host: str, label: str, owners: Mapping[str, str]
) -> Iterator[Problem]:
    if host in owners:
        yield place.problem(
            shown(host),
            f"is the host of {owners[host]} too",
            "write a host that stands nowhere else in the environment",
        )
    zone = parts.domain.hosted_zone if parts.domain is not None else None
    if zone is not None and host != zone and not host.endswith(f".{zone}"):
        yield place.problem(
            shown(host),
            f"is not in the hosted zone {zone}",
            f"write a host such as {label}.{zone}",
        )
