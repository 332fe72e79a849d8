"""Every broken description is refused with the whole of the text that its case states."""

from pathlib import Path

import pytest

from tests.bad_input.broken import CASES, ROOT, Case, read_cases, told, usual_warnings, write_files

ALL = [case for path in sorted(CASES.glob("*.yaml")) for case in read_cases(path.name)]


run: set[str] = set()
"""The case files that a test runs."""


def cases(file: str) -> pytest.MarkDecorator:
    """Runs a test for every case of a file."""
    run.add(file)
    return pytest.mark.parametrize(
        "case", [pytest.param(case, id=case.name) for case in read_cases(file)]
    )


def check(case: Case, root: Path) -> None:
    """Compares all that a user sees with all that the case states."""
    write_files(case, root)
    written = "".join(path.read_text() for path in root.rglob("*.yaml"))

    error, warnings = told(root, case.base, assume_secrets=case.assume_secrets, today=case.today)

    if case.warns or case.silences:
        usual = usual_warnings(case)
        assert error == ""
        assert tuple(warning for warning in warnings if warning not in usual) == case.warns
        assert {*case.silences} == {*case.silences} & {*usual} - {*warnings}
    else:
        count = len(case.says)
        heading = f"{count} problem{'' if count == 1 else 's'} in the description; nothing was"
        numbered = [f"  {number}. {line}" for number, line in enumerate(case.says, 1)]
        assert error.split("\n") == [f"{heading} created:", *numbered]
    if case.hides:
        assert case.hides in written
        assert case.hides not in error + "".join(warnings)


@cases("stack-file.yaml")
@pytest.mark.acceptance("A18", "trap-8", "trap-17", "trap-18")
def test_stack_file(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@cases("system-file.yaml")
@pytest.mark.acceptance("trap-3", "trap-11", "trap-21", "trap-25", "trap-27")
def test_system_file(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@cases("eks.yaml")
@pytest.mark.acceptance("trap-9", "trap-18", "trap-21", "trap-24")
def test_eks(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@cases("across-files.yaml")
@pytest.mark.acceptance("trap-18", "trap-20")
def test_across_files(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@cases("guardrails.yaml")
@pytest.mark.acceptance("A10", "trap-7", "trap-36")
def test_guardrails(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@cases("secrets.yaml")
@pytest.mark.acceptance("A11", "trap-1")
def test_secrets(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@cases("bindings.yaml")
@pytest.mark.acceptance("trap-2", "trap-14", "trap-29")
def test_bindings(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@cases("stores.yaml")
@pytest.mark.acceptance("trap-6", "trap-8", "trap-13", "trap-28", "trap-42")
def test_stores(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@cases("process.yaml")
@pytest.mark.acceptance("trap-24", "trap-25", "trap-29", "trap-41", "trap-44")
def test_process(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@cases("edge.yaml")
@pytest.mark.acceptance("C2", "trap-17", "trap-18")
def test_edge(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@cases("observation.yaml")
@pytest.mark.acceptance("trap-32")
def test_observation(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@cases("kubernetes.yaml")
@pytest.mark.acceptance("trap-18", "trap-19", "trap-44")
def test_kubernetes(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


@cases("unreadable.yaml")
def test_unreadable(case: Case, tmp_path: Path) -> None:
    check(case, tmp_path)


def test_the_real_files_are_not_refused() -> None:
    for stack in ("staging", "production"):
        assert told(ROOT, stack)[0] == ""


def test_there_are_two_hundred_or_more_with_names_of_their_own() -> None:
    names = [case.name for case in ALL]

    assert len(names) >= 200
    assert len(set(names)) == len(names)


def test_every_file_with_cases_is_run() -> None:
    assert run == {path.name for path in CASES.iterdir()}


def test_every_case_says_or_warns_of_something() -> None:
    assert [case.name for case in ALL if bool(case.says) == bool(case.warns or case.silences)] == []


def test_every_message_has_a_remedy_and_none_is_pydantics() -> None:
    for case in ALL:
        for line in (*case.says, *case.warns):
            assert "; " in line
            assert "pydantic" not in line
            assert "Input should" not in line
