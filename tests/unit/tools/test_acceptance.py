from pathlib import Path

import pytest
from pydantic import ValidationError

from tools.acceptance.demands import read_demands
from tools.acceptance.markers import read_markers
from tools.acceptance.places import exists
from tools.acceptance.table import page, problems

STACK_FILE = """\
config:
  slipway:systems:
    shop: {host: shop.example.com}
"""
SYSTEM_FILE = """\
services:
  api: {requires: [DB_HOST]}
alerts:
  - {name: ShopDown, above: 1}
"""
PYTHON_FILE = """\
LIMIT: int = 3
OTHER = 4

class Thing:
    size: int
    def grow(self) -> None: ...

def fit() -> None: ...
"""


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, "Pulumi.staging.yaml", STACK_FILE)
    write(tmp_path, "systems/shop.yaml", SYSTEM_FILE)
    write(tmp_path, "planning/thing.py", PYTHON_FILE)
    return tmp_path


@pytest.mark.parametrize(
    "place",
    [
        "planning/thing.py",
        "planning/thing.py LIMIT",
        "planning/thing.py OTHER",
        "planning/thing.py fit",
        "planning/thing.py Thing.size",
        "planning/thing.py Thing.grow",
        "Pulumi.staging.yaml slipway:systems.shop.host",
        "systems/shop.yaml services.api",
        "systems/shop.yaml services.api.requires.DB_HOST",
        "systems/shop.yaml alerts.ShopDown.above",
    ],
)
def test_a_place_that_exists_is_found(project: Path, place: str) -> None:
    assert exists(project, place)


@pytest.mark.parametrize(
    "place",
    [
        "planning/gone.py",
        "planning/thing.py fitted",
        "planning/thing.py Thing.colour",
        "planning/thing.py LIMIT.size",
        "Pulumi.staging.yaml slipway:systems.shop.port",
        "systems/shop.yaml services.api.requires.DB_PORT",
        "systems/shop.yaml alerts.ShopSlow",
        "systems/shop.yaml services.api.requires.DB_HOST.more",
    ],
)
def test_a_place_that_does_not_exist_is_not_found(project: Path, place: str) -> None:
    assert not exists(project, place)


def test_markers_are_read_from_functions_classes_and_modules(tmp_path: Path) -> None:
    write(
        tmp_path,
        "tests/unit/test_a.py",
        "import pytest\n"
        "pytestmark = pytest.mark.acceptance('A1')\n"
        "@pytest.mark.acceptance('A2', 'trap-3')\n"
        "def test_one(): ...\n"
        "@pytest.mark.parametrize('x', ['A9'])\n"
        "def test_two(x): ...\n"
        "def helper(): ...\n",
    )
    write(
        tmp_path,
        "tests/unit/test_b.py",
        "import pytest\n"
        "@pytest.mark.acceptance('A2')\n"
        "class TestB:\n"
        "    pytestmark = [pytest.mark.slow, pytest.mark.acceptance('A4')]\n"
        "    async def test_three(self): ...\n",
    )

    a, b = "tests/unit/test_a.py", "tests/unit/test_b.py::TestB::test_three"
    assert read_markers(tmp_path / "tests") == {
        "A1": [f"{a}::test_one", f"{a}::test_two"],
        "A2": [f"{a}::test_one", b],
        "trap-3": [f"{a}::test_one"],
        "A4": [b],
    }


def test_problems_name_dead_places_unproved_demands_and_unknown_markers(project: Path) -> None:
    write(
        project,
        "docs/acceptance.yaml",
        "A1: {demand: one, set: [planning/gone.py]}\n"
        "A2: {demand: two, note: Partly.}\n"
        "A3: {demand: three, reason: Fargate has none.}\n",
    )
    write(
        project,
        "tests/test_a.py",
        "import pytest\n@pytest.mark.acceptance('A1', 'A77')\ndef test_one(): ...\n",
    )

    assert list(problems(project)) == [
        "docs/acceptance.yaml, A1.set: planning/gone.py does not exist; name what sets it now",
        "docs/acceptance.yaml, A2: no test proves it; mark one with "
        '@pytest.mark.acceptance("A2"), or write under reason why it does not apply',
        'tests/test_a.py::test_one: acceptance("A77") is no ID of docs/acceptance.yaml; '
        "correct it or add its row",
    ]


def test_the_page_joins_demand_place_and_test(project: Path) -> None:
    place = "planning/thing.py fit"
    write(project, "docs/acceptance.yaml", f"A1: {{demand: one, set: [{place}], note: Partly.}}\n")
    write(
        project,
        "tests/test_a.py",
        "import pytest\n@pytest.mark.acceptance('A1')\ndef test_one(): ...\n",
    )

    assert page(project).splitlines()[-1] == (
        "| A1 | one | [planning/thing.py](../planning/thing.py) `fit` "
        "| `tests/test_a.py::test_one`<br>Partly. |"
    )


def test_fails_when_a_row_has_an_unknown_key(project: Path) -> None:
    write(project, "docs/acceptance.yaml", "A1: {demand: one, tests: [x]}\n")

    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        read_demands(project)
