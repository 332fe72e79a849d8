"""Fargate sizes: only some pairs of processor and memory exist.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
"""

from dataclasses import dataclass

_SIZES: dict[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16384 + 1, 1024)),
    4096: tuple(range(8192, 30720 + 1, 1024)),
    8192: tuple(range(16384, 61440 + 1, 4096)),
    16384: tuple(range(32768, 122880 + 1, 8192)),
}
"""Memory in MiB that may go with each number of CPU units."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskSize:
    """A pair that Fargate offers."""

    cpu_units: int
    """1024 are one processor."""
    memory_mib: int


SIZES = tuple(
    TaskSize(cpu_units=cpu_units, memory_mib=memory_mib)
    for cpu_units, memories in _SIZES.items()
    for memory_mib in memories
)
"""Every pair that Fargate offers, by CPU units and then by memory."""


class TaskSizeError(ValueError):
    """Fargate has no task as large as that."""


def fit_task_size(cpu_millicores: int, memory_mib: int) -> TaskSize:
    """Finds the smallest Fargate size that gives what a container may take.

    The limits count, not the requests: a Fargate task shares its machine with none, so there is
    nothing to burst into (trap 25, table F).

    Args:
        cpu_millicores: Processor in thousandths; 1000 are 1024 units.
        memory_mib: Memory.

    Returns:
        The fewest CPU units that have enough memory, with the least memory that is enough.

    Raises:
        TaskSizeError: It needs more than 16 processors or 120 GiB.
    """
    units = -(-cpu_millicores * 1024 // 1000)
    for size in SIZES:
        if size.cpu_units >= units and size.memory_mib >= memory_mib:
            return size
    raise TaskSizeError(f"no Fargate task has {cpu_millicores}m and {memory_mib} MiB")
