"""What YAML can say and the files may not: tags, keys that are no text, sections in themselves."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from model.problems import key_text

DEEPEST = 50
"""Levels of a file; no description comes near, and what builds values from them would break off
without a word of where."""

MOST_REPEATED = 100_000
"""Values that aliases may repeat in all; a few lines of them can stand for billions."""

QUOTES = 'put it in quotes, "like this"'

_MEANINGS = {"bool": "a switch", "int": "a number", "float": "a number", "null": "nothing"}
"""What a key that is no text is to YAML, by the last word of its tag."""


class FormError(Exception):
    """Something in a file that is YAML and no description."""

    def __init__(self, mark: Any, reason: str, remedy: str) -> None:
        self.mark = mark
        self.reason = reason
        self.remedy = remedy
        super().__init__(reason)


@dataclass(slots=True)
class _Section:
    """A mapping or a list that is being read."""

    start: Any
    """The event that began it."""
    size: int = 1
    """Values in it so far, itself among them, and those that aliases repeat."""
    keys: set[str] = field(default_factory=set)
    wants_key: bool = False
    """Whether a key comes next."""


class Form:
    """Goes through a file as its parser does, before anything is built from it."""

    def __init__(self, loader: Any) -> None:
        """Takes a file.

        Args:
            loader: A loader of the file, of which nothing has been read.
        """
        self._loader = loader
        self._above: list[_Section] = []
        self._sizes: dict[str, int] = {}
        self._repeated = 0
        self._documents = 0

    def check(self) -> None:
        """Goes through it.

        Raises:
            FormError: The file holds what no description may.
            yaml.YAMLError: It is no YAML.
        """
        for event in self._events():
            match event:
                case yaml.DocumentStartEvent():
                    self._document(event)
                case yaml.AliasEvent():
                    self._leave(self._repeats(event))
                case yaml.ScalarEvent():
                    self._enter(event)
                    self._leave(1, event.anchor)
                case yaml.CollectionStartEvent():
                    self._enter(event)
                    is_mapping = isinstance(event, yaml.MappingStartEvent)
                    self._above.append(_Section(event, wants_key=is_mapping))
                case yaml.CollectionEndEvent():
                    section = self._above.pop()
                    self._leave(section.size, section.start.anchor)
                case _:
                    pass

    def _events(self) -> Iterator[Any]:
        while self._loader.check_event():
            yield self._loader.get_event()

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise FormError(
                event.start_mark,
                "a second document begins",
                "keep one of them, and remove the line ---",
            )

    def _enter(self, event: Any) -> None:
        if event.tag is not None:
            # The parser's own words repeat the value, which may be a secret that begins with !.
            raise means_something(event.start_mark)
        if len(self._above) == DEEPEST:
            raise FormError(
                event.start_mark,
                f"lies more than {DEEPEST} levels deep",
                "remove brackets or indentation",
            )
        if self._above and self._above[-1].wants_key:
            self._key(event, self._above[-1])

    def _key(self, event: Any, around: _Section) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            if around.start.flow_style and isinstance(event, yaml.MappingStartEvent):
                raise FormError(
                    around.start.start_mark,
                    "a value that begins with { is a section to YAML",
                    QUOTES,
                )
            what = "section" if isinstance(event, yaml.MappingStartEvent) else "list"
            raise FormError(event.start_mark, f"a key is a {what} to YAML", "write text as the key")
        if not event.value and event.implicit[0]:
            raise FormError(event.start_mark, "a key is missing before the colon", "write it")
        tag = self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        meaning = _MEANINGS.get(tag.rpartition(":")[2])
        if tag.endswith(":bool"):
            is_true = event.value.lower() in ("yes", "true", "on")
            meaning = "true" if is_true else "false"
        if meaning is not None:
            raise FormError(
                event.start_mark,
                f"the key {key_text(event.value)} is {meaning} to YAML",
                "put the key in quotes",
            )
        if event.value in around.keys:
            raise FormError(
                event.start_mark,
                f"the key {key_text(event.value)} stands twice",
                "remove one of the two",
            )
        around.keys.add(event.value)

    def _repeats(self, event: Any) -> int:
        """How many values an alias stands for."""
        if self._above and self._above[-1].wants_key:
            raise FormError(event.start_mark, "a key is an alias to YAML", "write text as the key")
        if any(section.start.anchor == event.anchor for section in self._above):
            raise FormError(
                event.start_mark,
                "an alias repeats the section that it stands in, without end",
                "write out what is meant",
            )
        if event.anchor not in self._sizes:
            raise means_something(event.start_mark)
        self._repeated += self._sizes[event.anchor]
        if self._repeated > MOST_REPEATED:
            raise FormError(
                event.start_mark,
                f"aliases repeat more than {MOST_REPEATED} values",
                "write out what is meant",
            )
        return self._sizes[event.anchor]

    def _leave(self, size: int, anchor: str | None = None) -> None:
        """Counts a value that is complete, and turns from key to value and back."""
        if anchor is not None:
            self._sizes[anchor] = size
        if self._above:
            self._above[-1].size += size
            if isinstance(self._above[-1].start, yaml.MappingStartEvent):
                self._above[-1].wants_key = not self._above[-1].wants_key


def means_something(mark: Any) -> FormError:
    """What is said of a tag, an anchor or an alias, without the value."""
    return FormError(mark, "a value begins with *, & or !, which mean something to YAML", QUOTES)
