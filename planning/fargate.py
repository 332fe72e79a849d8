"""Which task sizes Fargate offers (ECS developer guide, task definition parameters, task size)."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class TaskSize:
    """A size that Fargate offers."""

    cpu_units: int
    """1,024 units are one processor."""
    memory_mib: int
    """Memory in MiB."""


def _sizes() -> tuple[TaskSize, ...]:
    gib = 1024
    offered = {
        256: [512, 1 * gib, 2 * gib],
        512: [each * gib for each in range(1, 5)],
        1024: [each * gib for each in range(2, 9)],
        2048: [each * gib for each in range(4, 17)],
        4096: [each * gib for each in range(8, 31)],
        8192: [each * gib for each in range(16, 61, 4)],
        16384: [each * gib for each in range(32, 121, 8)],
    }
    return tuple(
        TaskSize(cpu_units=cpu, memory_mib=memory)
        for cpu, memories in offered.items()
        for memory in memories
    )


SIZES = _sizes()
"""All sizes, the smallest first."""


def fit_task_size(cpu_millicores: int, memory_mib: int) -> TaskSize:
    """Finds the smallest size that holds a container's limits (trap 25).

    Args:
        cpu_millicores: Thousandths of a processor that the container may use.
        memory_mib: MiB that the container may use.

    Returns:
        The size with the fewest processors, then the least memory.

    Raises:
        ValueError: No size is big enough; the text names the biggest.
    """
    for size in SIZES:
        if size.cpu_units * 1000 >= cpu_millicores * 1024 and size.memory_mib >= memory_mib:
            return size
    biggest = SIZES[-1]
    raise ValueError(
        f"write at most {biggest.cpu_units // 1024} processors and {biggest.memory_mib // 1024}Gi"
    )
