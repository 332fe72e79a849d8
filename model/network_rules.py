"""Rules about the environment's own sections: addresses, zones, tags, recovery."""

import ipaddress
from collections.abc import Iterator

from model.description import Description
from model.problems import Problem

_NEEDED_WITHOUT_NAT = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")


def network_rules(description: Description) -> Iterator[Problem]:
    """What is wrong in the stack file's sections for the whole environment."""
    yield from _addresses(description)
    yield from _zones(description)
    yield from _tags(description)
    file, days = description.stack_file, description.environment.encryption.secret_recovery_days
    if 0 < days < 7:
        yield Problem(
            file, "slipway:encryption.secretRecoveryDays", str(days), "is not allowed by AWS",
            "write 0, or 7 to 30 (days)",
        )  # fmt: skip


def _addresses(description: Description) -> Iterator[Problem]:
    text = description.environment.network.cidr_block
    place = (description.stack_file, "slipway:network.cidrBlock", text)
    try:
        block = ipaddress.IPv4Network(text)
    except ValueError:
        yield Problem(*place, "is no block of addresses", "write one such as 10.0.0.0/16")
        return
    if not block.is_private:
        yield Problem(
            *place,
            "is not private",
            "write a block inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
        )
    if not 16 <= block.prefixlen <= 20:
        yield Problem(*place, "has the wrong size", "write a block of /16 to /20")


def _zones(description: Description) -> Iterator[Problem]:
    network, file = description.environment.network, description.stack_file
    zones = list(network.availability_zones)
    path = "slipway:network.availabilityZones"
    for zone in zones:
        if zone[:-1] != description.region or not zone[-1:].isalpha():
            yield Problem(
                file, path, zone, f"is no zone of {description.region}",
                f"write zones such as {description.region}a",
            )  # fmt: skip
    if len(set(zones)) < len(zones):
        yield Problem(file, path, ", ".join(zones), "names a zone twice", "write different zones")
    if network.nat_gateways == "none":
        missing = [each for each in _NEEDED_WITHOUT_NAT if each not in network.interface_endpoints]
        if missing:
            yield Problem(
                file, "slipway:network.natGateways", "none",
                f"leaves tasks no way to {', '.join(missing)}",
                "write single or per-zone, or add them to interfaceEndpoints",
            )  # fmt: skip


def _tags(description: Description) -> Iterator[Problem]:
    for name in description.environment.tags:
        if name.lower().startswith(("aws:", "slipway:")) or len(name) > 128:
            yield Problem(
                description.stack_file, f"slipway:tags.{name}", "the name", "is reserved or too long",
                "write a name of up to 128 characters that does not begin with aws: or slipway:",
            )  # fmt: skip
