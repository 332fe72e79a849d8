"""Kubernetes quantities; their laws are in tests/property."""

import pytest

from model.quantity import QuantityError, format_cpu, format_memory, parse_cpu, parse_memory


@pytest.mark.parametrize(
    ("text", "millicores"),
    [("250m", 250), ("1000m", 1000), ("1", 1000), ("0.5", 500), ("16", 16000)],
)
def test_reads_processors(text: str, millicores: int) -> None:
    assert parse_cpu(text) == millicores


@pytest.mark.parametrize(
    "text", ["", "0", "0m", "-1", "1.5m", "two", "1 ", "250M", "1e3", "0.0001"]
)
def test_refuses_what_is_no_processor(text: str) -> None:
    with pytest.raises(QuantityError):
        parse_cpu(text)


@pytest.mark.parametrize(("text", "mebibytes"), [("512Mi", 512), ("1Gi", 1024), ("120Gi", 122880)])
def test_reads_memory(text: str, mebibytes: int) -> None:
    assert parse_memory(text) == mebibytes


@pytest.mark.parametrize("text", ["", "0Mi", "512", "1G", "512MB", "0.5Gi", "-1Gi", "1Ti", "1 Gi"])
def test_refuses_what_is_no_memory(text: str) -> None:
    with pytest.raises(QuantityError):
        parse_memory(text)


def test_writes_the_shortest_form() -> None:
    assert [format_cpu(millicores) for millicores in (250, 1000, 1500)] == ["250m", "1", "1500m"]
    assert [format_memory(mebibytes) for mebibytes in (512, 1024, 1536)] == [
        "512Mi",
        "1Gi",
        "1536Mi",
    ]
