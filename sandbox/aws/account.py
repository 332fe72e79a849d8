"""Where resources are made: an account, and the region that a resource may name itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sandbox.aws.clients import Clients, region_names
from sandbox.provider import UNKNOWN, Plain, Problem

GLOBAL_SERVICES = frozenset({"cloudfront", "iam", "route53"})
"""Services without regions: their types have no input `region`."""


@dataclass(frozen=True)
class Account:
    """Where resources are made."""

    clients: Clients
    account_id: str
    """Twelve digits."""
    default_tags: Mapping[str, str]
    """Tags that every resource gets."""

    @property
    def region(self) -> str:
        """Region of the resources."""
        return self.clients.region

    def at(self, region: object) -> "Account":
        """Returns the same account in a region; as it is where none is given, or known yet."""
        if not isinstance(region, str) or region == self.region:
            return self
        return replace(self, clients=Clients.of(self.clients.endpoint, region))


def region_rule(inputs: Plain) -> Iterator[Problem]:
    """A resource may name any region of AWS, and no other."""
    region = inputs.get("region", UNKNOWN)
    if region is not UNKNOWN and region not in region_names():
        yield Problem("region", f"{region!r} is no region of AWS; use one such as 'us-west-2'")
