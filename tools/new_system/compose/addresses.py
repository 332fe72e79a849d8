"""Variables that hold an address of the compose file's network become bindings."""

from collections.abc import Mapping
from dataclasses import dataclass

from tools.new_system.compose.images import StoreKind
from tools.new_system.compose.references import PROTOCOLS, SCHEMES, Hosts, Reference
from tools.new_system.draft import Remarks, ServiceDraft

_OUR_SCHEME: Mapping[StoreKind, str] = {
    "database": "postgresql",
    "cache": "rediss",
    "queue": "amqps",
}
_GRPC_PORTS = range(50051, 50061)


@dataclass(kw_only=True, slots=True)
class Binder:
    """Binds the variables of one service."""

    service: ServiceDraft
    hosts: Hosts
    drafts: Mapping[str, ServiceDraft]
    """All services of the system."""
    remarks: Remarks

    def bind(self, name: str, place: str, reference: Reference) -> None:
        """Binds one variable, or tells why it cannot be.

        Args:
            name: The variable.
            place: Where it stands.
            reference: Its value.
        """
        host = reference.host
        if host in self.hosts.stores:
            self._to_store(name, place, reference, self.hosts.stores[host])
        elif host in self.hosts.services:
            self._to_service(name, place, reference, self.drafts[self.hosts.services[host]])
        else:
            self.remarks.leave(
                place,
                f"points at {self.hosts.absent[host]}, which is left out",
                "give another address under env, or remove it from the application",
            )

    def _to_store(self, name: str, place: str, reference: Reference, kind: StoreKind) -> None:
        host = f"{kind}.{'endpoint' if kind == 'objects' else 'host'}"
        if reference.form == "host":
            self.service.bind[name] = host
        elif reference.form == "address":
            self.remarks.leave(
                place,
                "no output holds host and port together",
                f"bind {host} and {kind}.port to variables of their own",
            )
        elif reference.scheme not in SCHEMES[kind]:
            self.remarks.leave(
                place,
                f"no output begins with {reference.scheme}://",
                f"bind the outputs of {kind} that docs/config.md lists under bind, and put them "
                "together in the application",
            )
        elif kind == "objects":
            self.service.bind[name] = host
            self.remarks.consider(
                place,
                f"was a URL, and {host} is the host name of S3 alone",
                "remove it if the client wants a URL: AWS's clients find S3 by themselves",
            )
        else:
            self.service.bind[name] = f"{kind}.url"
            self._what_the_url_loses(place, reference, kind)

    def _what_the_url_loses(self, place: str, reference: Reference, kind: StoreKind) -> None:
        if reference.driver:
            self.remarks.consider(
                place,
                f"{kind}.url begins with {_OUR_SCHEME[kind]}://, without +{reference.driver}",
                "let the application add its driver",
            )
        path, _, query = reference.rest.partition("?")
        other = path.strip("/")
        if query or (other and other != self.hosts.database_name):
            self.remarks.consider(
                place,
                f"the path and the options behind the address are not in {kind}.url"
                if kind != "database"
                else f"database.url names the database {self.hosts.database_name} and asks for "
                "TLS, and has no other options",
                "let the application add what it needs",
            )

    def _to_service(self, name: str, place: str, reference: Reference, other: ServiceDraft) -> None:
        if other is self.service:
            self.remarks.leave(
                place, "is the service itself", "write localhost and its port under env"
            )
        elif reference.form == "url" and reference.scheme not in PROTOCOLS:
            self.remarks.leave(
                place,
                f"no output begins with {reference.scheme}://",
                f"bind services.{other.name}.host and services.{other.name}.port",
            )
        elif not self._agrees_on_port(reference, other):
            self.remarks.leave(
                place,
                f"service {other.name} has "
                + (f"the port {other.port}" if other.port else "no port"),
                "correct the one of the two; a service has one port",
            )
        else:
            self._call(name, place, reference, other)

    def _agrees_on_port(self, reference: Reference, other: ServiceDraft) -> bool:
        if other.port is None:
            other.port = reference.port
        return other.port is not None and reference.port in (None, other.port)

    def _call(self, name: str, place: str, reference: Reference, other: ServiceDraft) -> None:
        self.service.bind[name] = f"services.{other.name}.{reference.form}"
        is_grpc = "GRPC" in name.upper() or other.port in _GRPC_PORTS
        guess = "grpc" if is_grpc else "http"
        if other.internal is None and not reference.scheme:
            other.notes["internal"] = "a guess: http, http2, grpc or tcp"
        other.internal = other.internal or PROTOCOLS.get(reference.scheme, guess)
        if reference.rest not in ("", "/"):
            self.remarks.consider(
                place,
                f"the path behind the address is not in services.{other.name}.url",
                "let the application add it",
            )
