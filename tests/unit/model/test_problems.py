"""How problems are told."""

import pytest

from model.problems import DescriptionError, Place, Problem, closest, known_names, listed, shown


def problem(value: str = "0") -> Problem:
    return Problem(
        "Pulumi.staging.yaml", "slipway:network.cidrBlock", value, "is too small", "write 1 (days)"
    )


def test_a_problem_reads_place_value_reason_remedy() -> None:
    assert str(problem()) == (
        "Pulumi.staging.yaml, slipway:network.cidrBlock: 0 is too small; write 1 (days)"
    )


def test_a_problem_without_value_or_path_leaves_them_out() -> None:
    assert str(Problem("a.yaml", "", "", "does not exist", "write it")) == (
        "a.yaml: does not exist; write it"
    )


def test_an_error_numbers_its_problems() -> None:
    assert str(DescriptionError([problem("0"), problem("-1")])) == (
        "2 problems in the description; nothing was created:\n"
        "  1. Pulumi.staging.yaml, slipway:network.cidrBlock: 0 is too small; write 1 (days)\n"
        "  2. Pulumi.staging.yaml, slipway:network.cidrBlock: -1 is too small; write 1 (days)"
    )


def test_an_error_counts_one_problem_in_the_singular_and_tells_it_once() -> None:
    error = DescriptionError([problem(), problem()])

    assert error.problems == (problem(),)
    assert str(error).startswith("1 problem in the description; nothing was created:\n")


def test_places_are_paths_as_one_would_type_them() -> None:
    place = Place("systems/a.yaml").keys("alerts", 0, "metric")

    assert place == Place("systems/a.yaml", "alerts[0].metric")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        ("two\n words", "'two words'"),
        (3, "3"),
        (0.5, "0.5"),
        ({"a": 1}, "a section"),
        ([1], "a list"),
        ("x" * 60, f"'{'x' * 60}'"),
        ("x" * 61, f"'{'x' * 57}...'"),
    ],
)
def test_values_are_shown_as_in_the_file(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("names", "text"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_names_are_listed_as_in_a_sentence(names: list[str], text: str) -> None:
    assert listed(names) == text


def test_the_closest_name_is_found_whatever_its_case() -> None:
    assert closest("MULTIAZ", ["multiAz", "storageGib"]) == "multiAz"
    assert closest("colour", ["multiAz", "storageGib"]) is None


def test_unknown_names_are_answered_with_what_was_meant_or_all_there_are() -> None:
    assert known_names("apii", ["api", "web"], "services") == "did you mean api?"
    assert known_names("x", ["api", "web"], "services") == "the services here are api and web"
    assert known_names("x", [], "services") == "there are no services here"
