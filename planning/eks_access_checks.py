"""Who reaches the API of the EKS cluster, and who enters as its administrator."""

import ipaddress
from collections.abc import Iterator

from model.eks import Eks
from model.environment import Environment
from model.problems import Place, Problem, shown
from planning.public_addresses import NOT_PUBLIC

_LARGEST = 8
"""Prefix of the largest range that is taken; it is more than any team has."""


def problems(eks: Eks, place: Place) -> Iterator[Problem]:
    """What EKS refuses of its API's callers, and what opens it to the world.

    Args:
        eks: The section.
        place: Where it stands.
    """
    yield from _blocks(eks, place.key("publicAccessCidrBlocks"))
    yield from _roles(eks, place.key("breakGlassRoleName"))


def warnings(environment: Environment, place: Place) -> Iterator[Problem]:
    """A way to the API that the first deploy has not.

    Args:
        environment: The environment.
        place: Where its section `slipway:eks` stands.
    """
    if not environment.eks.public_access_cidr_blocks and environment.existing.vpc is None:
        yield place.key("publicAccessCidrBlocks").problem(
            "[]",
            "lets in only who is inside of a VPC that this stack makes: the deploy of a new "
            "environment from outside of it waits for the cluster's API until it fails",
            "name the public range that the first deploy comes from, or deploy from inside of an "
            "existing VPC (slipway:existing.vpc)",
        )


def _blocks(eks: Eks, place: Place) -> Iterator[Problem]:
    """Source: EKS user guide, "Cluster API server endpoint" and "Create an Amazon EKS cluster"."""
    seen: list[tuple[int, ipaddress.IPv4Network]] = []
    for index, text in enumerate(eks.public_access_cidr_blocks):
        here = place.key(index)
        try:
            written = ipaddress.IPv4Interface(text)
        except ValueError:
            yield here.problem(
                shown(text),
                "is no range of addresses",
                "write its first address and its size, for example 203.0.113.0/24",
            )
            continue
        block = written.network
        if written.ip != block.network_address:
            yield here.problem(
                shown(text),
                "is no network: bits of its host part are set",
                f"write {block}, or {written.ip}/32 for the one address",
            )
        yield from _block(text, block, here)
        for other, taken in seen:
            if block.overlaps(taken):
                yield here.problem(
                    shown(text),
                    f"overlaps publicAccessCidrBlocks[{other}] {taken}",
                    "remove the smaller of the two",
                )
        seen.append((index, block))


def _block(text: str, block: ipaddress.IPv4Network, place: Place) -> Iterator[Problem]:
    if block.prefixlen < _LARGEST:
        yield place.problem(
            shown(text),
            "opens the cluster's API to the world",
            f"write the ranges that deploys and people come from, each /{_LARGEST} or smaller",
        )
        return
    for reserved, what in NOT_PUBLIC.items():
        if block.overlaps(reserved):
            yield place.problem(
                shown(text),
                f"has addresses of {reserved}, which is {what}: nobody comes from there over the "
                "Internet, and EKS refuses it",
                "write public ranges only; inside of the VPC the API answers without one",
            )


def _roles(eks: Eks, place: Place) -> Iterator[Problem]:
    deploy, other = eks.deploy_role_name, eks.break_glass_role_name
    # IAM has each name once, whatever the path and the case of its letters.
    if deploy.rpartition("/")[2].lower() == other.rpartition("/")[2].lower():
        yield place.problem(
            shown(other),
            "is the role of deployRoleName too, and EKS admits each role once",
            "write another role, for the day on which that one cannot be used",
        )
