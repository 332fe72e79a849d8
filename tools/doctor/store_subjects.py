"""What a check of a data store looks at; see `subjects`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from model.settings import (
    AssetsSettings,
    CacheSettings,
    DatabaseSettings,
    ObjectsSettings,
    QueueSettings,
)
from model.stores import Assets
from tools.doctor.outputs import (
    AssetsOutputs,
    CacheOutputs,
    DatabaseOutputs,
    ObjectsOutputs,
    QueueOutputs,
)
from tools.doctor.subjects import ServiceSubject, SystemSubject


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSubject(SystemSubject):
    """A data store of a system; the classes below say which."""

    store: ClassVar[str]
    """Its name in system files."""

    @property
    def label(self) -> str:
        """Name in the report."""
        return f"{self.name}/{self.store}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSubject(StoreSubject):
    """The database of a system."""

    store: ClassVar[str] = "database"
    wanted: DatabaseSettings
    database: DatabaseOutputs


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheSubject(StoreSubject):
    """The cache of a system."""

    store: ClassVar[str] = "cache"
    wanted: CacheSettings
    cache: CacheOutputs


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSubject(StoreSubject):
    """The queue of a system."""

    store: ClassVar[str] = "queue"
    wanted: QueueSettings
    queue: QueueOutputs


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectsSubject(StoreSubject):
    """The bucket for objects of a system."""

    store: ClassVar[str] = "objects"
    wanted: ObjectsSettings
    objects: ObjectsOutputs
    services: Sequence[ServiceSubject]
    """All services of the system, some of which may use the bucket; while switching on both
    runtimes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetsSubject(StoreSubject):
    """The static files of a system."""

    store: ClassVar[str] = "assets"
    wanted: AssetsSettings
    assets: AssetsOutputs

    @property
    def described(self) -> Assets:
        """What the system file says."""
        assert self.system.assets is not None  # noqa: S101 (there is no subject without)
        return self.system.assets
