"""Environment variables: which are bound, which are secrets, and which are plain values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from model.problems import listed
from model.secrecy import is_secret, is_secret_name
from tools.new_system.compose import families
from tools.new_system.compose.addresses import Binder
from tools.new_system.compose.document import missing
from tools.new_system.compose.images import StoreKind
from tools.new_system.compose.references import Hosts, find_reference
from tools.new_system.draft import Remarks, ServiceDraft

_OWN_RANDOM = re.compile(
    r"(?:(?:JWT|SESSION|COOKIE|CSRF|NEXTAUTH|AUTH|APP|HASH|(?:JWT_)?(?:REFRESH|ACCESS)(?:_TOKEN)?)"
    r"_SECRET(?:_KEY)?|SECRET_KEY(?:_BASE)?|(?:JWT|COOKIE|SESSION)_(?:SIGNING_)?KEY)"
)
_STAGES = frozenset({"NODE_ENV", "RAILS_ENV", "APP_ENV", "FLASK_ENV", "ASPNETCORE_ENVIRONMENT"})
_OWN_NAMES = frozenset({"SERVICE_NAME", "APP_NAME", "OTEL_SERVICE_NAME"})
_LOCAL = re.compile(r"(?:^|[/@,])(?:localhost|127\.0\.0\.1)(?=[:/,]|$)")


@dataclass(kw_only=True, slots=True)
class Reader:
    """Reads the variables of one service."""

    service: ServiceDraft
    source: str
    """Name of the service in the compose file."""
    hosts: Hosts
    drafts: Mapping[str, ServiceDraft]
    """All services of the system."""
    remarks: Remarks

    def read(self, variables: Mapping[str, str | None]) -> None:
        """Sorts the variables into `bind`, `secrets` and `env`; tells of those that fit none."""
        binder = Binder(
            service=self.service, hosts=self.hosts, drafts=self.drafts, remarks=self.remarks
        )
        beginnings: dict[str, StoreKind] = {}
        others: dict[str, str | None] = {}
        for name, value in variables.items():
            reference = find_reference(name, value or "", self.hosts)
            if reference is None:
                others[name] = value
                continue
            binder.bind(name, self._place(name), reference)
            kind = self.hosts.stores.get(reference.host)
            if kind is not None and (beginning := families.beginning_of(name, kind)):
                beginnings[beginning] = kind
        # Beside the address of a host that is not in the file nothing is one of our stores'.
        strangers = {
            beginning
            for name, value in others.items()
            if value and not missing(value) and (beginning := families.host_family(name))
        }
        for name, value in others.items():
            strange = name.startswith(tuple(strangers - {*beginnings}))
            output = "" if strange else self._output(name, value, beginnings)
            self._sort(name, value, output)
        bind = self.service.bind
        self.service.bind = {name: bind[name] for name in variables if name in bind}
        self._what_is_missing()

    def _place(self, name: str) -> str:
        return f"{self.source}.environment.{name}"

    def _output(self, name: str, value: str | None, beginnings: Mapping[str, StoreKind]) -> str:
        kinds = list(dict.fromkeys(self.hosts.stores.values()))
        output = families.output_of(name, kinds, beginnings)
        is_address = output.endswith((".host", ".url", ".endpoint"))
        # An address that is written out is none of ours, or it would have been recognised.
        return "" if is_address and value and not missing(value) else output

    def _sort(self, name: str, value: str | None, output: str) -> None:
        place = self._place(name)
        text = value or ""
        unknown = value is None or bool(missing(text))
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            self.remarks.leave(
                place, "is no name of a variable", "write letters, digits and underscores"
            )
        elif output.endswith(families.ROLE):
            self.remarks.leave(
                place,
                "the tasks' own role opens the bucket (trap 14)",
                "let the client take AWS's default credentials, or see staticKeys in "
                "docs/config.md",
            )
        elif output:
            self.service.bind[name] = output
        elif _holds_secret(name, text, unknown=unknown):
            self._secret(name)
        elif unknown:
            wanted = f" ({listed(missing(text))})" if text else ""
            self.remarks.leave(
                place,
                f"its value comes from the shell or from .env{wanted}",
                "write it under env, or under env of the service in each stack file",
            )
        elif (host := self.hosts.named_in(text)) and host != text:
            self.remarks.leave(
                place,
                f"holds the address of {host} in a form that no output has",
                "bind host and port to variables of their own, and put them together",
            )
        else:
            self._plain(name, text)

    def _secret(self, name: str) -> None:
        if name.endswith("ENCRYPTION_KEY"):
            self.service.secrets[name] = "generated-32"
        elif _OWN_RANDOM.fullmatch(name):
            self.service.secrets[name] = "generated"
        else:
            self.service.secrets[name] = "provided"

    def _plain(self, name: str, value: str) -> None:
        place = self._place(name)
        self.service.env[name] = value
        if name in _STAGES and value.lower().startswith("dev"):
            self.remarks.consider(
                place, f"is {value} in every environment", "write production, as it runs there"
            )
        elif _LOCAL.search(value):
            self.remarks.consider(
                place,
                "names localhost, which is the task itself on AWS",
                "write the address that the Internet sees into each stack file's env",
            )
        elif value in self.hosts.services and name.upper() not in _OWN_NAMES:
            self.remarks.consider(
                place,
                f"is the name of service {self.hosts.services[value]} too",
                f"bind services.{self.hosts.services[value]}.host if it is meant as an address",
            )

    def _what_is_missing(self) -> None:
        """A store that is bound by its host alone opens to nobody."""
        sources = {*self.service.bind.values()}
        place = f"{self.source}.environment"
        if "cache.host" in sources and not {"cache.password", "cache.tls"} <= sources:
            self.remarks.consider(
                place,
                "the cache answers over TLS and with a password only (trap 10)",
                "bind cache.tls and cache.password as the application reads them, or cache.url",
            )
        if "queue.host" in sources and "queue.protocol" not in sources:
            self.remarks.consider(
                place,
                "the queue speaks AMQPS on port 5671 only (trap 13)",
                "bind queue.protocol as the application reads it, or queue.url",
            )
        if "database.host" in sources and "database.password" not in sources:
            self.remarks.consider(
                place,
                "the database wants a password",
                "bind database.password as the application reads it, or database.url",
            )


def _holds_secret(name: str, value: str, *, unknown: bool) -> bool:
    # An empty value is a switch that is off, whatever it is called.
    own = _OWN_RANDOM.fullmatch(name) is not None and (unknown or bool(value))
    return own or is_secret(name, value) or (unknown and is_secret_name(name))
