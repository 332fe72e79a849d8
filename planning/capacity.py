"""How many connections a database takes, how much a cache holds, and what it drops when full.

Sources: the RDS user guide, "DB instance class types", and the ElastiCache user guide, "Redis OSS
node-type specific parameters" (maxmemory). A test compares the databases' memory with EC2's own
list; nothing offline confirms the nodes' above the medium size, so ask ElastiCache before you rely
on the last MiB of those.
"""

from collections.abc import Collection

_BURSTABLE_GIB = {"micro": 1, "small": 2, "medium": 4, "large": 8, "xlarge": 16, "2xlarge": 32}
_GENERAL_GIB = {
    **{"large": 8, "xlarge": 16, "2xlarge": 32, "4xlarge": 64, "8xlarge": 128},
    **{"12xlarge": 192, "16xlarge": 256},
}
_MEMORY_GIB = {size: 2 * gib for size, gib in _GENERAL_GIB.items()}
_LARGEST_GENERAL_GIB = {**_GENERAL_GIB, "24xlarge": 384}
_LARGEST_MEMORY_GIB = {**_MEMORY_GIB, "24xlarge": 768}
_DATABASE_GIB = {
    **dict.fromkeys(("t3", "t4g"), _BURSTABLE_GIB),
    **dict.fromkeys(("m6g", "m7g"), _GENERAL_GIB),
    **dict.fromkeys(("m5", "m6i", "m7i", "m8g"), _LARGEST_GENERAL_GIB),
    **dict.fromkeys(("r6g", "r7g"), _MEMORY_GIB),
    **dict.fromkeys(("r5", "r6i", "r7i", "r8g"), _LARGEST_MEMORY_GIB),
}

_CACHE_SMALL_MIB = {"micro": 512, "small": 1402, "medium": 3164}
_CACHE_GENERAL_MIB = {
    **{"large": 6533, "xlarge": 13240, "2xlarge": 26665, "4xlarge": 53514, "8xlarge": 106168},
    **{"12xlarge": 160891, "16xlarge": 214579},
}
_CACHE_MEMORY_MIB = {
    **{"large": 13384, "xlarge": 26952, "2xlarge": 54088, "4xlarge": 108349, "8xlarge": 214579},
    **{"12xlarge": 325396, "16xlarge": 429148},
}
_CACHE_MIB = {
    **dict.fromkeys(("t3", "t4g"), _CACHE_SMALL_MIB),
    **dict.fromkeys(("m5", "m6g", "m7g"), _CACHE_GENERAL_MIB),
    **dict.fromkeys(("r5", "r6g", "r7g"), _CACHE_MEMORY_MIB),
}

_BYTES_PER_CONNECTION = 9531392
"""RDS sets max_connections to LEAST(DBInstanceClassMemory / this, 5000)."""

_KEPT_CONNECTIONS = 5
"""Three that PostgreSQL keeps for the superuser and two that RDS keeps for itself."""


def instance_classes() -> tuple[str, ...]:
    """Every database class whose memory is known."""
    return tuple(f"db.{family}.{size}" for family, sizes in _DATABASE_GIB.items() for size in sizes)


def node_types() -> tuple[str, ...]:
    """Every cache node type whose memory is known."""
    return tuple(f"cache.{family}.{size}" for family, sizes in _CACHE_MIB.items() for size in sizes)


def memory_gib(instance_class: str) -> int:
    """Memory of a database class.

    Args:
        instance_class: One of `instance_classes`.
    """
    _, family, size = instance_class.split(".")
    return _DATABASE_GIB[family][size]


def usable_connections(instance_class: str) -> int:
    """Connections that a PostgreSQL database of this class gives to applications.

    RDS counts only the memory that its own processes leave. They take a quarter GiB and about 5 %:
    that meets what was measured (db.t3.micro about 80, db.m7g.large 832; trap 27) from below.

    Args:
        instance_class: One of `instance_classes`.
    """
    memory = memory_gib(instance_class) * 1024**3
    free = memory * 95 // 100 - 1024**3 // 4
    return min(free // _BYTES_PER_CONNECTION, 5000) - _KEPT_CONNECTIONS


def pooled_connections(pool_maximum: int, tasks: int) -> int:
    """Connections that a service opens at most.

    Args:
        pool_maximum: Connections of one task.
        tasks: Most tasks that there may be at one time, those that roll out included.
    """
    return pool_maximum * tasks


def usable_cache_mib(node_type: str) -> int:
    """Memory for data of a cache node: ElastiCache keeps a quarter for snapshots and failover.

    Args:
        node_type: One of `node_types`.
    """
    _, family, size = node_type.split(".")
    return _CACHE_MIB[family][size] * 3 // 4


def max_memory_policy(holds: Collection[str]) -> str:
    """What Redis throws away when it is full, as its `maxmemory-policy`.

    Args:
        holds: What is in it: `cache`, `sessions`, `queue`.

    Returns:
        `volatile-lru`, which only takes what has an expiry, if sessions or queues are in it, for
        nobody can compute those again; `allkeys-lru` for a pure cache (trap 12).
    """
    return "volatile-lru" if {"sessions", "queue"} & set(holds) else "allkeys-lru"
