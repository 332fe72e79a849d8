"""Ctrl-C and `kill`: one clean stop for both."""

import signal
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

EXIT_CODE = 130
"""What a run ends with that was interrupted: 128 plus the number of SIGINT."""


@contextmanager
def stopping_cleanly() -> Generator[None]:
    """Turns the first SIGINT or SIGTERM into a KeyboardInterrupt, and ignores the ones after it.

    The clean-up after the first takes well under a second; a second signal in the middle of it
    would leave behind what the clean-up is there to take away.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set handlers
        return
    first = True

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal first
        del number, frame
        if first:
            first = False
            raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def until_interrupted() -> Generator[None]:
    """Does what stands in the block, then waits until the run is interrupted, without polling.

    An interruption in the block counts as well: what the block prints may be what it answers to.
    """
    reader, writer = socket.socketpair()
    writer.settimeout(0)
    # The interpreter writes a byte at the very signal. `signal.pause` would sleep for ever if
    # the signal came just before it, or to another thread.
    before = signal.set_wakeup_fd(writer.fileno())
    try:
        yield
        reader.recv(1)
    except KeyboardInterrupt:
        pass
    finally:
        signal.set_wakeup_fd(before)
        reader.close()
        writer.close()
