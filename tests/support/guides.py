"""The systems of the five deployment guides, apart from those that a team adds beside them.

What a guide demands is compared exactly, for its own system. What holds for every system is
computed from the descriptions, so that a test does not fail because there is one more.
"""

import dataclasses

from model.description import Description, system_file
from model.problems import Problem
from tests.support import expected_reach

SYSTEMS = ("aegisx", "empacts", "nessen", "nx", "rest-api")


def only(description: Description) -> Description:
    """A description without the systems that a team has added."""
    settings = description.environment.systems
    return dataclasses.replace(
        description,
        environment=description.environment.model_copy(
            update={"systems": {name: settings[name] for name in SYSTEMS}}
        ),
        systems={name: description.systems[name] for name in SYSTEMS},
    )


def tasks(description: Description) -> frozenset[str]:
    """All that runs as a task of the guides' systems, as `<system>-<name>`."""
    return expected_reach.tasks(only(description))


def speaks_of_others(problem: Problem, description: Description) -> bool:
    """Whether a message is about a system that a team has added."""
    return any(
        problem.file == system_file(name)
        or f"{problem.path}.".startswith(f"slipway:systems.{name}.")
        for name in {*description.systems} - {*SYSTEMS}
    )
