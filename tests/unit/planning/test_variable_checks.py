"""Environment variables that are too much: one alone, or all together for what runs the service."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.bad_input.broken import Case, told, write_files

SYSTEM = "systems/aegisx.yaml, services.api.env"
STACK = "Pulumi.staging.yaml, slipway:systems.aegisx.services.api.env"
TASK_DEFINITION = (
    "are more than the 60 KiB that a task definition of ECS takes beside its other parts; put long "
    "texts into a file of the image"
)
CONFIG_MAP = (
    "are more than the 1024 KiB that a ConfigMap takes; put long texts into a file of the image"
)
TEXTS = {f"TEXT_{number}": "x" * 100_000 for number in range(11)}


def problems(root: Path, **changes: Any) -> list[str]:
    write_files(Case(name="", **changes), root)
    return [line.partition(". ")[2] for line in told(root, "staging")[0].splitlines()[1:]]


def under(place: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {f"{place}.{name}": text for name, text in texts.items()}


def test_fargate_takes_as_much_as_a_task_definition_does(tmp_path: Path) -> None:
    assert problems(tmp_path, system={"services.api.env.TERMS": "x" * 61_500}) == [
        f"{SYSTEM}: 61 KiB of variables {TASK_DEFINITION}"
    ]


def test_quotes_count_as_they_are_sent(tmp_path: Path) -> None:
    assert problems(tmp_path, system={"services.api.env.TERMS": '"' * 31_000}) == [
        f"{SYSTEM}: 62 KiB of variables {TASK_DEFINITION}"
    ]


def test_what_eks_takes_fargate_may_not(tmp_path: Path) -> None:
    terms = {"slipway:systems.aegisx.services.api.env.TERMS": "x" * 61_500}
    assert problems(tmp_path, stack={"slipway:runtime": "eks", **terms}) == []


def test_both_runtimes_are_asked_and_the_file_is_told_that_has_the_longest(tmp_path: Path) -> None:
    place = "slipway:systems.aegisx.services.api.env"
    switch = {"slipway:switch": {"to": "eks", "percent": 0}}
    assert problems(tmp_path, stack={**switch, **under(place, TEXTS)}) == [
        f"{STACK}: 1075 KiB of variables {TASK_DEFINITION}",
        f"{STACK}: 1075 KiB of variables {CONFIG_MAP}",
    ]


def test_one_alone_is_as_long_as_linux_takes_it(tmp_path: Path) -> None:
    system = {"services.api.env.LONG": "x" * 100_001, "services.api.env.FITS": "x" * 100_000}
    assert problems(tmp_path, stack={"slipway:runtime": "eks"}, system=system) == [
        f"{SYSTEM}.LONG: '{'x' * 57}...' has 100001 bytes, and with its name Linux starts no "
        "process that has 128 KiB in one variable; write up to 100000 bytes, and put longer texts "
        "into a file of the image"
    ]


@pytest.mark.parametrize("file", ["system", "stack"])
def test_a_zero_byte_would_end_it(file: str, tmp_path: Path) -> None:
    path, place = {
        "system": ("services.api.env.GREETING", SYSTEM),
        "stack": ("slipway:systems.aegisx.services.api.env.GREETING", STACK),
    }[file]
    assert problems(tmp_path, **{file: {path: "Hello\0"}}) == [
        f"{place}.GREETING: 'Hello\0' has a zero byte, where a process finds its end; write it "
        "without"
    ]
