"""The paths by which a system is asked how it is."""

from pathlib import Path

import pytest

from model.load import load_files
from planning.health import health_paths

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("system", "paths"),
    [
        pytest.param("aegisx", ("/api/health", "/api/status"), id="probes and checks"),
        pytest.param("nx", ("/health/live", "/health/ready"), id="heartbeat and / are none"),
        pytest.param("empacts", ("/health",), id="a probe without a path is none"),
    ],
)
def test_paths_of_probes_and_checks_are_named_once(system: str, paths: tuple[str, ...]) -> None:
    assert health_paths(load_files(ROOT, "production").systems[system]) == paths
