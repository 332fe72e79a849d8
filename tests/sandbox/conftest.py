"""An account for the tests of one file; one process has one, and each file starts it empty."""

from collections.abc import Iterator

import pytest

from sandbox import cloud
from sandbox.kubernetes import api
from tests.support.account import Account
from tests.support.kubernetes import Cluster


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = cloud.start()
    yield server.endpoint
    server.stop()


@pytest.fixture(scope="module")
def account(endpoint: str) -> Account:
    return Account(endpoint)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    server = api.start()
    yield Cluster(server.endpoint)
    server.stop()
