"""Variables that belong together: beside `DB_HOST` stand `DB_PORT`, `DB_USER`, `DB_PASSWORD`."""

import re
from collections.abc import Iterable, Mapping

from tools.new_system.compose.images import StoreKind

_USER = ("USER", "USERNAME", "USER_NAME", "LOGIN")
_PASSWORD = ("PASSWORD", "PASS", "PASSWD", "PWD")


def _words(**outputs: tuple[str, ...]) -> dict[str, str]:
    return {word: output for output, words in outputs.items() for word in words}


ROLE = "the tasks' own role"
"""Stands for MinIO's two keys: S3 knows who asks (trap 14)."""

WORDS: Mapping[StoreKind, Mapping[str, str]] = {
    "database": _words(
        host=("HOST", "HOSTNAME", "SERVER"),
        port=("PORT",),
        name=("NAME", "DB", "DATABASE", "DBNAME", "DB_NAME"),
        username=_USER,
        password=_PASSWORD,
        url=("URL", "URI"),
    ),
    "cache": _words(
        host=("HOST", "HOSTNAME", "SERVER"),
        port=("PORT",),
        password=(*_PASSWORD, "AUTH", "AUTH_TOKEN"),
        tls=("TLS", "SSL", "USE_TLS", "USE_SSL", "TLS_ENABLED"),
        url=("URL", "URI"),
    ),
    "queue": _words(
        host=("HOST", "HOSTNAME", "SERVER"),
        port=("PORT",),
        protocol=("PROTOCOL", "SCHEME"),
        username=_USER,
        password=_PASSWORD,
        url=("URL", "URI"),
    ),
    "objects": {
        **_words(
            endpoint=("ENDPOINT", "HOST", "HOSTNAME", "ENDPOINT_URL", "URL"),
            port=("PORT",),
            ssl=("SSL", "USE_SSL", "SECURE", "USE_TLS"),
            bucket=("BUCKET", "BUCKET_NAME"),
            region=("REGION",),
        ),
        **dict.fromkeys(
            ("ACCESS_KEY", "ACCESS_KEY_ID", "ROOT_USER", "SECRET_KEY", "SECRET_ACCESS_KEY"), ROLE
        ),
        "ROOT_PASSWORD": ROLE,
    },
}
"""Outputs of a data store by what follows a family's name."""

_USUAL: Mapping[StoreKind, tuple[str, ...]] = {
    "database": ("DB_", "DATABASE_", "POSTGRES_", "POSTGRESQL_", "PG"),
    "cache": ("REDIS_", "CACHE_", "VALKEY_"),
    "queue": ("RABBITMQ_", "RABBITMQ_DEFAULT_", "RABBIT_", "AMQP_", "MQ_"),
    "objects": ("MINIO_", "S3_", "AWS_S3_"),
}
_AMAZONS = frozenset({"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"})
_POOL = re.compile(
    r"(?!REDIS|CACHE)(?:.*_)?POOL_(?:MAX|SIZE|MAX_SIZE|LIMIT)"
    r"|(?:DB|DATABASE|PG|POSTGRES)_(?:MAX_CONNECTIONS|CONNECTION_LIMIT)"
)


def output_of(name: str, kinds: Iterable[StoreKind], families: Mapping[str, StoreKind]) -> str:
    """The output that a variable's name asks for, such as `database.port`; empty for none.

    Args:
        name: Name of the variable.
        kinds: The data stores of the system.
        families: Beginnings of names whose host is bound already, by the store that it is bound to.
    """
    for beginning in sorted(families, key=len, reverse=True):
        output = WORDS[families[beginning]].get(name.removeprefix(beginning))
        if beginning and name.startswith(beginning) and output:
            return f"{families[beginning]}.{output}"
    for kind in kinds:
        if kind == "objects" and name in _AMAZONS:
            return f"objects.{ROLE}"
        for beginning in _USUAL[kind]:
            output = WORDS[kind].get(name.removeprefix(beginning))
            if name.startswith(beginning) and output:
                return f"{kind}.{output}"
    return ""


def beginning_of(name: str, kind: StoreKind) -> str:
    """What a family's names begin with: `CATALOG_DB_` of `CATALOG_DB_HOST`."""
    fitting = (word for word in WORDS[kind] if name.endswith(word))
    longest = max(fitting, key=len, default="")
    return name.removesuffix(longest) if longest else ""


def host_family(name: str) -> str:
    """What the family of a variable with a host begins with; empty for every other variable."""
    found = re.fullmatch(r"(.+_)(?:HOST|HOSTNAME|SERVER|URL|URI)|(PG)HOST", name)
    return (found[1] or found[2]) if found else ""


def is_pool_maximum(name: str, value: str) -> bool:
    """Whether a variable holds the most connections that a task opens to the database."""
    return _POOL.fullmatch(name) is not None and value.isdecimal() and int(value) > 0
