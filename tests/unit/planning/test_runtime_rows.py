"""The table of runtimes has every field of the model once, and the page has all of the table."""

import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from model.environment import Environment
from model.system import System
from planning.runtime_differences import DIFFERENCES
from planning.runtimes import AREAS, losses
from tools.gendocs.runtimes import runtimes_page

ROOT = Path(__file__).parents[3]


def sections(annotation: Any, path: str) -> Iterator[tuple[type[BaseModel], str]]:
    """The models in a field's type, each with the path of its keys."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, path
        return
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from sections(inner[0], path)
    elif origin in {Mapping, dict}:
        yield from sections(inner[1], f"{path}.*")
    elif origin in {tuple, list}:
        yield from sections(inner[0], f"{path}[]")
    elif origin in {types.UnionType, Union}:
        for each in inner:
            yield from sections(each, path)


def leaves(model: type[BaseModel], path: str = "") -> Iterator[str]:
    """Every field that holds a value, by the keys that lead to it."""
    for name, field in model.model_fields.items():
        here = f"{path}.{field.alias or name}".removeprefix(".")
        below = list(sections(field.annotation, here))
        for inner, key in below:
            yield from leaves(inner, key)
        if not below:
            yield here


def test_every_field_has_one_row() -> None:
    spoken_of = [path for area in AREAS for path in area.paths()]

    assert sorted(spoken_of) == sorted([*leaves(System), *leaves(Environment)])


def test_fields_are_found_in_sections_lists_and_names() -> None:
    assert {
        "services.*.probes.startup.path",
        "services.*.replicas.targetQueueDepth.queue",
        "alerts[].metric",
        "statusExporter.metrics.*.field",
        "slipway:systems.*.services.*.execEnabled",
        "slipway:eks.nodeGroup.minNodes",
    } <= {*leaves(System), *leaves(Environment)}


def test_the_page_names_the_file_of_every_table() -> None:
    text = runtimes_page()

    for heading, module in [
        ("What behaves differently", "planning.runtime_differences"),
        *((area.title, area.module) for area in AREAS),
    ]:
        [chapter] = [each for each in text.split("\n## ") if each.startswith(f"{heading}\n")]
        file = f"{module.replace('.', '/')}.py"
        assert f"Source: [{file}](../{file})." in chapter
        assert (ROOT / file).is_file()


def test_the_page_has_every_difference() -> None:
    text = runtimes_page()

    for each in DIFFERENCES:
        assert f"| {each.what} | {each.fargate} | {each.eks} |" in text


def test_the_page_has_every_row_and_every_loss() -> None:
    text = runtimes_page()

    for area in AREAS:
        assert f"\n## {area.title}\n" in text
        for row in area.rows:
            assert row.fargate in text
            assert row.eks in text
        for each in area.same:
            assert f"({each.why})" in text
    for loss in losses():
        assert f"**A preview warns {loss.when}**" in text
