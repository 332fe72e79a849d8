"""The sizes that a task may have on Fargate; a part of what runs tasks."""

from typing import Any

from components.errors import require
from planning.fargate import SIZES


def require_size(args: Any) -> None:
    """Refuses a pair of processor and memory that Fargate does not have (trap 25).

    Args:
        args: The args object, `self` in its `__post_init__`, with `cpu_units` and `memory_mib`.

    Raises:
        ArgumentError: There is no such processor, or it does not come with this memory.
    """
    processors = dict.fromkeys(size.cpu_units for size in SIZES)
    require(
        args,
        "cpu_units",
        args.cpu_units in processors,
        f"use one of {', '.join(map(str, processors))}",
    )
    memories = [size.memory_mib for size in SIZES if size.cpu_units == args.cpu_units]
    require(
        args,
        "memory_mib",
        args.memory_mib in memories,
        f"use one of {', '.join(map(str, memories))} (MiB) with {args.cpu_units} CPU units",
    )
