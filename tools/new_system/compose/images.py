"""What an image is: one of ours, a data store that AWS runs, or something that has no place."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

StoreKind = Literal["database", "cache", "queue", "objects"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """An image reference, taken apart."""

    registry: str
    """Host name; empty for Docker Hub."""
    name: str
    """Name without registry and tag."""
    tag: str
    """Tag or digest; empty if there is none."""

    @property
    def last(self) -> str:
        """The last part of the name, which says what it is."""
        return self.name.rpartition("/")[2]

    @property
    def version(self) -> tuple[int, int | None] | None:
        """Major and minor version, if the tag tells them."""
        # pgvector's tags are pg16, those of others 16-alpine.
        found = re.search(r"(?:^v?|\bpg)(\d+)(?:\.(\d+))?", self.tag)
        return (int(found[1]), int(found[2]) if found[2] else None) if found else None


def parse_image(reference: str) -> Image:
    """Takes an image reference apart.

    Args:
        reference: For example `ghcr.io/shop/api:1.0.0`.
    """
    rest, _, digest = reference.partition("@")
    first, slash, others = rest.partition("/")
    registry = first if slash and (re.search(r"[.:]", first) or first == "localhost") else ""
    path = others if registry else rest
    name, _, tag = path.partition(":")
    hub = registry in ("docker.io", "index.docker.io", "registry-1.docker.io")
    return Image(
        registry="" if hub else registry,
        name=name.removeprefix("library/") if hub or not registry else name,
        tag=digest or tag,
    )


_STORES: Mapping[str, StoreKind] = {
    **dict.fromkeys(("postgres", "postgresql", "postgis", "pgvector", "timescaledb"), "database"),
    **dict.fromkeys(("redis", "redis-stack", "redis-stack-server", "valkey", "keydb"), "cache"),
    "rabbitmq": "queue",
    "minio": "objects",
}

_PROXY = (
    "the load balancer, its certificate and its firewall stand for a proxy",
    "write its routes under public.paths; files that it serves belong in assets or in an image of "
    "your own",
)
_TOOL = ("is a tool for developing", "nothing to do")
_WATCH = (
    "logs, metrics and alarms go to CloudWatch",
    "write alarms under alerts; docs/config.md says what can be watched",
)
_FOREIGN = (
    "is a data store that Slipway does not build, and a task's disk ends with it",
    "build it by hand and give its address in env, or move to PostgreSQL, Redis, RabbitMQ or S3",
)
_BUCKETS = ("the bucket is made with the system", "nothing to do")

_LEFT_OUT: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("nginx", "traefik", "haproxy", "caddy", "envoy", "kong", "certbot"), _PROXY),
    **dict.fromkeys(("acme-companion", "nginx-proxy", "swag", "nginx-proxy-manager"), _PROXY),
    **dict.fromkeys(("adminer", "pgadmin4", "phpmyadmin", "redis-commander"), _TOOL),
    **dict.fromkeys(("mailhog", "mailpit", "maildev", "localstack", "redisinsight"), _TOOL),
    **dict.fromkeys(("watchtower",), _TOOL),
    **dict.fromkeys(("portainer", "portainer-ce", "dozzle"), _TOOL),
    **dict.fromkeys(("prometheus", "grafana", "loki", "promtail", "cadvisor", "jaeger"), _WATCH),
    **dict.fromkeys(("node-exporter", "postgres-exporter", "redis_exporter", "all-in-one"), _WATCH),
    **dict.fromkeys(("mysql", "mariadb", "mongo", "mongodb", "cassandra", "memcached"), _FOREIGN),
    **dict.fromkeys(("elasticsearch", "opensearch", "kafka", "cp-kafka", "zookeeper"), _FOREIGN),
    **dict.fromkeys(("cp-zookeeper", "nats", "clickhouse-server", "influxdb", "neo4j"), _FOREIGN),
    **dict.fromkeys(("meilisearch", "typesense", "etcd", "consul", "vault", "couchdb"), _FOREIGN),
    **dict.fromkeys(("redpanda", "weaviate", "qdrant", "cockroach"), _FOREIGN),
    "mc": _BUCKETS,
}  # fmt: skip


def store_of(image: Image) -> StoreKind | None:
    """The data store that an image is, if it is one that AWS runs for us."""
    return _STORES.get(image.last)


def why_left_out(image: Image) -> tuple[str, str] | None:
    """Why an image has no place, and what to do; none for an image that has one."""
    return _LEFT_OUT.get(image.last)
