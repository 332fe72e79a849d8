"""What the tests of static files share."""

import pytest

from model.description import Description
from tests.unit.doctor import Failures
from tests.unit.doctor.deployed import Deployed
from tests.unit.doctor.with_assets import describe_assets, failed


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Description:
    return describe_assets(tmp_path_factory.mktemp("project"))


@pytest.fixture
def failures(deployed: Deployed, described: Description) -> Failures:
    return lambda: failed(described, deployed)
