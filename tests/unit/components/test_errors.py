"""How components refuse arguments."""

from dataclasses import dataclass

import pulumi
import pytest

from components.errors import ArgumentError, require
from components.log_retention import RETENTION_DAYS, require_retention
from components.secret_recovery import require_recovery


@dataclass(frozen=True)
class ShelfArgs:
    days: int


def test_require_lets_a_good_value_pass() -> None:
    require(ShelfArgs(days=3), "days", True, "use 3 (days)")


def test_require_names_component_field_value_and_remedy() -> None:
    with pytest.raises(ArgumentError) as refused:
        require(ShelfArgs(days=9), "days", False, "use 1 to 3 (days)")
    assert str(refused.value) == "Shelf: days=9 is not allowed; use 1 to 3 (days)"
    assert (refused.value.component, refused.value.field) == ("Shelf", "days")
    assert (refused.value.value, refused.value.remedy) == (9, "use 1 to 3 (days)")


def test_an_argument_error_ends_the_program_without_stack_trace() -> None:
    assert issubclass(ArgumentError, pulumi.RunError)


@pytest.mark.parametrize("days", RETENTION_DAYS)
def test_retention_takes_what_cloudwatch_takes(days: int) -> None:
    require_retention(ShelfArgs(days=days), "days")


def test_fails_when_cloudwatch_does_not_know_the_retention() -> None:
    with pytest.raises(ArgumentError) as refused:
        require_retention(ShelfArgs(days=10), "days")
    assert str(refused.value) == (
        "Shelf: days=10 is not allowed; use one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365,"
        " 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 (days)"
    )


@pytest.mark.parametrize("days", [0, 7, 30])
def test_recovery_takes_what_secrets_manager_takes(days: int) -> None:
    require_recovery(ShelfArgs(days=days), "days")


@pytest.mark.parametrize("days", [-1, 1, 6, 31])
def test_fails_when_secrets_manager_does_not_know_the_recovery(days: int) -> None:
    with pytest.raises(ArgumentError) as refused:
        require_recovery(ShelfArgs(days=days), "days")
    assert str(refused.value) == (
        f"Shelf: days={days} is not allowed; use 0 to delete at once, or 7 to 30 (days)"
    )
