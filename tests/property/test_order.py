"""The order of a deploy: whoever is called is there before whoever calls."""

import random
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.service import Service
from planning.order import CircleError, deploy_order

Calls = dict[str, frozenset[str]]

NAMES = "abcdefgh"


@cache
def service(calls: frozenset[str]) -> Service:
    """A service that calls others; nothing else of it matters here."""
    bound = {f"CALLS_{name}": f"services.{name}.url" for name in calls}
    return Service.model_construct(bind=bound)


def services(calls: Calls) -> dict[str, Service]:
    return {name: service(called) for name, called in calls.items()}


@st.composite
def trees(draw: st.DrawFn) -> Calls:
    """Services without a circle: each calls only some of those that were made up before it."""
    names = draw(st.permutations(NAMES))[: draw(st.integers(0, len(NAMES)))]
    made = {
        name: draw(st.frozensets(st.sampled_from(names[:index]))) if index else frozenset[str]()
        for index, name in enumerate(names)
    }
    return {name: made[name] for name in draw(st.permutations(names))}


@given(trees())
def test_every_service_is_behind_all_that_it_calls(calls: Calls) -> None:
    order = deploy_order(services(calls))

    assert sorted(order) == sorted(calls)
    for index, name in enumerate(order):
        assert calls[name] <= set(order[:index])


@given(trees(), st.randoms(use_true_random=False))
def test_the_order_of_the_file_does_not_matter(calls: Calls, shuffler: random.Random) -> None:
    names = list(calls)
    shuffler.shuffle(names)

    assert deploy_order(services({name: calls[name] for name in names})) == deploy_order(
        services(calls)
    )


@given(trees())
def test_services_that_call_nobody_come_first_by_the_alphabet(calls: Calls) -> None:
    alone = sorted(name for name, called in calls.items() if not called)

    assert list(deploy_order(services(calls)))[: len(alone)] == alone


@given(trees(), st.lists(st.sampled_from("stuvwxyz"), min_size=1, max_size=5, unique=True))
def test_a_circle_is_refused_and_told_as_a_walk_along_its_calls(
    calls: Calls, circle: list[str]
) -> None:
    # The circle beside and below a tree, each of its services calling the next one.
    ring = {
        name: frozenset({circle[(index + 1) % len(circle)]}) for index, name in enumerate(circle)
    }
    both = {**{name: called | {circle[0]} for name, called in calls.items()}, **ring}

    with pytest.raises(CircleError) as caught:
        deploy_order(services(both))

    walk = caught.value.circle
    assert walk[0] == walk[-1]
    assert set(walk) == set(circle)
    assert len(walk) == len(circle) + 1
    assert all(following in both[one] for one, following in pairwise(walk))
