"""Writes `systems/<name>.yaml` in the order and the style of the files that are there."""

from collections.abc import Mapping

from model.quantity import format_cpu, format_memory
from tools.new_system.draft import Check, ServiceDraft, SystemDraft
from tools.new_system.yaml_text import Block, Node, Noted, lines

SCHEMA = "# yaml-language-server: $schema=../docs/schema/system.schema.json"
USUAL_GRACE_SECONDS = 60
_STARTUP_PERIOD_SECONDS = 5


def system_text(draft: SystemDraft) -> str:
    """Writes the file's text.

    Args:
        draft: The system.
    """
    head = [
        SCHEMA,
        f"# {draft.source}",
        "# docs/config.md explains every key. Each default and each guess says so: change it.",
        *lines({"name": draft.name, "description": draft.description}),
    ]
    services: list[str] = []
    for service in draft.services.values():
        services += [*lines({service.name: Block(_service(service))}, 2), ""]
    stores = lines(_stores(draft))
    return "\n".join([*head, "", "services:", *services, *stores]).rstrip("\n") + "\n"


def _service(service: ServiceDraft) -> dict[str, Node]:
    """The entries of a service, those that it does not need left out."""
    entries: dict[str, Node] = {
        "description": service.description,
        "image": service.image,
        "command": list(service.command) or None,
        "port": service.port,
        "user": service.user,
        "size": {
            "cpu": dict(zip(("request", "limit"), map(format_cpu, service.cpu), strict=True)),
            "memory": dict(
                zip(("request", "limit"), map(format_memory, service.memory), strict=True)
            ),
        },
        "replicas": _replicas(service),
        "probes": _probes(service),
        "containerHealthCheck": _check(service.check),
        "public": _public(service),
        "internal": {"protocol": service.internal} if service.internal else None,
        "shutdown": {"drainSeconds": service.drain_seconds} if service.drain_seconds else None,
        "openFiles": service.open_files,
        "systemControls": service.system_controls or None,
        "env": service.env or None,
        "bind": Block(service.bind) if service.bind else None,
        "secrets": Block(service.secrets) if service.secrets else None,
        "databasePool": {"maximumVariable": service.pool_variable}
        if service.pool_variable
        else None,
    }
    return {
        key: Noted(value, service.notes[key]) if key in service.notes else value
        for key, value in entries.items()
        if value is not None
    }


def _replicas(service: ServiceDraft) -> Mapping[str, Node]:
    fewest, most = service.replicas
    aim: dict[str, Node] = {"targetCpuPercent": 70} if fewest < most else {}
    return {"min": fewest, "max": most, **aim}


def _probes(service: ServiceDraft) -> Mapping[str, Node] | None:
    if service.start_seconds <= USUAL_GRACE_SECONDS or not service.port:
        return None
    path = service.check.path if service.check else service.health_path
    failures = -(-service.start_seconds // _STARTUP_PERIOD_SECONDS)
    return {
        "startup": {
            "path": path,
            "periodSeconds": _STARTUP_PERIOD_SECONDS,
            "timeoutSeconds": _STARTUP_PERIOD_SECONDS - 2,
            "failureThreshold": failures,
        }
    }


def _check(check: Check | None) -> Mapping[str, Node] | None:
    if check is None:
        return None
    start: dict[str, Node] = (
        {"startPeriodSeconds": check.start_period_seconds} if check.start_period_seconds else {}
    )
    return {
        "path": check.path,
        "intervalSeconds": check.interval_seconds,
        "timeoutSeconds": check.timeout_seconds,
        "retries": check.retries,
        **start,
        "command": check.command,
    }


def _public(service: ServiceDraft) -> Mapping[str, Node] | None:
    if not service.paths:
        return None
    return Block(
        paths=list(service.paths),
        healthCheck={"path": service.health_path, "intervalSeconds": 10, "timeoutSeconds": 5},
        deny=Noted(
            [f"{path.rstrip('/')}/metrics" for path in service.paths],
            "a default: metrics are for the inside only (trap 33)",
        ),
    )


def _stores(draft: SystemDraft) -> dict[str, Node]:
    stores: dict[str, Node] = {}
    if draft.database:
        database = draft.database
        entries: dict[str, Node] = {
            "engine": "postgres",
            "version": database.version,
            "name": database.name,
            "user": database.user,
        }
        if database.extensions:
            entries["extensions"] = list(database.extensions)
        if database.migration:
            service, command = database.migration
            entries["migration"] = {"service": service, "command": list(command)}
        stores["database"] = _noted(
            Block(entries) if database.migration else entries, database.note
        )
    if draft.cache:
        cache = draft.cache
        entries = {"version": cache.version, "holds": list(cache.holds)}
        if cache.minimum_memory_mib:
            entries["minimumMemory"] = format_memory(cache.minimum_memory_mib)
        if cache.max_memory_policy:
            entries["maxMemoryPolicy"] = cache.max_memory_policy
        stores["cache"] = _noted(entries, cache.note)
    if draft.queue:
        queue = {"engine": "rabbitmq", "version": draft.queue.version, "user": draft.queue.user}
        stores["queue"] = _noted(queue, draft.queue.note)
    if draft.objects:
        stores["objects"] = {}
    return stores


def _noted(value: Node, note: str) -> Node:
    return Noted(value, note) if note else value
