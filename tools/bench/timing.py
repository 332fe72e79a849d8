"""Runs commands in fresh processes and takes the operating system's account of each."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What one process took."""

    cpu_seconds: float
    """User and system time of the process and its children."""
    memory_mib: float
    """Peak resident memory."""


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Cost:
    """Runs a command to its end.

    Raises:
        RuntimeError: The command failed; the text holds the end of what it said.
    """
    with subprocess.Popen(  # noqa: S603 our own commands
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        said = process.stdout.read() if process.stdout else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(said.decode(errors="replace")[-3000:])
    return Cost(cpu_seconds=usage.ru_utime + usage.ru_stime, memory_mib=usage.ru_maxrss / 1024)


def middle(costs: Sequence[Cost]) -> Cost:
    """The median of each figure: these machines are noisy, and one slow run says little."""
    return Cost(
        cpu_seconds=median(each.cpu_seconds for each in costs),
        memory_mib=median(each.memory_mib for each in costs),
    )
