"""Writes a system's entry in `slipway:systems`: small where safety is relaxed, else for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from model.environment import Environment
from planning import capacity
from planning.rollout import plan_rollout, task_surge
from planning.windows import DAY, parse_daily
from tools.new_system.draft import ServiceDraft, SystemDraft
from tools.new_system.yaml_text import Block, Noted, lines

INDENT = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Sizes:
    """How big and how safe the parts of a new system are."""

    most_tasks: int | None
    """Most tasks of a service; none for what the system file says."""
    fewest_tasks: int
    exec_enabled: bool
    instance_classes: Sequence[str]
    """The first one with enough connections is taken; so with the cache's memory."""
    storage_gib: tuple[int, int]
    """At first, and at most."""
    node_types: Sequence[str]
    queue_type: Mapping[str, str]
    """By RabbitMQ's version: 4.2 runs on the family m7g only."""
    queue_deployment: str
    copies: int
    """Copies of database and cache in other zones."""
    snapshot_days: int
    database_days: int
    object_days: int
    protected: bool


_CLASSES = ("small", "medium", "large", "xlarge", "2xlarge")
SIZES: Mapping[str, Sizes] = {
    "relaxed": Sizes(
        most_tasks=2,
        fewest_tasks=1,
        exec_enabled=True,
        instance_classes=[f"db.t4g.{size}" for size in _CLASSES],
        storage_gib=(20, 100),
        node_types=("cache.t4g.small", "cache.t4g.medium", "cache.m7g.large", "cache.m7g.xlarge"),
        queue_type={"3.13": "mq.t3.micro", "4.2": "mq.m7g.medium"},
        queue_deployment="single-instance",
        copies=0,
        snapshot_days=1,
        database_days=7,
        object_days=7,
        protected=False,
    ),
    "strict": Sizes(
        most_tasks=None,
        fewest_tasks=2,
        exec_enabled=False,
        instance_classes=["db.t4g.medium", *(f"db.m7g.{size}" for size in _CLASSES[2:])],
        storage_gib=(50, 500),
        node_types=("cache.t4g.small", "cache.t4g.medium", "cache.m7g.large", "cache.m7g.xlarge"),
        queue_type={"3.13": "mq.m7g.large", "4.2": "mq.m7g.large"},
        queue_deployment="cluster",
        copies=1,
        snapshot_days=7,
        database_days=30,
        object_days=30,
        protected=True,
    ),
}
"""By the stack's `slipway:safety`."""


def settings_text(draft: SystemDraft, environment: Environment, host: str) -> str:
    """Writes the entry, indented as it stands in the file.

    Args:
        draft: The system.
        environment: The stack that gets it.
        host: Host name of the system there.
    """
    sizes = SIZES[environment.safety]
    shift = _hours_apart(environment.backup.daily_at)
    tasks = {name: _tasks(service, sizes) for name, service in draft.services.items()}
    entries = Block(
        host=host,
        images={name: service.tag for name, service in draft.services.items()},
        services=Block(
            {
                name: Block(
                    minReplicas=fewest,
                    maxReplicas=most,
                    env={},
                    execEnabled=sizes.exec_enabled,
                )
                for name, (fewest, most) in tasks.items()
            }
        ),
    )
    if draft.database:
        entries["database"] = _database(draft, sizes, tasks, shift)
    if draft.cache:
        entries["cache"] = _cache(draft.cache.minimum_memory_mib or 0, sizes, shift)
    if draft.queue:
        entries["queue"] = Block(
            instanceType=sizes.queue_type[draft.queue.version],
            deployment=sizes.queue_deployment,
            maintenanceWindow="sun:05:00",
            deletionProtection=sizes.protected,
        )
    if draft.objects:
        entries["objects"] = Block(expirationDays=None, noncurrentDays=sizes.object_days)
    entry = {draft.name: Noted(entries, f"systems/{draft.name}.yaml")}
    return "\n".join(lines(entry, INDENT)) + "\n"


def _tasks(service: ServiceDraft, sizes: Sizes) -> tuple[int, int]:
    fewest, most = service.replicas
    scales = fewest < most
    if sizes.most_tasks is not None:
        return sizes.fewest_tasks, sizes.most_tasks if scales else sizes.fewest_tasks
    return max(fewest, sizes.fewest_tasks), max(most, sizes.fewest_tasks)


def _database(
    draft: SystemDraft, sizes: Sizes, tasks: Mapping[str, tuple[int, int]], shift: int
) -> Block:
    needed = sum(_connections(service, *tasks[name]) for name, service in draft.services.items())
    # The last one, if none is enough: then the check that follows says what is missing.
    instance_class = next(
        (name for name in sizes.instance_classes if capacity.usable_connections(name) >= needed),
        sizes.instance_classes[-1],
    )
    usable = capacity.usable_connections(instance_class)
    storage, most = sizes.storage_gib
    return Block(
        instanceClass=Noted(
            instance_class,
            f"{usable} connections, of which the tasks may open {needed}" if needed else "",
        ),
        storageGib=storage,
        maxStorageGib=most,
        multiAz=sizes.copies > 0,
        backupRetentionDays=sizes.database_days,
        backupWindow=_daily(shift, 180, 240),
        maintenanceWindow=_weekly(shift, 270, 330),
        deletionProtection=sizes.protected,
        finalSnapshot=sizes.protected,
        performanceInsights=True,
        monitoringIntervalSeconds=60,
        readReplicas=0,
    )


def _connections(service: ServiceDraft, fewest: int, most: int) -> int:
    value = service.env.get(service.pool_variable or "", "0")
    surge = task_surge(most, plan_rollout(fewest, 1, 0).maximum_percent)
    return capacity.pooled_connections(int(value), most + surge)


def _cache(minimum_memory_mib: int, sizes: Sizes, shift: int) -> Block:
    node_type = next(
        (
            name
            for name in sizes.node_types
            if capacity.usable_cache_mib(name) >= minimum_memory_mib
        ),
        sizes.node_types[-1],
    )
    return Block(
        nodeType=node_type,
        replicas=sizes.copies,
        snapshotRetentionDays=sizes.snapshot_days,
        snapshotWindow=_daily(shift, 120, 180),
        maintenanceWindow=_weekly(shift, 330, 390),
        deletionProtection=sizes.protected,
    )


def _hours_apart(daily_at: str) -> int:
    """Hours by which the usual windows move, so that AWS Backup can start when it should.

    It cannot in a window of RDS, nor in the hour before: 02:00 to 05:30 as they are.
    """
    start = parse_daily(f"{daily_at}-{daily_at}").start
    return 0 if not 120 <= start < 330 else 8


def _daily(shift: int, start: int, end: int) -> str:
    return f"{_clock(start + shift * 60)}-{_clock(end + shift * 60)}"


def _weekly(shift: int, start: int, end: int) -> str:
    return f"sun:{_clock(start + shift * 60)}-sun:{_clock(end + shift * 60)}"


def _clock(minute: int) -> str:
    assert 0 <= minute < DAY  # noqa: S101 (a shift of 8 hours leaves every window on its day)
    return f"{minute // 60:02}:{minute % 60:02}"
