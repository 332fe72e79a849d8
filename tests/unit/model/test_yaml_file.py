"""What a YAML file may say, and that nothing in it leads to a stack trace."""

import time
from pathlib import Path

import pytest

from model.problems import Problem
from model.yaml_file import read_yaml, scalar_texts


def read(text: str, root: Path) -> object:
    (root / "a.yaml").write_text(text, encoding="utf-8")
    return read_yaml(root, "a.yaml", "write it")


def refused(text: str, root: Path) -> str:
    found = read(text, root)
    assert isinstance(found, Problem)
    return str(found)


def test_values_are_what_json_has(tmp_path: Path) -> None:
    text = "a: 1\nb: 1.5\nc: text\nd: [true, null]\ne: {f: 2026-11-21}\n"

    assert read(text, tmp_path) == {
        "a": 1,
        "b": 1.5,
        "c": "text",
        "d": [True, None],
        "e": {"f": "2026-11-21"},
    }


def test_aliases_and_merges_are_taken(tmp_path: Path) -> None:
    text = "a: &a {b: 1, c: 2}\nd: {<<: *a, c: 3}\ne: [*a, *a]\n"

    assert read(text, tmp_path) == {
        "a": {"b": 1, "c": 2},
        "d": {"b": 1, "c": 3},
        "e": [{"b": 1, "c": 2}, {"b": 1, "c": 2}],
    }


def test_signs_that_mean_something_as_keys_only_are_text_elsewhere(tmp_path: Path) -> None:
    assert read("a: <<\nb: =\n=: c\n", tmp_path) == {"a": "<<", "b": "=", "=": "c"}


@pytest.mark.parametrize("number", ["1" * 400, "1" * 5000, "-" + "1" * 5000, "0x" + "f" * 5000])
def test_fails_when_a_number_has_more_digits_than_can_be_read(number: str, tmp_path: Path) -> None:
    assert refused(f"a:\n  b: {number}\n", tmp_path) == (
        "a.yaml, line 2, column 6: a value is a number to YAML, and one that cannot be read; "
        'put it in quotes, "like this"'
    )


@pytest.mark.parametrize("text", ["a: " + "[" * 100_000, "a: " + "{b: " * 100_000, "- " * 100_000])
def test_fails_when_a_file_is_deeper_than_the_stack(text: str, tmp_path: Path) -> None:
    told = refused(text, tmp_path)

    assert told.startswith("a.yaml, line 1, column ")
    assert told.endswith(": lies more than 50 levels deep; remove brackets or indentation")


def test_fifty_levels_are_not_too_deep(tmp_path: Path) -> None:
    assert read("a: " + "[" * 49 + "]" * 49, tmp_path) != {}
    assert "more than 50" in refused("a: " + "[" * 50 + "]" * 50, tmp_path)


def test_as_many_values_may_be_repeated_as_nobody_needs(tmp_path: Path) -> None:
    # The list itself is one of the values.
    text = f"a: &a [{'x, ' * 999}]\nb: [{'*a, ' * 100}]\n"

    assert isinstance(read(text, tmp_path), dict)
    assert refused(text + "c: *a\n", tmp_path) == (
        "a.yaml, line 3, column 4: aliases repeat more than 100000 values; write out what is meant"
    )


def test_a_control_character_is_found_behind_letters_of_many_bytes(tmp_path: Path) -> None:
    assert refused("é: ü\nü: ü\x07\n", tmp_path) == (
        "a.yaml, line 2, column 5: holds a control character; remove it"
    )


def test_a_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").mkdir()

    assert str(read_yaml(tmp_path, "a.yaml", "write it")) == (
        "a.yaml: cannot be read (Is a directory); make it a readable file"
    )


def test_megabytes_are_read_in_time(tmp_path: Path) -> None:
    started = time.monotonic()

    assert isinstance(read(f"a: {'f' * 2_000_000}\n", tmp_path), dict)
    assert time.monotonic() - started < 1


def test_texts_are_those_of_the_file(tmp_path: Path) -> None:
    read("a: 1.30\nb: [off, {c: 17:00}]\nd: &d {e: 0x10}\nf: {<<: *d, g: .inf}\n", tmp_path)

    assert scalar_texts(tmp_path, "a.yaml") == {
        ("a",): "1.30",
        ("b", 0): "off",
        ("b", 1, "c"): "17:00",
        ("d", "e"): "0x10",
        ("f", "e"): "0x10",
        ("f", "g"): ".inf",
    }


@pytest.mark.parametrize("text", ["", "a: [", "? [a]\n: b", "a: !b c"])
def test_a_file_that_cannot_be_read_has_no_texts(text: str, tmp_path: Path) -> None:
    read(text, tmp_path)

    assert scalar_texts(tmp_path, "a.yaml") == {}
    assert scalar_texts(tmp_path, "b.yaml") == {}
