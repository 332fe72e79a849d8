"""Where a variable's value points: at a data store, at a service of the system, or elsewhere."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tools.new_system.compose.images import StoreKind

_URL = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.:-]*?)://(?:[^\s/@]*@)?(?P<host>[^\s/:?#@,]+)"
    r"(?::(?P<port>\d+))?(?P<rest>[/?#]\S*)?",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?P<host>[A-Za-z0-9._-]+):(?P<port>\d+)")

HOST_WORDS = ("HOST", "HOSTNAME", "ADDR", "ADDRESS", "SERVER", "ENDPOINT", "URL", "URI")
"""What the names of variables end with whose value is the name of another host."""


@dataclass(kw_only=True, slots=True)
class Hosts:
    """Who answers to which name in the compose file's network."""

    stores: dict[str, StoreKind] = field(default_factory=dict[str, StoreKind])
    """Data stores by host name."""
    services: dict[str, str] = field(default_factory=dict[str, str])
    """Names of services in the system by host name."""
    absent: dict[str, str] = field(default_factory=dict[str, str])
    """Services that were left out, by host name."""
    database_name: str = ""
    """Name of the database that `database.url` leads to."""

    def knows(self, host: str) -> bool:
        """Whether anything of the file answers to a name."""
        return host in self.stores or host in self.services or host in self.absent

    def named_in(self, text: str) -> str | None:
        """The first of the names that stands in a text as the host of an address."""
        found = re.findall(r"(?:^|[/@,;\s])([A-Za-z0-9][A-Za-z0-9._-]*)(?=:\d|/|,|$)", text)
        return next((host for host in found if self.knows(host)), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """A value that is the address of something in the file."""

    form: str
    """`url`, `address` (host and port) or `host`."""
    host: str
    scheme: str = ""
    driver: str = ""
    """What follows a + in the scheme."""
    port: int | None = None
    rest: str = ""
    """Path and query of a URL."""


def find_reference(name: str, value: str, hosts: Hosts) -> Reference | None:
    """Reads a variable's value as an address in the file.

    Args:
        name: Name of the variable: a bare word is a host only if the name says so.
        value: Its value.
        hosts: Who is there.
    """
    if url := _URL.fullmatch(value):
        if not hosts.knows(url["host"]):
            return None
        scheme, _, driver = url["scheme"].lower().partition("+")
        return Reference(
            form="url",
            host=url["host"],
            scheme=scheme,
            driver=driver,
            port=int(url["port"]) if url["port"] else None,
            rest=url["rest"] or "",
        )
    if address := _ADDRESS.fullmatch(value):
        if not hosts.knows(address["host"]):
            return None
        return Reference(form="address", host=address["host"], port=int(address["port"]))
    if hosts.knows(value) and name.upper().endswith(HOST_WORDS):
        return Reference(form="host", host=value)
    return None


SCHEMES: Mapping[StoreKind, tuple[str, ...]] = {
    "database": ("postgres", "postgresql"),
    "cache": ("redis", "rediss", "valkey"),
    "queue": ("amqp", "amqps", "pyamqp"),
    "objects": ("http", "https", "s3"),
}
"""What the URL of a data store begins with."""

PROTOCOLS: Mapping[str, str] = {
    **dict.fromkeys(("http", "https", "ws", "wss"), "http"),
    **dict.fromkeys(("http2", "h2c"), "http2"),
    "grpc": "grpc",
    "tcp": "tcp",
}
"""What services speak, by the scheme of their URL."""
