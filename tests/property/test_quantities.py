"""Kubernetes quantities: what is written is read back, and everything else is refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.quantity import QuantityError, format_cpu, format_memory, parse_cpu, parse_memory

amounts = st.integers(1, 10**6)


@given(amounts)
def test_cpu_is_read_as_it_was_written(millicores: int) -> None:
    assert parse_cpu(format_cpu(millicores)) == millicores


@given(amounts)
def test_cpu_in_processors_is_the_same_as_in_thousandths(millicores: int) -> None:
    assert parse_cpu(f"{millicores / 1000:.3f}") == parse_cpu(f"{millicores}m") == millicores


@given(amounts)
def test_memory_is_read_as_it_was_written(mebibytes: int) -> None:
    assert parse_memory(format_memory(mebibytes)) == mebibytes


@given(amounts)
def test_a_gibibyte_is_1024_mebibytes(gibibytes: int) -> None:
    assert parse_memory(f"{gibibytes}Gi") == parse_memory(f"{gibibytes * 1024}Mi")


@given(st.text(max_size=12).filter(lambda text: not re.fullmatch(r"\d+m|\d+(\.\d+)?", text)))
def test_refuses_other_cpu_texts(text: str) -> None:
    with pytest.raises(QuantityError):
        parse_cpu(text)


@given(st.text(max_size=12).filter(lambda text: not re.fullmatch(r"\d+(Mi|Gi)", text)))
def test_refuses_other_memory_texts(text: str) -> None:
    with pytest.raises(QuantityError):
        parse_memory(text)


@given(st.sampled_from(["", "k", "K", "M", "G", "Ki", "T", "Ti", "Pi", "mi", "gi", "MB"]), amounts)
def test_refuses_the_units_that_are_taken_for_mebibytes(unit: str, amount: int) -> None:
    with pytest.raises(QuantityError):
        parse_memory(f"{amount}{unit}")


@pytest.mark.parametrize("text", ["0", "0m", "0.0", "0.000"])
def test_refuses_no_processor(text: str) -> None:
    with pytest.raises(QuantityError):
        parse_cpu(text)


@pytest.mark.parametrize("text", ["0Mi", "0Gi"])
def test_refuses_no_memory(text: str) -> None:
    with pytest.raises(QuantityError):
        parse_memory(text)
