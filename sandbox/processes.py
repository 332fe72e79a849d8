"""Another program run to its end, or stopped with everything that it started."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from sandbox.errors import SandboxError

_GRACE_SECONDS = 20
# The Pulumi CLI finishes the resources under way before it stops.

_SHOWN_LINES = 20


def run(
    arguments: list[str],
    *,
    environment: Mapping[str, str],
    stdin: str = "",
    on_line: Callable[[str], None] | None = None,
) -> str:
    """Runs a program and returns what it wrote to its standard output.

    Args:
        arguments: The program and its arguments.
        environment: Its environment.
        stdin: What it reads.
        on_line: Takes each line of both outputs as it comes. Default: none are shown.

    Returns:
        The standard output.

    Raises:
        SandboxError: It ended with an error; the text has its last lines unless `on_line` has
            shown them.
    """
    # A session of its own: a terminal's Ctrl-C must reach the program once, and from here, or it
    # would take the second one for an order to drop everything.
    with subprocess.Popen(  # noqa: S603 our own arguments
        arguments,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        out: list[str] = []
        complaints: list[str] = []
        readers = [
            threading.Thread(target=_read, args=(stream, lines, on_line), daemon=True)
            for stream, lines in ((process.stdout, out), (process.stderr, complaints))
        ]
        try:
            for reader in readers:
                reader.start()
            if process.stdin is not None:
                process.stdin.write(stdin)
                process.stdin.close()
            process.wait()
        except BaseException:
            _stop(process)
            raise
        finally:
            _kill_group(process)
            for reader in readers:
                reader.join()
    if process.returncode != 0:
        # The command's own words, without values: `config set` reads its secret from stdin.
        command = " ".join([Path(arguments[0]).name, *arguments[1:]])
        said = "" if on_line else "\n" + "".join((complaints or out)[-_SHOWN_LINES:]).rstrip()
        raise SandboxError(f"`{command}` ended with {process.returncode}{said}")
    return "".join(out)


def _read(
    stream: Iterable[str] | None, lines: list[str], on_line: Callable[[str], None] | None
) -> None:
    for line in stream or ():
        lines.append(line)
        if on_line is not None:
            on_line(line.rstrip("\n"))


def _stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE_SECONDS)


def _kill_group(process: subprocess.Popen[str]) -> None:
    # What the program started and did not end itself, such as a plugin, is in its group.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
