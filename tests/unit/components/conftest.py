"""What tests of components need around them."""

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _event_loop() -> Iterator[None]:
    """An output that a test makes itself wants a loop, which an earlier test may have taken away.

    `asyncio.run` leaves none behind, so that without this the order of the tests would decide.
    """
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()
