"""Listener priorities: every public service has its own, and AWS takes them."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.priorities import (
    RULES_PER_SERVICE,
    SERVICES_PER_SYSTEM,
    PriorityError,
    plan_priorities,
    rule_order,
)

# Few and short: the laws are about numbers and order, and large maps take long to make up.
names = st.text("abc", min_size=1, max_size=3)
path_lists = st.lists(st.sampled_from(["/", "/a", "/bc", "/def"]), min_size=1, max_size=2)
services = st.dictionaries(names, path_lists, max_size=3)
many_systems = st.dictionaries(names, services, max_size=5)

Systems = dict[str, dict[str, list[str]]]


def firsts(systems: Systems) -> list[int]:
    return sorted(first for plan in plan_priorities(systems).values() for first in plan.values())


@given(many_systems)
def test_every_public_service_has_priorities(systems: Systems) -> None:
    found = {system: set(plan) for system, plan in plan_priorities(systems).items()}

    assert found == {system: set(public) for system, public in systems.items()}


@given(st.sets(st.integers(0, 10**6), max_size=200))
def test_no_two_services_share_a_priority_however_many_systems_meet(numbers: set[int]) -> None:
    found = firsts({f"system-{number}": {"api": ["/"], "web": ["/"]} for number in numbers})

    assert all(one + RULES_PER_SERVICE <= following for one, following in pairwise(found))
    assert all(first >= 1 and first + RULES_PER_SERVICE - 1 <= 50_000 for first in found)


@given(many_systems)
def test_longer_paths_of_a_system_are_asked_first(systems: Systems) -> None:
    for system, plan in plan_priorities(systems).items():
        asked = sorted((first, name) for name, first in plan.items())
        lengths = [max(map(len, systems[system][name])) for _, name in asked]
        assert lengths == sorted(lengths, reverse=True)


@given(many_systems)
def test_priorities_follow_the_rule_order(systems: Systems) -> None:
    for system, plan in plan_priorities(systems).items():
        assert sorted(plan, key=plan.__getitem__) == rule_order(systems[system])


@given(services, st.randoms(use_true_random=False))
def test_the_rule_order_names_each_service_once_and_knows_no_order_of_the_file(
    public: dict[str, list[str]], shuffler: random.Random
) -> None:
    shuffled = list(public.items())
    shuffler.shuffle(shuffled)

    assert sorted(rule_order(public)) == sorted(public)
    assert rule_order(dict(shuffled)) == rule_order(public)


@given(many_systems, st.randoms(use_true_random=False))
def test_the_order_of_files_does_not_matter(systems: Systems, shuffler: random.Random) -> None:
    shuffled = list(systems.items())
    shuffler.shuffle(shuffled)

    assert plan_priorities(dict(shuffled)) == plan_priorities(systems)


@given(many_systems, services)
def test_a_system_at_the_end_of_the_alphabet_moves_no_other(
    systems: Systems, added: dict[str, list[str]]
) -> None:
    after = plan_priorities({**systems, "z": added})

    assert {system: after[system] for system in systems} == plan_priorities(systems)


@given(st.integers(SERVICES_PER_SYSTEM + 1, 40))
def test_refuses_more_services_than_there_is_room_for(count: int) -> None:
    with pytest.raises(PriorityError, match=f"shop has {count} public services"):
        plan_priorities({"shop": {f"service-{index}": ["/"] for index in range(count)}})
