"""What a description becomes on each runtime, and where a runtime cannot do what it asks for.

The page docs/runtimes.md and the warnings of a preview come from the same rows.
"""

from collections.abc import Iterator

from model.description import Description
from model.problems import Problem
from planning.runtime_cluster_rows import CLUSTER
from planning.runtime_environment_rows import ENVIRONMENT
from planning.runtime_kubernetes_rows import ONLY_KUBERNETES
from planning.runtime_request_rows import PROBES, REACH
from planning.runtime_row import Area, Loss, Use
from planning.runtime_rows import NUMBER, PROCESS, VARIABLES
from planning.runtime_settings_rows import SETTINGS
from planning.runtime_system_rows import SYSTEM

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
    CLUSTER,
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
        A warning for each place, those of the stack file first, then by system.
    """
    runtimes = description.environment.runtimes
    found = (
        problem
        for name in description.systems
        for loss in losses()
        if loss.runtime in runtimes
        for problem in loss.find(Use(description=description, name=name))
    )
    # What the environment lacks, every system lacks: it is said once, and first.
    yield from sorted(dict.fromkeys(found), key=lambda each: each.file != description.stack_file)
