"""Services that AWS runs: PostgreSQL, Redis, RabbitMQ and MinIO become sections of the system."""

import re
from collections.abc import Mapping
from typing import Any

from tools.new_system.compose.document import command_words, entries, missing
from tools.new_system.compose.images import Image, StoreKind, parse_image
from tools.new_system.compose.units import UnitError, mebibytes
from tools.new_system.draft import CacheDraft, DatabaseDraft, QueueDraft, Remarks, SystemDraft
from tools.new_system.names import is_masters_name, postgres_name

TITLES: Mapping[StoreKind, str] = {
    "database": "RDS",
    "cache": "ElastiCache",
    "queue": "Amazon MQ",
    "objects": "S3",
}
_PASSWORDS = frozenset(
    {"POSTGRES_PASSWORD", "POSTGRESQL_PASSWORD", "PGPASSWORD", "REDIS_PASSWORD"}
    | {"RABBITMQ_DEFAULT_PASS", "RABBITMQ_PASSWORD"}
)
_MINIO_KEYS = frozenset(
    {"MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD", "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY"}
)
_OLDEST_POSTGRES, _NEWEST_POSTGRES, _USUAL_POSTGRES = 14, 18, 17
_POLICIES = frozenset(
    {"allkeys-lfu", "allkeys-lru", "noeviction", "volatile-lfu", "volatile-lru", "volatile-ttl"}
)


def add_store(
    draft: SystemDraft, kind: StoreKind, name: str, service: Mapping[str, Any], remarks: Remarks
) -> None:
    """Adds the section, and tells what of the service is not carried over.

    Args:
        draft: The system.
        kind: What the image is.
        name: Name of the service in the compose file.
        service: What the compose file says of it.
        remarks: Where to tell.
    """
    image = parse_image(str(service.get("image", "")))
    variables = {key: value or "" for key, value in entries(service.get("environment")).items()}
    read = {"image", "environment"}
    match kind:
        case "database":
            draft.database, used = _database(draft.name, name, image, variables, remarks)
        case "cache":
            draft.cache, used = _cache(name, image, service, remarks)
            read.add("command")
        case "queue":
            draft.queue, used = _queue(name, image, variables, remarks)
        case "objects":
            draft.objects, used = True, set[str]()
    for variable in variables:
        if variable not in used:
            remarks.leave(f"{name}.environment.{variable}", *_variable(kind, variable))
    for key in service:
        if key not in read:
            remarks.leave(f"{name}.{key}", *_key(kind, key))


def _database(
    system: str, name: str, image: Image, variables: Mapping[str, str], remarks: Remarks
) -> tuple[DatabaseDraft, set[str]]:
    used = {
        *("POSTGRES_DB", "POSTGRES_USER"),
        *("POSTGRESQL_DATABASE", "POSTGRESQL_USERNAME"),
    }
    written = image.version[0] if image.version else None
    version = min(max(written or _USUAL_POSTGRES, _OLDEST_POSTGRES), _NEWEST_POSTGRES)
    if written != version:
        remarks.change(
            f"{name}.image",
            f"{'RDS offers 14 to 18' if written else 'names no major version'}, "
            f"so database.version is {version}",
            "change it there; a database that is to be moved must not be newer than it",
        )
    base = postgres_name(system)
    wanted = _first(variables, "POSTGRES_DB", "POSTGRESQL_DATABASE")
    database = postgres_name(wanted) or base
    if is_masters_name(database):
        database = base
    user = postgres_name(_first(variables, "POSTGRES_USER", "POSTGRESQL_USERNAME"))
    if is_masters_name(user):
        remarks.change(
            f"{name}.environment",
            f"the application gets a user of its own, {base}_user, that is not the master user "
            "(trap 28)",
            "nothing to do: what binds database.username gets it",
        )
        user = f"{base}_user"
    if wanted and wanted != database:
        remarks.change(
            f"{name}.environment",
            f"the database is called {database}",
            "nothing to do: what binds database.name gets it",
        )
    extensions = {"postgis": ("postgis",), "pgvector": ("vector",)}.get(image.last, ())
    if image.last == "timescaledb":
        remarks.leave(f"{name}.image", "RDS has no TimescaleDB", "partition tables with pg_partman")
    return DatabaseDraft(
        version=str(version), name=database, user=user, extensions=extensions
    ), used


def _cache(
    name: str, image: Image, service: Mapping[str, Any], remarks: Remarks
) -> tuple[CacheDraft, set[str]]:
    valkey = image.last == "valkey"
    written = image.version[0] if image.version and not valkey else None
    version = "6" if written == 6 else "7"
    if written is None or str(written) != version:
        reason = "ElastiCache offers Redis 6 and 7" if written or valkey else "names no version"
        remarks.change(
            f"{name}.image",
            f"{reason}, so cache.version is {version}",
            "see that the application works with it",
        )
    cache = CacheDraft(version=version)
    flags = _flags(service.get("command"))
    for flag, value in flags.items():
        place = f"{name}.command {flag}".strip()
        if flag == "--maxmemory" and (memory := _mebibytes(value)):
            cache.minimum_memory_mib = memory
        elif flag == "--maxmemory-policy" and value in _POLICIES:
            cache.max_memory_policy = value
        elif flag == "--requirepass":
            remarks.leave(
                place, "Slipway draws the password", "bind cache.password or cache.url to read it"
            )
        else:
            remarks.leave(
                place,
                "ElastiCache keeps no file and has settings of its own",
                "nothing to do for appendonly and save: snapshots are in the stack file",
            )
    return cache, set()


def _queue(
    name: str, image: Image, variables: Mapping[str, str], remarks: Remarks
) -> tuple[QueueDraft, set[str]]:
    major, minor = image.version or (None, None)
    version = "4.2" if major is not None and major >= 4 else "3.13"
    exact = (major, minor) in ((3, 13), (4, 2)) or (major in (3, 4) and minor is None)
    if not exact:
        remarks.change(
            f"{name}.image",
            f"Amazon MQ offers RabbitMQ 3.13 and 4.2, so queue.version is {version}",
            "see that the application works with it",
        )
    user = variables.get("RABBITMQ_DEFAULT_USER", "guest")
    if not re.fullmatch(r"[A-Za-z0-9_.-]{2,100}", user) or user == "guest":
        remarks.change(
            f"{name}.environment",
            "Amazon MQ has no user guest, so queue.user is admin",
            "nothing to do: what binds queue.username gets it",
        )
        user = "admin"
    return QueueDraft(version=version, user=user), {"RABBITMQ_DEFAULT_USER"}


def _variable(kind: StoreKind, variable: str) -> tuple[str, str]:
    if variable in _PASSWORDS:
        return "Slipway draws the password", f"bind {kind}.password or {kind}.url to read it"
    if variable in _MINIO_KEYS:
        return (
            "the tasks' own role opens the bucket (trap 14)",
            "let the client take AWS's default credentials, or see staticKeys in docs/config.md",
        )
    if variable == "RABBITMQ_DEFAULT_VHOST":
        return "a broker begins with the virtual host /", "let the application make another one"
    return f"{TITLES[kind]} has settings of its own", "nothing to do if its own are good"


def _key(kind: StoreKind, key: str) -> tuple[str, str]:
    title = TITLES[kind]
    match key:
        case "volumes" if kind == "database":
            return (
                "RDS keeps the data, and runs no scripts at the first start",
                "move data with pg_dump, and make tables in database.migration",
            )
        case "volumes":
            return f"{title} keeps the data", "nothing to do if the data may begin empty"
        case "ports" | "expose" | "networks" | "links":
            return "what is bound can be reached, and nothing else", "nothing to do"
        case "deploy" | "mem_limit" | "mem_reservation" | "cpus" | "scale":
            return f"how big {kind} is stands in the stack files", "nothing to do"
        case "env_file":
            return "is not read, for such files hold secrets", "nothing to do"
        case _:
            return f"{title} runs it", "nothing to do"


def _first(variables: Mapping[str, str], *names: str) -> str:
    values = (variables[name] for name in names if name in variables)
    return next((value for value in values if not missing(value)), "")


def _flags(command: Any) -> dict[str, str]:
    """Options of `redis-server` with their values; other words, such as a file's name, as well."""
    words = command_words(command or "")
    if words is None:
        return {"": ""}
    flags: dict[str, list[str]] = {}
    current = ""
    for word in words:
        if word.startswith("--"):
            current, _, value = word.partition("=")
            flags[current] = [value] if value else []
        elif current:
            flags[current].append(word)
        elif not word.endswith("-server"):
            flags[word] = []
    return {flag: " ".join(values) for flag, values in flags.items()}


def _mebibytes(text: str) -> int | None:
    try:
        return mebibytes(text)
    except UnitError:
        return None
