"""The tables meet what was measured; the laws are in tests/property."""

import gzip
import json
from importlib.resources import files
from typing import Any

import pytest

from planning.capacity import (
    instance_classes,
    max_memory_policy,
    memory_gib,
    node_types,
    pooled_connections,
    usable_cache_mib,
    usable_connections,
)


@pytest.mark.acceptance("trap-27")
@pytest.mark.parametrize(
    ("instance_class", "measured"), [("db.t3.micro", 80), ("db.m7g.large", 832)]
)
def test_connections_are_just_below_what_was_measured(instance_class: str, measured: int) -> None:
    assert measured * 0.9 <= usable_connections(instance_class) < measured


@pytest.mark.acceptance("trap-27")
def test_aegisx_at_its_largest_needs_more_than_the_guide_says() -> None:
    assert pooled_connections(10, 10 + 1) == 110
    assert pooled_connections(10, 10 + 3) == 130


@pytest.mark.acceptance("trap-11")
def test_two_gibibytes_fit_the_medium_node_and_not_the_small_one() -> None:
    assert usable_cache_mib("cache.t4g.small") < 2048 <= usable_cache_mib("cache.t4g.medium")


@pytest.mark.parametrize(
    ("holds", "policy"),
    [
        (("cache",), "allkeys-lru"),
        (("cache", "sessions"), "volatile-lru"),
        (("queue",), "volatile-lru"),
    ],
)
def test_only_a_pure_cache_may_drop_anything(holds: tuple[str, ...], policy: str) -> None:
    assert max_memory_policy(holds) == policy


def test_names_are_aws_names() -> None:
    assert {"db.t4g.small", "db.m7g.large", "db.r7g.16xlarge"} <= set(instance_classes())
    assert {"cache.t4g.micro", "cache.r7g.large"} <= set(node_types())
    assert len(set(instance_classes())) == len(instance_classes())


def test_databases_have_the_memory_of_ec2s_machine_of_that_name() -> None:
    listed = files("moto") / "ec2/resources/instance_types.json.gz"
    machines: dict[str, Any] = json.loads(gzip.decompress(listed.read_bytes()))

    assert {name: memory_gib(name) * 1024 for name in instance_classes()} == {
        name: machines[name.removeprefix("db.")]["MemoryInfo"]["SizeInMiB"]
        for name in instance_classes()
    }
