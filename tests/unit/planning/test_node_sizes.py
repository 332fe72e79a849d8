"""What the name of an instance type says of its size; the numbers are those of AWS's tables."""

import pytest

from planning.node_sizes import most_memory_gib, most_processors


@pytest.mark.parametrize(
    ("name", "processors"),
    [
        ("t3.medium", 2),
        ("m7i.large", 2),
        ("m7i-flex.xlarge", 4),
        ("c4.8xlarge", 36),
        ("r8i.96xlarge", 384),
        ("m7i.metal-24xl", 96),
        ("m5.metal", None),
        ("u7i-6tb.112xlarge", 448),
    ],
)
def test_size_tells_the_processors(name: str, processors: int | None) -> None:
    assert most_processors(name) == processors


@pytest.mark.parametrize(
    ("name", "gib"),
    [
        ("c7i.large", 4),
        ("m7i-flex.2xlarge", 32),
        ("r8i.96xlarge", 3072),
        ("t3.xlarge", 16),
        ("c5n.large", None),
        ("x2iedn.xlarge", None),
        ("m5.metal", None),
    ],
)
def test_family_tells_the_memory(name: str, gib: int | None) -> None:
    assert most_memory_gib(name) == gib
