"""Fargate sizes: what is chosen exists, is enough, and is the least that is."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.fargate import SIZES, TaskSizeError, fit_task_size

# CPU units to (least, most, step) of memory in MiB, as the ECS developer guide's table has it. Kept
# here a second time: a slip in planning's own table must not prove itself.
OFFERED = {
    512: (1024, 4096, 1024),
    1024: (2048, 8192, 1024),
    2048: (4096, 16384, 1024),
    4096: (8192, 30720, 1024),
    8192: (16384, 61440, 4096),
    16384: (32768, 122880, 8192),
}
LEGAL = {(256, 512), (256, 1024), (256, 2048)} | {
    (cpu, memory)
    for cpu, (least, most, step) in OFFERED.items()
    for memory in range(least, most + 1, step)
}
MOST_MILLICORES, MOST_MEBIBYTES = 16_000, 122_880

requests = st.tuples(st.integers(1, MOST_MILLICORES), st.integers(1, MOST_MEBIBYTES))


def is_enough(cpu_units: int, memory_mib: int, wanted: tuple[int, int]) -> bool:
    return cpu_units * 1000 >= wanted[0] * 1024 and memory_mib >= wanted[1]


def test_the_table_is_the_one_of_aws() -> None:
    assert {(size.cpu_units, size.memory_mib) for size in SIZES} == LEGAL


@pytest.mark.acceptance("trap-25")
@given(requests)
def test_the_size_exists_and_is_enough(wanted: tuple[int, int]) -> None:
    size = fit_task_size(*wanted)

    assert (size.cpu_units, size.memory_mib) in LEGAL
    assert is_enough(size.cpu_units, size.memory_mib, wanted)


@given(requests)
def test_no_smaller_size_is_enough(wanted: tuple[int, int]) -> None:
    size = fit_task_size(*wanted)

    # Tuples compare processors first, then memory: that is the order of "smaller" here.
    assert (size.cpu_units, size.memory_mib) == min(
        offered for offered in LEGAL if is_enough(*offered, wanted)
    )


@given(st.sampled_from(sorted(LEGAL)))
def test_a_size_that_exists_is_kept(size: tuple[int, int]) -> None:
    found = fit_task_size(size[0] * 1000 // 1024, size[1])

    assert (found.cpu_units, found.memory_mib) == size


@given(st.lists(st.integers(1, MOST_MILLICORES), min_size=2, max_size=5), st.integers(1, 122_880))
def test_more_processor_never_gives_fewer_units(millicores: list[int], memory: int) -> None:
    sizes = [fit_task_size(cpu, memory).cpu_units for cpu in sorted(millicores)]

    assert all(smaller <= larger for smaller, larger in pairwise(sizes))


@given(
    st.one_of(
        st.tuples(st.integers(MOST_MILLICORES + 1, 10**9), st.integers(1, 10**9)),
        st.tuples(st.integers(1, 10**9), st.integers(MOST_MEBIBYTES + 1, 10**9)),
    )
)
def test_refuses_what_no_task_has(wanted: tuple[int, int]) -> None:
    with pytest.raises(TaskSizeError, match=f"{wanted[0]}m and {wanted[1]} MiB"):
        fit_task_size(*wanted)
