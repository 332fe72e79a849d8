"""Reads a YAML file as data: no aliases into surprises, no key twice, no dates."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any, cast

import yaml
from yaml.composer import ComposerError
from yaml.constructor import ConstructorError

from model.problems import Place, Problem

# The C parser is ten times as fast; wheels have it, a build without libyaml does not.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TIMESTAMP = "tag:yaml.org,2002:timestamp"


class _Loader(_Base):
    """The safe loader, which refuses a key that stands twice instead of keeping the last."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 (PyYAML's signature)
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise ConstructorError(
                    None, None, f"the key {key.value} stands twice", key.start_mark
                )
            seen.add(key.value)
        return cast("dict[Hashable, Any]", super().construct_mapping(node, deep))


# A date is text to everything here, and JSON has none.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}


def read_yaml(root: Path, file: str, missing: str) -> dict[str, Any] | Problem:
    """Reads a file that holds one mapping.

    Args:
        root: The project's folder.
        file: Name of the file, relative to it.
        missing: What to do if there is no such file.

    Returns:
        The mapping, or why there is none.
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
    try:
        content = yaml.load(text, Loader=_Loader)  # noqa: S506 (a subclass of the safe loader)
    except yaml.YAMLError as error:
        return _syntax(place, error)
    if not isinstance(content, dict):
        return place.problem("", "holds no keys", "write keys and values, as in the other files")
    return cast("dict[str, Any]", content)


def _syntax(place: Place, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    what = str(getattr(error, "problem", None) or "it cannot be read")
    if isinstance(error, ConstructorError) and "stands twice" in what:
        return Problem(place.file, line, "", what, "remove one of the two")
    if isinstance(error, ComposerError) or "could not determine" in what:
        # The parser's own words repeat the value, which may be a secret that begins with * or !.
        what = "a value begins with *, & or !, which mean something to YAML"
        return Problem(place.file, line, "", what, 'put it in quotes, "like this"')
    return Problem(
        place.file,
        line,
        "",
        f"is not valid YAML ({what})",
        "correct the line or the one above: indentation with spaces, a colon and a space after "
        "each key, quotes around text with special characters",
    )
