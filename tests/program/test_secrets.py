"""A changed secret deploys the tasks that use it anew, and no others."""

from pathlib import Path

import pytest

from model.load import load_files
from tests.program.conftest import STACKS
from tools.recording.recorder import Recording

ROOT = Path(__file__).resolve().parents[2]
DATA_STORES = {
    "password": "-secret-version",
    "url": "-secret-version",
    "readerUrl": "-secret-version",
}


def users(stack: str) -> dict[str, set[str]]:
    """The task definitions that use each secret version, computed from the description alone."""
    description = load_files(ROOT, stack, assume_secrets=True)
    found: dict[str, set[str]] = {}
    for name, system in description.systems.items():
        tasks = {f"{name}-{service}-task": each for service, each in system.services.items()}
        database = system.database
        if database is not None:
            bootstrap = f"{name}-bootstrap-task"
            found.setdefault(f"{name}-database-secret-version", set()).add(bootstrap)
            if database.migration is not None:
                migrating = system.services[database.migration.service]
                tasks[f"{name}-migration-task"] = migrating
        for task, service in tasks.items():
            for variable in service.secrets:
                version = f"{name}-{variable.lower().replace('_', '-')}-version"
                found.setdefault(version, set()).add(task)
            for source in service.bind.values():
                store, _, output = source.partition(".")
                if output in DATA_STORES and store in ("database", "cache", "queue"):
                    found.setdefault(f"{name}-{store}{DATA_STORES[output]}", set()).add(task)
    return found


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.acceptance("trap-39")
def test_a_new_version_reaches_who_uses_it_and_nobody_else(stack: str, graph: Recording) -> None:
    versions = {each.urn: each.name for each in graph.of_type("SecretVersion")}
    actual: dict[str, set[str]] = {}
    for task in graph.of_type("TaskDefinition"):
        for urn in task.property_dependencies["containerDefinitions"]:
            if urn in versions:
                actual.setdefault(versions[urn], set()).add(task.name)

    assert actual == users(stack)
    assert {*versions.values()} == {*actual}
