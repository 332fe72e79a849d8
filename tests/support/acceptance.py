"""The marker by which a test names the IDs of acceptance.md that it proves.

A pytest plugin: tests/conftest.py lists it in `pytest_plugins`. Nothing runs here; tools/acceptance
reads the markers from the source.
"""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "acceptance(*ids): the IDs of docs/acceptance.yaml that this test proves"
    )
