"""The one event loop on which all provider calls run, in a thread of its own."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self, TypeVar

from sandbox.errors import StoppedError

_Answer = TypeVar("_Answer")

_WORKERS = 8
# Providers block in boto3, and moto answers from one interpreter: more threads than this only
# wait for each other. Measured: 4 and 16 make no difference that shows.


class Runner:
    """Carries coroutines from the SDK's threads to one background loop and waits for them.

    The SDK calls the monitor in threads, providers are coroutines. One loop for all means that
    the monitor's own data is touched by one thread only and needs no locks.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._executor = ThreadPoolExecutor(_WORKERS, thread_name_prefix="sandbox-provider")
        self._loop.set_default_executor(self._executor)
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="sandbox-runner", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cancel()
        # A call to moto that is under way cannot be taken back; it ends by itself in milliseconds.
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def call(self, work: Coroutine[Any, Any, _Answer]) -> _Answer:
        """Runs a coroutine on the loop and waits for its answer.

        Args:
            work: What to run.

        Returns:
            Its answer.

        Raises:
            StoppedError: The run was cancelled meanwhile.
        """
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result()
        except CancelledError:
            raise StoppedError("the run was stopped") from None

    def cancel(self) -> None:
        """Gives up everything that is under way; those who wait get a StoppedError."""
        done = threading.Event()

        def cancel_all() -> None:
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            # One more turn of the loop, so that the cancellations have been delivered.
            self._loop.call_soon(done.set)

        self._loop.call_soon_threadsafe(cancel_all)
        done.wait()
