"""Which inputs are read: one that nobody looks at must be refused, or it vanishes silently."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sandbox.provider import Plain

if TYPE_CHECKING:
    from _collections_abc import dict_items, dict_keys, dict_values


class Watched(Plain):
    """Inputs that remember which of them have been read; walking over them reads all."""

    def __init__(self, inputs: Plain) -> None:
        super().__init__(inputs)
        self._read: set[str] = set()

    def unread(self) -> list[str]:
        """Returns the inputs that nobody has looked at, sorted."""
        return sorted({*super().keys()} - self._read)

    def __getitem__(self, key: str) -> Any:
        self._read.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """Reads one input."""
        self._read.add(key)
        return super().get(key, default)

    # Python copies a dict without asking it, unless its iteration is its own.
    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def keys(self) -> "dict_keys[str, Any]":
        """Reads all inputs."""
        self._read.update(super().keys())
        return super().keys()

    def values(self) -> "dict_values[str, Any]":
        """Reads all inputs."""
        self._read.update(super().keys())
        return super().values()

    def items(self) -> "dict_items[str, Any]":
        """Reads all inputs."""
        self._read.update(super().keys())
        return super().items()
