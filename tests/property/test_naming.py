"""Shortened names: within the limit, different, and always the same."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.naming import fit_name

# Hyphens are common, for where a name is cut they may pile up.
names = st.text("abc1-", max_size=80).map(lambda rest: f"a{rest}")
limits = st.integers(8, 64)
lengths_over = st.integers(1, 40)


@given(names, limits)
def test_a_name_never_exceeds_the_limit(name: str, limit: int) -> None:
    assert 0 < len(fit_name(name, limit)) <= limit


@given(names, limits)
def test_a_name_that_fits_is_kept(name: str, limit: int) -> None:
    fitting = name[:limit]

    assert fit_name(fitting, limit) == fitting


@given(names, limits)
def test_fitting_twice_changes_nothing(name: str, limit: int) -> None:
    fitted = fit_name(name, limit)

    assert fit_name(fitted, limit) == fitted


@given(names, limits)
def test_a_shortened_name_is_its_beginning_and_six_digits(name: str, limit: int) -> None:
    long = name + "x" * limit
    beginning, _, digest = fit_name(long, limit).rpartition("-")

    assert long.startswith(beginning)
    assert beginning
    assert re.fullmatch(r"[0-9a-f]{6}", digest)


@given(st.lists(names, min_size=2, max_size=20, unique=True), limits)
def test_long_names_stay_different(different: list[str], limit: int) -> None:
    long = [name for name in different if len(name) > limit]

    assert len({fit_name(name, limit) for name in long}) == len(long)


@given(names, st.lists(names, min_size=2, max_size=2, unique=True), limits)
def test_long_names_with_the_same_beginning_stay_different(
    start: str, ends: list[str], limit: int
) -> None:
    one, other = (start.ljust(limit, "x") + end for end in ends)

    assert fit_name(one, limit) != fit_name(other, limit)


@given(names, st.integers(max_value=7))
def test_refuses_a_limit_without_room(name: str, limit: int) -> None:
    with pytest.raises(ValueError, match=rf"limit {limit} leaves no room; use 8 or more"):
        fit_name(name, limit)
