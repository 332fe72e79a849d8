"""Whether the VPC of `slipway:existing` fits; a part of `stacks/existing.py`."""

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pulumi_aws as aws

from model.description import Description
from model.environment import ExistingVpc
from model.problems import Place, Problem, shown
from planning.addresses import free_addresses, needed_addresses
from planning.peak import Peak, peak
from stacks.lookups import Findings, Lookups, Refusal

ANYWHERE = "0.0.0.0/0"
# Source: Elastic Load Balancing user guide, "Subnets for your load balancer".
LARGEST_PREFIX, FREE_ADDRESSES = 27, 8


@dataclass(frozen=True, slots=True)
class _Tier:
    """The subnets of one tier, as they were written down."""

    place: Place
    ids: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Subnet:
    """A subnet that was found, and the way out of it."""

    id: str
    place: Place
    found: "aws.ec2.GetSubnetResult"
    way: str | None
    """The gateway of its default route; None if it has none."""

    @property
    def is_public(self) -> bool:
        return self.way is not None and self.way.startswith("igw-")


def check(description: Description, lookups: Lookups, findings: Findings) -> None:
    """Finds what keeps workloads from running in the VPC.

    Args:
        description: Says which VPC and subnets, and how many tasks there will be.
        lookups: Asks AWS.
        findings: Takes what is wrong and what is unwise.
    """
    vpc = description.environment.existing.vpc
    if vpc is None:
        return
    place = Place(description.stack_file, "slipway:existing").key("vpc")
    found = lookups.vpc(vpc.id)
    if isinstance(found, Refusal):
        findings.problems.append(
            place.key("id").problem(
                shown(vpc.id),
                f"was not found in {description.environment.region}: {found.reason}",
                "copy the identifier of a VPC of this region and account, vpc-...",
            )
        )
        return
    findings.problems.extend(_names(vpc, found, place.key("id")))
    findings.problems.extend(_services(description, found))
    tables = lookups.route_tables(vpc.id)
    if isinstance(tables, Refusal):
        findings.problems.append(
            place.key("id").problem(
                shown(vpc.id),
                f"does not show its route tables: {tables.reason}",
                "allow ec2:DescribeRouteTables to whoever deploys",
            )
        )
        return
    ways = _ways_out(tables)
    public, private, isolated = (
        _tier(_Tier(place.key(key), ids), vpc.id, lookups, ways, findings)
        for key, ids in (
            ("publicSubnetIds", vpc.public_subnet_ids),
            ("privateSubnetIds", vpc.private_subnet_ids),
            ("isolatedSubnetIds", vpc.isolated_subnet_ids),
        )
    )
    findings.problems.extend(_public(public))
    findings.problems.extend(_not_public((*private, *isolated)))
    if len(private) == len(vpc.private_subnet_ids):
        findings.problems.extend(_room(description, place.key("privateSubnetIds"), private))
    findings.warnings.extend(_unwise(description, place, public, private))


def _names(vpc: ExistingVpc, found: "aws.ec2.GetVpcResult", place: Place) -> Iterator[Problem]:
    for switch, on in (
        ("support", found.enable_dns_support),
        ("hostnames", found.enable_dns_hostnames),
    ):
        if not on:
            yield place.problem(
                shown(vpc.id),
                f"has DNS {switch} off, so that tasks do not find data stores by their names",
                f"turn it on: aws ec2 modify-vpc-attribute --vpc-id {vpc.id} "
                f'--enable-dns-{switch} "{{\\"Value\\":true}}"',
            )


def _ways_out(tables: "Sequence[aws.ec2.GetRouteTableResult]") -> Mapping[str, str | None]:
    """What the default route leads to, None without one; "" stands for subnets without a table."""
    ways: dict[str, str | None] = {}
    for table in tables:
        defaults = [each for each in table.routes if each.cidr_block == ANYWHERE]
        way = (defaults[0].gateway_id or "no internet gateway") if defaults else None
        for association in table.associations:
            if association.main or association.subnet_id:
                ways["" if association.main else association.subnet_id] = way
    return ways


def _tier(
    tier: _Tier, vpc_id: str, lookups: Lookups, ways: Mapping[str, str | None], findings: Findings
) -> list[_Subnet]:
    """The subnets of a tier that were found in the VPC."""
    subnets: list[_Subnet] = []
    for position, subnet_id in enumerate(tier.ids):
        place = tier.place.key(position)
        found = lookups.subnet(subnet_id)
        if isinstance(found, Refusal):
            problem = place.problem(
                shown(subnet_id),
                f"was not found: {found.reason}",
                f"copy the identifier of a subnet of {vpc_id}, subnet-...",
            )
        elif found.vpc_id != vpc_id:
            problem = place.problem(
                shown(subnet_id),
                f"is a subnet of {found.vpc_id}",
                f"copy the identifier of a subnet of {vpc_id}",
            )
        elif not found.cidr_block:
            problem = place.problem(
                shown(subnet_id), "has no IPv4 addresses", "name a subnet with an IPv4 range"
            )
        elif subnet_id in tier.ids[:position]:
            problem = place.problem(
                shown(subnet_id), "is named twice", "name each subnet of the tier once"
            )
        else:
            way = ways[subnet_id] if subnet_id in ways else ways.get("")
            subnets.append(_Subnet(id=subnet_id, place=place, found=found, way=way))
            continue
        findings.problems.append(problem)
    zones = {each.found.availability_zone for each in subnets}
    if len(subnets) == len(tier.ids) and len(zones) == 1:
        findings.problems.append(
            tier.place.problem(
                f"{len(subnets)} subnets",
                f"are all in {zones.pop()}, whose failure would take everything with it",
                "name subnets of two or more availability zones",
            )
        )
    return subnets


def _public(subnets: Sequence[_Subnet]) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for each in subnets:
        zone = each.found.availability_zone
        if zone in taken:
            yield each.place.problem(
                shown(each.id),
                f"is in {zone} as {taken[zone]} is; a load balancer takes one subnet of a zone",
                "name one public subnet of each zone",
            )
        taken.setdefault(zone, each.id)
        if not each.is_public:
            yield each.place.problem(
                shown(each.id),
                "has no default route to an internet gateway, so that nobody reaches the load "
                "balancer",
                f"name a subnet whose route table sends {ANYWHERE} to one",
            )
        if _size(each).prefixlen > LARGEST_PREFIX:
            yield each.place.problem(
                shown(each.id),
                f"is a /{_size(each).prefixlen}, too small for a load balancer",
                f"name a subnet of /{LARGEST_PREFIX} or larger",
            )


def _not_public(subnets: Sequence[_Subnet]) -> Iterator[Problem]:
    for each in subnets:
        if each.found.map_public_ip_on_launch:
            yield each.place.problem(
                shown(each.id),
                "gives public addresses to what starts in it",
                "name a private subnet, or turn MapPublicIpOnLaunch off",
            )
        if each.is_public:
            yield each.place.problem(
                shown(each.id),
                f"sends {ANYWHERE} to an internet gateway, which drops what has no public address",
                "name a subnet with a NAT gateway, or without a default route",
            )


def _room(description: Description, place: Place, subnets: Sequence[_Subnet]) -> Iterator[Problem]:
    # The size and not what is free now: a running environment has taken addresses already.
    room = free_addresses([each.found.cidr_block for each in subnets])
    if "eks" in description.environment.runtimes:
        need = needed_addresses(description)
        most, reason = need.total, f"addresses, and EKS needs {need.total}: {need.words} (trap 9)"
    else:
        most = sum(each.steady + each.surge for each in _peaks(description))
        reason = f"addresses for up to {most} tasks, which take one each"
    if room < most:
        yield place.problem(
            f"{len(subnets)} subnets", f"have {room} {reason}", "name larger subnets, or more"
        )


def _services(description: Description, found: "aws.ec2.GetVpcResult") -> Iterator[Problem]:
    """Services of Kubernetes must not have addresses of the VPC."""
    text = description.environment.eks.service_cidr_block
    if "eks" not in description.environment.runtimes:
        return
    for block in (found.cidr_block, *(each.cidr_block for each in found.cidr_block_associations)):
        if ipaddress.IPv4Network(text).overlaps(ipaddress.IPv4Network(block)):
            yield (
                Place(description.stack_file)
                .keys("slipway:eks", "serviceCidrBlock")
                .problem(
                    shown(text),
                    f"overlaps {block} of the VPC: a pod could not tell a Service from what is in "
                    "the VPC",
                    "write a range outside of it, for example 172.20.0.0/16",
                )
            )
            return


def _unwise(
    description: Description,
    place: Place,
    public: Sequence[_Subnet],
    private: Sequence[_Subnet],
) -> Iterator[Problem]:
    for each in public:
        free = each.found.available_ip_address_count
        if free < FREE_ADDRESSES:
            yield each.place.problem(
                shown(each.id),
                f"has {free} free addresses",
                f"leave {FREE_ADDRESSES} or more for the load balancer to grow",
            )
    for each in private:
        if each.way is None:
            yield each.place.problem(
                shown(each.id),
                "has no default route",
                "see that VPC endpoints lead to the registry, Secrets Manager, CloudWatch Logs "
                "and S3; without them no task starts",
            )
    free = sum(each.found.available_ip_address_count for each in private)
    work = "pods" if description.environment.runtime == "eks" else "tasks"
    more = sum(each.surge for each in _peaks(description))
    if private and free < more:
        yield place.key("privateSubnetIds").problem(
            f"{len(private)} subnets",
            f"have {free} free addresses for the {more} {work} that a rollout may add",
            "name larger subnets, or more",
        )


def _peaks(description: Description) -> Iterator[Peak]:
    """The most tasks or pods of each service, on every runtime that it has."""
    for name, system in description.systems.items():
        settings = description.environment.systems[name].services
        for service_name, service in system.services.items():
            for runtime in description.environment.runtimes:
                yield peak(service, settings[service_name], runtime)


def _size(subnet: _Subnet) -> ipaddress.IPv4Network:
    return ipaddress.IPv4Network(subnet.found.cidr_block)
