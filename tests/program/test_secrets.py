"""A changed secret deploys the tasks that use it anew, and no others."""

import pytest

from tests.program.conftest import STACKS
from tests.support import secret_users
from tools.recording.recorder import Recording


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.acceptance("trap-39")
def test_a_new_version_reaches_who_uses_it_and_nobody_else(stack: str, graph: Recording) -> None:
    versions = {each.urn: each.name for each in graph.of_type("SecretVersion")}
    actual: dict[str, set[str]] = {}
    for task in graph.of_type("TaskDefinition"):
        for urn in task.property_dependencies["containerDefinitions"]:
            if urn in versions:
                actual.setdefault(versions[urn], set()).add(task.name)

    assert actual == secret_users.of_each_version(stack, service="task", task="task")
    assert {*versions.values()} == {*actual}
