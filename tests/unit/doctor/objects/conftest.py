"""What the tests of the bucket for objects share."""

from typing import Any

import pytest

from model.description import Description
from tests.unit.doctor import Failures
from tests.unit.doctor.deployed import Deployed
from tests.unit.doctor.with_objects import build, describe_objects, failed


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Description:
    return describe_objects(tmp_path_factory.mktemp("project"))


@pytest.fixture
def bucket(deployed: Deployed) -> Any:
    """Builds what is healthy; gives the client of S3."""
    return build(deployed)


@pytest.fixture
def failures(deployed: Deployed, described: Description) -> Failures:
    return lambda: failed(described, deployed)
