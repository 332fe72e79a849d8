"""Pods fit into the subnets, or the preview says so."""

import dataclasses
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from model.description import Description
from model.environment import Switch
from model.load import load_files
from planning.addresses import free_addresses, needed_addresses
from planning.peak import peak

ROOT = Path(__file__).parents[2]
STAGING = load_files(ROOT, "staging", assume_secrets=True)


def with_replicas(replicas: int, **environment: Any) -> Description:
    """AegisX alone, with so many pods at the most."""
    settings = STAGING.environment.systems["aegisx"]
    api = settings.services["api"].model_copy(update={"max_replicas": replicas})
    changed = settings.model_copy(update={"services": {"api": api}})
    return dataclasses.replace(
        STAGING,
        systems={"aegisx": STAGING.systems["aegisx"]},
        environment=STAGING.environment.model_copy(
            update={"systems": {"aegisx": changed}, **environment}
        ),
    )


@given(st.integers(1, 999))
def test_more_pods_never_need_fewer_addresses(replicas: int) -> None:
    one, more = (needed_addresses(with_replicas(count)).total for count in (replicas, replicas + 1))
    assert replicas < one < more


@given(st.integers(1, 500))
def test_while_switching_tasks_take_addresses_too(replicas: int) -> None:
    switch = Switch(to="eks", percent=0)
    alone = needed_addresses(with_replicas(replicas, runtime="eks"))
    both_of = with_replicas(replicas, switch=switch)
    both = needed_addresses(both_of)
    tasks = peak(
        STAGING.systems["aegisx"].services["api"],
        both_of.environment.systems["aegisx"].services["api"],
        "fargate",
    )
    assert both.total == alone.total + tasks.steady + tasks.surge


@given(st.lists(st.integers(16, 28), min_size=1, max_size=3))
def test_aws_keeps_five_addresses_of_each_subnet(lengths: list[int]) -> None:
    ranges = [f"10.{index}.0.0/{length}" for index, length in enumerate(lengths)]
    assert free_addresses(ranges) == sum(2 ** (32 - length) - 5 for length in lengths)
