"""An account for the tests of one file; one process has one, and each file starts it empty."""

from collections.abc import Iterator

import pytest

from sandbox import cloud
from tests.support.account import Account


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = cloud.start()
    yield server.endpoint
    server.stop()


@pytest.fixture(scope="module")
def account(endpoint: str) -> Account:
    return Account(endpoint)
