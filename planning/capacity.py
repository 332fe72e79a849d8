"""How much the offered sizes hold: connections of a database, memory of a cache node.

The tables are AWS's own (RDS instance classes, ElastiCache supported node types), read in
November 2026; a size that is not in them is not checked.
"""

from collections.abc import Mapping

_GIB = 1024**3
_BYTES_PER_CONNECTION = 9_531_392
"""RDS for PostgreSQL: max_connections = DBInstanceClassMemory / 9531392, at most 5,000."""
_MOST_CONNECTIONS = 5000
_WITHHELD = 0.1
"""RDS keeps up to a tenth of the memory for itself; measured, an m7g.large computes 901 and allows
832 (trap 27)."""
_RESERVED_CONNECTIONS = 10
"""For administrators, monitoring and replication."""

_SIZES_GIB: Mapping[str, float] = {
    "micro": 1,
    "small": 2,
    "medium": 4,
    "large": 8,
    "xlarge": 16,
    "2xlarge": 32,
    "4xlarge": 64,
    "8xlarge": 128,
    "12xlarge": 192,
    "16xlarge": 256,
    "24xlarge": 384,
}
_MEMORY_PER_FAMILY: Mapping[str, float] = {
    # Times the general-purpose memory of the same size.
    "t3": 1,
    "t4g": 1,
    "m5": 1,
    "m6g": 1,
    "m6i": 1,
    "m7g": 1,
    "m7i": 1,
    "m8g": 1,
    "r5": 2,
    "r6g": 2,
    "r6i": 2,
    "r7g": 2,
    "r7i": 2,
    "r8g": 2,
}
CACHE_MEMORY_GIB: Mapping[str, float] = {
    "cache.t3.micro": 0.5,
    "cache.t3.small": 1.37,
    "cache.t3.medium": 3.09,
    "cache.t4g.micro": 0.5,
    "cache.t4g.small": 1.37,
    "cache.t4g.medium": 3.09,
    "cache.m6g.large": 6.38,
    "cache.m6g.xlarge": 12.93,
    "cache.m6g.2xlarge": 26.04,
    "cache.m7g.large": 6.38,
    "cache.m7g.xlarge": 12.93,
    "cache.m7g.2xlarge": 26.04,
    "cache.r6g.large": 13.07,
    "cache.r6g.xlarge": 26.32,
    "cache.r6g.2xlarge": 52.82,
    "cache.r7g.large": 13.07,
    "cache.r7g.xlarge": 26.32,
    "cache.r7g.2xlarge": 52.82,
}
"""Usable memory of a node in GiB (trap 11)."""


def most_connections(instance_class: str) -> int | None:
    """How many connections applications may open to a PostgreSQL instance.

    Args:
        instance_class: For example `db.t4g.small`.

    Returns:
        The number, or None for a class that is not in the table.
    """
    _, family, size = instance_class.split(".")
    memory, factor = _SIZES_GIB.get(size), _MEMORY_PER_FAMILY.get(family)
    if memory is None or factor is None:
        return None
    usable = memory * factor * _GIB * (1 - _WITHHELD)
    return min(int(usable / _BYTES_PER_CONNECTION), _MOST_CONNECTIONS) - _RESERVED_CONNECTIONS


def smallest_class(family: str, connections: int) -> str | None:
    """The smallest class of a family, such as `db.t4g`, that allows so many connections."""
    for size in _SIZES_GIB:
        name = f"{family}.{size}"
        if (most_connections(name) or 0) >= connections:
            return name
    return None


def max_memory_policy(holds: tuple[str, ...]) -> str:
    """What a full cache evicts (trap 12).

    Args:
        holds: What is kept in it: `cache`, `sessions`, `queue`.

    Returns:
        `volatile-lru` when anything but a cache is in it, so that only keys with an end are
        evicted; `allkeys-lru` otherwise.
    """
    return "allkeys-lru" if set(holds) <= {"cache"} else "volatile-lru"
