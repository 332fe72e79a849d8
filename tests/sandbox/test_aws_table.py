"""The table holds every type of the program, and each type copes with values not known yet."""

from functools import lru_cache
from pathlib import Path

import pytest

from sandbox import project
from sandbox.aws.table import KINDS
from sandbox.provider import UNKNOWN
from tools.recording import recorder

ROOT = Path(__file__).resolve().parents[2]
STACKS = ("staging", "production")
RUNTIMES = ("fargate", "eks")


@lru_cache
def resources(stack, runtime):
    """Every AWS resource that the real program registers for a stack on a runtime."""
    loaded = project.load(ROOT, stack, {"slipway:runtime": runtime})
    recording = recorder.record_file(
        loaded.program, stack=stack, config=loaded.config, secret_keys=loaded.secrets
    )
    return [each for each in recording.custom if each.type.startswith("aws:")]


@pytest.fixture(autouse=True)
def _in_the_project(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("type_", KINDS)
def test_every_type_can_be_looked_up(type_):
    assert KINDS[type_].find is not None


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_serves_every_type_that_the_program_registers(stack, runtime):
    types = {each.type for each in resources(stack, runtime)}
    assert len(types) > 40
    assert types - KINDS.keys() == set()


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_refuses_nothing_that_the_program_asks_for(account, stack, runtime):
    refused = {
        each.name: failures
        for each in resources(stack, runtime)
        if (failures := account.check(each.type, each.name, **each.inputs)[1])
    }
    assert refused == {}


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_any_input_may_be_unknown(account, stack, runtime):
    refused = {
        f"{each.name}.{key}": problems
        for each in resources(stack, runtime)
        for key in each.inputs
        if (
            problems := account.provider.kind(each.type).problems(
                each.name, {**each.inputs, key: UNKNOWN}
            )
        )
    }
    assert refused == {}
