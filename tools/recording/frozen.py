"""Values that nobody can alter: a recording is shared by all tests of a module.

A test that took a part out of one made the next one fail, in some orders only. A part can still be
taken from a copy: `dict(inputs)`, or `copy.deepcopy` for one that is inside.
"""

import copy
from typing import Any, Never


def frozen(value: Any) -> Any:
    """Makes the dicts and lists of a value refuse every change; they stay dicts and lists."""
    match value:
        case {**entries}:
            return FrozenDict({name: frozen(entry) for name, entry in entries.items()})
        case [*entries]:
            return FrozenList([frozen(entry) for entry in entries])
        case _:
            return value


def _refuse(self: object, *_: Any, **__: Any) -> Never:
    raise TypeError(f"what is recorded cannot be altered; take a copy of {self!r:.40}")


class FrozenDict(dict[Any, Any]):
    """A dict that refuses every change."""

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[Any, Any]:
        return {name: copy.deepcopy(entry, memo) for name, entry in self.items()}


class FrozenList(list[Any]):
    """A list that refuses every change."""

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = clear = extend = insert = pop = remove = reverse = sort = _refuse

    def __deepcopy__(self, memo: dict[int, Any]) -> list[Any]:
        return [copy.deepcopy(entry, memo) for entry in self]
