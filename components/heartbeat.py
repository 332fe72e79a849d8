"""How an application without a port shows that it is well: by touching a file; a part of a task."""

import shlex
from dataclasses import dataclass

from components.errors import require, require_path


@dataclass(frozen=True, kw_only=True, slots=True)
class HeartbeatArgs:
    """A file that the application writes anew as long as it is well, for example after each loop.

    It says more than a check of the process, which also runs while its loop hangs.
    """

    file: str
    """Path in the container, `/tmp/heartbeat`; on a read-only root filesystem below `/dev/shm`."""
    max_age_seconds: int
    """Seconds since the last write above which the container is unhealthy, from 1. Longer than the
    longest piece of work between two writes."""

    def __post_init__(self) -> None:
        require_path(self, "file")
        require(self, "max_age_seconds", self.max_age_seconds >= 1, "use 1 or more (seconds)")

    @property
    def command(self) -> list[str]:
        """The check as ECS runs it.

        With `date -r`, because BusyBox and coreutils both have it and both tell the time of the
        last write by it; `find -mmin` knows minutes only, and many images have no `find`.
        """
        written = f"written=$(date -r {shlex.quote(self.file)} +%s)"
        age = "$(($(date +%s) - written))"
        return ["CMD-SHELL", f"{written} && [ {age} -le {self.max_age_seconds} ]"]

    @property
    def probe_command(self) -> list[str]:
        """The check as the kubelet runs it, which has no `CMD-SHELL`."""
        return ["sh", "-c", self.command[1]]
