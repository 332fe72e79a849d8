"""What a new system will be, as far as a few answers or a compose file say it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

NOT_GIVEN = "a default: nothing says how much it needs"
KEPT = "name sessions and queue if it holds them: those are kept when it is full"


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """What the reader should know about one place of what was read."""

    place: str
    """For example `web.volumes`."""
    reason: str
    """What was found, or what was done."""
    remedy: str
    """What to do about it."""

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}; {self.remedy}"


@dataclass(kw_only=True, slots=True)
class Remarks:
    """All that the reader should know, by how urgent it is."""

    left: list[Remark] = field(default_factory=list[Remark])
    """Not carried over."""
    changed: list[Remark] = field(default_factory=list[Remark])
    """Carried over as something else."""
    look: list[Remark] = field(default_factory=list[Remark])
    """Carried over, and perhaps not what is meant."""

    def leave(self, place: str, reason: str, remedy: str) -> None:
        """Notes what is not carried over."""
        self.left.append(Remark(place=place, reason=reason, remedy=remedy))

    def change(self, place: str, reason: str, remedy: str) -> None:
        """Notes what is carried over as something else."""
        self.changed.append(Remark(place=place, reason=reason, remedy=remedy))

    def consider(self, place: str, reason: str, remedy: str) -> None:
        """Notes what is carried over, and perhaps not what is meant."""
        self.look.append(Remark(place=place, reason=reason, remedy=remedy))


@dataclass(kw_only=True, slots=True)
class Check:
    """The check inside of a container."""

    path: str
    command: str = "node"
    interval_seconds: int = 30
    timeout_seconds: int = 5
    retries: int = 3
    start_period_seconds: int = 0


@dataclass(kw_only=True, slots=True)
class ServiceDraft:
    """One service."""

    name: str
    description: str
    image: str
    """Without registry and tag."""
    tag: str
    command: tuple[str, ...] = ()
    port: int | None = None
    user: str | None = None
    cpu: tuple[int, int] = (250, 500)
    """Request and limit in millicores."""
    memory: tuple[int, int] = (512, 1024)
    """Request and limit in MiB."""
    replicas: tuple[int, int] = (2, 4)
    """Fewest and most tasks; where they differ it scales by processor."""
    check: Check | None = None
    start_seconds: int = 0
    """Seconds that it takes to start, where that is longer than the usual grace period."""
    paths: tuple[str, ...] = ()
    """Beginnings of the paths that reach it from the Internet; none if none do."""
    health_path: str = "/"
    """What the load balancer asks for."""
    internal: str | None = None
    """What other services speak with it."""
    drain_seconds: int | None = None
    open_files: int | None = None
    system_controls: dict[str, str] = field(default_factory=dict[str, str])
    env: dict[str, str] = field(default_factory=dict[str, str])
    bind: dict[str, str] = field(default_factory=dict[str, str])
    secrets: dict[str, str] = field(default_factory=dict[str, str])
    pool_variable: str | None = None
    """Variable with the most connections that a task opens to the database."""
    notes: dict[str, str] = field(default_factory=dict[str, str])
    """Comments by key of the service."""

    def calls(self) -> Iterator[str]:
        """The other services that it binds."""
        for source in self.bind.values():
            if source.startswith("services."):
                yield source.split(".")[1]


@dataclass(kw_only=True, slots=True)
class DatabaseDraft:
    """The database."""

    version: str
    name: str
    user: str
    extensions: tuple[str, ...] = ()
    migration: tuple[str, tuple[str, ...]] | None = None
    """A service and the command that is run with its image."""
    note: str = ""


@dataclass(kw_only=True, slots=True)
class CacheDraft:
    """The cache."""

    version: str
    holds: tuple[str, ...] = ("cache",)
    minimum_memory_mib: int | None = None
    max_memory_policy: str | None = None
    note: str = ""


@dataclass(kw_only=True, slots=True)
class QueueDraft:
    """The queue."""

    version: str
    user: str = "admin"
    note: str = ""


@dataclass(kw_only=True, slots=True)
class SystemDraft:
    """The system."""

    name: str
    description: str
    source: str
    """Where it comes from, for the file's first comment."""
    services: dict[str, ServiceDraft] = field(default_factory=dict[str, ServiceDraft])
    database: DatabaseDraft | None = None
    cache: CacheDraft | None = None
    queue: QueueDraft | None = None
    objects: bool = False

    def provided(self) -> list[str]:
        """Secrets that somebody must set, in the order of the alphabet."""
        return sorted(
            {
                name
                for service in self.services.values()
                for name, origin in service.secrets.items()
                if origin == "provided"
            }
        )
