"""A compose file as data: every value text, anchors and defaults put in, nothing else looked up."""

import re
import shlex
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any, cast

import yaml
from yaml.constructor import ConstructorError

from model.problems import DescriptionError, Place, Problem

_NULL = "tag:yaml.org,2002:null"
_MERGE = "tag:yaml.org,2002:merge"
_OPEN, _CLOSE, _DOLLAR = "\ue000", "\ue001", "\ue002"
"""Private characters stand around a variable without a value, and for a dollar sign that is one."""

_REFERENCE = re.compile(
    r"\$\{(?P<braced>[A-Za-z_]\w*)(?:(?P<how>:?[-?+])(?P<word>[^{}]*))?\}|\$(?P<bare>[A-Za-z_]\w*)"
)
_MISSING = re.compile(f"{_OPEN}([A-Za-z_]\\w*){_CLOSE}")


class _Loader(yaml.SafeLoader):
    """Takes every value for text, as it is written: no dates, no octal ports, no yes for true."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 (PyYAML's signature)
        seen: set[str] = set()
        for key, _ in node.value:
            if key.tag != _MERGE and key.value in seen:
                raise ConstructorError(
                    None, None, f"the key {key.value} stands twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: kept
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    if (kept := [(tag, pattern) for tag, pattern in resolvers if tag in (_NULL, _MERGE)])
}


def read(path: Path, name: str) -> dict[str, Any]:
    """Reads a compose file.

    Args:
        path: The file.
        name: What messages call it.

    Returns:
        The document; what compose would take from the shell is marked (`missing`).

    Raises:
        DescriptionError: It cannot be read, or describes no services.
    """
    place = Place(name)
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 (a subclass of the safe loader)
    except FileNotFoundError:
        raise _refused(place, "does not exist", "name the compose file with --compose") from None
    except (OSError, UnicodeDecodeError):
        raise _refused(place, "cannot be read", "make it a readable file in UTF-8") from None
    except yaml.YAMLError as error:
        raise DescriptionError([_syntax(place, error)]) from None
    if not isinstance(content, dict) or not _sections(content.get("services")):
        raise _refused(
            place,
            "describes no services",
            "name a compose file with a section services; an old one without it has version 1",
        )
    for service, entry in section(content["services"]).items():
        if not isinstance(entry, dict):
            raise _refused(
                place.keys("services", service), "is no section", "write its image below it"
            )
    return cast("dict[str, Any]", _resolved(content))


def section(value: Any) -> dict[str, Any]:
    """A mapping, or an empty one in place of anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def entries(value: Any) -> dict[str, str | None]:
    """A mapping or a list of `KEY=value`; None where a key has no value."""
    if isinstance(value, list):
        pairs = (str(each).partition("=") for each in cast("list[Any]", value))
        return {key: text if sign else None for key, sign, text in pairs}
    return {key: None if each is None else str(each) for key, each in section(value).items()}


def items(value: Any) -> list[Any]:
    """A list; a single text is one of one entry."""
    if isinstance(value, list):
        return cast("list[Any]", value)
    return [] if value is None else [value]


def command_words(written: Any) -> tuple[str, ...] | None:
    """A command as a list; compose gives a text to no shell either.

    Args:
        written: Text or list.

    Returns:
        The words, or None if its quotes do not close.
    """
    if isinstance(written, list):
        return tuple(str(word) for word in items(written))
    try:
        return tuple(shlex.split(str(written)))
    except ValueError:
        return None


def missing(text: str) -> list[str]:
    """The variables in a text that compose would take from the shell or from `.env`."""
    return _MISSING.findall(text)


def readable(text: str) -> str:
    """The text as it stands in the file."""
    return _MISSING.sub(r"${\1}", text)


def _sections(value: Any) -> bool:
    return isinstance(value, dict) and bool(cast("dict[Any, Any]", value))


def _refused(place: Place, reason: str, remedy: str) -> DescriptionError:
    return DescriptionError([place.problem("", reason, remedy)])


def _syntax(place: Place, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = f"line {mark.line + 1}" if mark else ""
    what = str(getattr(error, "problem", None) or "it cannot be read")
    if "could not determine a constructor" in what:
        what = "it has a tag such as !reset, which needs the other files that compose would read"
    return Problem(
        place.file,
        line,
        "",
        f"is not a compose file that stands alone ({what})",
        "correct it, or give what `docker compose config` prints",
    )


def _resolved(value: Any) -> Any:
    if isinstance(value, dict):
        content = cast("dict[Any, Any]", value)
        return {str(key): _resolved(each) for key, each in content.items()}
    if isinstance(value, list):
        return [_resolved(each) for each in cast("list[Any]", value)]
    return _interpolated(value) if isinstance(value, str) else value


def _interpolated(text: str) -> str:
    """Puts in the defaults of `${NAME:-default}`, the inner ones first."""
    text = text.replace("$$", _DOLLAR)
    before = None
    while before != text:
        before = text
        text = _REFERENCE.sub(_default, text)
    return text.replace(_DOLLAR, "$")


def _default(found: re.Match[str]) -> str:
    how = found["how"] or ""
    if how.endswith("-"):
        return found["word"]
    if how.endswith("+"):
        return ""
    return f"{_OPEN}{found['braced'] or found['bare']}{_CLOSE}"


def walk(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a part of the document, with its place."""
    if isinstance(value, dict):
        for key, each in cast("dict[str, Any]", value).items():
            yield from walk(each, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for index, each in enumerate(cast("list[Any]", value)):
            yield from walk(each, f"{place}[{index}]")
    elif isinstance(value, str):
        yield place, value
