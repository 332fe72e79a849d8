"""Reads a YAML file as data: no aliases into surprises, no key twice, no dates."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import yaml
from yaml.composer import ComposerError
from yaml.reader import Reader, ReaderError

from model.problems import Place, Problem
from model.yaml_form import QUOTES, Form, FormError, means_something

# The C parser is ten times as fast; wheels have it, a build without libyaml does not.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"

ScalarTexts = Mapping[tuple[str | int, ...], str]
"""What stands in a file for each of its values, by the keys that lead there: `1.30`, `off`."""


class _Loader(_Base):
    """The safe loader, which tells where a number stands that it cannot read."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:  # noqa: FBT001, FBT002 (PyYAML's signature)
        try:
            value = cast("Any", super().construct_object(node, deep))
            if isinstance(value, int):
                float(value)  # JSON's numbers go no further, nor do Pulumi's
        except (ValueError, OverflowError):
            reason = "a value is a number to YAML, and one that cannot be read"
            raise FormError(node.start_mark, reason, QUOTES) from None
        return value


# A date is text to everything here, and JSON has none.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != f"{_TAG}timestamp"]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}
# So are the signs of YAML 1.1 that mean something as keys only.
for _sign in ("merge", "value"):
    _Loader.add_constructor(f"{_TAG}{_sign}", _Loader.construct_yaml_str)


def read_yaml(root: Path, file: str, missing: str) -> dict[str, Any] | Problem:
    """Reads a file that holds one mapping.

    Args:
        root: The project's folder.
        file: Name of the file, relative to it.
        missing: What to do if there is no such file.

    Returns:
        The mapping, or why there is none. It holds what JSON can say and nothing else.
    """
    place = Place(file)
    try:
        text = (root / file).read_text(encoding="utf-8")
    except FileNotFoundError:
        return place.problem("", "does not exist", missing)
    except UnicodeDecodeError:
        return place.problem("", "is not UTF-8 text", "save it as UTF-8")
    except OSError as error:
        return place.problem("", f"cannot be read ({error.strerror})", "make it a readable file")
    content = _content(place, text)
    if isinstance(content, dict | Problem):
        return cast("dict[str, Any] | Problem", content)
    return place.problem("", "holds no keys", "write keys and values, as in the other files")


def scalar_texts(root: Path, file: str) -> ScalarTexts:
    """What stands in a file for each of its values, for messages that tell of one.

    Args:
        root: The project's folder.
        file: Name of the file, relative to it.

    Returns:
        The texts; none if the file cannot be read.
    """
    try:
        loader, node = _compose((root / file).read_text(encoding="utf-8"))
        return dict(_texts(loader, node, ()))
    except (OSError, UnicodeDecodeError, FormError, yaml.YAMLError):
        return {}


def _content(place: Place, text: str) -> object:
    try:
        loader, node = _compose(text)
        return None if node is None else loader.construct_document(node)
    except FormError as error:
        return _at(place, error.mark, error.reason, error.remedy)
    except yaml.YAMLError as error:
        return _syntax(place, error, text)


def _compose(text: str) -> tuple[Any, Any]:
    """The loader of a file that has been checked, and the node that it holds."""
    Form(_Loader(text)).check()
    loader = _Loader(text)
    return loader, loader.get_single_node()


def _texts(
    loader: Any, node: Any, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    match node:
        case yaml.ScalarNode():
            yield path, node.value
        case yaml.SequenceNode():
            for index, entry in enumerate(node.value):
                yield from _texts(loader, entry, (*path, index))
        case yaml.MappingNode():
            loader.flatten_mapping(node)  # what << merges comes before what overrides it
            for key, entry in node.value:
                yield from _texts(loader, entry, (*path, key.value))
        case _:
            return


def _at(place: Place, mark: Any, reason: str, remedy: str) -> Problem:
    line = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    return Problem(place.file, line, "", reason, remedy)


def _syntax(place: Place, error: yaml.YAMLError, text: str) -> Problem:
    if isinstance(error, ReaderError):
        # Where it is the parsers count in bytes or in characters, as they are built.
        before = Reader.NON_PRINTABLE.split(text, maxsplit=1)[0]
        column = len(before.rpartition("\n")[2])
        mark = yaml.Mark(place.file, 0, before.count("\n"), column, None, 0)
        return _at(place, mark, "holds a control character", "remove it")
    mark = getattr(error, "problem_mark", None)
    what = str(getattr(error, "problem", None) or "it cannot be read")
    if isinstance(error, ComposerError) or "tag" in what:
        meant = means_something(mark)
        return _at(place, mark, meant.reason, meant.remedy)
    return _at(
        place,
        mark,
        f"is not valid YAML ({what})",
        "correct the line or the one above: indentation with spaces, a colon and a space after "
        "each key, quotes around text with special characters",
    )
