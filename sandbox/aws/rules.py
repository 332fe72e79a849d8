"""What AWS refuses and neither botocore's models nor moto know: the building blocks of rules."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sandbox.provider import UNKNOWN, Plain, Problem, is_map

Rule = Callable[[Plain], Iterable[Problem]]
"""Looks at the inputs of one resource and returns what AWS would refuse."""


def value_at(inputs: Plain, path: str) -> Any:
    """Returns the input at a dotted path; None if it is absent or not known yet."""
    found: Any = inputs
    for key in path.split("."):
        found = found.get(key) if is_map(found) else None
    return None if found is UNKNOWN else found


def within(path: str, low: float, high: float, unit: str, *also: float) -> Rule:
    """A number must lie in a range.

    Args:
        path: Dotted path of the input.
        low: The least value.
        high: The greatest value.
        unit: What is counted, for the message.
        *also: Values outside of the range that are allowed, too.
    """

    def rule(inputs: Plain) -> Iterator[Problem]:
        value = value_at(inputs, path)
        if isinstance(value, int | float) and not low <= value <= high and value not in also:
            others = "".join(f"{other} or " for other in also)
            yield Problem(path, f"{value} is refused by AWS; use {others}{low} to {high} ({unit})")

    return rule


def one_of(path: str, *choices: object) -> Rule:
    """An input must be one of these values."""

    def rule(inputs: Plain) -> Iterator[Problem]:
        value = value_at(inputs, path)
        if value is not None and value not in choices:
            known = ", ".join(str(choice) for choice in choices)
            yield Problem(path, f"{value!r} is refused by AWS; use one of {known}")

    return rule


def matches(path: str, pattern: str, words: str, *, secret: bool = False) -> Rule:
    """A text must match a pattern as a whole; a secret one is not repeated in the message."""

    def rule(inputs: Plain) -> Iterator[Problem]:
        value = value_at(inputs, path)
        if isinstance(value, str) and not re.fullmatch(pattern, value, re.DOTALL):
            shown = "the value" if secret else f"'{value}'"
            yield Problem(path, f"{shown} is refused by AWS; use {words}")

    return rule


def json_text(path: str, *, longest: int | None = None, spaces: bool = True) -> Rule:
    """A text must be a JSON object, of so many characters at most; IAM counts no white space."""

    def rule(inputs: Plain) -> Iterator[Problem]:
        value = value_at(inputs, path)
        if not isinstance(value, str):
            return
        counted = len(value) if spaces else len("".join(value.split()))
        if longest is not None and counted > longest:
            yield Problem(path, f"has {counted} characters; AWS allows {longest}")
        try:
            if not is_map(json.loads(value)):
                yield Problem(path, "is not a JSON object")
        except json.JSONDecodeError as error:
            yield Problem(path, f"is not JSON: {error}")

    return rule


def tags_rule(inputs: Plain) -> Iterator[Problem]:
    """Limits on tags that all services share.

    Source: docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
    """
    tags = value_at(inputs, "tags")
    if not is_map(tags):
        return
    if len(tags) > 50:
        yield Problem("tags", f"has {len(tags)} tags; AWS allows 50")
    for key, value in tags.items():
        if not 1 <= len(key) <= 128 or key.lower().startswith("aws:"):
            yield Problem(f"tags.{key}", "use a key of 1 to 128 characters without aws: in front")
        if isinstance(value, str) and len(value) > 256:
            yield Problem(f"tags.{key}", f"has {len(value)} characters; AWS allows 256")
