"""The objects of a cluster, and what every cluster has before somebody creates anything."""

import ipaddress
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.errors import SandboxError
from sandbox.kubernetes import kinds
from sandbox.kubernetes.fields import at, mapping, name_of, namespace_of
from sandbox.kubernetes.kinds import ObjectKind
from sandbox.provider import Plain

_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
_DNS_HOST = 10
# EKS gives this address of the service network to its DNS.

Key = tuple[ObjectKind, str, str]
"""Kind, namespace ("" for what has none) and name."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the API knows of its cluster."""

    version: str = "1.34"
    """Version of Kubernetes."""
    service_network: str = "10.100.0.0/16"
    """Where the addresses of Services come from."""
    target_types: Mapping[str, str] | None = None
    """What the account's target groups take, `ip` or `instance`, by ARN. Default: not known."""


def now() -> str:
    """Returns the time as Kubernetes writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Store:
    """The objects of one cluster."""

    settings: Callable[[], Settings] = Settings
    """Asked when it is needed: the cluster is created after its API is up."""
    _objects: dict[Key, Plain] = field(default_factory=dict[Key, Plain])
    _revision: int = 0

    def __post_init__(self) -> None:
        for name in _NAMESPACES:
            self.add(kinds.NAMESPACE, {"metadata": {"name": name}})

    def get(self, kind: ObjectKind, namespace: str, name: str) -> Plain | None:
        """Returns an object as it was created; None if there is none."""
        return self._objects.get((kind, namespace if kind.namespaced else "", name))

    def of_kind(self, kind: ObjectKind, namespace: str = "") -> list[Plain]:
        """Returns the objects of a kind in the order of their names.

        Args:
            kind: The kind.
            namespace: Where. Default: everywhere.
        """
        found = {
            key[1:]: value
            for key, value in self._objects.items()
            if key[0] is kind and namespace in ("", key[1])
        }
        return [found[key] for key in sorted(found)]

    def workloads(self, namespace: str) -> Iterator[tuple[ObjectKind, Plain]]:
        """Yields what has pods in a namespace, with its kind."""
        for kind in kinds.WORKLOADS:
            for value in self.of_kind(kind, namespace):
                yield kind, value

    def add(self, kind: ObjectKind, value: Plain) -> Plain:
        """Keeps an object, which was checked before and whose key is free.

        Args:
            kind: Its kind.
            value: The object.

        Returns:
            It, with what the API server gives to every object.
        """
        metadata: Plain = {
            **mapping(value, "metadata"),
            "uid": str(uuid.uuid4()),
            "resourceVersion": self._next_revision(),
            "creationTimestamp": now(),
            "generation": 1,
        }
        if kind.namespaced:
            metadata["namespace"] = namespace_of(value)
        kept = {"apiVersion": kind.api_version, "kind": kind.name, **value, "metadata": metadata}
        if kind is kinds.NAMESPACE:
            label = {"kubernetes.io/metadata.name": name_of(value)}
            metadata["labels"] = {**mapping(metadata, "labels"), **label}
        if kind is kinds.SERVICE:
            kept["spec"] = self._with_address(mapping(value, "spec"))
        self._objects[kind, metadata.get("namespace", ""), name_of(value)] = kept
        if kind is kinds.NAMESPACE:
            account = {"metadata": {"name": "default", "namespace": name_of(value)}}
            self.add(kinds.SERVICE_ACCOUNT, account)
        return kept

    def remove(self, kind: ObjectKind, namespace: str, name: str) -> None:
        """Forgets an object; a namespace takes everything in it along."""
        self._objects.pop((kind, namespace if kind.namespaced else "", name), None)
        if kind is kinds.NAMESPACE:
            self._objects = {key: value for key, value in self._objects.items() if key[1] != name}

    @property
    def revision(self) -> str:
        """The revision of the whole store."""
        return str(self._revision)

    def _next_revision(self) -> str:
        self._revision += 1
        return str(self._revision)

    def _with_address(self, spec: Plain) -> Plain:
        if spec.get("type") == "ExternalName":
            return spec
        address = spec.get("clusterIP") or self._free_address()
        return {**spec, "clusterIP": address, "clusterIPs": [address]}

    def _free_address(self) -> str:
        network = ipaddress.ip_network(self.settings().service_network)
        taken = {at(service, "spec", "clusterIP") for service in self.of_kind(kinds.SERVICE)}
        # The first one is the API's own.
        reserved = {str(network[1]), str(network[_DNS_HOST])}
        for each in network.hosts():
            if str(each) not in taken | reserved:
                return str(each)
        raise SandboxError(f"no address of the service network {network} is left")
