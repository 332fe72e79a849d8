"""EKS and the move to it through the plugin door, with Pulumi's own engine."""

import json
import re
import shutil
from collections.abc import Iterator
from io import StringIO

import pytest
import yaml
from rich.console import Console

from sandbox import engine, project, pulumi_engine
from sandbox.display import Display
from sandbox.engine import Options
from sandbox.masking import Masker
from tests.support.commands import ROOT
from tests.support.doors import differences
from tests.support.switching import LISTENER_RULE, allowed, runtime_of

pytestmark = pytest.mark.skipif(
    shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH"
)

ON_FARGATE = ("fargate", None, 0)
STANDS_BY = ("fargate", "eks", 0)
HALF = ("fargate", "eks", 50)
FARGATE_STANDS_BY = ("eks", "fargate", 0)
ON_EKS = ("eks", None, 0)


def settings(stage):
    runtime, to, percent = stage
    return {"slipway:runtime": runtime, "slipway:switch": {"to": to, "percent": percent}}


def options_of(build, stage, **more):
    values = settings(stage)
    values["slipway:switch"] = json.dumps(values["slipway:switch"])
    return Options(root=ROOT, stack="staging", build_root=build, config=values, **more)


@pytest.fixture
def shown():
    return StringIO()


@pytest.fixture
def display(shown):
    return Display(Console(file=shown, width=200), Masker())


def test_both_doors_give_the_same_environment(tmp_path, display, shown):
    options = options_of(tmp_path, ON_EKS, destroy=True)
    results = []
    for door in (engine, pulumi_engine):
        with door.up(options, display, Masker()) as outcome:
            assert outcome.errors == [], shown.getvalue()
            assert outcome.changes == []
            assert outcome.ok
            results.append(outcome.resources)
    ours, theirs = results
    assert len(ours) > 500
    assert differences(ours, theirs) == []


def type_of(urn):
    return urn.split("::")[2].split("$")[-1]


def previewed(options, outcome, display, stage) -> Iterator[tuple[str, str, set[str], list]]:
    """What the next stage does: each step's kind, URN, the inputs that differ, and both states."""
    loaded = project.load(ROOT, options.stack, options.config)
    stack = pulumi_engine._Stack(shutil.which("pulumi"), loaded, options, outcome.endpoint, display)
    content = yaml.safe_load(stack._config_file.read_text())
    content["config"] |= settings(stage)
    stack._config_file.write_text(yaml.safe_dump(content))
    steps = json.loads(stack.pulumi("preview", "--json", quiet=True))["steps"]
    for step in steps:
        if step["op"] != "same":
            paths = step.get("detailedDiff") or ()
            keys = {re.split(r"[.\[]", path)[0] for path in paths}
            # A component has no inputs.
            sides = [step[side] for side in ("oldState", "newState") if side in step]
            states = [side.get("inputs", {}) for side in sides]
            yield step["op"], step["urn"], keys, states


@pytest.mark.parametrize(
    ("first", "following"),
    [
        (ON_FARGATE, [(STANDS_BY, {"eks"}, set())]),
        (
            STANDS_BY,
            [
                (HALF, set(), set()),
                (FARGATE_STANDS_BY, {"eks"}, {"fargate"}),
                (ON_EKS, {"eks"}, {"fargate"}),
                (ON_FARGATE, set(), {"eks"}),
            ],
        ),
    ],
    ids=["from-fargate", "from-both"],
)
def test_a_move_updates_in_place_and_touches_nothing_that_is_kept(
    tmp_path, display, shown, first, following
):
    """Each stage as a preview: the sandbox cannot update in place, only say what would be."""
    options = options_of(tmp_path, first, with_doctor=False)
    with pulumi_engine.up(options, display, Masker()) as outcome:
        assert outcome.errors == [], shown.getvalue()
        for stage, created, deleted in following:
            steps = list(previewed(options, outcome, display, stage))
            assert {op for op, *_ in steps} <= {"create", "update", "delete"}
            assert {runtime_of(urn) for op, urn, *_ in steps if op == "create"} == created
            assert {runtime_of(urn) for op, urn, *_ in steps if op == "delete"} == deleted
            updated = [(urn, keys, states) for op, urn, keys, states in steps if op == "update"]
            for urn, keys, states in updated:
                assert keys, urn
                assert keys <= allowed(type_of(urn), *states), urn
            rules = [urn for urn, *_ in updated if type_of(urn) == LISTENER_RULE]
            assert len(rules) == 6
            # Who is watched changes with who is there, not with the share of the requests.
            assert (len(updated) > len(rules)) is (stage[:2] != first[:2])
