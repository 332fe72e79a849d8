"""What a description becomes on each runtime, and where a runtime cannot do what it asks for.

The page docs/runtimes.md and the warnings of a preview come from the same rows.
"""

from collections.abc import Iterator

from model.description import Description
from model.problems import Problem
from planning.runtime_environment_rows import ENVIRONMENT, SETTINGS, SYSTEM
from planning.runtime_request_rows import PROBES, REACH
from planning.runtime_row import Area, Loss, Use
from planning.runtime_rows import NUMBER, ONLY_KUBERNETES, PROCESS, VARIABLES

AREAS: tuple[Area, ...] = (
    PROCESS,
    VARIABLES,
    NUMBER,
    PROBES,
    REACH,
    ONLY_KUBERNETES,
    SYSTEM,
    SETTINGS,
    ENVIRONMENT,
)
"""Every field of a system file and of a stack file, in the order of the page."""


def losses() -> Iterator[Loss]:
    """Every loss once, in the order of the page."""
    seen: list[Loss] = []
    for area in AREAS:
        for row in area.rows:
            for loss in row.losses:
                if loss not in seen:
                    seen.append(loss)
                    yield loss


def runtime_warnings(description: Description) -> Iterator[Problem]:
    """Where systems ask for what the runtimes that carry them cannot do.

    Args:
        description: The description; while switching both runtimes count.

    Returns:
        A warning for each place, by system.
    """
    runtimes = description.environment.runtimes
    for name in description.systems:
        use = Use(description=description, name=name)
        for loss in losses():
            if loss.runtime in runtimes:
                yield from loss.find(use)
